import { expect } from 'chai';
import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { historyAt } from '../../history/history-at.js';
import { replay } from '../../trace/testing/replay.js';
import { traceDigest } from './exact-crash.js';
import { recoverAndRead } from './judge-state.js';
import { judge } from './judgements.js';
import { searchRun } from './search.js';
import { simulate } from './simulate.js';
import { searchOn, simulation, smallConfig, toolsFor } from './testing/small-run.js';

describe('simulated runs', () => {
  let target: SimulatedTarget;
  before(async () => (target = await simulation()));

  it('are the same for the same configuration, and others for another seed', async () => {
    const digest = async (seed: number): Promise<number> =>
      traceDigest((await simulate(smallConfig({ seed }), target)).events);
    expect(await digest(3)).to.equal(await digest(3));
    expect(await digest(4)).to.not.equal(await digest(3));
  });

  it('tell clients the same for the same configuration', async () => {
    const told = async () => (await simulate(smallConfig(), target)).history.transactions;
    expect(await told()).to.deep.equal(await told());
  });

  it('run what was drawn for every client, and answer it', async () => {
    const { history, workload, shape } = await simulate(smallConfig({ clients: [2], skip: ['2.3'] }), target);
    const numbers = [1, 2, 4, 5, 6, 7, 8, 9, 10];
    expect(history.transactions.map(({ tag }) => tag)).to.deep.equal(numbers.map((number) => `2.${number}`));
    expect(history.transactions.every(({ outcome }) => outcome === 'ok')).to.equal(true);
    expect(history.anomalies).to.deep.equal([]);
    expect({ name: workload.name, ...shape }).to.include({ name: 'bank', clients: 2 });
  });

  it('have their clients take turns, and everything in one order', async () => {
    const { history, events, readyAt, endedAt } = await simulate(smallConfig(), target);
    const clients = history.transactions.map(({ client }) => client);
    expect(clients).to.not.deep.equal(clients.toSorted((a, b) => a - b));
    const places = [
      ...events.flatMap(({ start, end }) => [start, end]),
      ...history.transactions.flatMap((each) => [each.invokeSequence, each.commitSequence ?? -1, each.endSequence!]),
    ].filter((place) => place >= 0);
    expect(new Set(places).size).to.equal(places.length);
    expect(Math.min(...history.transactions.map(({ invokeSequence }) => invokeSequence))).to.be.greaterThan(readyAt);
    expect(Math.max(...places)).to.be.at.most(endedAt);
  });

  it('put every change of the disk into the trace', async () => {
    const config = smallConfig({ asyncShare: 0 });
    const run = await simulate(config, target);
    const { base, events, history } = run;
    const all = await recoverAndRead(toolsFor(target, config), replay(base, events));
    expect(judge(all, history, run)).to.deep.equal([]);
    const without = await recoverAndRead(toolsFor(target, config), replay(base, events.slice(0, -6)));
    expect(judge(without, history, run)).to.not.deep.equal([]);
  });

  it('stall a process where the plan says so, and count it', async () => {
    const { faults, history } = await simulate(
      smallConfig({ faults: ['stall backend at fdatasync(wal) #2 for 40 ms'] }),
      target,
    );
    expect(faults).to.have.length(1);
    expect(faults[0]).to.include({ fired: true, firings: 1 });
    const [longest] = history.transactions.map(({ invokedAt, endedAt }) => endedAt! - invokedAt).sort((a, b) => b - a);
    expect(longest).to.be.at.least(40);
  });

  it('tell of a fault that was never reached', async () => {
    const { faults } = await simulate(
      smallConfig({ faults: ['stall backend at fdatasync(wal) #9999 for 40 ms'] }),
      target,
    );
    expect(faults[0]).to.include({ fired: false, firings: 0 });
  });

  it('put a failed fsync of the log on record; the PANIC ends everybody, and the cluster starts again', async () => {
    const config = smallConfig({ asyncShare: 0, faults: ['EIO backend at fdatasync(wal) #3'] });
    const { faults, log, events, history } = await simulate(config, target);
    expect(faults[0]).to.include({ fired: true, firings: 1 });
    const failedSync = events.findIndex((event) => event.kind === 'sync' && event.failed);
    expect(events[failedSync]).to.include({ of: 'data' });
    expect(events.slice(failedSync).some(({ process }) => process === 'startup')).to.equal(true);
    expect(log.filter((line) => line.includes('was interrupted'))).to.have.length(1);
    expect(history.transactions).to.have.length(20);
    const told = history.transactions.find(({ error }) => error?.startsWith('58030'));
    expect(told!.outcome).to.equal('unknown');
    expect(history.transactions.at(-1)!.outcome).to.equal('ok');
  });

  it('have every process of the cluster end by the PANIC of one', async () => {
    const { log, history } = await simulate(smallConfig({ faults: ['EIO checkpointer at fsync(data) #2'] }), target);
    expect(log.filter((line) => line.startsWith('PANIC'))).to.have.length(1);
    expect(history.transactions.some(({ error }) => error?.startsWith('57P02'))).to.equal(true);
  });

  it('end where a fault never lets the cluster come up again', async () => {
    const faults = ['EIO backend at fdatasync(wal) #3', 'EIO startup at pread(wal) #1+'];
    const { log, history } = await simulate(smallConfig({ faults }), target);
    expect(history.count('ok')).to.be.lessThan(5);
    expect(log.filter((line) => line.startsWith('PANIC')).length).to.be.within(2, 40);
  });

  it('restart the cluster in the middle, when its turn is drawn, and lose nothing', async () => {
    const config = smallConfig({ turns: { checkpointer: 5, bgwriter: 0, walwriter: 5, restart: 10 } });
    const { events, history } = await simulate(config, target);
    const starts = events.filter(
      ({ process }, index) => process === 'startup' && events[index - 1]?.process !== 'startup',
    );
    expect(starts.length).to.be.greaterThan(1);
    expect(history.anomalies).to.deep.equal([]);
    expect(history.transactions).to.have.length(20);
  });

  it('know after a restart what it lost, and not before', async () => {
    const turns = { checkpointer: 10, bgwriter: 30, walwriter: 5, restart: 1 };
    const change = { workload: 'counters', clients: [1], asyncShare: 1, transactionsPerClient: 50, turns };
    const config = smallConfig({ ...change, interruptChance: 0, seed: 1_209_069_211 });
    const run = await simulate(config, target);
    const lost = run.history.transactions.find(({ outcome, survived }) => outcome === 'ok' && survived === false)!;
    const survivedAt = (sequence: number): boolean | undefined =>
      historyAt(run.history, sequence).transactions.find(({ tag }) => tag === lost.tag)!.survived;
    expect(survivedAt(lost.survivedSequence!)).to.equal(false);
    expect(survivedAt(lost.survivedSequence! - 1)).to.equal(undefined);
    const search = searchOn(['posix-weak'], { points: 40, survivorSets: 2 });
    expect(await searchRun(run, { config, search, target })).to.include({ failure: undefined });
  });

  it('know after a restart nothing of what was begun since, though it was found unfinished', async () => {
    const turns = { checkpointer: 0, bgwriter: 10, walwriter: 30, restart: 3 };
    const clients = [1, 2, 3, 4];
    let begunBeforeAllWasRead = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { history } = await simulate(smallConfig({ clients, turns, interruptChance: 0.2, seed }), target);
      for (const [index, { sequence }] of history.crashes.entries()) {
        const next = history.crashes[index + 1]?.sequence ?? Infinity;
        const settledAt = history.transactions
          .map(({ survivedSequence }) => survivedSequence ?? 0)
          .find((at) => at > sequence && at < next);
        const since = history.transactions.filter(({ invokeSequence }) => invokeSequence > sequence);
        begunBeforeAllWasRead += since.filter(({ invokeSequence }) => invokeSequence < (settledAt ?? 0)).length;
        if (settledAt) expect(since.map(({ survivedSequence }) => survivedSequence)).to.not.include(settledAt);
      }
    }
    expect(begunBeforeAllWasRead).to.be.greaterThan(0);
  });
});
