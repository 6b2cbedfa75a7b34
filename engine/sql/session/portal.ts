import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { ResourceOwner, Resources } from '../../storage/resources.js';
import type { Row } from '../execute/frame.js';
import type { ColumnDescription, Portal, SessionEvent } from '../session.js';

/** What a portal runs: rows, and at the end the command tag. */
export type Run = Generator<Row, string>;

/**
 * A bound statement on its way. `start` begins it at the first `run`. What it pins and locks is its subtransaction's where it
 * was bound, wherever it is run: it goes with that one.
 */
export class RunningPortal implements Portal {
  private run_: Run | undefined;
  private tag: string | undefined;
  private isClosed = false;

  private readonly owner: ResourceOwner | undefined;

  constructor(
    readonly columns: readonly ColumnDescription[] | null,
    private readonly isEmpty: boolean,
    private readonly start: () => Run,
    private readonly finished: () => void,
    /** Undefined for a statement that itself opens and closes subtransactions. */
    private readonly resources: Resources | undefined,
  ) {
    this.owner = resources?.current;
  }

  get isGone(): boolean {
    return this.owner?.isReleased ?? false;
  }

  *run(maxRows: number): Generator<SessionEvent> {
    if (this.isClosed) throw error(SqlState.invalidCursorName, 'portal has been closed');
    if (this.isEmpty) {
      yield { kind: 'empty' };
      return;
    }
    if (this.tag !== undefined) {
      yield { kind: 'complete', tag: this.columns ? rerunTag(this.tag) : this.tag };
      return;
    }
    const most = maxRows > 0 ? maxRows : Infinity;
    for (let count = 0; count < most; count++) {
      const step = this.next();
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

  close(): void {
    this.isClosed = true;
    this.onOwnAccount(() => this.run_?.return(''));
  }

  private next(): IteratorResult<Row, string> {
    try {
      return this.onOwnAccount(() => (this.run_ ??= this.start()).next());
    } catch (thrown) {
      this.isClosed = true;
      throw thrown;
    }
  }

  private onOwnAccount<T>(body: () => T): T {
    return this.resources ? this.resources.onBehalfOf(this.owner, body) : body();
  }
}

/** Running a finished portal again gives no rows. */
function rerunTag(tag: string): string {
  return tag.replace(/\d+$/, '0');
}
