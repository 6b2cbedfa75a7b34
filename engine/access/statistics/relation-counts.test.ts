import { expect } from 'chai';
import { LevelChanges, RelationCounts } from './relation-counts.js';

function changes(inserted: number, updated: number, deleted: number, outer?: LevelChanges): LevelChanges {
  return Object.assign(new LevelChanges(outer ? outer.level + 1 : 0, outer), { inserted, updated, deleted });
}

describe('changes of a table counted by levels of a transaction', () => {
  it('are added to those around them when a savepoint is released, and dead when it is rolled back', () => {
    const counts = new RelationCounts(5, 16384, undefined);
    const outer = changes(10, 0, 0);
    outer.absorb(changes(5, 2, 1, outer));
    counts.settle(changes(3, 1, 1, outer), false);
    counts.settle(outer, true);
    expect(counts).to.include({ inserted: 18, updated: 3, deleted: 2, live: 14, dead: 7, changed: 18 });
  });

  it('begin anew from where an inner level emptied the table', () => {
    const counts = new RelationCounts(5, 16384, undefined);
    const outer = changes(10, 0, 0);
    const inner = changes(5, 0, 0, outer);
    inner.empty();
    inner.inserted = 2;
    outer.absorb(inner);
    counts.settle(outer, true);
    expect(counts).to.include({ isEmptied: true, live: 2, dead: 0, changed: 2 });
  });
});
