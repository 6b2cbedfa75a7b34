import { expect } from 'chai';
import * as fc from 'fast-check';
import { Fork, blockNumber, type Tid } from '../../base/block.js';
import type { Cluster } from '../../memory/testing/processes.js';
import { checkPage } from '../../storage/page/verify.js';
import { ItemState, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { pagesOf } from '../testing/replay.js';
import {
  TABLE,
  begin,
  commit,
  insertRow,
  nextStatement,
  rowLayout,
  rows,
  transact,
  type TestProcess,
} from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';
import type { Snapshot } from '../transactions/snapshot.js';

/** What an index on the key column would hold: a root for every version that is not heap-only. */
class Entries {
  readonly roots: Tid[] = [];

  insert(member: TestProcess, key: number, value: string): Tid {
    const tid = insertRow(member, key, value);
    this.roots.push(tid);
    return tid;
  }

  update({ access }: TestProcess, tid: Tid, key: number, value: string, keepsIndexes = true): Tid {
    const result = access.heap.update(TABLE, tid, rowLayout.form([key, value]), { keepsIndexes });
    if (result.kind !== 'ok') throw new Error(result.kind);
    if (!result.isHeapOnly) this.roots.push(result.tid);
    return result.tid;
  }

  /** The rows that the snapshot finds through the entries, in the order of their keys. */
  rows({ access }: TestProcess, snapshot: Snapshot): string {
    const found = this.roots.flatMap((root) => {
      const { tuple } = access.heap.fetchFromIndex(TABLE, root, snapshot);
      return tuple ? [tuple.values(rowLayout) as [number, string]] : [];
    });
    return inOrder(found.map(([key, value]) => `${key}=${value}`).join(' '));
  }
}

function inOrder(found: string): string {
  return found
    .split(' ')
    .sort((a, b) => parseInt(a) - parseInt(b))
    .join(' ');
}

function states(page: Buffer): string {
  const names = Object.keys(ItemState);
  return Array.from({ length: maxOffset(page) }, (_, index) => {
    const state = itemState(page, index + 1);
    return state === ItemState.redirect ? `to ${itemOffset(page, index + 1)}` : names[state];
  }).join(', ');
}

async function withProcesses(count: number, body: (...members: TestProcess[]) => void): Promise<void> {
  await withDirectory((directory) => {
    const { cluster, processes } = openProcesses(directory, count);
    using _cluster: Cluster = cluster;
    transact(processes[0], () => processes[0].access.heap.create(TABLE));
    body(...processes);
  });
}

/** Prunes all pages, full or not. */
function prune({ access, storage }: TestProcess): void {
  const { buffers } = storage;
  const { heap, transactions } = access;
  for (let block = 0; block < buffers.blocks(TABLE, Fork.main); block++) {
    const buffer = buffers.read(TABLE, Fork.main, blockNumber(block));
    expect(buffers.tryLockForCleanup(buffer)).to.equal(true);
    heap.pruner.prune(TABLE, blockNumber(block), buffer, transactions.oldestXmin());
    buffers.unlockRelease(buffer);
  }
}

/** A transaction that knows what has ended by now. */
function beginAnew(member: TestProcess): void {
  begin(member);
  member.access.transactions.snapshot();
}

describe('HOT chains', () => {
  it('lead from an index entry to the version that a snapshot sees, before and after pruning', () =>
    withProcesses(2, (writer, reader) => {
      const entries = new Entries();
      let tid = transact(writer, () => entries.insert(writer, 1, 'a'));
      begin(reader, 'repeatable read');
      const old = reader.access.transactions.snapshot();
      for (const value of ['b', 'c', 'd']) tid = transact(writer, () => entries.update(writer, tid, 1, value));
      expect(entries.roots).to.have.length(1);
      prune(writer);
      expect(states(pagesOf(writer, TABLE)[0]), 'held by a snapshot').to.equal('normal, normal, normal, normal');
      expect(entries.rows(reader, old)).to.equal('1=a');
      commit(reader);
      transact(writer, () => expect(entries.rows(writer, writer.access.transactions.snapshot())).to.equal('1=d'));
      beginAnew(writer);
      prune(writer);
      expect(states(pagesOf(writer, TABLE)[0]), 'not held').to.equal('to 4, unused, unused, normal');
      expect(entries.rows(writer, writer.access.transactions.snapshot())).to.equal('1=d');
      expect(rows(writer)).to.equal('1=d');
      commit(writer);
    }));

  it('end as a stub when the row is deleted; a heap-only version of an aborted update leaves none', () =>
    withProcesses(1, (me) => {
      const entries = new Entries();
      const tid = transact(me, () => entries.insert(me, 1, 'a'));
      begin(me);
      entries.update(me, tid, 1, 'lost');
      me.access.transactions.abort();
      beginAnew(me);
      prune(me);
      commit(me);
      expect(states(pagesOf(me, TABLE)[0])).to.equal('normal');
      const next = transact(me, () => entries.update(me, tid, 1, 'b'));
      transact(me, () => me.access.heap.delete(TABLE, next));
      beginAnew(me);
      const { heap, transactions } = me.access;
      prune(me);
      expect(states(pagesOf(me, TABLE)[0])).to.equal('dead');
      const fetched = heap.fetchFromIndex(TABLE, tid, transactions.snapshot());
      expect(fetched).to.deep.equal({ tuple: null, isDeadToAll: true });
      expect(heap.presence(TABLE, tid)).to.equal('dead');
      commit(me);
      expect(
        transact(me, () => insertRow(me, 2, 'new')),
        'no use of a stub',
      ).to.deep.include({ offset: 2 });
    }));

  it('break where another index key begins', () =>
    withProcesses(1, (me) => {
      const entries = new Entries();
      const tid = transact(me, () => entries.insert(me, 1, 'a'));
      const second = transact(me, () => entries.update(me, tid, 2, 'b', false));
      expect(entries.roots).to.deep.equal([tid, second]);
      beginAnew(me);
      prune(me);
      expect(states(pagesOf(me, TABLE)[0])).to.equal('dead, normal');
      expect(entries.rows(me, me.access.transactions.snapshot())).to.equal('2=b');
      commit(me);
    }));

  it('tell a unique check who has yet to decide', () =>
    withProcesses(2, (one, other) => {
      const entries = new Entries();
      const presence = (root: Tid): unknown => one.access.heap.presence(TABLE, root);
      const tid = transact(other, () => entries.insert(other, 1, 'a'));
      begin(one);
      expect(presence(tid)).to.equal('live');
      begin(other);
      const fresh = entries.insert(other, 2, 'x');
      const inProgress = other.access.transactions.xid();
      expect(presence(fresh)).to.deep.equal({ inProgress });
      const newer = entries.update(other, tid, 1, 'b');
      expect(presence(tid), 'updated by a running transaction').to.deep.equal({ inProgress });
      nextStatement(other);
      other.access.heap.delete(TABLE, newer);
      commit(other);
      expect(presence(tid), 'updated, then deleted').to.equal('dead');
      expect(presence(fresh)).to.equal('live');
      const own = entries.insert(one, 3, 'own');
      expect(presence(own)).to.equal('live');
      nextStatement(one);
      one.access.heap.delete(TABLE, own);
      expect(presence(own)).to.equal('dead');
      one.access.heap.lock(TABLE, fresh);
      expect(other.access.heap.presence(TABLE, fresh), 'only locked').to.equal('live');
      commit(one);
    }));

  type Step =
    | { readonly kind: 'insert' | 'update' | 'delete'; readonly pick: number; readonly bytes: number }
    | { readonly kind: 'end' | 'prune' | 'look'; readonly pick: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('insert' as const, 'update' as const, 'update' as const, 'delete' as const),
        pick: fc.nat(),
        bytes: fc.oneof(fc.nat(30), fc.nat(1500)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('end' as const, 'prune' as const, 'look' as const),
        pick: fc.nat(),
      }),
    },
  );

  /** One writer, and readers that hold old snapshots: what each sees through the entries is what it sees in the table. */
  it('show each snapshot the same rows as the table does, in any history', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 100 }), (steps) =>
        withProcesses(3, (writer, ...readers) => {
          const entries = new Entries();
          const snapshots = new Map<TestProcess, Snapshot>();
          let key = 0;
          begin(writer);
          for (const { kind, pick, ...more } of steps) {
            const bytes = 'bytes' in more ? more.bytes : 0;
            if (kind === 'insert') entries.insert(writer, ++key, 'x'.repeat(bytes));
            else if (kind === 'update' || kind === 'delete') change(writer, entries, kind, pick, bytes);
            else if (kind === 'prune') prune(writer);
            else if (kind === 'look') look(readers[pick % readers.length]);
            else end(writer, pick);
            nextStatement(writer);
            compare(writer, writer.access.transactions.snapshot());
            for (const [reader, snapshot] of snapshots) compare(reader, snapshot);
          }

          function compare(member: TestProcess, snapshot: Snapshot): void {
            expect(entries.rows(member, snapshot)).to.equal(inOrder(rows(member, TABLE, snapshot)));
            for (const page of pagesOf(member, TABLE)) expect(checkPage(page)).to.deep.equal([]);
          }

          function look(reader: TestProcess): void {
            if (snapshots.delete(reader)) commit(reader);
            begin(reader, 'repeatable read');
            snapshots.set(reader, reader.access.transactions.snapshot());
          }
        }),
      ),
      { numRuns: 40, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    ));

  function end(writer: TestProcess, pick: number): void {
    if (pick % 3 === 0) writer.access.transactions.abort();
    else commit(writer, pick % 2 === 0);
    begin(writer);
  }

  function change(writer: TestProcess, entries: Entries, kind: string, pick: number, bytes: number): void {
    const { heap, transactions } = writer.access;
    const found: { tid: Tid; key: number }[] = [];
    const scan = heap.scan(TABLE, transactions.snapshot());
    for (let tuple = scan.next(); tuple; tuple = scan.next()) {
      found.push({ tid: tuple.tid, key: tuple.values(rowLayout)[0] as number });
    }
    if (found.length === 0) return;
    const { tid, key } = found[pick % found.length];
    if (kind === 'delete') heap.delete(TABLE, tid);
    else entries.update(writer, tid, key, 'y'.repeat(bytes), pick % 5 !== 0);
  }
});
