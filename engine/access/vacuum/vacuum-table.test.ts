import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { Fork, blockNumber, type Tid } from '../../base/block.js';
import { PgError } from '../../base/errors.js';
import { xid } from '../../base/xid.js';
import type { Cluster } from '../../memory/testing/processes.js';
import { checkPage } from '../../storage/page/verify.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { SMALL_CONFIG, openReader, readAll, withDirectory } from '../../wal/testing/small-log.js';
import { maskedHeapPage } from '../heap/page-mask.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
import {
  FIRST_TEST_XID,
  TABLE,
  begin,
  commit,
  committedRows,
  insertRow,
  nextStatement,
  rowLayout,
  rows,
  transact,
  type TestProcess,
} from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';
import { TestIndex, findBrokenMarks, vacuum } from '../testing/test-vacuum.js';
import type { Snapshot } from '../transactions/snapshot.js';
import { MapBit } from '../visibility-map/map-format.js';

async function withProcesses(count: number, body: (...members: TestProcess[]) => void | Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const { cluster, processes } = openProcesses(directory, count);
    using _cluster: Cluster = cluster;
    transact(processes[0], () => processes[0].access.heap.create(TABLE));
    await body(...processes);
  });
}

/** Fills pages with rows of about half a page each: two to a page. */
function fill(me: TestProcess, pages: number, index?: TestIndex): Tid[] {
  return transact(me, () =>
    Array.from({ length: 2 * pages }, (_, key) => {
      const root = insertRow(me, key, 'x'.repeat(3900));
      index?.entries.push({ key, root });
      return root;
    }),
  );
}

function remove(me: TestProcess, tids: readonly Tid[]): void {
  transact(me, () => tids.forEach((tid) => expect(me.access.heap.delete(TABLE, tid).kind).to.equal('ok')));
}

function statuses({ access }: TestProcess, pages: number): number[] {
  return Array.from({ length: pages }, (_, block) => access.visibilityMap.status(TABLE, block));
}

const { both } = MapBit;

