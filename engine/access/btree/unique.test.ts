import { expect } from 'chai';
import type { Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { TABLE, begin, commit, insertRow, transact, type TestProcess } from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';
import { allEntries, testIndex } from '../testing/test-index.js';
import type { InsertCheck, InsertOutcome } from './btree.js';

const index = testIndex({ isUnique: true });

describe('a unique index', () => {
  async function withProcesses(body: (me: TestProcess, other: TestProcess) => void): Promise<void> {
    await withDirectory((directory) => {
      const { cluster, processes } = openProcesses(directory, 2);
      using _cluster: Cluster = cluster;
      const [me, other] = processes;
      transact(me, () => {
        me.access.heap.create(TABLE);
        me.access.btree.create(index);
      });
      body(me, other);
    });
  }

  function insert(member: TestProcess, key: number | null, check: InsertCheck = 'unique'): InsertOutcome {
    const tid = insertRow(member, key ?? 0, 'row');
    return member.access.btree.insert(index, [key], tid, check);
  }

  it('reports the row that has the key already, and takes nothing in', () =>
    withProcesses((me) => {
      begin(me);
      expect(insert(me, 1)).to.equal('inserted');
      expect(insert(me, 2)).to.equal('inserted');
      expect(insert(me, 1)).to.deep.equal({ duplicate: { block: 0, offset: 1 } });
      expect(me.access.btree.conflict(index, [2])).to.deep.equal({ duplicate: { block: 0, offset: 2 } });
      expect(me.access.btree.conflict(index, [2], { block: 0 as never, offset: 2 })).to.equal(null);
      expect(me.access.btree.conflict(index, [3])).to.equal(null);
      expect(allEntries(me, index).length).to.equal(2);
      commit(me);
    }));

  it('takes any number of nulls', () =>
    withProcesses((me) => {
      begin(me);
      expect([null, null, 1, null].map((key) => insert(me, key))).to.deep.equal([
        'inserted',
        'inserted',
        'inserted',
        'inserted',
      ]);
      commit(me);
    }));

  it('tells a trial insertion of a transaction that is still running, without waiting', () =>
    withProcesses((me, other) => {
      begin(other);
      insert(other, 1);
      begin(me);
      const inProgress = other.access.transactions.xidIfAssigned();
      expect(insert(me, 1, 'speculative')).to.deep.equal({
        duplicate: { block: 0, offset: 1 },
        undecided: { inProgress },
      });
      other.access.transactions.abort();
      expect(insert(me, 1, 'speculative')).to.equal('inserted');
      commit(me);
    }));

  it('gives the key of a deleted row to the next, and marks the entry when nobody sees the row any more', () =>
    withProcesses((me, other) => {
      const tid = transact(me, () => {
        const place = insertRow(me, 1, 'old');
        me.access.btree.insert(index, [1], place, 'unique');
        return place;
      });
      begin(other);
      other.access.transactions.snapshot();
      transact(me, () => me.access.heap.delete(TABLE, tid));
      expect(transact(me, () => insert(me, 1))).to.equal('inserted');
      begin(me);
      expect(allEntries(me, index).length, 'while an old snapshot sees the row').to.equal(2);
      commit(me);
      commit(other);
      begin(me);
      me.access.transactions.snapshot();
      expect(insert(me, 1)).to.have.property('duplicate');
      expect(allEntries(me, index).length, 'afterwards').to.equal(1);
      commit(me);
    }));
});

describe('vacuum of an index', () => {
  it('waits for a scan that keeps its page pinned', () =>
    withDirectory((directory) => {
      const { cluster, processes } = openProcesses(directory, 2);
      using _cluster: Cluster = cluster;
      const [me, other] = processes;
      const plain = testIndex();
      transact(me, () => {
        me.access.btree.create(plain);
        me.access.btree.insert(plain, [1], { block: 0 as never, offset: 1 }, 'none');
      });
      begin(other);
      other.access.transactions.snapshot();
      const scan = other.access.btree.scan(plain, { equal: [1] }, 'forward', { keepPin: true });
      expect(scan.next()?.values()).to.deep.equal([1]);
      me.context.interrupts.statementDeadline = me.context.os.clock.monotonic() + 50;
      begin(me);
      const vacuum = (): unknown =>
        me.access.btree.bulkDelete(
          plain,
          () => true,
          undefined,
          () => {},
        );
      expect(vacuum).to.throw('statement timeout');
      me.access.transactions.abort();
      scan.close();
      begin(me);
      expect(vacuum()).to.include({ removed: 1, entries: 0 });
      commit(me);
      commit(other);
    }));
});
