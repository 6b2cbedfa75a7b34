import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Area, Arena } from '../../memory/arena.js';
import { hashSlots } from '../../memory/area-table.js';
import { conflictMasks } from './lock-mode.js';
import { hashTag, type TagWords } from './lock-tag.js';

/**
 * The lock table in shared memory. Callers hold the LockManager LWLock exclusively.
 *
 *   buckets ──► lock ──► hold ──► hold        a lock, and one hold per process that has modes of it
 *                 └────► waiter ──► waiter    the queue, linked through the processes' own wait words, first come first
 *
 * Links are index + 1, 0 ends a chain. Locks and holds that were used before and are free are chained through their
 * `next` words; behind those in use there may be others never used yet, so zeroed memory is an empty table.
 */
const HEADER_WORDS = 1024;
const Header = { everUsedLocks: 0, freeLock: 1, freeHold: 2, everUsedHolds: 3 } as const;

const LOCK_WORDS = 16;
const Lock = { tag: 0, firstHold: 5, firstWaiter: 6, next: 7, granted: 8 } as const;
const HOLD_WORDS = 8;
const Hold = { lock: 0, slot: 1, modes: 2, next: 3 } as const;
const WAIT_WORDS = 64;
const Wait = { lock: 0, mode: 1, next: 2, state: 3 } as const;
export const WaitState = { none: 0, waiting: 1, granted: 2 } as const;

const NOBODY: readonly number[] = [];

export interface HoldView {
  readonly lock: number;
  readonly slot: number;
  /** Bit mask over lockModes. */
  readonly modes: number;
}

export class LockTable {
  private readonly area: Area;
  private readonly words: Uint32Array;
  private readonly buckets: number;
  private readonly lockCount: number;
  private readonly locksAt: number;
  private readonly holdsAt: number;
  private readonly holdCount: number;
  private readonly waitsAt: number;

  constructor(arena: Arena) {
    this.area = arena.area('locks');
    this.words = this.area.u32;
    this.lockCount = arena.sizes.locks;
    this.holdCount = arena.sizes.locks * 2;
    this.buckets = hashSlots(this.lockCount);
    this.locksAt = HEADER_WORDS + this.buckets;
    this.holdsAt = this.locksAt + this.lockCount * LOCK_WORDS;
    this.waitsAt = this.holdsAt + this.holdCount * HOLD_WORDS;
  }

  find(tag: TagWords): number | undefined {
    let link = this.words[this.bucketOf(tag)];
    while (link !== 0 && !this.hasTag(link - 1, tag)) link = this.words[this.lockAt(link - 1) + Lock.next];
    return link === 0 ? undefined : link - 1;
  }

  findOrAdd(tag: TagWords): number {
    return this.find(tag) ?? this.add(tag);
  }

  tag(lock: number): TagWords {
    const at = this.lockAt(lock) + Lock.tag;
    return [this.words[at], this.words[at + 1], this.words[at + 2], this.words[at + 3], this.words[at + 4]];
  }

  /** Modes of the lock that `slot` holds. */
  heldBy(lock: number, slot: number): number {
    const hold = this.holdOf(lock, slot);
    return hold === undefined ? 0 : this.words[this.holdAt(hold) + Hold.modes];
  }

  /** Modes of the lock that processes other than `slot` hold. */
  heldByOthers(lock: number, slot: number): number {
    const own = this.heldBy(lock, slot);
    let mask = 0;
    for (let mode = 0; mode < 8; mode++) {
      const count = this.words[this.lockAt(lock) + Lock.granted + mode] - ((own >>> mode) & 1);
      if (count > 0) mask |= 1 << mode;
    }
    return mask;
  }

  grant(lock: number, slot: number, mode: number): void {
    const hold = this.holdOf(lock, slot) ?? this.addHold(lock, slot);
    this.words[this.holdAt(hold) + Hold.modes] |= 1 << mode;
    this.words[this.lockAt(lock) + Lock.granted + mode]++;
  }

