import { expect } from 'chai';
import fc from 'fast-check';
import { drawStream } from './stream.js';
import { workloads } from './workload-table.js';

describe('workloads', () => {
  for (const workload of workloads) {
    it(`${workload.name}: a stream depends on its seed alone, and grows at its end`, () => {
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 8 }), (seed, client) => {
          const shape = { clients: 8, asyncShare: 0.5, rollbackShare: 0.2 };
          const stream = drawStream(workload, shape, seed, client, 12);
          expect(drawStream(workload, shape, seed, client, 12)).to.deep.equal(stream);
          expect(drawStream(workload, shape, seed, client, 5)).to.deep.equal(stream.slice(0, 5));
          expect(JSON.parse(JSON.stringify(stream))).to.deep.equal(stream);
        }),
        { numRuns: 20 },
      );
    });
  }

  it('have names of their own', () => {
    expect(new Set(workloads.map(({ name }) => name)).size).to.equal(workloads.length);
  });
});
