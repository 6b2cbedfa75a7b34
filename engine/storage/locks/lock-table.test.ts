import { expect } from 'chai';
import fc from 'fast-check';
import type { Xid } from '../../base/xid.js';
import { Arena, arenaBytes } from '../../memory/arena.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import { findDeadlock } from './deadlock.js';
import { conflictMasks, lockModes, modeIndex } from './lock-mode.js';
import { LockTable, WaitState } from './lock-table.js';
import { describeTag, tagOf, tagWords } from './lock-tag.js';

const SIZES = {
  buffers: 16,
  walPages: 4,
  processSlots: 20,
  locks: 32,
  commitLogPages: 4,
  statisticsEntries: 16,
  subtransactionLogPages: 4,
  preparedTransactions: 4,
};

function freshTable(): LockTable {
  return new LockTable(new Arena(privateMemory.create(arenaBytes(SIZES)), SIZES));
}

const relation = (oid: number) => tagWords({ kind: 'relation', database: 5, relation: oid });
const EXCLUSIVE = modeIndex('Exclusive');
const SHARE = modeIndex('Share');
const ACCESS_SHARE = modeIndex('AccessShare');
const ACCESS_EXCLUSIVE = modeIndex('AccessExclusive');

describe('lock table', () => {
  it('has a symmetric conflict table', () => {
    for (const a of lockModes.keys())
      for (const b of lockModes.keys()) expect((conflictMasks[a] >> b) & 1).to.equal((conflictMasks[b] >> a) & 1);
  });

  it('keeps tags through shared words', () => {
    for (const tag of [
      { kind: 'relation', database: 5, relation: 16384 },
      { kind: 'transaction', xid: 4_294_967_290 as Xid },
      { kind: 'tuple', database: 5, relation: 1, block: 4_294_967_294, offset: 7 },
    ] as const) {
      expect(tagOf(tagWords(tag))).to.deep.equal(tag);
      expect(describeTag(tag)).to.contain(tag.kind);
    }
  });

  it('serves waiters in order and lets nobody overtake a conflicting request', () => {
    const table = freshTable();
    const lock = table.findOrAdd(relation(1));
    table.grant(lock, 0, ACCESS_SHARE);
    table.enqueue(lock, 1, ACCESS_EXCLUSIVE, 0);
    table.enqueue(lock, 2, ACCESS_SHARE, 1);
    expect(table.grantWaiters(lock)).to.deep.equal([]);
    table.ungrant(lock, 0, ACCESS_SHARE);
    expect(table.grantWaiters(lock)).to.deep.equal([1]);
    table.ungrant(lock, 1, ACCESS_EXCLUSIVE);
    expect(table.grantWaiters(lock)).to.deep.equal([2]);
    expect(table.waitState(2)).to.equal(WaitState.granted);
    table.ungrant(lock, 2, ACCESS_SHARE);
    table.dropIfUnused(lock);
    expect(table.find(relation(1))).to.equal(undefined);
  });

  it('finds a deadlock of three and none in a chain', () => {
    const table = freshTable();
    const locks = [1, 2, 3].map((oid) => table.findOrAdd(relation(oid)));
    locks.forEach((lock, slot) => table.grant(lock, slot, EXCLUSIVE));
    table.enqueue(locks[1], 0, SHARE, 0);
    table.enqueue(locks[2], 1, SHARE, 0);
    expect(findDeadlock(table, 0)).to.equal(undefined);
    table.enqueue(locks[0], 2, SHARE, 0);
    const cycle = findDeadlock(table, 0)!;
    expect(cycle.map(({ slot, blocker }) => [slot, blocker])).to.deep.equal([
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
  });

  it('runs out of entries with a clear error, and gets them back', () => {
    const table = freshTable();
    const locks = Array.from({ length: SIZES.locks }, (_, i) => table.findOrAdd(relation(i)));
    expect(() => table.findOrAdd(relation(99))).to.throw(/out of shared memory/);
    for (const lock of locks) table.dropIfUnused(lock);
    expect(table.findOrAdd(relation(99))).to.be.a('number');
  });

  it('never grants conflicting modes to two processes (model)', () => {
    const step = fc.record({ slot: fc.nat(5), oid: fc.nat(3), mode: fc.nat(7), release: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const table = freshTable();
        const held = new Set<string>();
        for (const { slot, oid, mode, release } of steps) {
          const key = `${slot}/${oid}/${mode}`;
          const lock = table.findOrAdd(relation(oid));
          if (release && held.delete(key)) table.ungrant(lock, slot, mode);
          else if (!release && !held.has(key) && (conflictMasks[mode] & table.heldByOthers(lock, slot)) === 0) {
            table.grant(lock, slot, mode);
            held.add(key);
          }
          table.dropIfUnused(lock);
        }
        const found = [...table.locks()].flatMap((lock) =>
          [...table.holdsOf(lock)].flatMap(({ slot, modes }) =>
            [...lockModes.keys()].filter((m) => modes & (1 << m)).map((m) => `${slot}/${table.tag(lock)[2]}/${m}`),
          ),
        );
        expect(new Set(found)).to.deep.equal(held);
      }),
      { numRuns: 200 },
    );
  });
});
