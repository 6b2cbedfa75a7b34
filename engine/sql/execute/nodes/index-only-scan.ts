import type { Engine } from '../../engine.js';
import type { Frame, Row, Rows } from '../frame.js';
import type { Explained } from '../plan-node.js';
import { entryRow, explainScan, RangeEntries, type IndexAccess, type ParameterisedScan } from './index-scans.js';

const NO_ROW: Row = [];
const CHECK_EVERY_ROWS = 256;

/**
 * Takes rows from the index alone where the visibility map says that everyone sees all rows of their page; otherwise the
 * table is asked whether the row is seen (executor/nodeIndexonlyscan.c). The scan keeps its page of the index pinned: so
 * vacuum cannot, between the entry and the map, remove the row and mark its page.
 */
export class IndexOnlyScan implements ParameterisedScan {
  constructor(private readonly access: IndexAccess) {}

  open(frame: Frame): Rows {
    return new IndexOnlyRows(this.access, NO_ROW, frame);
  }

  openFor(outer: Row, frame: Frame): Rows {
    return new IndexOnlyRows(this.access, outer, frame);
  }

  explain(): Explained {
    return explainScan('Index Only Scan', this.access);
  }
}

class IndexOnlyRows implements Rows {
  private readonly engine: Engine;
  private readonly entries: RangeEntries;
  private untilCheck = CHECK_EVERY_ROWS;

  constructor(
    private readonly access: IndexAccess,
    outer: Row,
    private readonly frame: Frame,
  ) {
    this.engine = frame.execution.engine;
    this.entries = new RangeEntries(access, access.ranges.of(outer, frame), frame, true);
  }

  next(): Row | null {
    const { indexFilter, condition } = this.access;
    for (let entry = this.entries.next(); entry !== null; entry = this.entries.next()) {
      if (--this.untilCheck === 0) this.checkInterrupts();
      const row = entryRow(this.access, entry);
      if (indexFilter !== null && !indexFilter(row, this.frame)) continue;
      if (!this.isVisible(entry)) continue;
      if (condition === null || condition(row, this.frame)) return row;
    }
    return null;
  }

  close(): void {
    this.entries.close();
  }

  private isVisible(entry: NonNullable<ReturnType<RangeEntries['next']>>): boolean {
    const { heap, visibilityMap, statistics } = this.engine.access;
    const { relation, index } = this.access;
    const { file } = relation;
    const { tid } = entry;
    if (visibilityMap.isAllVisible(file, tid.block)) return true;
    const { tuple, isDeadToAll } = heap.fetchFromIndex(file, tid, this.frame.execution.snapshot);
    if (isDeadToAll) entry.kill();
    if (tuple !== null) statistics.countFetched(index.shape.file);
    return tuple !== null;
  }

  private checkInterrupts(): void {
    this.untilCheck = CHECK_EVERY_ROWS;
    this.engine.interrupts.check();
  }
}
