import type { BTree, IndexScan as EntryScan, ScanRange } from '../../../access/btree/btree.js';
import type { Heap } from '../../../access/heap/heap.js';
import type { Statistics } from '../../../access/statistics/statistics.js';
import type { Snapshot } from '../../../access/transactions/snapshot.js';
import type { Relation } from '../../catalog/relation.js';
import type { TableIndex } from '../../catalog/table-index.js';
import type { Frame, Row, Rows } from '../frame.js';
import type { IndexRanges } from '../index-ranges.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { readSystemColumns } from '../read-system-columns.js';
import type { ScanColumns } from './scans.js';
import type { Condition } from './simple.js';

/** A scan that a nested loop runs once for each row of its other side. */
export interface ParameterisedScan extends PlanNode {
  /** `outer`: the row whose values the index is looked up with. */
  openFor(outer: Row, frame: Frame): Rows;
}

/** What all scans through an index know. */
export interface IndexAccess {
  readonly relation: Relation;
  readonly index: TableIndex;
  readonly alias: string;
  readonly columns: ScanColumns;
  readonly ranges: IndexRanges;
  readonly direction: 'forward' | 'backward';
  /** Tried on what stands in the index, before the table is looked at. The row holds only the index's columns. */
  readonly indexFilter: Condition | null;
  /** Tried on the table's row. */
  readonly condition: Condition | null;
  /** All that the index answers; empty when it is read whole. */
  readonly indexText: string;
  readonly conditionText: string;
}

const NO_ROW: Row = [];
const CHECK_EVERY_ROWS = 256;

/** The entries of several ranges of an index, one range after the other. */
export class RangeEntries {
  private readonly btree: BTree;
  private readonly statistics: Statistics;
  private scan: EntryScan | null = null;
  private at = 0;

  constructor(
    private readonly access: IndexAccess,
    private readonly ranges: readonly ScanRange[],
    frame: Frame,
    private readonly keepPin: boolean,
  ) {
    const { btree, statistics } = frame.execution.engine.access;
    this.btree = btree;
    this.statistics = statistics;
  }

  /** The scan, standing on the next entry; null at the end. */
  next(): EntryScan | null {
    for (;;) {
      if (this.scan !== null) {
        if (this.scan.next() !== null) {
          this.statistics.countReturned(this.access.index.shape.file, 1);
          return this.scan;
        }
        this.scan.close();
        this.scan = null;
      }
      if (this.at === this.ranges.length) return null;
      const { index, direction } = this.access;
      const place = direction === 'forward' ? this.at : this.ranges.length - 1 - this.at;
      this.at++;
      this.statistics.countScan(index.shape.file);
      this.scan = this.btree.scan(index.shape, this.ranges[place], direction, { keepPin: this.keepPin });
    }
  }

  close(): void {
    this.scan?.close();
    this.scan = null;
    this.at = this.ranges.length;
  }
}

/** The columns of an index entry where they stand in the table's row. */
export function entryRow({ index, columns }: IndexAccess, entry: EntryScan): Row {
  const row: Row = Array.from({ length: columns.width }, () => null);
  const values = entry.values();
  index.places.forEach((place, column) => (row[place] = values[column]));
  return row;
}

class IndexScanRows implements Rows {
  private readonly heap: Heap;
  private readonly statistics: Statistics;
  private readonly snapshot: Snapshot;
  private readonly entries: RangeEntries;
  private untilCheck = CHECK_EVERY_ROWS;

  constructor(
    private readonly access: IndexAccess,
    outer: Row,
    private readonly frame: Frame,
  ) {
    const { engine, snapshot } = frame.execution;
    this.heap = engine.access.heap;
    this.statistics = engine.access.statistics;
    this.snapshot = snapshot;
    this.entries = new RangeEntries(access, access.ranges.of(outer, frame), frame, false);
  }

  next(): Row | null {
    const { relation, indexFilter, condition } = this.access;
    for (let entry = this.entries.next(); entry !== null; entry = this.entries.next()) {
      if (--this.untilCheck === 0) this.checkInterrupts();
      if (indexFilter !== null && !indexFilter(entryRow(this.access, entry), this.frame)) continue;
      const { tuple, isDeadToAll } = this.heap.fetchFromIndex(relation.file, entry.tid, this.snapshot);
      if (isDeadToAll) entry.kill();
      if (tuple === null) continue;
      this.statistics.countFetched(this.access.index.shape.file);
      const row = rowOf(this.access, tuple);
      if (condition === null || condition(row, this.frame)) return row;
    }
    return null;
  }

  close(): void {
    this.entries.close();
  }

  private checkInterrupts(): void {
    this.untilCheck = CHECK_EVERY_ROWS;
    this.frame.execution.engine.interrupts.check();
  }
}

export function rowOf({ relation, columns }: IndexAccess, tuple: Parameters<typeof readSystemColumns>[1]): Row {
  const { inAll, width, withSystemColumns } = columns;
  const row = tuple.values(relation.layout, inAll);
  row[width - 1] = withSystemColumns ? readSystemColumns(relation, tuple) : null;
  return row;
}

export function nameOf({ relation, alias }: IndexAccess): string {
  return `${relation.name}${alias === relation.name ? '' : ` ${alias}`}`;
}

export function explainScan(kind: string, access: IndexAccess): Explained {
  const { index, direction, indexText, conditionText } = access;
  const backward = direction === 'backward' ? ' Backward' : '';
  const details = [];
  if (indexText) details.push(`Index Cond: ${indexText}`);
  if (conditionText) details.push(`Filter: ${conditionText}`);
  return { title: `${kind}${backward} using ${index.name} on ${nameOf(access)}`, details };
}

/** Reads rows in the order of an index, through its entries (executor/nodeIndexscan.c). */
export class IndexScan implements ParameterisedScan {
  constructor(private readonly access: IndexAccess) {}

  open(frame: Frame): Rows {
    return new IndexScanRows(this.access, NO_ROW, frame);
  }

  openFor(outer: Row, frame: Frame): Rows {
    return new IndexScanRows(this.access, outer, frame);
  }

  explain(): Explained {
    return explainScan('Index Scan', this.access);
  }
}