  /** Takes a granted mode away. The caller then grants waiters and calls `dropIfUnused`. */
  ungrant(lock: number, slot: number, mode: number): void {
    const hold = this.holdOf(lock, slot)!;
    this.words[this.holdAt(hold) + Hold.modes] &= ~(1 << mode);
    this.words[this.lockAt(lock) + Lock.granted + mode]--;
    if (this.words[this.holdAt(hold) + Hold.modes] === 0) this.removeHold(lock, hold);
  }

  /** A granted mode changes hands. */
  transfer(lock: number, from: number, to: number, mode: number): void {
    this.ungrant(lock, from, mode);
    this.grant(lock, to, mode);
  }

  dropIfUnused(lock: number): void {
    const at = this.lockAt(lock);
    if (this.words[at + Lock.firstHold] !== 0 || this.words[at + Lock.firstWaiter] !== 0) return;
    const bucket = this.bucketOf(this.tag(lock));
    this.unlink(bucket, lock + 1, (link) => this.lockAt(link - 1) + Lock.next);
    this.words[at + Lock.tag] = 0;
    this.words[at + Lock.next] = this.words[Header.freeLock];
    this.words[Header.freeLock] = lock + 1;
  }

  *holdsOf(lock: number): Generator<HoldView> {
    for (let link = this.words[this.lockAt(lock) + Lock.firstHold]; link !== 0;) {
      const at = this.holdAt(link - 1);
      yield { lock, slot: this.words[at + Hold.slot], modes: this.words[at + Hold.modes] };
      link = this.words[at + Hold.next];
    }
  }

  *locks(): Generator<number> {
    for (let lock = 0; lock < this.lockCount; lock++) if (this.words[this.lockAt(lock) + Lock.tag] !== 0) yield lock;
  }

  /** The slots that wait for the lock, first to be served first. */
  waiters(lock: number): readonly number[] {
    if (this.words[this.lockAt(lock) + Lock.firstWaiter] === 0) return NOBODY;
    const slots: number[] = [];
    for (let link = this.words[this.lockAt(lock) + Lock.firstWaiter]; link !== 0;) {
      slots.push(link - 1);
      link = this.words[this.waitAt(link - 1) + Wait.next];
    }
    return slots;
  }

  /** Puts `slot` into the queue before the waiter at `position` (the queue's length: at its end). */
  enqueue(lock: number, slot: number, mode: number, position: number): void {
    const at = this.waitAt(slot);
    const queue = this.waiters(lock);
    const before = position === 0 ? this.lockAt(lock) + Lock.firstWaiter : this.waitAt(queue[position - 1]) + Wait.next;
    this.words[at + Wait.lock] = lock + 1;
    this.words[at + Wait.mode] = mode;
    this.words[at + Wait.next] = this.words[before];
    this.words[before] = slot + 1;
    Atomics.store(this.words, at + Wait.state, WaitState.waiting);
  }

  dequeue(lock: number, slot: number, state: number): void {
    this.unlink(this.lockAt(lock) + Lock.firstWaiter, slot + 1, (link) => this.waitAt(link - 1) + Wait.next);
    this.words[this.waitAt(slot) + Wait.lock] = 0;
    Atomics.store(this.words, this.waitAt(slot) + Wait.state, state);
  }

  waitState(slot: number): number {
    return Atomics.load(this.words, this.waitAt(slot) + Wait.state);
  }

  /** What the slot waits for, or undefined. */
  waitOf(slot: number): { lock: number; mode: number } | undefined {
    const at = this.waitAt(slot);
    return this.words[at + Wait.lock] === 0
      ? undefined
      : { lock: this.words[at + Wait.lock] - 1, mode: this.words[at + Wait.mode] };
  }

