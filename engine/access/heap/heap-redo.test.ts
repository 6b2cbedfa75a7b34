import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { Fork, type RelFile, type Tid } from '../../base/block.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { maskedHeapPage } from './page-mask.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
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
import { heapResourceManager } from './heap-rmgr.js';

const OTHER: RelFile = { ...TABLE, relation: 16385 };

type Step =
  | { readonly kind: 'insert' | 'insert-many' | 'update'; readonly pick: number; readonly bytes: number }
  | { readonly kind: 'delete' | 'lock' | 'in-place'; readonly pick: number }
  | { readonly kind: 'commit' | 'abort' | 'scan' | 'checkpoint' };

const size = fc.oneof(fc.nat(50), fc.nat(2500));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), pick: fc.nat(), bytes: size }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('insert-many' as const), pick: fc.nat(), bytes: size }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('update' as const), pick: fc.nat(), bytes: size }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('delete' as const, 'lock' as const, 'in-place' as const),
      pick: fc.nat(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'abort' as const, 'scan' as const, 'checkpoint' as const),
    }),
  },
);

/** One process that carries out steps on one table, in transactions of several steps. */
class Worker {
  private key = 0;

  constructor(
    private readonly process: TestProcess,
    private readonly redo: (process: TestProcess) => void,
  ) {
    begin(process);
  }

  run(step: Step): void {
    const { access } = this.process;
    switch (step.kind) {
      case 'insert':
        this.insert(step.bytes);
        break;
      case 'insert-many':
        this.insertMany(step);
        break;
      case 'scan':
        rows(this.process);
        break;
      case 'checkpoint':
        this.redo(this.process);
        break;
      case 'commit':
        commit(this.process, this.key % 2 === 0);
        begin(this.process);
        break;
      case 'abort':
        access.transactions.abort();
        begin(this.process);
        break;
      default:
        this.change(step);
    }
    nextStatement(this.process);
  }

  /** Up to thirty rows of different lengths; frozen ones only where nobody could see that they come too early. */
  private insertMany({ pick, bytes }: Extract<Step, { bytes: number }>): void {
    const tuples = Array.from({ length: 1 + (pick % 30) }, (_, index) =>
      rowLayout.form([this.key++, 'm'.repeat((bytes + index * 7) % 2500)]),
    );
    const options = { fillFactor: 100 - (pick % 2) * 50, isFrozen: pick % 3 === 0 };
    const tids = this.process.access.heap.insertMany(TABLE, tuples, options);
    expect(tids).to.have.length(tuples.length);
  }

  /** Some rows are inserted for a trial, and some of these taken back. */
  private insert(bytes: number): void {
    const { heap } = this.process.access;
    const key = this.key++;
    const value = 'x'.repeat(bytes);
    if (key % 3 !== 0) insertRow(this.process, key, value);
    else {
      const row = heap.insertSpeculative(TABLE, rowLayout.form([key, value]));
      if (key % 2 === 0) heap.confirm(TABLE, row);
      else heap.takeBack(TABLE, row);
    }
  }

  private change(step: Extract<Step, { pick: number }>): void {
    const { heap } = this.process.access;
    const visible = this.visible();
    if (visible.length === 0) return;
    const tid = visible[step.pick % visible.length];
    if (step.kind === 'delete') heap.delete(TABLE, tid);
    else if (step.kind === 'lock') heap.lock(TABLE, tid);
    else if (step.kind === 'in-place') this.overwrite(tid);
    else if ('bytes' in step) {
      const tuple = rowLayout.form([this.key++, 'y'.repeat(step.bytes)]);
      heap.update(TABLE, tid, tuple, { keepsIndexes: step.pick % 4 !== 0 });
    }
  }

  private overwrite(tid: Tid): void {
    const { heap, transactions } = this.process.access;
    const [, text] = heap.fetch(TABLE, tid, transactions.snapshot())!.values(rowLayout) as [number, string];
    heap.updateInPlace(TABLE, tid, rowLayout.form([this.key++, 'z'.repeat(text.length)]));
  }

