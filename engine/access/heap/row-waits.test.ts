import { expect } from 'chai';
import * as fs from 'node:fs';
import { openCluster, type Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { maskedHeapPage } from './page-mask.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
import { PHASE_WORD, ROW_MEMBERS_URL } from '../testing/row-members.js';
import { findBrokenMarks } from '../testing/test-vacuum.js';
import { TABLE, committedRows, insertRow, startAccess, transact, type TestProcess } from '../testing/test-access.js';

/** Real processes that wait for each other's rows. The test itself is slot 0. */
describe('waiting for rows', function () {
  this.timeout(60_000);
  this.slow(3000);

  async function withCluster(
    initial: Record<number, string>,
    body: (cluster: Cluster, directory: string, process: TestProcess) => Promise<void>,
  ): Promise<void> {
    await withDirectory(async (directory) => {
      using cluster = openCluster();
      const memory = cluster.memory(0);
      memory.slots.claim(process.pid, 1);
      const me = startAccess(directory, memory);
      transact(me, () => me.access.heap.create(TABLE));
      transact(me, () => Object.entries(initial).forEach(([key, value]) => insertRow(me, Number(key), value)));
      await body(cluster, directory, me);
    });
  }

  async function run(cluster: Cluster, directory: string, ...scripts: string[]): Promise<unknown[]> {
    Atomics.store(cluster.memory(0).arena.area('statistics').i32, PHASE_WORD, 0);
    const members = scripts.map((steps, index) =>
      cluster.start(index + 1, ROW_MEMBERS_URL, 'changeInSteps', directory, steps),
    );
    return (await Promise.all(members.map(({ ended }) => ended))).map((output) => JSON.parse(output) as unknown);
  }

  it('ends with the news that the row was updated or deleted, or with the row when its holder aborts', () =>
    withCluster({ 1: 'a', 2: 'b', 3: 'c' }, async (cluster, directory, me) => {
      const [, waiter] = await run(
        cluster,
        directory,
        'begin update:1=x delete:2 update:3=z reach blocked commit',
        'begin await:1 update:1=y commit begin rows commit',
      );
      expect(waiter).to.deep.equal(['updated', '1=x 3=z']);
      const [, afterAbort] = await run(
        cluster,
        directory,
        'begin update:1=lost reach blocked abort',
        'begin await:1 update:1=y rows commit',
      );
      expect(afterAbort).to.deep.equal(['ok', '3=z 1=y']);
      const [, afterDelete] = await run(
        cluster,
        directory,
        'begin delete:3 reach blocked commit',
        'rr await:1 lock:3 rows commit',
      );
      expect(afterDelete).to.deep.equal(['deleted', '3=z 1=y']);
      expect(committedRows(me)).to.equal('1=y');
    }));

  it('ends when the subtransaction that changed or locked the row is undone, and not when it is released', () =>
    withCluster({ 1: 'a', 2: 'b', 3: 'c' }, async (cluster, directory, me) => {
      const [, afterUndo] = await run(
        cluster,
        directory,
        'begin sub lock:1 update:2=lost sub update:1=lost reach blocked undo undo await:2 commit',
        'begin await:1 update:1=x update:2=y reach commit',
      );
      expect(afterUndo).to.deep.equal(['ok', 'ok']);
      const [, afterRelease] = await run(
        cluster,
        directory,
        'begin update:3=z sub sub update:1=kept reach blocked release release blocked commit',
        'begin await:1 update:1=late commit begin rows commit',
      );
      expect(afterRelease).to.deep.equal(['updated', '2=y 3=z 1=kept']);
      expect(committedRows(me)).to.equal('2=y 3=z 1=kept');
    }));

  it('does not end when the subtransaction that changed a row locked before it is undone', () =>
    withCluster({ 1: 'a', 2: 'b' }, async (cluster, directory, me) => {
      const [holder, waiter] = await run(
        cluster,
        directory,
        'begin lock:1 sub update:1=lost undo reach blocked update:1=mine commit',
        'begin await:1 update:1=late commit',
      );
      expect({ holder, waiter }).to.deep.equal({ holder: ['ok', 'ok', 'ok'], waiter: ['updated'] });
      const [, afterRelease] = await run(
        cluster,
        directory,
        'begin sub lock:2 release sub sub delete:2 release undo reach blocked commit',
        'begin await:1 update:2=y commit',
      );
      expect(afterRelease).to.deep.equal(['ok']);
      expect(committedRows(me)).to.equal('1=mine 2=y');
    }));

  it('for a mere row lock ends with the row', () =>
    withCluster({ 1: 'a' }, async (cluster, directory) => {
      const [holder, waiter] = await run(
        cluster,
        directory,
        'begin lock:1 lock:1 reach blocked update:1=mine commit',
        'begin await:1 rows lock:1 commit begin update:1=theirs rows commit',
      );
      expect(holder).to.deep.equal(['ok', 'ok', 'ok']);
      expect(waiter).to.deep.equal(['1=a', 'updated', 'ok', '1=theirs']);
    }));

  it('in a circle ends with a deadlock error for one', () =>
    withCluster({ 1: 'a', 2: 'b' }, async (cluster, directory, me) => {
      const results = await run(
        cluster,
        directory,
        'begin update:1=x reach await:2 update:2=x commit',
        'begin update:2=y reach await:2 update:1=y commit',
      );
      const outcomes = (results as string[][]).map((told) => told[1]);
      expect(outcomes.filter((outcome) => outcome === '40P01')).to.have.length(1);
      expect(outcomes.filter((outcome) => outcome === 'ok')).to.have.length(1);
      expect(['2=x 1=x', '1=x 2=x', '2=y 1=y', '1=y 2=y']).to.include(committedRows(me));
    }));

  /** What all of them logged, in the order of the log, makes the pages they left. */
  async function expectSameAfterReplay(original: TestProcess): Promise<void> {
    const records = recordsOf(original, FIRST_RECORD);
    const wanted = pagesOf(original, TABLE).map(maskedHeapPage);
    await withDirectory((directory) => {
      fs.mkdirSync(`${directory}/pg_xact`);
      fs.mkdirSync(`${directory}/base`);
      const replica = startRecovery(directory);
      replay(replica, records);
      expect(pagesOf(replica, TABLE).map(maskedHeapPage)).to.deep.equal(wanted);
      expect(replica.access.ids.nextFullXid()).to.equal(original.access.ids.nextFullXid());
    });
  }

  it('loses no update of one row, and its dead versions are removed on the way', () =>
    withCluster({ 1: '0' }, async (cluster, directory, me) => {
      const members = [1, 2, 3].map((slot) => cluster.start(slot, ROW_MEMBERS_URL, 'incrementRow', directory, '200'));
      await Promise.all(members.map(({ ended }) => ended));
      expect(committedRows(me)).to.equal('1=600');
      expect(me.storage.buffers.blocks(TABLE, 0)).to.be.lessThan(4);
      await expectSameAfterReplay(me);
    }));

  it('and vacuum beside it, which cleans and freezes, disturbs nobody', () =>
    withCluster({ 1: '100', 2: '100', 3: '100', 4: '100' }, async (cluster, directory, me) => {
      const writers = [1, 2].map((slot) => cluster.start(slot, ROW_MEMBERS_URL, 'transferMoney', directory, '150'));
      const cleaner = cluster.start(3, ROW_MEMBERS_URL, 'vacuumAgainAndAgain', directory, String(writers.length));
      const removed = await cleaner.ended;
      await Promise.all(writers.map(({ ended }) => ended));
      expect(Number(removed)).to.be.greaterThan(0);
      await expectSameAfterReplay(me);
      expect(findBrokenMarks(me)).to.deep.equal([]);
    }));

  it('keeps the sum of all rows the same in every snapshot', () =>
    withCluster({ 1: '100', 2: '100', 3: '100', 4: '100' }, async (cluster, directory, me) => {
      const members = [1, 2, 3].map((slot) => cluster.start(slot, ROW_MEMBERS_URL, 'transferMoney', directory, '150'));
      await Promise.all(members.map(({ ended }) => ended));
      await expectSameAfterReplay(me);
    }));
});
