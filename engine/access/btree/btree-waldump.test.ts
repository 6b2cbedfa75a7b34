import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { formatLsn } from '../../base/lsn.js';
import { POSTGRES_BIN, skipWithout } from '../../base/testing/postgres-tools.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { recordsOf } from '../testing/replay.js';
import { begin, commit, startAccess, text, transact, type TestProcess } from '../testing/test-access.js';
import { allEntries, placeNumber, rowPlace, testIndex, textKey } from '../testing/test-index.js';
import { TupleLayout } from '../tuple/tuple-layout.js';
import { btreeResourceManager } from './btree-rmgr.js';

/** Few entries to a page: so trees are tall. */
const index = testIndex({ layout: new TupleLayout([text]), keys: [textKey] });
const COUNT = 300;

function keyOf(n: number): string {
  return `${String(n).padStart(6, '0')}${'x'.repeat(1000)}`;
}

function insert({ access }: TestProcess, n: number): void {
  access.btree.insert(index, [keyOf(n)], rowPlace(n), 'none');
}

function vacuum({ access }: TestProcess, isDead: (row: number) => boolean): void {
  const stats = access.btree.bulkDelete(
    index,
    (block, offset) => isDead(placeNumber({ block: block as never, offset })),
    undefined,
    () => {},
  );
  access.btree.cleanup(index, stats, () => {});
}

/** Marks all entries of a page and inserts where that makes a split unnecessary. */
function killAndInsert(process: TestProcess, from: number): void {
  const scan = process.access.btree.scan(
    index,
    { equal: [], lower: { value: keyOf(from), inclusive: true } },
    'forward',
  );
  for (let killed = 0; killed < 5 && scan.next(); killed++) scan.kill();
  scan.close();
  for (let n = 0; n < 6; n++) process.access.btree.insert(index, [`${keyOf(from)}${n}`], rowPlace(1000 + n), 'none');
}

function useIndex(process: TestProcess): void {
  const { btree, transactions } = process.access;
  const inTransaction = (body: () => void): void =>
    transact(process, () => {
      transactions.xid();
      transactions.snapshot();
      body();
    });
  inTransaction(() => btree.create(index));
  inTransaction(() => {
    for (let n = 0; n < COUNT; n++) insert(process, (n * 7) % COUNT);
  });
  inTransaction(() => killAndInsert(process, 20));
  inTransaction(() => vacuum(process, (row) => row < COUNT - 4 || row >= 1000));
  inTransaction(() => {});
  // No transaction is left that was running when the pages were deleted: they may be used again.
  inTransaction(() => vacuum(process, () => false));
  inTransaction(() => {
    for (let n = COUNT; n < 2 * COUNT; n++) insert(process, n);
  });
}

describe('pg_waldump', () => {
  it('understands what indexes log, and says the same as we do', async function () {
    skipWithout(this, 'pg_waldump');
    await withDirectory((directory) => {
      const process = startAccess(directory);
      const from = process.wal.insertLsn();
      useIndex(process);
      begin(process);
      expect(process.access.btree.verify(index, 'tree')).to.deep.equal([]);
      expect(allEntries(process, index).length).to.equal(COUNT + 4);
      commit(process);
      const ours = recordsOf(process, from);
      const args = ['-p', `${directory}/pg_wal`, '-s', formatLsn(from), '-e', formatLsn(process.wal.insertLsn())];
      const told = execFileSync(`${POSTGRES_BIN}/pg_waldump`, args, { encoding: 'utf8' }).trim().split('\n');
      expect(told.length).to.equal(ours.length);
      const kinds = new Set<string>();
      ours.forEach((record, n) => {
        if (record.rmgr !== Rmgr.btree) return;
        const described = btreeResourceManager.describe(record);
        kinds.add(described.split(' ')[0]);
        expect(told[n]).to.match(/^rmgr: Btree /);
        expect(
          told[n]
            .replace(/,? blkref.*$/, '')
            .replace(/^.* desc: /, '')
            .trim(),
        ).to.equal(described.trim());
      });
      expect([...kinds]).to.have.members([
        'INSERT_LEAF',
        'INSERT_UPPER',
        'INSERT_META',
        'SPLIT_L',
        'SPLIT_R',
        'DELETE',
        'UNLINK_PAGE',
        'UNLINK_PAGE_META',
        'NEWROOT',
        'MARK_PAGE_HALFDEAD',
        'VACUUM',
        'REUSE_PAGE',
        'META_CLEANUP',
      ]);
    });
  });
});
