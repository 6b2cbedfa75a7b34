import { expect } from 'chai';
import fc from 'fast-check';
import { BLOCK_BYTES } from '../../base/block.js';
import { initPage } from '../page/header.js';
import { INNER_NODES, NODES, NODES_AT, SLOTS, categoryOfRequest, categoryOfSpace, spaceOfCategory } from './layout.js';
import {
  available,
  clearSlots,
  maxAvailable,
  rebuild,
  searchAvailable,
  setAvailable,
  setNextSlot,
} from './map-page.js';

function emptyPage(): Buffer {
  const page = Buffer.alloc(BLOCK_BYTES);
  initPage(page);
  return page;
}

/** Near both ends and in between: where the tree is not complete, too. */
const anySlot = fc.oneof(fc.nat(20), fc.nat(SLOTS - 1), fc.integer({ min: SLOTS - 20, max: SLOTS - 1 }));
const anyCategory = fc.nat(255);
const anyRequest = fc.integer({ min: 1, max: 255 });

describe('free-space map page', () => {
  it('has the layout of PostgreSQL', () => {
    expect({ NODES, INNER_NODES, SLOTS }).to.deep.equal({ NODES: 8164, INNER_NODES: 4095, SLOTS: 4069 });
  });

  it('rounds room down and requests up', () => {
    expect([0, 31, 32, 8159, 8160, 8168].map(categoryOfSpace)).to.deep.equal([0, 0, 1, 254, 255, 255]);
    expect([0, 1, 32, 33, 8128, 8129, 8160].map(categoryOfRequest)).to.deep.equal([1, 1, 1, 2, 254, 255, 255]);
    fc.assert(
      fc.property(fc.nat(8160), (bytes) => {
        expect(spaceOfCategory(categoryOfSpace(bytes))).to.be.at.most(bytes);
        expect(spaceOfCategory(categoryOfRequest(bytes))).to.be.at.least(bytes);
      }),
    );
  });

  it('finds a slot with enough room exactly when there is one, the next one in a circle (model)', () => {
    const step = fc.record({ slot: anySlot, value: anyCategory, wanted: anyRequest, from: anySlot });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const page = emptyPage();
        const model = new Uint8Array(SLOTS);
        for (const { slot, value, wanted, from } of steps) {
          expect(setAvailable(page, slot, value)).to.equal(model[slot] !== value);
          model[slot] = value;
          expect(available(page, slot)).to.equal(value);
          expect(maxAvailable(page)).to.equal(Math.max(...model));
          setNextSlot(page, from);
          const found = searchAvailable(page, wanted) as number;
          expect(found === -1 || model[found] >= wanted).to.equal(true);
          expect(found >= 0).to.equal(model.some((each) => each >= wanted));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('goes round: each search begins behind the last find', () => {
    const page = emptyPage();
    for (const slot of [3, 900, 4068]) setAvailable(page, slot, 9);
    const found = Array.from({ length: 5 }, () => {
      const slot = searchAvailable(page, 9) as number;
      setNextSlot(page, slot + 1);
      return slot;
    });
    expect(found).to.deep.equal([3, 900, 4068, 3, 900]);
  });

  it('tells a torn page from a sound one, and is right again after a rebuild', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anySlot, anyCategory), { maxLength: 30 }),
        fc.array(fc.tuple(fc.nat(NODES - 1), anyCategory), { minLength: 1, maxLength: 30 }),
        anyRequest,
        (settings, damage, wanted) => {
          const page = emptyPage();
          for (const [slot, value] of settings) setAvailable(page, slot, value);
          for (const [node, value] of damage) page[NODES_AT + node] = value;
          const before = searchAvailable(page, wanted);
          if (typeof before === 'number' && before >= 0) expect(available(page, before)).to.be.at.least(wanted);
          rebuild(page);
          const leaves = [...page.subarray(NODES_AT + INNER_NODES)];
          expect(maxAvailable(page)).to.equal(Math.max(...leaves));
          expect(searchAvailable(page, wanted) !== -1).to.equal(leaves.some((leaf) => leaf >= wanted));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('mends the way up when a damaged page is set', () => {
    const page = emptyPage();
    page[NODES_AT + INNER_NODES + 7] = 100;
    setAvailable(page, 8, 50);
    setAvailable(page, 7, 101);
    expect(maxAvailable(page)).to.equal(101);
  });

  it('forgets slots', () => {
    const page = emptyPage();
    for (const slot of [10, 20, 30]) setAvailable(page, slot, slot);
    expect(clearSlots(page, 20, SLOTS - 1)).to.equal(true);
    expect([10, 20, 30].map((slot) => available(page, slot))).to.deep.equal([10, 0, 0]);
    expect(maxAvailable(page)).to.equal(10);
    expect(clearSlots(page, 20, SLOTS - 1)).to.equal(false);
  });
});
