import { expect } from 'chai';
import type { CycleConfig } from '../runner/cycle-config.js';
import { reductions, sizeOf } from './reductions.js';

const config: CycleConfig = {
  seed: 1,
  workload: 'bank',
  clients: [1, 2],
  asyncShare: 0.3,
  rollbackShare: 0,
  transactionsPerRound: 100,
  skip: [],
  statementMode: 'single',
  readingsEvery: 5,
  checkpointEveryMs: 20,
  walSegmentMegabytes: 1,
  settings: {},
  rounds: [
    { faults: ['stall any at call #1 for 5 ms', 'kill all at cut {backend#1 #4, backend#2 #5, walwriter #3}'] },
    { faults: ['kill all at random +0.100'] },
  ],
  recoverTwice: true,
};

describe('reductions', () => {
  it('are all smaller', () => {
    for (const candidate of reductions(config)) expect(sizeOf(candidate)).to.be.lessThan(sizeOf(config));
  });

  it('keep a kill in every round', () => {
    for (const { rounds } of reductions(config)) {
      for (const { faults } of rounds) expect(faults.some((fault) => fault.startsWith('kill'))).to.equal(true);
    }
  });

  it('take a client that is gone out of cuts', () => {
    const alone = reductions(config).find(
      ({ clients, rounds }) => clients.length === 1 && clients[0] === 2 && rounds.length === 2,
    )!;
    expect(alone.rounds[0].faults[1]).to.equal('kill all at cut {backend#2 #5, walwriter #3}');
  });

  it('end', () => {
    let smallest = config;
    for (let steps = 0; reductions(smallest).length > 0; steps++) {
      expect(steps).to.be.lessThan(100);
      smallest = reductions(smallest)[0];
    }
    expect(smallest).to.deep.include({ clients: [1], transactionsPerRound: 1, asyncShare: 0 });
  });
});