describe('vacuum of a table', () => {
  it('removes dead rows at once where there are no indexes, and tells what it found', () =>
    withProcesses(1, (me) => {
      const tids = fill(me, 4);
      remove(me, [tids[0], tids[1], tids[4]]);
      const outcome = vacuum(me);
      expect(outcome).to.deep.include({
        pages: 4,
        liveTuples: 5,
        allVisiblePages: 4,
        removedTuples: 3,
        remainingTuples: 5,
        scannedPages: 4,
        deadItemPages: 2,
        deadItems: 3,
        indexScans: 0,
        newRelFrozenXid: FIRST_TEST_XID,
      });
      expect(findBrokenMarks(me)).to.deep.equal([]);
      expect(committedRows(me).split(' ')).to.have.length(5);
      expect(transact(me, () => insertRow(me, 9, 'y'.repeat(3900)).block)).to.be.oneOf([0, 2]);
    }));

  it('with indexes keeps a line pointer until its entries are gone', () =>
    withProcesses(1, (me) => {
      const index = new TestIndex();
      const tids = fill(me, 4, index);
      remove(me, tids.slice(0, 3));
      const off = vacuum(me, { indexes: [index], indexCleanup: 'off' });
      expect(off).to.deep.include({ removedTuples: 3, deadItems: 3, indexScans: 0, indexCleanup: 'off' });
      expect(index.entries).to.have.length(8);
      expect(statuses(me, 4)).to.deep.equal([0, 0, MapBit.allVisible, MapBit.allVisible]);
      const on = vacuum(me, { indexes: [index] });
      expect(on).to.deep.include({ removedTuples: 0, deadItems: 3, indexScans: 1, indexCleanup: 'done' });
      expect(on.indexes).to.deep.equal([
        {
          name: 'test_index',
          stats: {
            pages: 1,
            isEstimate: false,
            entries: 5,
            removed: 3,
            newlyDeletedPages: 0,
            deletedPages: 0,
            freePages: 0,
          },
        },
      ]);
      expect(statuses(me, 4), 'nothing is left on the first page').to.deep.equal([both, 1, 1, 1]);
    }));

  it('goes over the indexes as often as the memory for stubs is full', () =>
    withProcesses(1, (me) => {
      const index = new TestIndex();
      const tids = transact(me, () =>
        Array.from({ length: 1200 }, (_, key) => {
          const root = insertRow(me, key, '');
          index.entries.push({ key, root });
          return root;
        }),
      );
      remove(me, tids);
      const outcome = vacuum(me, { indexes: [index], workMemoryBytes: 291 * 6 });
      expect(outcome.indexScans).to.be.greaterThan(3);
      expect(outcome).to.deep.include({ removedTuples: 1200, deadItems: 1200, pages: 0 });
      expect(index.entries).to.deep.equal([]);
    }));

  it('leaves the indexes alone for a few stubs, and everything but freezing when wraparound is near', () =>
    withProcesses(1, (me) => {
      const index = new TestIndex();
      const tids = fill(me, 60, index);
      remove(me, [tids[0]]);
      expect(vacuum(me, { indexes: [index], indexCleanup: 'auto' })).to.deep.include({ indexCleanup: 'bypassed' });
      remove(me, tids.slice(2, 8));
      const pressed = vacuum(me, { indexes: [index], indexCleanup: 'on', isFailsafeDue: () => true });
      expect(pressed).to.deep.include({ indexCleanup: 'failsafe', indexScans: 0, deadItems: 7 });
      expect(index.entries).to.have.length(120);
      expect(vacuum(me, { indexes: [index], indexCleanup: 'auto' })).to.deep.include({ indexCleanup: 'done' });
      expect(index.entries).to.have.length(113);
    }));

  it('passes over pages that the map vouches for, the aggressive one only over frozen ones', () =>
    withProcesses(1, (me) => {
      const tids = fill(me, 80);
      const old = vacuum(me);
      expect(old.scannedPages).to.equal(80);
      remove(me, [tids[81]]);
      const lazy = vacuum(me);
      expect(lazy).to.deep.include({ scannedPages: 2, newRelFrozenXid: undefined });
      const aggressive = vacuum(me, { isAggressive: true, freezesAll: true });
      expect(aggressive).to.deep.include({ scannedPages: 80, newRelFrozenXid: horizon(me).oldestXmin });
      expect(statuses(me, 80)).to.deep.equal(Array<number>(80).fill(both));
      const again = vacuum(me, { isAggressive: true });
      expect(again.scannedPages).to.equal(1);
      expect(again.newRelFrozenXid, 'nothing is left that is older').to.equal(horizon(me).oldestXmin);
      expect(vacuum(me, { usesMap: false }).scannedPages).to.equal(80);
    }));

  it('counts what is dead but still seen, and keeps relfrozenxid behind it', () =>
    withProcesses(2, (me, reader) => {
      const tids = fill(me, 2);
      begin(reader, 'repeatable read');
      const seen = rows(reader);
      remove(me, tids.slice(0, 2));
      const held = vacuum(me, { freezesAll: true });
      expect(held).to.deep.include({ removedTuples: 0, recentlyDeadTuples: 2, liveTuples: 2, remainingTuples: 4 });
      expect(held.newRelFrozenXid).to.equal(FIRST_TEST_XID + 1);
      expect(rows(reader)).to.equal(seen);
      commit(reader);
      expect(vacuum(me)).to.deep.include({ removedTuples: 2, recentlyDeadTuples: 0 });
    }));

  it('takes aborted deleters and lockers out of what it freezes', () =>
    withProcesses(1, (me) => {
      const [first, second, third] = fill(me, 2);
      begin(me);
      me.access.heap.delete(TABLE, first);
      me.access.heap.update(TABLE, second, rowLayout.form([1, 'lost']));
      me.access.transactions.abort();
      transact(me, () => me.access.heap.lock(TABLE, third));
      const { oldestXmin } = horizon(me);
      const outcome = vacuum(me, { freezeLimit: oldestXmin });
      expect(outcome.newRelFrozenXid).to.equal(oldestXmin);
      expect(findBrokenMarks(me, TABLE, oldestXmin)).to.deep.equal([]);
      expect(statuses(me, 2)).to.deep.equal([both, both]);
      transact(me, () => me.access.heap.lock(TABLE, third));
      expect(statuses(me, 2), 'a lock must be frozen again').to.deep.equal([both, MapBit.allVisible]);
    }));

  it('refuses to go on where an id is older than it may be', () =>
    withProcesses(1, (me) => {
      fill(me, 1);
      const attempt = (): unknown => vacuum(me, { relFrozenXid: xid(FIRST_TEST_XID + 5) });
      expect(attempt)
        .to.throw(PgError, `found xmin ${FIRST_TEST_XID} from before relfrozenxid ${FIRST_TEST_XID + 5}`)
        .with.property('sqlState', 'XX001');
      me.access.transactions.abort();
    }));

  it('cuts off an empty end, with the maps, and starts again from there', () =>
    withProcesses(2, (me, other) => {
      const tids = fill(me, 20);
      transact(other, () => insertRow(other, 99, 'remembers the last page'));
      vacuum(me);
      remove(me, tids.slice(10));
      transact(other, () => {
        const scan = other.access.heap.scan(TABLE, other.access.transactions.snapshot());
        for (let tuple = scan.next(); tuple; tuple = scan.next()) {
          if (tuple.values(rowLayout)[0] !== 99) continue;
          other.access.heap.delete(TABLE, tuple.tid);
        }
      });
      const outcome = vacuum(me);
      expect(outcome).to.deep.include({ pages: 5, removedPages: 15, pagesBefore: 20, allVisiblePages: 5 });
      expect(me.storage.buffers.blocks(TABLE, Fork.main)).to.equal(5);
      expect(transact(other, () => insertRow(other, 100, 'y'.repeat(5000)).block)).to.equal(5);
      expect(statuses(other, 6)).to.deep.equal([1, 1, 1, 1, 1, 0]);
    }));

  it('does not cut while another holds the table', () =>
    withProcesses(2, (me, other) => {
      const tids = fill(me, 20);
      remove(me, tids.slice(10));
      begin(other);
      const lock = { kind: 'relation', database: TABLE.database, relation: TABLE.relation } as const;
      other.storage.locks.acquire(lock, 'AccessShare');
      const told: string[] = [];
      // Its patience is five seconds of the clock's.
      const { clock } = me.context.os;
      let now = clock.monotonic();
      const hurried = { ...clock, monotonic: () => (now += 1000) };
      Object.assign(me.context.os, { clock: hurried });
      const outcome = vacuum(me, { notice: ({ message }) => void told.push(message) });
      Object.assign(me.context.os, { clock });
      expect(outcome.pages).to.equal(20);
      expect(told).to.deep.equal(['"test": stopping truncate due to conflicting lock request']);
      commit(other);
      expect(vacuum(me).pages).to.equal(5);
    }));

  it('only looks at a page that another has pinned', () =>
    withProcesses(2, (me, other) => {
      const tids = fill(me, 2);
      remove(me, [tids[0]]);
      const pinned = other.storage.buffers.read(TABLE, Fork.main, blockNumber(0));
      const outcome = vacuum(me);
      expect(outcome).to.deep.include({ removedTuples: 0, missedDeadTuples: 1, missedDeadPages: 1, liveTuples: 3 });
      other.storage.buffers.release(pinned);
      expect(vacuum(me)).to.deep.include({ removedTuples: 1, missedDeadTuples: 0 });
    }));

  it('waits for nobody at a page that is empty', () =>
    withProcesses(2, (me, other) => {
      const tids = fill(me, 2);
      remove(me, tids.slice(0, 2));
      vacuum(me);
      const pinned = other.storage.buffers.read(TABLE, Fork.main, blockNumber(0));
      expect(vacuum(me, { usesMap: false })).to.deep.include({ scannedPages: 2, missedDeadPages: 0 });
      other.storage.buffers.release(pinned);
    }));

  type Step =
    | { readonly kind: 'insert' | 'update' | 'delete' | 'lock'; readonly pick: number; readonly bytes: number }
    | { readonly kind: 'end' | 'vacuum' | 'look' | 'checkpoint'; readonly pick: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'insert' as const,
          'update' as const,
          'update' as const,
          'delete' as const,
          'lock' as const,
        ),
        pick: fc.nat(),
        bytes: fc.oneof(fc.nat(30), fc.nat(1500)),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'end' as const,
          'end' as const,
          'vacuum' as const,
          'look' as const,
          'checkpoint' as const,
        ),
        pick: fc.nat(),
      }),
    },
  );

  /** A writer with a table and an index on it, readers with old snapshots, and a vacuum. */
  class History {
    readonly index = new TestIndex();
    relFrozenXid = xid(FIRST_TEST_XID);
    /** What had committed, by where the log was then. */
    readonly committed: { readonly upTo: number; readonly rows: string }[] = [];
    private readonly snapshots = new Map<TestProcess, Snapshot>();
    private key = 0;

    constructor(
      private readonly writer: TestProcess,
      private readonly cleaner: TestProcess,
      private readonly readers: readonly TestProcess[],
    ) {
      begin(writer);
    }

    take({ kind, pick, ...more }: Step): void {
      const { writer } = this;
      const bytes = 'bytes' in more ? more.bytes : 0;
      if (kind === 'insert') this.insert(bytes);
      else if (kind === 'end') this.end(pick);
      else if (kind === 'vacuum') this.vacuum(pick);
      else if (kind === 'look') this.look(this.readers[pick % this.readers.length]);
      else if (kind === 'checkpoint') {
        writer.wal.withAllInsertLocks(() => writer.wal.setRedoLsn(writer.wal.currentInsertPosition()));
      } else this.change(kind, pick, bytes);
      nextStatement(writer);
    }

    check(): void {
      this.compare(this.writer, this.writer.access.transactions.snapshot());
      for (const [reader, snapshot] of this.snapshots) this.compare(reader, snapshot);
      for (const page of pagesOf(this.writer, TABLE)) expect(checkPage(page)).to.deep.equal([]);
      expect(findBrokenMarks(this.writer, TABLE, this.relFrozenXid)).to.deep.equal([]);
    }

    finish(): void {
      commit(this.writer);
      this.note();
      for (const reader of this.snapshots.keys()) commit(reader);
    }

    private insert(bytes: number): void {
      const key = ++this.key;
      this.index.entries.push({ key, root: insertRow(this.writer, key, 'x'.repeat(bytes)) });
    }

    private change(kind: string, pick: number, bytes: number): void {
      const { heap, transactions } = this.writer.access;
      const found: { tid: Tid; key: number }[] = [];
      const scan = heap.scan(TABLE, transactions.snapshot());
      for (let tuple = scan.next(); tuple; tuple = scan.next()) {
        found.push({ tid: tuple.tid, key: tuple.values(rowLayout)[0] as number });
      }
      if (found.length === 0) return;
      const { tid, key } = found[pick % found.length];
      if (kind === 'delete') heap.delete(TABLE, tid);
      else if (kind === 'lock') heap.lock(TABLE, tid);
      else this.update(tid, pick % 4 === 0 ? ++this.key : key, key, bytes);
    }

    private update(tid: Tid, key: number, keyBefore: number, bytes: number): void {
      const keepsIndexes = key === keyBefore;
      const tuple = rowLayout.form([key, 'y'.repeat(bytes)]);
      const result = this.writer.access.heap.update(TABLE, tid, tuple, { keepsIndexes });
      if (result.kind !== 'ok') throw new Error(result.kind);
      if (!result.isHeapOnly) this.index.entries.push({ key, root: result.tid });
    }

    private end(pick: number): void {
      if (pick % 3 === 0) this.writer.access.transactions.abort();
      else commit(this.writer, pick % 2 === 0);
      this.note();
      begin(this.writer);
    }

    private note(): void {
      this.committed.push({ upTo: this.writer.wal.insertLsn(), rows: committedRows(this.writer) });
    }

    /** Not cutting the file: others read it without a lock here. */
    private vacuum(pick: number): void {
      const { oldestXmin } = horizon(this.cleaner);
      const { newRelFrozenXid } = vacuum(this.cleaner, {
        indexes: [this.index],
        indexCleanup: pick % 5 === 0 ? 'off' : 'on',
        isAggressive: pick % 2 === 0,
        freezeLimit: pick % 3 === 0 ? oldestXmin : xid(Math.max(FIRST_TEST_XID, oldestXmin - (pick % 7))),
        relFrozenXid: this.relFrozenXid,
        truncates: false,
      });
      if (newRelFrozenXid !== undefined) this.relFrozenXid = newRelFrozenXid;
    }

    private look(reader: TestProcess): void {
      if (this.snapshots.delete(reader)) commit(reader);
      begin(reader, 'repeatable read');
      this.snapshots.set(reader, reader.access.transactions.snapshot());
    }

    /** Through the index each snapshot finds the rows of the table, and under their own key. */
    private compare(member: TestProcess, snapshot: Snapshot): void {
      const found = this.index.entries.flatMap(({ key, root }) => {
        const { tuple } = member.access.heap.fetchFromIndex(TABLE, root, snapshot);
        if (!tuple) return [];
        const [foundKey, value] = tuple.values(rowLayout) as [number, string];
        expect(foundKey, 'a line pointer that another row has').to.equal(key);
        return [`${key}=${value}`];
      });
      expect(found.sort()).to.deep.equal(rows(member, TABLE, snapshot).split(' ').filter(Boolean).sort());
    }
  }

  it('changes nothing that any snapshot sees, in any history, and neither does a crash after any record', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 90 }), (steps) =>
        withProcesses(4, async (writer, cleaner, ...readers) => {
          const history = new History(writer, cleaner, readers);
          for (const each of steps) {
            history.take(each);
            history.check();
          }
          history.finish();
          await expectSameAfterCrashes(writer, history.committed);
        }),
      ),
      { numRuns: 30, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    )).timeout(60_000);

  it('and neither does a crash that finds some pages on disk and others not', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120 }), fc.nat(), (steps, pick) =>
        withProcesses(3, async (writer, cleaner, reader) => {
          const history = new History(writer, cleaner, [reader]);
          for (const [at, each] of steps.entries()) {
            history.take(each);
            if ((at + pick) % 29 === 0) await expectSameAfterCrash(writer, history);
          }
          history.finish();
        }),
      ),
      { numRuns: 20, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    )).timeout(60_000);

  /** Recovers what is in the files now: few pages fit into memory, so that many have been written, each at its time. */
  async function expectSameAfterCrash(original: TestProcess, { committed }: History): Promise<void> {
    await withDirectory((directory) => {
      fs.cpSync(original.context.dataDirectory, directory, { recursive: true });
      const replica = startRecovery(directory);
      const { records } = readAll(openReader(replica.context, SMALL_CONFIG, { keepRecords: true }), FIRST_RECORD);
      replay(replica, records);
      replica.access.ids.startTransactions();
      const end = records[records.length - 1].endLsn;
      const survived = committed.findLast(({ upTo }) => upTo <= end);
      expect(committedRows(replica)).to.equal(survived?.rows ?? '');
      expect(findBrokenMarks(replica)).to.deep.equal([]);
    });
  }

  /** Replays record by record: what had committed by then is there, and the marks are right. */
  async function expectSameAfterCrashes(
    original: TestProcess,
    committed: readonly { readonly upTo: number; readonly rows: string }[],
  ): Promise<void> {
    await withDirectory((directory) => {
      fs.mkdirSync(`${directory}/pg_xact`);
      fs.mkdirSync(`${directory}/base`);
      const replica = startRecovery(directory);
      let next = 0;
      for (const record of recordsOf(original, FIRST_RECORD)) {
        replay(replica, [record]);
        replica.access.ids.startTransactions();
        if (record.rmgr === Rmgr.heap2) expect(findBrokenMarks(replica)).to.deep.equal([]);
        while (next < committed.length && committed[next].upTo <= record.endLsn) next++;
        if (record.rmgr !== Rmgr.transaction || next === 0) continue;
        const isSettled = committed[next - 1].upTo === record.endLsn;
        if (isSettled) expect(committedRows(replica)).to.equal(committed[next - 1].rows);
      }
      const pages = (process: TestProcess): Buffer[] => pagesOf(process, TABLE).map(maskedHeapPage);
      expect(pages(replica)).to.deep.equal(pages(original));
      const count = original.storage.buffers.blocks(TABLE, Fork.main);
      expect(statuses(replica, count)).to.deep.equal(statuses(original, count));
    });
  }
});

function horizon(member: TestProcess): { oldestXmin: ReturnType<TestProcess['access']['transactions']['oldestXmin']> } {
  begin(member);
  member.access.transactions.snapshot();
  const oldestXmin = member.access.transactions.oldestXmin();
  commit(member);
  return { oldestXmin };
}
