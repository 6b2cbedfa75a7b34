import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import type { Tid } from '../../base/block.js';
import { fullXid, xid, xidOf, type Xid } from '../../base/xid.js';
import { TEST_SIZES, type Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { maskedHeapPage } from '../heap/page-mask.js';
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
  transact,
  type TestProcess,
} from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';
import { XACTS_PER_PAGE } from './commit-log-format.js';

/** Every open subtransaction with an id holds a lock on it. */
const SIZES = { ...TEST_SIZES, locks: 1024 };

type Rows = ReadonlyMap<number, string>;

type Step =
  | { readonly kind: 'insert' | 'update' | 'delete' | 'lock'; readonly writer: number; readonly pick: number }
  | { readonly kind: 'savepoint' | 'release' | 'rollback' | 'commit' | 'abort'; readonly writer: number }
  | { readonly kind: 'many'; readonly writer: number; readonly count: number }
  | { readonly kind: 'look'; readonly reader: number };

const writer = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('insert' as const, 'update' as const, 'delete' as const, 'lock' as const),
      writer,
      pick: fc.nat(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('savepoint' as const, 'release' as const, 'rollback' as const),
      writer,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('commit' as const, 'abort' as const), writer }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('many' as const), writer, count: fc.integer({ min: 1, max: 70 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const), reader: fc.nat(1) }) },
);

/** A process that changes rows of its own, and what it should see: one map for each level, outermost first. */
class Writer {
  private levels: Map<number, string>[] = [];
  private last = 0;

  constructor(
    readonly process: TestProcess,
    private readonly shared: { committed: Rows },
    private readonly firstKey: number,
  ) {
    this.begin();
  }

  take(step: Extract<Step, { writer: number }>): void {
    const { transactions } = this.process.access;
    switch (step.kind) {
      case 'savepoint':
        this.open();
        break;
      case 'release':
        if (this.levels.length > 1) this.release();
        break;
      case 'rollback':
        if (this.levels.length === 1) break;
        transactions.rollbackSub();
        this.levels.pop();
        break;
      case 'commit':
        commit(this.process, this.last % 2 === 0);
        this.shared.committed = this.withOwnRows(this.seen);
        this.begin();
        break;
      case 'abort':
        transactions.abort();
        this.begin();
        break;
      case 'many':
        for (let i = 0; i < step.count; i++) {
          this.open();
          this.insert();
          this.release();
        }
        break;
      default:
        this.change(step.kind, step.pick);
    }
    nextStatement(this.process);
  }

  /** Its own rows, as its transaction sees them by now. */
  get seen(): Rows {
    return this.levels[this.levels.length - 1];
  }

  owns(key: number): boolean {
    return key >= this.firstKey && key < this.firstKey + 1_000_000;
  }

  private withOwnRows(own: Rows): Rows {
    const others = [...this.shared.committed].filter(([key]) => !this.owns(key));
    return new Map([...others, ...own]);
  }

  private begin(): void {
    begin(this.process);
    this.levels = [new Map([...this.shared.committed].filter(([key]) => this.owns(key)))];
  }

  private open(): void {
    this.process.access.transactions.beginSub();
    this.levels.push(new Map(this.seen));
  }

  private release(): void {
    this.process.access.transactions.releaseSub();
    this.levels.splice(-2, 1);
  }

  private insert(): void {
    const key = this.firstKey + this.last++;
    insertRow(this.process, key, 'new');
    this.own.set(key, 'new');
  }

  private get own(): Map<number, string> {
    return this.levels[this.levels.length - 1];
  }

  private change(kind: 'insert' | 'update' | 'delete' | 'lock', pick: number): void {
    const { heap } = this.process.access;
    const places = placesOf(this.process).filter(({ key }) => this.owns(key));
    if (kind === 'insert' || places.length === 0) return this.insert();
    const { key, tid } = places[pick % places.length];
    const value = `v${this.last++}`;
    if (kind === 'lock') expect(heap.lock(TABLE, tid, { wait: false }).kind).to.equal('ok');
    else if (kind === 'delete') {
      expect(heap.delete(TABLE, tid, { wait: false }).kind).to.equal('ok');
      this.own.delete(key);
    } else {
      expect(heap.update(TABLE, tid, rowLayout.form([key, value]), { wait: false }).kind).to.equal('ok');
      this.own.set(key, value);
    }
    return undefined;
  }
}

function placesOf({ access }: TestProcess): { key: number; tid: Tid }[] {
  const scan = access.heap.scan(TABLE, access.transactions.snapshot());
  const found: { key: number; tid: Tid }[] = [];
  for (let tuple = scan.next(); tuple; tuple = scan.next()) {
    found.push({ key: tuple.values(rowLayout)[0] as number, tid: tuple.tid });
  }
  return found;
}

