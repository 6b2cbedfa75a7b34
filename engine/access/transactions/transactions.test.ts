import { expect } from 'chai';
import * as fs from 'node:fs';
import { Fork, type RelFile } from '../../base/block.js';
import { fullXid, xid, type Xid } from '../../base/xid.js';
import type { Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import {
  TABLE,
  begin,
  commit,
  committedRows,
  insertRow,
  nextStatement,
  rowLayout,
  rows,
  startAccess,
  transact,
  type TestProcess,
} from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';

const OTHER: RelFile = { ...TABLE, relation: 16385 };

async function withProcesses(count: number, body: (...processes: TestProcess[]) => void): Promise<void> {
  await withDirectory((directory) => {
    const { cluster, processes } = openProcesses(directory, count);
    using _cluster: Cluster = cluster;
    transact(processes[0], () => processes[0].access.heap.create(TABLE));
    body(...processes);
  });
}

describe('transactions', () => {
  it('see what has committed before their statement, or before their first one', () =>
    withProcesses(3, (writer, committed, repeatable) => {
      begin(committed);
      begin(repeatable, 'repeatable read');
      expect([rows(committed), rows(repeatable)]).to.deep.equal(['', '']);
      transact(writer, () => insertRow(writer, 1, 'one'));
      expect(rows(committed), 'same statement').to.equal('');
      nextStatement(committed);
      nextStatement(repeatable);
      expect([rows(committed), rows(repeatable)]).to.deep.equal(['1=one', '']);
      commit(repeatable);
      expect(committedRows(repeatable)).to.equal('1=one');
    }));

  it('do not see half of another transaction', () =>
    withProcesses(2, (writer, reader) => {
      begin(writer);
      insertRow(writer, 1, 'one');
      begin(reader);
      expect(rows(reader)).to.equal('');
      insertRow(writer, 2, 'two');
      commit(writer);
      expect(rows(reader)).to.equal('');
      nextStatement(reader);
      expect(rows(reader)).to.equal('1=one 2=two');
    }));

  it('leave nothing behind when aborted', () =>
    withProcesses(2, (me, other) => {
      const tid = transact(me, () => insertRow(me, 1, 'one'));
      begin(me);
      me.access.heap.create(OTHER);
      insertRow(me, 5, 'five', OTHER);
      me.access.heap.update(TABLE, tid, rowLayout.form([1, 'uno']));
      let outcome: boolean | undefined;
      me.access.transactions.onEnd((isCommit) => (outcome = isCommit));
      const id = me.access.transactions.xid();
      me.access.transactions.abort();
      expect(outcome).to.equal(false);
      expect(me.access.commitLog.didAbort(id)).to.equal(true);
      expect(committedRows(other)).to.equal('1=one');
      expect(fs.statSync(`${me.context.dataDirectory}/base/5/16385`).size).to.equal(0);
      expect(other.storage.locks.list()).to.deep.equal([]);
      expect(me.storage.buffers.pinnedBuffers).to.equal(0);
    }));

  it('drop files only when they commit', () =>
    withProcesses(1, (me) => {
      transact(me, () => me.access.heap.create(OTHER));
      transact(me, () => insertRow(me, 1, 'one', OTHER));
      begin(me);
      me.access.transactions.dropAtCommit(OTHER);
      me.access.transactions.abort();
      expect(committedRows(me, OTHER)).to.equal('1=one');
      transact(me, () => me.access.transactions.dropAtCommit(OTHER), false);
      expect(fs.statSync(`${me.context.dataDirectory}/base/5/16385`).size).to.equal(0);
    }));

  it('let go of locks and pins after an error at any place', () =>
    withProcesses(2, (me, other) => {
      transact(me, () => insertRow(me, 1, 'one'));
      begin(me);
      const scan = me.access.heap.scan(TABLE, me.access.transactions.snapshot());
      scan.next();
      me.access.transactions.xid();
      const buffer = me.storage.buffers.read(TABLE, Fork.main, 0 as never);
      me.storage.buffers.lock(buffer, 'exclusive');
      me.access.transactions.abort();
      scan.close();
      expect(me.storage.buffers.pinnedBuffers).to.equal(0);
      expect(me.context.memory.lwlocks.heldCount).to.equal(0);
      expect(committedRows(other)).to.equal('1=one');
      me.access.transactions.abort();
    }));

  it('get ids only when they write, and end in the order that snapshots can tell', () =>
    withProcesses(3, (a, b, c) => {
      begin(a);
      rows(a);
      expect(a.access.transactions.xidIfAssigned()).to.equal(0);
      begin(b);
      const [first, second] = [a.access.transactions.xid(), b.access.transactions.xid()];
      expect(second).to.equal(first + 1);
      commit(b);
      begin(c);
      expect(c.access.transactions.snapshot()).to.deep.include({ xmin: first, xmax: second + 1, running: [first] });
      expect(c.access.transactions.isInProgress(first)).to.equal(true);
      expect(c.access.transactions.isInProgress(second)).to.equal(false);
      commit(a);
      expect(c.access.transactions.latestSnapshot()).to.deep.include({ running: [], xmax: second + 1 });
    }));

  it('share one snapshot while nothing ends', () =>
    withProcesses(2, (me, other) => {
      const take = (): readonly Xid[] => transact(me, () => me.access.transactions.snapshot().running);
      begin(other);
      other.access.transactions.xid();
      transact(me, () => me.access.transactions.xid());
      expect(take()).to.equal(take());
      commit(other);
      expect(take()).to.deep.equal([]);
    }));

  it('hold back the horizon from their first snapshot on', () =>
    withProcesses(2, (me, other) => {
      begin(me);
      const { xmin } = me.access.transactions.snapshot();
      for (let i = 0; i < 3; i++) transact(other, () => insertRow(other, i, 'row'));
      transact(other, () => {
        other.access.transactions.snapshot();
        expect(other.access.transactions.oldestXmin()).to.equal(xmin);
      });
      commit(me);
      transact(other, () => {
        other.access.transactions.snapshot();
        expect(other.access.transactions.oldestXmin()).to.equal(xmin + 3);
      });
    }));

  it('that are asynchronous leave hints off until their commit is on disk', () =>
    withDirectory((directory) => {
      const me = startAccess(directory);
      transact(me, () => me.access.heap.create(TABLE));
      const tid = transact(me, () => insertRow(me, 1, 'one'), false);
      const infomask = (): number => {
        begin(me);
        expect(rows(me)).to.equal('1=one');
        const found = me.access.heap.fetch(TABLE, tid, me.access.transactions.snapshot())!;
        commit(me);
        return found.bytes.readUInt16LE(20);
      };
      expect(infomask() & 0x0100).to.equal(0);
      me.wal.flush(me.wal.insertLsn());
      expect(infomask() & 0x0100).to.equal(0x0100);
    }));

  it('reach their named points in the order of the commit protocol', () =>
    withDirectory((directory) => {
      const me = startAccess(directory);
      transact(me, () => me.access.heap.create(TABLE));
      const reached: string[] = [];
      const { slots } = me.context.memory;
      me.context.os.reach = (point) => {
        if (/^(commit|abort):/.test(point)) reached.push(`${point} ${slots.delayCheckpoint(0)} ${slots.xid(0) > 0}`);
      };
      transact(me, () => insertRow(me, 1, 'one'));
      expect(reached).to.deep.equal([
        'commit:before-record 0 true',
        'commit:after-record 1 true',
        'commit:after-flush 1 true',
        'commit:after-commit-log 1 true',
        'commit:done 0 false',
      ]);
      reached.length = 0;
      begin(me);
      insertRow(me, 2, 'two');
      me.access.transactions.abort();
      expect(reached).to.deep.equal(['abort:before-record 0 true', 'abort:after-record 0 true', 'abort:done 0 false']);
    }));

  it('cannot be aborted once they have committed', () =>
    withDirectory((directory) => {
      const me = startAccess(directory);
      transact(me, () => me.access.heap.create(TABLE));
      me.context.os.reach = (point) => {
        if (point === 'commit:after-commit-log') throw new Error('no memory');
      };
      begin(me);
      insertRow(me, 1, 'one');
      expect(() => commit(me))
        .to.throw('no memory')
        .with.property('severity', 'PANIC');
      expect(() => me.access.transactions.abort())
        .to.throw('was already committed')
        .with.property('severity', 'PANIC');
    }));
});

describe('transaction ids', () => {
  it('are refused before they wrap, and special ones are stepped over', () =>
    withDirectory((directory) => {
      const me = startAccess(directory);
      const { ids, commitLog } = me.access;
      commitLog.extendFor(xid(2 ** 32 - 2 ** 15));
      ids.initialise({
        nextFullXid: fullXid(2 ** 32 - 1),
        nextOid: 16384,
        oldestXid: xid(2 ** 31 + 2 ** 30),
        oldestXidDatabase: 1,
      });
      const take = (): number => transact(me, () => me.access.transactions.xid());
      expect([take(), take(), take()]).to.deep.equal([2 ** 32 - 1, 3, 4]);
      expect(ids.nextFullXid()).to.equal(2 ** 32 + 5);
      ids.setLimits(xid(5 + 3_000_000 - 2 ** 31), 7);
      begin(me);
      expect(() => me.access.transactions.xid())
        .to.throw('not accepting commands to avoid wraparound data loss in database with OID 7')
        .with.property('sqlState', '54000');
      me.access.transactions.abort();
      expect(transact(me, () => me.access.transactions.snapshot().xmax)).to.equal(5);
    }));

  it('move on past those that the log has seen', () =>
    withDirectory((directory) => {
      const { ids } = startAccess(directory).access;
      ids.advancePast(xid(699));
      expect(ids.nextFullXid()).to.equal(700);
      ids.advancePast(xid(800));
      expect(ids.nextFullXid()).to.equal(801);
      ids.initialise({ nextFullXid: fullXid(2 ** 32 - 2), nextOid: 20000, oldestXid: xid(3), oldestXidDatabase: 1 });
      ids.advancePast(xid(10));
      expect(ids.nextFullXid()).to.equal(2 ** 32 + 11);
    }));

  it('of objects come in reserved ranges', () =>
    withDirectory((directory) => {
      const { ids } = startAccess(directory).access;
      expect([ids.newOid(), ids.newOid()]).to.deep.equal([16384, 16385]);
      expect([ids.nextOid(), ids.nextOid(true)]).to.deep.equal([16386, 16384 + 8192]);
      ids.setNextOid(0xffff_ffff);
      expect([ids.newOid(), ids.newOid()]).to.deep.equal([0xffff_ffff, 16384]);
    }));
});
