import { expect } from 'chai';
import * as fc from 'fast-check';
import { BLOCK_BYTES } from '../../base/block.js';
import {
  addIndexItem,
  align8,
  checkPage,
  deleteIndexItem,
  deleteIndexItems,
  freeSpace,
  initPage,
  itemBytes,
  maxOffset,
  overwriteIndexItem,
} from './page.js';

const item = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));

type Step =
  | { readonly kind: 'add' | 'overwrite'; readonly at: number; readonly item: Buffer }
  | { readonly kind: 'delete'; readonly at: number }
  | { readonly kind: 'delete-many'; readonly every: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), at: fc.nat(), item }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('overwrite' as const), at: fc.nat(), item }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete-many' as const), every: fc.integer({ min: 1, max: 5 }) }),
  },
);

/** Does the step to a page and to an array alike. */
function take(page: Buffer, model: Buffer[], step: Step): void {
  if (step.kind === 'add') {
    const at = step.at % (model.length + 1);
    const hasRoom = freeSpace(page) >= align8(step.item.length);
    expect(addIndexItem(page, step.item, at + 1)).to.equal(hasRoom);
    if (hasRoom) model.splice(at, 0, step.item);
  } else if (step.kind === 'delete-many') {
    const gone = [...model.keys()].filter((at) => at % step.every === 0);
    deleteIndexItems(
      page,
      gone.map((at) => at + 1),
    );
    for (const at of gone.reverse()) model.splice(at, 1);
  } else if (model.length > 0) {
    const at = step.at % model.length;
    if (step.kind === 'delete') {
      deleteIndexItem(page, at + 1);
      model.splice(at, 1);
    } else if (overwriteIndexItem(page, at + 1, step.item)) {
      model[at] = step.item;
    }
  }
}

describe('items of an index page', () => {
  it('are in the order of their line pointers, without holes, whatever is added and removed', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const page = Buffer.alloc(BLOCK_BYTES);
        initPage(page, 16);
        const model: Buffer[] = [];
        for (const each of steps) {
          take(page, model, each);
          expect(checkPage(page)).to.deep.equal([]);
          expect(maxOffset(page)).to.equal(model.length);
        }
        model.forEach((wanted, at) => expect(itemBytes(page, at + 1).equals(wanted)).to.equal(true));
        const used = model.reduce((sum, { length }) => sum + align8(length) + 4, 0);
        expect(freeSpace(page)).to.equal(Math.max(0, BLOCK_BYTES - 24 - 16 - used - 4));
      }),
      { numRuns: 60 },
    ));
});
