import type { CommandContext } from '../commands/command.js';
import type { Row } from '../execute/frame.js';
import type { CopyTarget } from '../plan/plan-copy.js';

const MAX_ROWS = 1000;
const MAX_BYTES = 65535;

/** Rows on their way to their table, written many at once (copyfrom.c CopyMultiInsertBuffer). */
export class RowBuffer {
  /** Of the row being written, while rows are written: where an error belongs. */
  flushedLine: number | undefined;
  private tuples: Buffer[] = [];
  private bytes = 0;
  private lines: number[] = [];
  /** Kept only when there are indexes. */
  private rows: Row[] = [];
  private readonly hasIndexes: boolean;

  constructor(
    private readonly context: CommandContext,
    private readonly target: CopyTarget,
    private readonly isFrozen: boolean,
  ) {
    this.hasIndexes = target.relation.indexes.length > 0;
  }

  get isFull(): boolean {
    return this.tuples.length >= MAX_ROWS || this.bytes >= MAX_BYTES;
  }

  add(values: Row, tuple: Buffer, line: number): void {
    this.tuples.push(tuple);
    this.bytes += tuple.length;
    this.lines.push(line);
    if (this.hasIndexes) this.rows.push(values);
  }

  flush(): void {
    if (this.tuples.length === 0) return;
    const { context, target, tuples, lines, rows } = this;
    const { file, fillFactor } = target.relation;
    this.flushedLine = lines[0];
    const tids = context.engine.access.heap.insertMany(file, tuples, { fillFactor, isFrozen: this.isFrozen });
    for (let index = 0; index < rows.length; index++) {
      this.flushedLine = lines[index];
      target.entries.insert(context.engine, rows[index], tids[index], context.environment);
    }
    this.flushedLine = undefined;
    this.tuples = [];
    this.bytes = 0;
    this.lines = [];
    this.rows = [];
  }
}