function seenBy(process: TestProcess): Rows {
  const text = rows(process);
  return new Map(
    text === ''
      ? []
      : text.split(' ').map((row) => {
          const [key, value] = row.split('=');
          return [Number(key), value];
        }),
  );
}

const sorted = (found: Rows): [number, string][] => [...found].sort(([a], [b]) => a - b);

async function withProcesses(
  count: number,
  body: (...processes: TestProcess[]) => void | Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const { cluster, processes } = openProcesses(directory, count, SIZES);
    using _cluster: Cluster = cluster;
    transact(processes[0], () => processes[0].access.heap.create(TABLE));
    await body(...processes);
  });
}

/** As if ids had been given out up to here. */
function jumpTo({ access }: TestProcess, next: Xid): void {
  access.ids.advanceTo(fullXid(next));
  access.ids.startTransactions();
  access.subtransactions.start(next, next);
}

/** What a crash leaves, all of WAL, makes the same pages and the same fates. */
async function expectSameAfterReplay(original: TestProcess): Promise<void> {
  const records = recordsOf(original, FIRST_RECORD);
  const wanted = pagesOf(original, TABLE).map(maskedHeapPage);
  await withDirectory((directory) => {
    fs.mkdirSync(`${directory}/pg_xact`);
    fs.mkdirSync(`${directory}/base`);
    const replica = startRecovery(directory);
    replay(replica, records);
    expect(pagesOf(replica, TABLE).map(maskedHeapPage)).to.deep.equal(wanted);
    const next = xidOf(original.access.ids.nextFullXid());
    for (let id = 700; id < next; id++) {
      const { commitLog } = original.access;
      expect(replica.access.commitLog.status(xid(id)), `transaction ${id}`).to.equal(commitLog.status(xid(id)));
    }
  });
}

