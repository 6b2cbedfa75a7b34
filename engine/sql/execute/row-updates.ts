import type { Tid } from '../../base/block.js';
import type { ModifyResult } from '../../access/heap/heap.js';
import { systemSlot, type Source } from '../analyse/source.js';
import type { Relation } from '../catalog/relation.js';
import type { Evaluate } from './compile.js';
import type { Frame, Row } from './frame.js';
import { agreeIn, IndexEntries } from './index-entries.js';
import { ownSystemColumns } from './read-system-columns.js';
import type { RowConstraints } from './row-constraints.js';

export interface Assignment {
  /** Place of the column. */
  readonly index: number;
  readonly value: Evaluate;
}

/** Replaces row versions by new ones, with their index entries: what UPDATE and ON CONFLICT DO UPDATE share. */
export class RowUpdates {
  private readonly entries: IndexEntries;
  /** Assigned columns that are in indexes: the new version may share the old one's entries when they stay as they are. */
  private readonly indexed: readonly number[];

  constructor(
    private readonly relation: Relation,
    private readonly source: Source,
    private readonly assignments: readonly Assignment[],
    private readonly constraints: RowConstraints,
  ) {
    this.entries = new IndexEntries(relation);
    this.indexed = this.entries.indexedAmong(assignments.map(({ index }) => index));
  }

  /** `row` holds the old version, which is at `tid`; `show` gets it with the new one's values in their place. */
  update(row: Row, tid: Tid, frame: Frame, show: (changed: Row) => void): ModifyResult {
    const { relation, source } = this;
    const { offset } = source;
    const changed = row.slice();
    for (const { index, value } of this.assignments) changed[offset + index] = value(row, frame);
    const values = changed.slice(offset, offset + relation.columns.length);
    this.constraints.verify(values, changed, frame);
    const { engine, call } = frame.execution;
    const keepsIndexes = agreeIn(this.indexed, row, changed, offset);
    const { fillFactor } = relation;
    const tuple = relation.layout.form(values);
    const result = engine.access.heap.update(relation.file, tid, tuple, { keepsIndexes, fillFactor });
    if (result.kind !== 'ok') return result;
    if (!result.isHeapOnly) this.entries.insert(engine, values, result.tid, call);
    changed[systemSlot(source)] = ownSystemColumns(relation, result.tid, frame);
    show(changed);
    return result;
  }
}
