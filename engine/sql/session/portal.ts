import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { ResourceOwner, Resources } from '../../storage/resources.js';
import type { CopyEvents, CopyPiece } from '../copy/copy-from.js';
import type { Row } from '../execute/frame.js';
import type { ColumnDescription, Portal, SessionEvent, SessionEvents } from '../session.js';

/** What a portal runs: rows, and at the end the command tag. */
export type Run = Generator<Row, string>;
/** Or a COPY, which has a protocol of its own. */
export type Started = { readonly rows: Run } | { readonly copy: CopyEvents };

/**
 * A bound statement on its way. `start` begins it at the first `run`. What it pins and locks is its subtransaction's where it
 * was bound, wherever it is run: it goes with that one.
 */
export class RunningPortal implements Portal {
  private started: Started | undefined;
  private tag: string | undefined;
  private isClosed = false;
  private isRunning = false;

  private readonly owner: ResourceOwner | undefined;

  constructor(
    readonly columns: readonly ColumnDescription[] | null,
    private readonly isEmpty: boolean,
    private readonly start: () => Started,
    private readonly finished: () => void,
    /** Undefined for a statement that itself opens and closes subtransactions. */
    private readonly resources: Resources | undefined,
  ) {
    this.owner = resources?.current;
  }

  get isGone(): boolean {
    return this.owner?.isReleased ?? false;
  }

  /** Has it not come to its end, and is it not on its way there just now? */
  get isReady(): boolean {
    return !this.isClosed && !this.isRunning && !this.isGone && this.tag === undefined;
  }

  *run(maxRows: number): SessionEvents {
    if (this.isClosed) throw error(SqlState.invalidCursorName, 'portal has been closed');
    if (this.isEmpty) {
      yield { kind: 'empty' };
      return;
    }
    if (this.tag !== undefined) {
      yield { kind: 'complete', tag: this.columns ? rerunTag(this.tag) : this.tag };
      return;
    }
    const started = this.step(() => (this.started ??= this.start()));
    if ('copy' in started) yield* this.runCopy(started.copy);
    else yield* this.runRows(started.rows, maxRows);
  }

  close(): void {
    this.isClosed = true;
    const { started } = this;
    if (started) this.onOwnAccount(() => ('rows' in started ? started.rows.return('') : started.copy.return('')));
  }

  private *runRows(rows: Run, maxRows: number): Generator<SessionEvent> {
    const most = maxRows > 0 ? maxRows : Infinity;
    for (let count = 0; count < most; count++) {
      const step = this.step(() => rows.next());
      if (step.done) {
        this.tag = step.value;
        this.finished();
        yield { kind: 'complete', tag: step.value.startsWith('SELECT ') ? `SELECT ${count}` : step.value };
        return;
      }
      yield { kind: 'row', values: step.value };
    }
    yield { kind: 'suspended' };
  }

  private *runCopy(copy: CopyEvents): SessionEvents {
    let step = this.step(() => copy.next(undefined));
    while (!step.done) {
      const event: SessionEvent = step.value;
      const answer = yield* answerTo(event);
      step = this.step(() => ('thrown' in answer ? copy.throw(answer.thrown) : copy.next(answer.piece)));
    }
    this.tag = step.value;
    this.finished();
    yield { kind: 'complete', tag: step.value };
  }

  private step<T>(body: () => T): T {
    this.isRunning = true;
    try {
      return this.onOwnAccount(body);
    } catch (thrown) {
      this.isClosed = true;
      throw thrown;
    } finally {
      this.isRunning = false;
    }
  }

  private onOwnAccount<T>(body: () => T): T {
    return this.resources ? this.resources.onBehalfOf(this.owner, body) : body();
  }
}

/** What the caller gives or throws when it has seen the event. */
function* answerTo(
  event: SessionEvent,
): Generator<SessionEvent, { piece: CopyPiece } | { thrown: unknown }, CopyPiece> {
  try {
    return { piece: yield event };
  } catch (thrown) {
    return { thrown };
  }
}

/** Running a finished portal again gives no rows. */
function rerunTag(tag: string): string {
  return tag.replace(/\d+$/, '0');
}
