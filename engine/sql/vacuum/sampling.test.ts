import { expect } from 'chai';
import { sampleBlocks } from './block-sampler.js';
import { Reservoir } from './reservoir.js';

/** A small generator: the tests want the same numbers each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff) / 0x8000_0000;
}

describe('sampling for ANALYZE', () => {
  it('takes every block when there are not more than wanted', () => {
    expect([...sampleBlocks(4, 10, numbers(1))]).to.deep.equal([0, 1, 2, 3]);
    expect([...sampleBlocks(0, 10, numbers(1))]).to.deep.equal([]);
  });

  it('takes as many blocks as wanted, ascending, from the whole table', () => {
    const chosen = Array.from({ length: 200 }, (_, seed) => [...sampleBlocks(100, 10, numbers(seed + 1))]);
    for (const blocks of chosen) {
      expect(blocks).to.have.length(10);
      expect(blocks).to.deep.equal(blocks.toSorted((a, b) => a - b));
    }
    const half = chosen.flat().filter((block) => block < 50).length;
    expect(half).to.be.within(850, 1150);
  });

  it('keeps each row with the same probability', () => {
    const kept = new Map<number, number>();
    for (let seed = 1; seed <= 500; seed++) {
      const reservoir = new Reservoir<number>(10, numbers(seed * 7919));
      for (let row = 0; row < 50; row++) reservoir.offer(() => row);
      expect(new Set(reservoir.rows).size).to.equal(10);
      for (const row of reservoir.rows) kept.set(row, (kept.get(row) ?? 0) + 1);
    }
    for (let row = 0; row < 50; row++) expect(kept.get(row), `row ${row}`).to.be.within(55, 150);
  });
});
