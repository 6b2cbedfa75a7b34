import { expect } from 'chai';
import fc from 'fast-check';
import { parseFault } from '../faults/parse.js';
import { printFault } from '../faults/print.js';
import { cycleSeed } from './campaign.js';
import { drawConfig } from './draw-config.js';

const abilities = {
  trace: true,
  inspection: true,
  transactions: true,
  processTypes: ['postmaster', 'startup', 'checkpointer', 'bgwriter', 'walwriter', 'backend'],
  features: [],
};

describe('drawing a cycle', () => {
  it('is a pure function of the seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(JSON.stringify(drawConfig(seed, abilities))).to.equal(JSON.stringify(drawConfig(seed, abilities)));
      }),
      { numRuns: 30 },
    );
  });

  it('plans only faults that print and parse, with a kill in every round', () => {
    for (let seed = 0; seed < 200; seed++) {
      for (const { faults } of drawConfig(seed, abilities).rounds) {
        expect(faults.some((line) => line.startsWith('kill'))).to.equal(true);
        for (const line of faults) expect(printFault(parseFault(line))).to.equal(line);
      }
    }
  });

  it('plans only kills at random moments for a target without a trace', () => {
    for (let seed = 0; seed < 50; seed++) {
      for (const { faults } of drawConfig(seed, { ...abilities, trace: false }).rounds) {
        expect(faults).to.have.length(1);
        expect(faults[0]).to.match(/^kill all at random/);
      }
    }
  });

  it('covers every workload and both ways of sending statements', () => {
    const configs = Array.from({ length: 100 }, (_, seed) => drawConfig(seed, abilities));
    expect(new Set(configs.map(({ workload }) => workload)).size).to.equal(6);
    expect(new Set(configs.map(({ statementMode }) => statementMode)).size).to.equal(2);
  });

  it('gives shards seeds of their own', () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => cycleSeed(1, index));
    expect(new Set(seeds).size).to.equal(1000);
  });
});
