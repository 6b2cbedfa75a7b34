import * as fs from 'node:fs';
import { expect } from 'chai';
import { BLOCK_BYTES } from '../../base/block.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
import { TABLE, begin, committedRows, rowLayout, rows, startAccess, transact } from '../testing/test-access.js';
import { maskedHeapPage } from './page-mask.js';

function tuples(count: number, bytes: number): Buffer[] {
  return Array.from({ length: count }, (_, key) => rowLayout.form([key, 'x'.repeat(bytes)]));
}

describe('many rows at once', () => {
  it('take a record for each page, leave room as the fill factor says, and stay where they were put', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const { heap } = process.access;
      transact(process, () => heap.create(TABLE));
      const from = process.wal.insertLsn();
      const tids = transact(process, () =>
        heap.insertMany(TABLE, tuples(20, 1000), { fillFactor: 50, isFrozen: false }),
      );
      // Half of 8 KiB has room for four rows of 1 KiB less the header.
      expect(tids.map(({ block, offset }) => `${block}.${offset}`).join(' ')).to.equal(
        [0, 1, 2, 3, 4, 5, 6]
          .map((page) => `${page}.1 ${page}.2 ${page}.3`)
          .join(' ')
          .slice(0, 20 * 4 - 1),
      );
      const inserts = recordsOf(process, from).filter(({ rmgr }) => rmgr === Rmgr.heap2);
      expect(inserts).to.have.length(7);
      expect(committedRows(process).split(' ')).to.have.length(20);
      expect(process.access.heap.fetch(TABLE, tids[10], snapshotOf(process))!.values(rowLayout)[0]).to.equal(10);
    }));

  it('are gone when their transaction aborts, frozen ones with their table', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const { heap, transactions } = process.access;
      transact(process, () => heap.create(TABLE));
      begin(process);
      heap.insertMany(TABLE, tuples(200, 100), { fillFactor: 100, isFrozen: false });
      transactions.abort();
      expect(committedRows(process)).to.equal('');
    }));

  it('are on pages marked as frozen when they are frozen, after replay too', () =>
    withDirectory((root) => {
      const process = startAccess(`${root}/original`);
      const { heap, visibilityMap } = process.access;
      const from = process.wal.insertLsn();
      transact(process, () => {
        heap.create(TABLE);
        heap.insertMany(TABLE, tuples(200, 100), { fillFactor: 100, isFrozen: true });
        expect(rows(process).split(' ')).to.have.length(200);
      });
      const pages = pagesOf(process, TABLE);
      expect(visibilityMap.count(TABLE)).to.deep.equal({ allVisible: pages.length, allFrozen: pages.length });
      fs.mkdirSync(`${root}/replica/pg_xact`, { recursive: true });
      fs.mkdirSync(`${root}/replica/base`);
      const replica = startRecovery(`${root}/replica`);
      replay(replica, recordsOf(process, from));
      expect(pagesOf(replica, TABLE).map(maskedHeapPage)).to.deep.equal(pages.map(maskedHeapPage));
      expect(replica.access.visibilityMap.count(TABLE).allFrozen).to.equal(pages.length);
      expect(pages[0]).to.have.length(BLOCK_BYTES);
    }));
});

function snapshotOf(process: ReturnType<typeof startAccess>) {
  return transact(process, () => process.access.transactions.snapshot());
}
