import type { BlockNumber, Tid } from '../../../base/block.js';
import type { Frame, Row, Rows } from '../frame.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { entryRow, nameOf, RangeEntries, rowOf, type IndexAccess, type ParameterisedScan } from './index-scans.js';

const NO_ROW: Row = [];
const CHECK_EVERY_ENTRIES = 1024;
/** Line pointers of a page, with room to spare: places are kept as single numbers. */
const OFFSETS = 2048;

/**
 * Gathers the places of rows from an index, then reads them in the order in which they lie in the table
 * (executor/nodeBitmapHeapscan.c). Every place is remembered for itself, so nothing need be checked again.
 */
export class BitmapHeapScan implements ParameterisedScan {
  constructor(
    private readonly access: IndexAccess,
    private readonly recheckText: string,
  ) {}

  open(frame: Frame): Rows {
    return this.openFor(NO_ROW, frame);
  }

  openFor(outer: Row, frame: Frame): Rows {
    const places = this.gather(outer, frame);
    const { engine, snapshot } = frame.execution;
    const { relation, condition } = this.access;
    let at = 0;
    const next = (): Row | null => {
      while (at < places.length) {
        const { tuple } = engine.access.heap.fetchFromIndex(relation.file, tidOf(places[at++]), snapshot);
        if (tuple === null) continue;
        engine.access.statistics.countFetched(relation.file);
        const row = rowOf(this.access, tuple);
        if (condition === null || condition(row, frame)) return row;
      }
      return null;
    };
    return { next, close: () => void (at = places.length) };
  }

  explain(): Explained {
    const { conditionText } = this.access;
    const details = [`Recheck Cond: ${this.recheckText}`];
    if (conditionText) details.push(`Filter: ${conditionText}`);
    return { title: `Bitmap Heap Scan on ${nameOf(this.access)}`, details, children: [this.indexNode()] };
  }

  private indexNode(): PlanNode {
    const { index, indexText } = this.access;
    const details = [`Index Cond: ${indexText}`];
    return {
      open: (frame) => this.open(frame),
      explain: () => ({ title: `Bitmap Index Scan on ${index.name}`, details }),
    };
  }

  /** In the table's order. */
  private gather(outer: Row, frame: Frame): number[] {
    const { access } = this;
    const { interrupts } = frame.execution.engine;
    const entries = new RangeEntries(access, access.ranges.of(outer, frame), frame, false);
    const places: number[] = [];
    for (let entry = entries.next(); entry !== null; entry = entries.next()) {
      if (places.length % CHECK_EVERY_ENTRIES === 0) interrupts.check();
      if (access.indexFilter !== null && !access.indexFilter(entryRow(access, entry), frame)) continue;
      const { block, offset } = entry.tid;
      places.push(block * OFFSETS + offset);
    }
    entries.close();
    return places.sort((a, b) => a - b);
  }
}

function tidOf(place: number): Tid {
  const offset = place % OFFSETS;
  return { block: ((place - offset) / OFFSETS) as BlockNumber, offset };
}