  private visible(): Tid[] {
    const { heap, transactions } = this.process.access;
    const scan = heap.scan(TABLE, transactions.snapshot());
    const tids: Tid[] = [];
    for (let tuple = scan.next(); tuple; tuple = scan.next()) tids.push(tuple.tid);
    return tids;
  }
}

/** What a checkpoint does to images: pages not changed since get one at their next change. */
function moveRedoPoint({ wal }: TestProcess): void {
  wal.withAllInsertLocks(() => wal.setRedoLsn(wal.currentInsertPosition()));
}

function turnImagesOff({ wal }: TestProcess): void {
  wal.withAllInsertLocks(() => wal.setFullPageWrites(false));
}

function start(directory: string): TestProcess {
  const process = startAccess(directory);
  transact(process, () => process.access.heap.create(TABLE));
  return process;
}

describe('heap replay', () => {
  const prepare = { 'with full-page images': moveRedoPoint, 'without full-page images': turnImagesOff };
  for (const [title, onCheckpoint] of Object.entries(prepare)) {
    it(`makes the same pages and commit log from nothing, ${title}`, () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) =>
          withDirectory((root) => {
            const original = start(`${root}/original`);
            onCheckpoint(original);
            const worker = new Worker(original, onCheckpoint);
            for (const each of steps) worker.run(each);
            commit(original);

            fs.mkdirSync(`${root}/replica/pg_xact`, { recursive: true });
            fs.mkdirSync(`${root}/replica/base`);
            const replica = startRecovery(`${root}/replica`);
            const records = recordsOf(original, FIRST_RECORD);
            replay(replica, records);
            const wanted = pagesOf(original, TABLE).map(maskedHeapPage);
            expectSamePages(replica, wanted);
            // Once more: everything is there already.
            replay(replica, records);
            expectSamePages(replica, wanted);
            const next = original.access.ids.nextFullXid();
            expect(replica.access.ids.nextFullXid()).to.equal(next);
            for (let xid = 700; xid < next; xid++) {
              const status = original.access.commitLog.status(xid as never);
              expect(replica.access.commitLog.status(xid as never)).to.equal(status);
            }
          }),
        ),
        { numRuns: 25, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
      ));
  }

  // A false alarm of the simulation: the row keeps the mark of its trial in the original, and has none after replay.
  it('makes the page of a row whose trial ended in a failure', () =>
    withDirectory((root) => {
      const original = start(`${root}/original`);
      begin(original);
      original.access.heap.insertSpeculative(TABLE, rowLayout.form([1, 'tried']));
      original.access.transactions.abort();
      fs.mkdirSync(`${root}/replica/pg_xact`, { recursive: true });
      fs.mkdirSync(`${root}/replica/base`);
      const replica = startRecovery(`${root}/replica`);
      replay(replica, recordsOf(original, FIRST_RECORD));
      expectSamePages(replica, pagesOf(original, TABLE).map(maskedHeapPage));
    }));

  it('leaves an update between pages whole when one of them is ahead', () =>
    withDirectory((root) => {
      const original = start(`${root}/original`);
      turnImagesOff(original);
      const tid = transact(original, () => insertRow(original, 1, 'a'.repeat(5000)));
      const from = original.wal.insertLsn();
      const updated = transact(original, () =>
        original.access.heap.update(TABLE, tid, rowLayout.form([1, 'b'.repeat(5000)])),
      );
      expect(updated).to.deep.include({ kind: 'ok', tid: { block: 1, offset: 1 } });
      const wanted = pagesOf(original, TABLE).map(maskedHeapPage);
      for (const ahead of [0, 1]) {
        const directory = `${root}/replica-${ahead}`;
        fs.cpSync(`${root}/original`, directory, { recursive: true });
        const replica = startRecovery(directory);
        const file = `${directory}/base/5/16384`;
        fs.writeFileSync(file, Buffer.alloc(2 * 8192));
        replay(
          replica,
          recordsOf(original, FIRST_RECORD).filter((record) => record.lsn < from),
        );
        writePage(replica, ahead, pagesOf(original, TABLE)[ahead]);
        replay(replica, recordsOf(original, from));
        expectSamePages(replica, wanted);
      }
    }));

  it('remembers pages that are missing until their table is dropped', () =>
    withDirectory((root) => {
      const original = start(`${root}/original`);
      turnImagesOff(original);
      transact(original, () => original.access.heap.create(OTHER));
      for (let i = 0; i < 3; i++) transact(original, () => insertRow(original, i, 'row', OTHER));
      const from = original.wal.insertLsn();
      transact(original, () => insertRow(original, 9, 'to a page that is not there', OTHER));
      const drop = original.wal.insertLsn();
      transact(original, () => original.access.transactions.dropAtCommit(OTHER));
      fs.mkdirSync(`${root}/replica/pg_xact`, { recursive: true });
      fs.mkdirSync(`${root}/replica/base`);
      const replica = startRecovery(`${root}/replica`);
      const late = recordsOf(original, from);
      replay(
        replica,
        late.filter((record) => record.lsn < drop),
      );
      expect(() => replica.access.redo.checkInvalidPages()).to.throw('WAL contains references to invalid pages');
      replay(replica, late);
      replica.access.redo.checkInvalidPages();
      expect(replica.storage.files.exists(OTHER, Fork.main)).to.equal(false);
    }));

  it('describes its records', () =>
    withDirectory((root) => {
      const process = start(root);
      turnImagesOff(process);
      const from = process.wal.insertLsn();
      transact(process, () => {
        const tid = insertRow(process, 1, 'one');
        nextStatement(process);
        process.access.heap.lock(TABLE, tid);
        const updated = process.access.heap.update(TABLE, tid, rowLayout.form([2, 'two']));
        nextStatement(process);
        if (updated.kind === 'ok') process.access.heap.delete(TABLE, updated.tid);
      });
      const texts = recordsOf(process, from)
        .filter(({ rmgr }) => rmgr === Rmgr.heap)
        .map(heapResourceManager.describe);
      expect(texts).to.deep.equal([
        'INSERT+INIT off 1 flags 0x00',
        'LOCK off 1: xid 700: flags 0x00 LOCK_ONLY EXCL_LOCK KEYS_UPDATED ',
        'HOT_UPDATE off 1 xmax 700 flags 0x00 ; new off 2 xmax 0',
        'DELETE off 2 flags 0x00 KEYS_UPDATED ',
      ]);
      expect(committedRows(process)).to.equal('');
    }));

  it('refuses records it does not know', () =>
    withDirectory((root) => {
      const process = start(root);
      const record = { rmgr: Rmgr.heap, info: 0x30, lsn: 1, data: Buffer.alloc(2), blocks: [] };
      expect(() => heapResourceManager.redo(record as never, process.access.redo)).to.throw('unknown heap operation');
    }));
});

/** Says where pages differ first: block and byte. */
function expectSamePages(replica: TestProcess, wanted: readonly Buffer[]): void {
  const found = pagesOf(replica, TABLE).map(maskedHeapPage);
  expect(found.length, 'pages').to.equal(wanted.length);
  found.forEach((page, block) => {
    const at = page.findIndex((byte, index) => byte !== wanted[block][index]);
    const near = (bytes: Buffer): string => bytes.toString('hex', at & ~7, (at & ~7) + 24);
    if (at >= 0) expect(near(page), `block ${block} from byte ${at & ~7}`).to.equal(near(wanted[block]));
  });
}

function writePage({ storage }: TestProcess, block: number, page: Buffer): void {
  const buffer = storage.buffers.read(TABLE, Fork.main, block as never, 'zero-and-lock');
  page.copy(storage.buffers.page(buffer));
  storage.buffers.markDirty(buffer);
  storage.buffers.unlockRelease(buffer);
}
