import { expect } from 'chai';
import { Interrupt } from '../../memory/process-slots.js';
import { openCluster, type Cluster, type Member } from '../../memory/testing/processes.js';
import {
  LOCK_MEMBERS_URL,
  Shared,
  openLocks,
  reachPhase,
  relationTag,
  waitForPhase,
  type RandomResult,
  type StepsResult,
} from '../testing/lock-members.js';
import { SMALL_SIZES } from '../testing/test-storage.js';
import type { LockManager } from './lock-manager.js';

const OBSERVER_SLOT = 19;

describe('heavyweight locks between real processes', () => {
  const steps = (cluster: Cluster, slot: number, text: string, settings = {}): Member =>
    cluster.start(slot, LOCK_MEMBERS_URL, 'lockInSteps', text, JSON.stringify(settings));
  const resultOf = async (member: Member): Promise<StepsResult> => JSON.parse(await member.ended) as StepsResult;

  /** Until another process waits for its lock: seen in the list, which every process may read. */
  async function untilWaiting(locks: LockManager, count: number): Promise<void> {
    while (locks.list().filter(({ granted }) => !granted).length < count)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }

  it('exclude: no increment of three processes is lost', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const members = [0, 1, 2].map((slot) => cluster.start(slot, LOCK_MEMBERS_URL, 'incrementUnderHeavyLock', '2000'));
    await Promise.all(members.map(({ ended }) => ended));
    expect(cluster.memory(OBSERVER_SLOT).arena.area('statistics').i32[Shared.counter]).to.equal(6000);
  });

  it('find a deadlock of two, end one of them with its reasons and let the other go on', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const members = [
      steps(cluster, 0, '1:Exclusive reach await:2 2:Share'),
      steps(cluster, 1, '2:Exclusive reach await:2 1:Share'),
    ];
    const results = await Promise.all(members.map(resultOf));
    expect(results.map(({ outcome }) => outcome))
      .to.include('40P01')
      .and.include('done');
    const victim = results.findIndex(({ outcome }) => outcome === '40P01');
    const [mine, other] = [members[victim].process.pid, members[1 - victim].process.pid];
    expect(results[victim].message).to.equal('deadlock detected');
    expect(results[victim].detail!.split('\n')).to.deep.equal([
      `Process ${mine} waits for ShareLock on relation ${2 - victim} of database 5; blocked by process ${other}.`,
      `Process ${other} waits for ShareLock on relation ${1 + victim} of database 5; blocked by process ${mine}.`,
    ]);
  });

  it('find a deadlock of two readers who both want to write', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const members = [0, 1].map((slot) => steps(cluster, slot, '1:Share reach await:2 1:Exclusive'));
    const outcomes = (await Promise.all(members.map(resultOf))).map(({ outcome }) => outcome);
    expect(outcomes.sort()).to.deep.equal(['40P01', 'done']);
  });

  it('find a deadlock of three', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const members = [0, 1, 2].map((slot) =>
      steps(cluster, slot, `${slot}:Exclusive reach await:3 ${(slot + 1) % 3}:Exclusive`, {
        deadlock_timeout: 100 + 50 * slot,
      }),
    );
    const outcomes = (await Promise.all(members.map(resultOf))).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === '40P01').length).to.equal(1);
    expect(outcomes.filter((outcome) => outcome === 'done').length).to.equal(2);
  });

  it('stop waiting at lock_timeout, and leave no trace', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const memory = cluster.memory(OBSERVER_SLOT);
    const locks = openLocks(memory);
    locks.acquire(relationTag(1), 'AccessShare');
    const result = await resultOf(steps(cluster, 0, '1:AccessExclusive', { lock_timeout: 50 }));
    expect(result).to.deep.equal({ outcome: '55P03', message: 'canceling statement due to lock timeout' });
    expect(locks.list().length).to.equal(1);
    expect(await resultOf(steps(cluster, 1, '1:Share'))).to.deep.equal({ outcome: 'done' });
    locks.releaseAll();
    expect(locks.list()).to.deep.equal([]);
  });

  it('stop waiting when canceled, and let those behind in', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const memory = cluster.memory(OBSERVER_SLOT);
    const locks = openLocks(memory);
    locks.acquire(relationTag(1), 'AccessShare');
    const writer = steps(cluster, 0, '1:AccessExclusive');
    await untilWaiting(locks, 1);
    const reader = steps(cluster, 1, '1:AccessShare');
    await untilWaiting(locks, 2);
    expect(memory.slots.waitEvent(0)).to.deep.equal({ waitClass: 'Lock', event: 'relation' });
    memory.slots.raiseInterrupt(0, Interrupt.cancel);
    memory.latches.set(0);
    expect((await resultOf(writer)).outcome).to.equal('57014');
    expect((await resultOf(reader)).outcome).to.equal('done');
    locks.releaseAll();
  });

  it('serve in the order of asking: a reader does not overtake a waiting writer', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const memory = cluster.memory(OBSERVER_SLOT);
    const locks = openLocks(memory);
    locks.acquire(relationTag(1), 'AccessShare');
    const writer = steps(cluster, 0, '1:AccessExclusive reach await:2');
    await untilWaiting(locks, 1);
    expect(locks.acquire(relationTag(1), 'AccessShare', { wait: false })).to.equal(true);
    const reader = steps(cluster, 1, '1:AccessShare');
    await untilWaiting(locks, 2);
    locks.releaseAll();
    waitForPhase(memory, 1);
    expect(locks.list().map(({ mode, granted }) => [mode, granted])).to.deep.equal([
      ['AccessExclusive', true],
      ['AccessShare', false],
    ]);
    expect(locks.acquire(relationTag(1), 'AccessShare', { wait: false })).to.equal(false);
    reachPhase(memory);
    expect((await resultOf(writer)).outcome).to.equal('done');
    expect((await resultOf(reader)).outcome).to.equal('done');
  });

  it('come through random work with deadlocks, exclude, and leave the table empty', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const members = [0, 1, 2, 3].map((slot) => cluster.start(slot, LOCK_MEMBERS_URL, 'lockAtRandom', '400', '4'));
    const results = (await Promise.all(members.map(({ ended }) => ended))).map(
      (text) => JSON.parse(text) as RandomResult,
    );
    const sum = (values: Iterable<number>): number => [...values].reduce((total, each) => total + each, 0);
    const { i32 } = cluster.memory(OBSERVER_SLOT).arena.area('statistics');
    const additions = sum(i32.subarray(Shared.firstOfThree, Shared.firstOfThree + 3));
    expect(sum(results.map(({ deadlocks }) => deadlocks))).to.be.greaterThan(0);
    expect(additions).to.equal(sum(results.map(({ writes }) => writes)));
    expect(openLocks(cluster.memory(OBSERVER_SLOT)).list()).to.deep.equal([]);
  });
});