describe('subtransactions', function () {
  this.slow(2000);

  it('undo what they did and nothing else, for every snapshot, and after replay (model)', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) =>
        withProcesses(5, async (a, b, ...others) => {
          const readers = others.slice(0, 2);
          const shared: { committed: Rows } = { committed: new Map() };
          const writers = [new Writer(a, shared, 0), new Writer(b, shared, 1_000_000)];
          const kept: (Rows | undefined)[] = readers.map(() => undefined);
          for (const each of steps) {
            if (each.kind === 'look') {
              const reader = readers[each.reader];
              if (kept[each.reader]) commit(reader);
              begin(reader, 'repeatable read');
              reader.access.transactions.snapshot();
              kept[each.reader] = shared.committed;
            } else writers[each.writer].take(each);
            for (const { process, seen, owns } of writers.map((w) => ({ process: w.process, seen: w.seen, owns: w }))) {
              const own = [...seenBy(process)].filter(([key]) => owns.owns(key));
              expect(sorted(new Map(own)), `after ${each.kind}`).to.deep.equal(sorted(seen));
            }
            readers.forEach((reader, index) => {
              if (kept[index]) expect(sorted(seenBy(reader)), 'an old snapshot').to.deep.equal(sorted(kept[index]));
            });
            const present = transact(others[2], () => seenBy(others[2]));
            expect(sorted(present), 'a new snapshot').to.deep.equal(sorted(shared.committed));
          }
          await expectSameAfterReplay(a);
        }),
      ),
      { numRuns: 30, interruptAfterTimeLimit: 40_000 },
    )).timeout(60_000);

  it('get ids only when they write, after their parents', () =>
    withProcesses(1, (me) => {
      const { transactions, subtransactions } = me.access;
      begin(me);
      transactions.beginSub();
      expect(transactions.topXid()).to.equal(transactions.xidIfAssigned());
      transactions.beginSub();
      const third = transactions.xid();
      const top = transactions.xidIfAssigned();
      expect(third).to.equal(top + 2);
      expect([subtransactions.parent(third), subtransactions.parent(xid(top + 1))]).to.deep.equal([top + 1, top]);
      expect(subtransactions.topmost(third)).to.equal(top);
      transactions.releaseSub();
      expect(transactions.xid()).to.equal(top + 1);
      expect([top, top + 1, top + 2].map((id) => transactions.isMine(xid(id)))).to.deep.equal([true, true, true]);
      transactions.rollbackSub();
      expect([top, top + 1, top + 2].map((id) => transactions.isMine(xid(id)))).to.deep.equal([true, false, false]);
      expect(me.access.commitLog.didAbort(third)).to.equal(true);
      expect(transactions.xid()).to.equal(top);
      commit(me);
    }));

  it('are seen as running by all, also those that their process has no room to show', () =>
    withProcesses(2, (me, other) => {
      const { transactions } = me.access;
      begin(me);
      const ids: Xid[] = [transactions.xid()];
      for (let i = 0; i < 200; i++) {
        transactions.beginSub();
        ids.push(transactions.xid());
        if (i % 3 === 0) transactions.rollbackSub();
        else if (i % 3 === 1) transactions.releaseSub();
      }
      const aborted = new Set(ids.filter((_, index) => index > 0 && (index - 1) % 3 === 0));
      expect(other.context.memory.slots.hasMoreSubtransactions(0)).to.equal(true);
      expect(other.access.transactions.isInTransaction).to.equal(false);
      begin(other);
      const snapshot = other.access.transactions.snapshot();
      expect(snapshot.overflow).to.not.equal(undefined);
      for (const id of ids) expect(other.access.transactions.isInProgress(id)).to.equal(!aborted.has(id));
      commit(me);
      for (const id of ids) {
        expect(other.access.transactions.isInProgress(id)).to.equal(false);
        expect(other.access.commitLog.didCommit(id)).to.equal(!aborted.has(id));
      }
      commit(other);
    }));

  it('commit as one though they stand on several pages of the commit log, and sub-committed means: as the parent', () =>
    withProcesses(2, async (me, other) => {
      jumpTo(me, xid(XACTS_PER_PAGE - 3));
      const { transactions, commitLog } = me.access;
      begin(me);
      const ids = [transactions.xid()];
      for (let i = 0; i < 8; i++) {
        transactions.beginSub();
        ids.push(transactions.xid());
        transactions.releaseSub();
      }
      begin(other);
      other.access.transactions.snapshot();
      const seen: string[] = [];
      const { setOnPage } = commitLog as never as { setOnPage: (page: number, ...rest: unknown[]) => void };
      Object.assign(commitLog, {
        setOnPage(this: object, page: number, ...rest: unknown[]) {
          setOnPage.call(this, page, ...rest);
          seen.push(`${page}: ${ids.map((id) => (other.access.commitLog.didCommit(id) ? 1 : 0)).join('')}`);
        },
      });
      commit(me);
      expect(seen).to.deep.equal(['1: 000000000', '0: 111111111', '1: 111111111']);
      commit(other);
      await expectSameAfterReplay(me);
    }));

  it('give back the locks and pins that are theirs when they abort, and keep those of others', () =>
    withProcesses(1, (me) => {
      const { transactions, heap } = me.access;
      const { locks, buffers } = me.storage;
      transact(me, () => insertRow(me, 1, 'one'));
      const relation = { kind: 'relation', database: 5, relation: 1 } as const;
      const other = { ...relation, relation: 2 } as const;
      begin(me);
      locks.acquire(relation, 'AccessShare');
      const outer = heap.scan(TABLE, transactions.snapshot());
      outer.next();
      transactions.beginSub();
      locks.acquire(relation, 'AccessShare');
      locks.acquire(relation, 'Exclusive');
      transactions.beginSub();
      locks.acquire(other, 'Share');
      const inner = heap.scan(TABLE, transactions.snapshot());
      inner.next();
      expect(buffers.pinCount(0)).to.equal(2);
      transactions.releaseSub();
      expect([locks.holds(other, 'Share'), buffers.pinCount(0)]).to.deep.equal([true, 2]);
      transactions.rollbackSub();
      expect(locks.list().map(({ mode }) => mode)).to.deep.equal(['AccessShare']);
      expect(buffers.pinCount(0)).to.equal(1);
      inner.close();
      outer.close();
      commit(me);
      expect([locks.list(), buffers.pinnedBuffers]).to.deep.equal([[], 0]);
    }));

  it('remove the files they made when they abort, and drop others only when the whole commits', () =>
    withProcesses(1, (me) => {
      const { transactions, heap } = me.access;
      const made = { ...TABLE, relation: 16390 };
      const kept = { ...TABLE, relation: 16391 };
      const bytes = (relation: number): number => {
        me.storage.buffers.flushRelation({ ...TABLE, relation });
        return fs.statSync(`${me.context.dataDirectory}/base/5/${relation}`).size;
      };
      begin(me);
      transactions.beginSub();
      heap.create(kept);
      insertRow(me, 1, 'kept', kept);
      transactions.beginSub();
      heap.create(made);
      insertRow(me, 1, 'made', made);
      transactions.dropAtCommit(kept);
      const ends: boolean[] = [];
      transactions.onEnd((committed) => ends.push(committed));
      transactions.rollbackSub();
      expect([bytes(made.relation), bytes(kept.relation), ends]).to.deep.equal([0, 8192, [false]]);
      transactions.onEnd((committed) => ends.push(committed));
      transactions.releaseSub();
      expect(ends).to.deep.equal([false]);
      commit(me);
      expect([bytes(kept.relation), ends]).to.deep.equal([8192, [false, true]]);
      expect(committedRows(me, kept)).to.equal('1=kept');
    }));
});
