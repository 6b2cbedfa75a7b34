import { expect } from 'chai';
import * as fs from 'node:fs';
import { TEST_SIZES, openCluster, type Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { INDEX_MEMBERS_URL, LASTING_STEP, busyIndex, uniqueIndex, vacuumOnce } from '../testing/index-members.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
import { TABLE, begin, commit, rowLayout, startAccess, transact, type TestProcess } from '../testing/test-access.js';
import { allEntries, rowPlace } from '../testing/test-index.js';
import type { IndexShape, IndexedRows } from './btree.js';
import { maskedBTreePage } from './page-mask.js';

/** Real processes in one index. The test itself is slot 0. */
describe('an index in several processes', function () {
  this.timeout(120_000);
  this.slow(20_000);

  async function withCluster(
    body: (me: TestProcess, run: (name: string, ...args: string[]) => Promise<string>) => Promise<void>,
  ): Promise<void> {
    await withDirectory(async (directory) => {
      // A process pins up to five pages at once.
      using cluster: Cluster = openCluster({ ...TEST_SIZES, buffers: 64 });
      const memory = cluster.memory(0);
      memory.slots.claim(process.pid, 1);
      const me = startAccess(directory, memory);
      let slot = 1;
      await body(me, (name, ...args) => cluster.start(slot++, INDEX_MEMBERS_URL, name, directory, ...args).ended);
    });
  }

  /** What all of them logged, in the order of the log, makes the pages they left. */
  async function expectSameAfterReplay(original: TestProcess, index: IndexShape): Promise<void> {
    const records = recordsOf(original, FIRST_RECORD);
    const wanted = pagesOf(original, index.file).map(maskedBTreePage);
    await withDirectory((directory) => {
      fs.mkdirSync(`${directory}/pg_xact`);
      fs.mkdirSync(`${directory}/base`);
      const replica = startRecovery(directory);
      replay(replica, records);
      expect(pagesOf(replica, index.file).map(maskedBTreePage)).to.deep.equal(wanted);
    });
  }

  it('gives each key of a unique index to one of them', () =>
    withCluster(async (me, run) => {
      transact(me, () => {
        me.access.heap.create(TABLE);
        me.access.btree.create(uniqueIndex);
      });
      const keys = 150;
      const told = await Promise.all([1, 2, 3].map((seed) => run('insertUnique', String(keys), String(seed))));
      expect(told.reduce((sum, duplicates) => sum + Number(duplicates), 0)).to.equal(2 * keys);
      begin(me);
      expect(me.access.btree.verify(uniqueIndex, 'tree', liveRows(me))).to.deep.equal([]);
      const found = [...liveRows(me).rows].map(({ values }) => values[0] as number);
      expect(found.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: keys }, (_, key) => key));
      commit(me);
      await expectSameAfterReplay(me, uniqueIndex);
    }));

  it('shows all lasting entries, in order, while others insert, split, vacuum and delete pages', () =>
    withCluster(async (me, run) => {
      const span = 40_000;
      transact(me, () => {
        me.access.btree.create(busyIndex);
        for (let key = 0; key < span; key += LASTING_STEP) {
          me.access.btree.insert(busyIndex, [key], rowPlace(key / LASTING_STEP), 'none');
        }
      });
      const [deleted] = await Promise.all([
        run('vacuumPassing', '30000'),
        run('insertPassing', '15000', String(span)),
        run('insertPassing', '15000', String(span)),
        run('scanBusy', '60', String(span)),
      ]);
      expect(Number(deleted), 'deleted pages').to.be.greaterThan(5);
      begin(me);
      me.access.transactions.snapshot();
      expect(me.access.btree.verify(busyIndex, 'tree')).to.deep.equal([]);
      vacuumOnce(me);
      expect(me.access.btree.verify(busyIndex, 'tree')).to.deep.equal([]);
      expect(allEntries(me, busyIndex).length).to.equal(span / LASTING_STEP);
      commit(me);
      await expectSameAfterReplay(me, busyIndex);
    }));
});

/** The table's rows, all of which are of one version. */
function liveRows({ access }: TestProcess): IndexedRows {
  const scan = access.heap.scan(TABLE, access.transactions.snapshot());
  const rows: { tid: NonNullable<ReturnType<typeof scan.next>>['tid']; values: unknown[] }[] = [];
  for (let tuple = scan.next(); tuple; tuple = scan.next())
    rows.push({ tid: tuple.tid, values: tuple.values(rowLayout, 1) });
  return { rows, hasLinePointer: () => true };
}
