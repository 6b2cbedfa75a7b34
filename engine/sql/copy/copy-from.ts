import type { CopyStmt } from '@pgsql/types';
import { error, PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { CommandContext } from '../commands/command.js';
import type { Relation } from '../catalog/relation.js';
import type { Frame, Row } from '../execute/frame.js';
import { namesOf, unsupported } from '../parse/nodes.js';
import { planCopyFrom, type CopyTarget } from '../plan/plan-copy.js';
import { startExecution } from '../session/execution.js';
import type { SessionEvent } from '../session.js';
import { BinarySource } from './binary-source.js';
import { copyPlaces } from './copy-columns.js';
import type { CopyOptions } from './copy-options.js';
import { RowBuffer } from './row-buffer.js';
import type { RowSource } from './row-source.js';
import { openTextSource } from './text-source.js';

/** A piece of the client's data; null when there is no more, undefined when nobody sends any. */
export type CopyPiece = Buffer | null | undefined;
export type CopyEvents = Generator<SessionEvent, string, CopyPiece>;

const CHECK_EVERY_ROWS = 64;

/** COPY ... FROM STDIN (commands/copyfrom.c): memory holds a piece of the data and the rows of one buffer. */
export function copyFrom(context: CommandContext, body: CopyStmt, options: CopyOptions): CopyEvents {
  const target = planCopyFrom(context.planning, body);
  const { relation } = target;
  const names = body.attlist && namesOf(body.attlist);
  const places = copyPlaces(relation, names);
  const columns = places.map((place) => relation.columns[place]);
  const source =
    options.format === 'binary'
      ? new BinarySource(columns)
      : openTextSource(options, columns, relation, context.environment);
  if (options.freeze) refuseFreeze(context, relation);
  return new Loading(context, target, places, source, options.freeze).events(options.format === 'binary');
}

/** Rows that all can see at once may only stand in a table that nobody else can see before the transaction ends. */
function refuseFreeze({ engine, portals }: CommandContext, { file }: Relation): void {
  // What has begun to read would see rows that were not there when it began.
  if (portals.hasReady)
    throw error(SqlState.invalidTransactionState, 'cannot perform COPY FREEZE because of prior transaction activity');
  if (engine.access.transactions.madeHere(file)) return;
  throw error(
    SqlState.objectNotInPrerequisiteState,
    'cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction',
  );
}

class Loading {
  private readonly frame: Frame;
  /** Columns that are not copied. */
  private readonly missing: readonly number[];
  private readonly buffer: RowBuffer;
  private count = 0;

  constructor(
    private readonly context: CommandContext,
    private readonly target: CopyTarget,
    private readonly places: readonly number[],
    private readonly source: RowSource,
    isFrozen: boolean,
  ) {
    this.buffer = new RowBuffer(context, target, isFrozen);
    this.frame = startExecution(context, { writes: 'COPY FROM' }, []);
    this.missing = target.relation.columns.flatMap((_, place) => (places.includes(place) ? [] : [place]));
  }

  *events(isBinary: boolean): CopyEvents {
    yield { kind: 'copy-in', isBinary, columnCount: this.places.length };
    try {
      for (let piece: CopyPiece = NOTHING; piece !== null;) {
        piece = yield { kind: 'copy-wanted' };
        if (piece === undefined) throw unsupported('COPY FROM STDIN without a client to send it');
        this.source.push(piece ?? NOTHING, piece === null);
        this.takeRows();
      }
      this.buffer.flush();
    } catch (thrown) {
      const { flushedLine } = this.buffer;
      const place = flushedLine === undefined ? this.source.place() : `line ${flushedLine}`;
      throw inContext(thrown, this.target.relation, place);
    }
    return `COPY ${this.count}`;
  }

  private takeRows(): void {
    const { interrupts } = this.context.engine;
    for (let row = this.source.next(); row !== undefined; row = this.source.next()) {
      if (this.count % CHECK_EVERY_ROWS === 0) interrupts.check();
      this.take(this.complete(row));
    }
  }

  private take(values: Row): void {
    const { relation, where, constraints } = this.target;
    if (where !== null && !where(values, this.frame)) return;
    constraints.verify(values, values, this.frame);
    this.buffer.add(values, relation.layout.form(values), this.source.lineNumber);
    this.count++;
    if (this.buffer.isFull) this.buffer.flush();
  }

  /** The table's row: what was copied, and the defaults of the rest. */
  private complete(copied: Row): Row {
    const values: Row = [];
    const { places } = this;
    for (let index = 0; index < places.length; index++) values[places[index]] = copied[index];
    for (const place of this.missing) values[place] = this.target.defaults[place](values, this.frame);
    return values;
  }
}

const NOTHING = Buffer.alloc(0);

/** Tells in which line of the data an error was found. */
function inContext(thrown: unknown, { name }: Relation, place: string | undefined): unknown {
  if (!(thrown instanceof PgError) || place === undefined) return thrown;
  const { severity, sqlState, message, details } = thrown;
  return new PgError(severity, sqlState, message, { ...details, context: `COPY ${name}, ${place}`, cause: thrown });
}