  /** Grants, in queue order, every waiter that nothing held and nobody ahead of it conflicts with; returns their slots. */
  grantWaiters(lock: number): readonly number[] {
    if (this.words[this.lockAt(lock) + Lock.firstWaiter] === 0) return NOBODY;
    const granted: number[] = [];
    let ahead = 0;
    for (const slot of this.waiters(lock)) {
      const { mode } = this.waitOf(slot)!;
      if (conflictMasks[mode] & (ahead | this.heldByOthers(lock, slot))) {
        ahead |= 1 << mode;
        continue;
      }
      this.grant(lock, slot, mode);
      this.dequeue(lock, slot, WaitState.granted);
      granted.push(slot);
    }
    return granted;
  }

  private lockAt(lock: number): number {
    return this.locksAt + lock * LOCK_WORDS;
  }

  private holdAt(hold: number): number {
    return this.holdsAt + hold * HOLD_WORDS;
  }

  private waitAt(slot: number): number {
    return this.waitsAt + slot * WAIT_WORDS;
  }

  private bucketOf(tag: TagWords): number {
    return HEADER_WORDS + (hashTag(tag) & (this.buckets - 1));
  }

  private hasTag(lock: number, tag: TagWords): boolean {
    const at = this.lockAt(lock);
    for (let i = 0; i < 5; i++) if (this.words[at + i] !== tag[i]) return false;
    return true;
  }

  private add(tag: TagWords): number {
    const lock =
      this.takeFreed(Header.freeLock, this.locksAt + Lock.next, LOCK_WORDS) ??
      this.takeUnused(Header.everUsedLocks, this.lockCount);
    const at = this.lockAt(lock);
    const bucket = this.bucketOf(tag);
    this.words.fill(0, at, at + LOCK_WORDS);
    this.words.set(tag, at);
    this.words[at + Lock.next] = this.words[bucket];
    this.words[bucket] = lock + 1;
    return lock;
  }

  private holdOf(lock: number, slot: number): number | undefined {
    let link = this.words[this.lockAt(lock) + Lock.firstHold];
    while (link !== 0 && this.words[this.holdAt(link - 1) + Hold.slot] !== slot)
      link = this.words[this.holdAt(link - 1) + Hold.next];
    return link === 0 ? undefined : link - 1;
  }

  private addHold(lock: number, slot: number): number {
    const hold =
      this.takeFreed(Header.freeHold, this.holdsAt + Hold.next, HOLD_WORDS) ??
      this.takeUnused(Header.everUsedHolds, this.holdCount);
    const at = this.holdAt(hold);
    const first = this.lockAt(lock) + Lock.firstHold;
    this.words[at + Hold.lock] = lock;
    this.words[at + Hold.slot] = slot;
    this.words[at + Hold.modes] = 0;
    this.words[at + Hold.next] = this.words[first];
    this.words[first] = hold + 1;
    return hold;
  }

  private removeHold(lock: number, hold: number): void {
    this.unlink(this.lockAt(lock) + Lock.firstHold, hold + 1, (link) => this.holdAt(link - 1) + Hold.next);
    this.words[this.holdAt(hold) + Hold.next] = this.words[Header.freeHold];
    this.words[Header.freeHold] = hold + 1;
  }

  /** Takes `link` out of the chain that begins at word `first`. */
  private unlink(first: number, link: number, nextAt: (link: number) => number): void {
    let at = first;
    while (this.words[at] !== link) at = nextAt(this.words[at]);
    this.words[at] = this.words[nextAt(link)];
  }

  private takeFreed(header: number, firstNextAt: number, entryWords: number): number | undefined {
    const link = this.words[header];
    if (link === 0) return undefined;
    this.words[header] = this.words[firstNextAt + (link - 1) * entryWords];
    return link - 1;
  }

  private takeUnused(header: number, count: number): number {
    if (this.words[header] < count) return this.words[header]++;
    throw error(SqlState.outOfMemory, 'out of shared memory', {
      hint: 'You might need to increase max_locks_per_transaction.',
    });
  }
}
