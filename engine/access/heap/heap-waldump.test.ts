import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../../base/testing/postgres-tools.js';
import { execFileSync } from 'node:child_process';
import { Fork, type RelFile } from '../../base/block.js';
import { formatLsn } from '../../base/lsn.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { accessResourceManagers } from '../rmgr-table.js';
import { recordsOf } from '../testing/replay.js';
import { TestIndex, vacuum } from '../testing/test-vacuum.js';
import {
  TABLE,
  begin,
  insertRow,
  nextStatement,
  rowLayout,
  rows,
  startAccess,
  transact,
} from '../testing/test-access.js';

/** PostgreSQL's own reader as the judge of our records' bodies. */
const PG_WALDUMP = `${POSTGRES_BIN}/pg_waldump`;
const DROPPED: RelFile = { ...TABLE, relation: 16385 };

describe('pg_waldump', () => {
  it('understands what transactions and tables log, and says the same as we do', async function () {
    skipWithout(this, 'pg_waldump');
    await withDirectory((directory) => {
      const process = startAccess(directory);
      const { heap, transactions, commitLog } = process.access;
      const from = process.wal.insertLsn();
      transact(process, () => {
        heap.create(TABLE);
        heap.create(DROPPED);
        const tid = insertRow(process, 1, 'one');
        insertRow(process, 2, 'two');
        nextStatement(process);
        heap.lock(TABLE, tid);
        heap.updateInPlace(TABLE, tid, rowLayout.form([1, 'uno']));
        heap.update(TABLE, tid, rowLayout.form([1, 'x'.repeat(3000)]));
        for (let i = 0; i < 3; i++) insertRow(process, i, 'y'.repeat(3000));
      });
      for (let round = 0; round < 3; round++) {
        transact(process, () => {
          const first = heap.scan(TABLE, transactions.snapshot()).next()!.tid;
          heap.update(TABLE, first, rowLayout.form([1, 'z'.repeat(3000 + round)]));
        });
      }
      transact(process, () => {
        heap.confirm(TABLE, heap.insertSpeculative(TABLE, rowLayout.form([7, 'stays'])));
        heap.takeBack(TABLE, heap.insertSpeculative(TABLE, rowLayout.form([8, 'goes'])));
      });
      transact(process, () => rows(process));
      const index = new TestIndex();
      vacuum(process, { indexes: [index], freezeLimit: transactions.oldestXmin() });
      transact(process, () => {
        const tid = heap.scan(TABLE, transactions.snapshot()).next()!.tid;
        heap.lock(TABLE, tid);
        heap.update(TABLE, tid, rowLayout.form([1, 'not all-visible']));
        heap.delete(TABLE, insertRow(process, 2, 'not all-visible'));
      });
      transact(process, () => {
        const many = Array.from({ length: 5 }, (_, key) => rowLayout.form([key, 'm'.repeat(2000)]));
        heap.insertMany(TABLE, many, { fillFactor: 100, isFrozen: false });
        heap.insertMany(DROPPED, many, { fillFactor: 100, isFrozen: true });
        heap.truncate(DROPPED);
      });
      transact(process, () => transactions.dropAtCommit(DROPPED));
      commitLog.extendFor(32768 as never);
      begin(process);
      heap.delete(TABLE, heap.scan(TABLE, transactions.snapshot()).next()!.tid);
      transactions.abort();

      const ours = recordsOf(process, from);
      const args = ['-p', `${directory}/pg_wal`, '-s', formatLsn(from), '-e', formatLsn(process.wal.insertLsn())];
      const told = execFileSync(PG_WALDUMP, args, { encoding: 'utf8' }).trim().split('\n');
      expect(told.length).to.equal(ours.length);
      const managers = new Map(accessResourceManagers.map((manager) => [manager.id, manager]));
      const kinds = new Set<string>();
      ours.forEach((record, index) => {
        const manager = managers.get(record.rmgr);
        if (!manager) return;
        const text = manager.describe(record);
        kinds.add(text.split(' ')[0]);
        const theirs = told[index].replace(/, blkref.*$/, '').trim();
        expect(withoutTime(theirs)).to.match(new RegExp(`^rmgr: ${manager.name} `));
        expect(withoutTime(theirs.replace(/^.* desc: /, ''))).to.equal(withoutTime(text).trim());
      });
      expect([...kinds]).to.include.members([
        'CREATE',
        'INSERT+INIT',
        'INSERT',
        'LOCK',
        'UPDATE',
        'HOT_UPDATE',
        'UPDATE+INIT',
        'DELETE',
        'COMMIT',
        'ABORT',
        'PRUNE',
        'VACUUM',
        'FREEZE_PAGE',
        'MULTI_INSERT',
        'MULTI_INSERT+INIT',
        'VISIBLE',
        'HEAP_CONFIRM',
        'TRUNCATE',
        'ZEROPAGE',
      ]);
      expect(process.storage.files.exists(DROPPED, Fork.main)).to.equal(true);
    });
  });
});

/** Times are in the reader's zone, and relation lists differ in their spacing. */
function withoutTime(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+/, 'TIME')
    .replace(/\s+/g, ' ')
    .replace(' ;', ';');
}