describe('lock manager of one process', () => {
  it('counts repeated locks and gives each back once', () => {
    using cluster = openCluster(SMALL_SIZES);
    const locks = openLocks(cluster.memory(0));
    const other = openLocks(cluster.memory(1));
    const tag = relationTag(7);
    locks.acquire(tag, 'Share');
    locks.acquire(tag, 'Share');
    expect(other.acquire(tag, 'RowExclusive', { wait: false })).to.equal(false);
    locks.release(tag, 'Share');
    expect(locks.holds(tag, 'Share')).to.equal(true);
    expect(other.acquire(tag, 'RowExclusive', { wait: false })).to.equal(false);
    locks.release(tag, 'Share');
    expect(locks.holds(tag, 'Share')).to.equal(false);
    expect(other.acquire(tag, 'RowExclusive', { wait: false })).to.equal(true);
    expect(() => locks.release(tag, 'Share')).to.throw(/not held/);
    other.releaseAll();
  });

  it('does not conflict with itself', () => {
    using cluster = openCluster(SMALL_SIZES);
    const locks = openLocks(cluster.memory(0));
    locks.acquire(relationTag(7), 'AccessShare');
    expect(locks.acquire(relationTag(7), 'AccessExclusive', { wait: false })).to.equal(true);
    locks.releaseAll();
  });
});
