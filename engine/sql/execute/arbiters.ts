import { presentSnapshot } from '../../access/transactions/snapshot.js';
import type { HeapTuple } from '../../access/heap/heap.js';
import type { Tid } from '../../base/block.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { Engine } from '../engine.js';
import type { TextEnvironment } from '../types/environment.js';
import type { Row } from './frame.js';
import { keyOf, type IndexEntries } from './index-entries.js';

const NOW = presentSnapshot('self');

/** What came of inserting a row: its place, or the row that has its key. */
export type Arbitrated = { readonly inserted: Tid } | { readonly conflict: HeapTuple };

/**
 * Inserts rows unless another has their key in one of certain indexes (executor/execIndexing.c, speculative insertion).
 *
 * First look; if there is none, insert the row for a trial, then its index entries. Whoever inserts the same key meanwhile
 * is found by the entries, as he finds ours: then the row is taken back, and all begins anew, with waiting for him.
 */
export class Arbiters {
  constructor(
    private readonly relation: Relation,
    private readonly indexes: readonly TableIndex[],
    private readonly entries: IndexEntries,
  ) {}

  insert(engine: Engine, values: Row, environment: TextEnvironment): Arbitrated {
    const { heap } = engine.access;
    const { file, layout, fillFactor } = this.relation;
    for (;;) {
      const conflict = this.find(engine, values);
      if (conflict !== null) return { conflict };
      const row = heap.insertSpeculative(file, layout.form(values), fillFactor);
      if (this.entries.insertUnlessTaken(engine, values, row.tid, environment, this.indexes)) {
        heap.confirm(file, row);
        return { inserted: row.tid };
      }
      heap.takeBack(file, row);
    }
  }

  /** The row in the way as it is now, once it is certain that it stays. */
  private find(engine: Engine, values: Row): HeapTuple | null {
    for (const index of this.indexes) {
      const found = this.findIn(engine, index, keyOf(index, values));
      if (found !== null) return found;
    }
    return null;
  }

  private findIn({ access }: Engine, index: TableIndex, key: Row): HeapTuple | null {
    for (;;) {
      const conflict = access.btree.conflict(index.shape, key);
      if (conflict === null) return null;
      if (conflict.undecided) {
        access.heap.await(conflict.undecided);
        continue;
      }
      const { tuple } = access.heap.fetchFromIndex(this.relation.file, conflict.duplicate, NOW);
      if (tuple !== null) return tuple;
    }
  }
}
