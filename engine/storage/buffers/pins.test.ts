import { expect } from 'chai';
import { Fork } from '../../base/block.js';
import { Arena, arenaBytes } from '../../memory/arena.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import { SMALL_SIZES, TEST_RELATION as T, block } from '../testing/test-storage.js';
import { BufferFlag, MAX_USAGE, REFCOUNT_MASK, USAGE_MASK } from './buffer-state.js';
import { Resources } from '../resources.js';
import { Descriptors } from './descriptors.js';
import { Pins } from './pins.js';

const BUFFER = 3;

function pinsOfTwoProcesses(): { descriptors: Descriptors; mine: Pins; other: Pins } {
  const arena = new Arena(privateMemory.create(arenaBytes(SMALL_SIZES)), SMALL_SIZES);
  const descriptors = new Descriptors(arena);
  descriptors.setTag(BUFFER, T, Fork.main, block(5));
  descriptors.unlockHeader(BUFFER, BufferFlag.valid | BufferFlag.tagValid);
  return {
    descriptors,
    mine: new Pins(descriptors, new Resources()),
    other: new Pins(new Descriptors(arena), new Resources()),
  };
}

describe('pins', () => {
  it('show once per process in the shared count, and count uses up to five', () => {
    const { descriptors, mine, other } = pinsOfTwoProcesses();
    for (let i = 0; i < 4; i++) expect(mine.pin(BUFFER)).to.equal(true);
    expect(descriptors.refcount(BUFFER)).to.equal(1);
    for (let i = 0; i < 9; i++) {
      other.pin(BUFFER);
      expect(descriptors.refcount(BUFFER)).to.equal(2);
      other.unpin(BUFFER);
    }
    expect(descriptors.state(BUFFER) & USAGE_MASK).to.equal(MAX_USAGE);
    mine.unpinAll();
    expect([descriptors.refcount(BUFFER), mine.pinnedBuffers, mine.count(BUFFER)]).to.deep.equal([0, 0, 0]);
    expect(() => mine.unpin(BUFFER)).to.throw(/not pinned/);
  });

  it('are not left on a buffer that got another page before the pin was taken', () => {
    const { descriptors, mine } = pinsOfTwoProcesses();
    expect(mine.pinIfHolds(BUFFER, T, Fork.main, block(5))).to.equal(true);
    expect(mine.pinIfHolds(BUFFER, T, Fork.main, block(6))).to.equal(false);
    expect(mine.count(BUFFER)).to.equal(1);
    mine.unpin(BUFFER);
    for (const other of [
      { ...T, relation: 1 },
      { ...T, database: 1 },
      { ...T, tablespace: 1 },
    ]) {
      expect(mine.pinIfHolds(BUFFER, other, Fork.main, block(5))).to.equal(false);
    }
    expect(mine.pinIfHolds(BUFFER, T, Fork.visibilityMap, block(5))).to.equal(false);
    expect(descriptors.state(BUFFER) & REFCOUNT_MASK).to.equal(0);
    expect(mine.pinnedBuffers).to.equal(0);
  });

  it('are not taken without looking closer while the page is being read or its header is locked', () => {
    const { descriptors, mine } = pinsOfTwoProcesses();
    const state = descriptors.lockHeader(BUFFER);
    expect(mine.pinIfHolds(BUFFER, T, Fork.main, block(5))).to.equal(false);
    descriptors.unlockHeader(BUFFER, state & ~BufferFlag.valid);
    expect(mine.pinIfHolds(BUFFER, T, Fork.main, block(5))).to.equal(false);
    expect(mine.pin(BUFFER)).to.equal(false);
    mine.unpin(BUFFER);
  });
});
