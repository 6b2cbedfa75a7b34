import { expect } from 'chai';
import { parsePowerLoss, printPowerLoss } from '../disks/print-crash.js';
import type { PowerConfig } from '../runner/power/power-config.js';
import { tryExactCrash } from '../runner/power/exact-crash.js';
import { simulate } from '../runner/power/simulate.js';
import { failureOnLiar, smallConfig, toolsFor } from '../runner/power/testing/small-run.js';
import { powerReductions, powerSizeOf, transactionCount } from './power-reductions.js';
import { PowerShrinker, type PowerShrinkOptions } from './power-shrink.js';

const config: PowerConfig = {
  ...smallConfig(),
  clients: [1, 3],
  transactionsPerClient: 25,
  skip: ['1.4', '3.20'],
  turns: { checkpointer: 5, bgwriter: 10, walwriter: 5, restart: 1 },
  faults: ['stall any at call #1 for 5 ms'],
};

function allReductions(config: PowerConfig): PowerConfig[] {
  return powerReductions.flatMap((reduction) => reduction(config));
}

describe('reductions of a simulated run', () => {
  it('are all smaller, and never empty', () => {
    for (const candidate of allReductions(config)) {
      expect(powerSizeOf(candidate)).to.be.lessThan(powerSizeOf(config));
      expect(transactionCount(candidate)).to.be.greaterThan(0);
    }
  });

  it('end, whichever is taken', () => {
    for (const choose of [0, -1]) {
      let smallest = config;
      for (let steps = 0; ; steps++) {
        const next = allReductions(smallest).at(choose);
        if (!next) break;
        expect(steps).to.be.lessThan(100);
        smallest = next;
      }
      expect(transactionCount(smallest)).to.equal(1);
      expect(smallest).to.deep.include({
        turns: { checkpointer: 0, bgwriter: 0, walwriter: 0, restart: 0 },
        faults: [],
        interruptChance: 0,
        asyncShare: 0,
        rollbackShare: 0,
        statementMode: 'batch',
      });
      expect(smallest.clients).to.have.length(1);
    }
  });

  it('keep the seed and what the disk holds at first, so that what is left of the run stays as it was', () => {
    for (const { seed, workload, settings, walSegmentMegabytes } of allReductions(config)) {
      expect({ seed, workload, settings, walSegmentMegabytes }).to.deep.equal({
        seed: config.seed,
        workload: config.workload,
        settings: config.settings,
        walSegmentMegabytes: config.walSegmentMegabytes,
      });
    }
  });

  it('skip no transaction that does not exist', () => {
    for (const { clients, transactionsPerClient, skip } of allReductions(config)) {
      for (const tag of skip) {
        const [client, number] = tag.split('.').map(Number);
        expect(clients).to.include(client);
        expect(number).to.be.at.most(transactionsPerClient);
      }
    }
  });

  it('leave single transactions out once there are few', () => {
    const few = { ...config, clients: [1], transactionsPerClient: 6, skip: ['1.4'] };
    const skips = allReductions(few).map(({ skip }) => skip.join());
    expect(skips).to.include.members(['1.4,1.1', '1.4,1.5']);
  });
});

describe('shrinking a failure under power loss', () => {
  const shrinkerOf = async (change: Partial<PowerShrinkOptions> = {}): Promise<PowerShrinker> => {
    const { target } = await failureOnLiar();
    const quiet = { isOver: () => false, onState: () => {}, onStep: () => {} };
    return new PowerShrinker({ target, invariant: 'durability', ...quiet, ...change });
  };

  it('leaves few of twenty transactions, and the same invariant fails still', async () => {
    const { config: start, failure, target } = await failureOnLiar();
    expect(transactionCount(start)).to.equal(20);
    const steps: string[] = [];
    const shrinker = await shrinkerOf({ onStep: (text) => steps.push(text) });
    const shrunk = (await shrinker.shrink({ config: start, crash: failure.crash }))!;
    expect(transactionCount(shrunk.config)).to.be.at.most(5);
    expect(powerSizeOf(shrunk.config)).to.be.lessThan(powerSizeOf(start));
    expect(shrunk).to.include({ isFinished: true });
    expect(shrunk.crash.profile).to.equal('lying-fsync');
    expect(steps).to.not.deep.equal([]);

    const run = await simulate(shrunk.config, target);
    const violations = await tryExactCrash(run, toolsFor(target, shrunk.config), shrunk.crash);
    expect(violations).to.deep.equal(shrunk.violations);
    expect(violations.map(({ invariant }) => invariant)).to.include('durability');

    const { at, survivors } = parsePowerLoss(shrunk.crash.crashes[0]);
    const onItsWay = run.events.filter(({ kind, start: from }) => kind !== 'sync' && from <= at);
    const lost = onItsWay.map((event) => event.start).filter((event) => survivors.get(event) !== 'whole');
    expect(lost.length, 'changes lost').to.be.within(1, 3);
    for (const event of lost) {
      const crashes = [printPowerLoss({ at, survivors: new Map([...survivors, [event, 'whole']]) })];
      const milder = await tryExactCrash(run, toolsFor(target, shrunk.config), { ...shrunk.crash, crashes });
      expect(milder, `without the loss of #${event}`).to.not.deep.equal(violations);
    }
  });

  it('gives up at once what does not fail', async () => {
    const { config: start, failure } = await failureOnLiar();
    const shrinker = await shrinkerOf({ invariant: 'page-structure' });
    expect(await shrinker.shrink({ config: start, crash: failure.crash })).to.equal(undefined);
  });

  it('takes nothing from the run when the time is over, only losses from its crash', async () => {
    const { config: start, failure, run, target } = await failureOnLiar();
    const shrinker = await shrinkerOf({ isOver: () => true });
    const shrunk = (await shrinker.shrink({ config: start, crash: failure.crash }))!;
    expect(shrunk.isFinished).to.equal(false);
    expect(shrunk.config).to.deep.equal(start);
    expect(shrunk.violations.map(({ invariant }) => invariant)).to.include('durability');
    const violations = await tryExactCrash(run, toolsFor(target, shrunk.config), shrunk.crash);
    expect(violations).to.deep.equal(shrunk.violations);
  });
});
