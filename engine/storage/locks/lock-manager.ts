import { error, type PgError } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockArrays } from '../../memory/lwlock-table.js';
import { Interrupt, ProcessFlag } from '../../memory/process-slots.js';
import { Resources, type ResourceOwner } from '../resources.js';
import { edgesFrom, findDeadlock, type WaitEdge } from './deadlock.js';
import { conflictMasks, lockModes, modeIndex, type LockMode } from './lock-mode.js';
import { describeTag, tagOf, tagWords, type LockTag, type TagWords } from './lock-tag.js';
import { LockTable, WaitState } from './lock-table.js';

/**
 * Heavyweight locks: held to the end of a transaction, eight modes, first come first served, with deadlock detection
 * (lmgr/README).
 *
 * This process's own table counts repeated acquisitions; only the first of a mode and the last release touch shared memory.
 */
interface LocalLock {
  readonly words: TagWords;
  readonly counts: number[];
}

export interface HeldLock {
  readonly tag: LockTag;
  readonly mode: LockMode;
}

export interface LockListing {
  readonly tag: LockTag;
  readonly mode: LockMode;
  /** Of the process, or of a prepared transaction. */
  readonly slot: number;
  readonly pid: number;
  readonly granted: boolean;
}

/** One lock for the whole table: a request holds it for a microsecond, and the deadlock check needs all of it. */
const TABLE_LOCK = lwLockArrays.lockManager();

function localKey(tag: LockTag): string {
  switch (tag.kind) {
    case 'relation':
      return `r${tag.database}/${tag.relation}`;
    case 'transaction':
      return `x${tag.xid}`;
    case 'tuple':
      return `t${tag.database}/${tag.relation}/${tag.block}/${tag.offset}`;
    case 'extend':
      return `e${tag.database}/${tag.relation}`;
    case 'object':
      return `o${tag.database}/${tag.catalog}/${tag.object}`;
    case 'frozenid':
      return `f${tag.database}`;
    case 'speculation':
      return `s${tag.xid}/${tag.speculation}`;
  }
}

export class LockManager {
  private readonly table: LockTable;
  private readonly local = new Map<string, LocalLock>();

  private settings: Settings;
  /** How many this process was the victim of. */
  deadlocks = 0;

  constructor(
    private readonly context: EngineContext,
    private readonly resources = new Resources(),
  ) {
    this.settings = context.settings;
    this.table = new LockTable(context.memory.arena);
  }

  /** Where lock_timeout and deadlock_timeout are looked up from now on: a session's own settings. */
  useSettings(settings: Settings): void {
    this.settings = settings;
  }

  /**
   * Takes a lock, waiting for those who hold a conflicting one. With `wait: false` returns false instead of waiting.
   * Raises 40P01 when waiting would never end, 55P03 after lock_timeout, 57014 and 57P01 when interrupted.
   */
  acquire(tag: LockTag, mode: LockMode, options: { wait?: boolean } = {}): boolean {
    const index = modeIndex(mode);
    const key = localKey(tag);
    const known = this.local.get(key);
    if (known && known.counts[index] > 0) {
      known.counts[index]++;
      this.resources.current?.noteLock(key, index, 1);
      return true;
    }
    const words = tagWords(tag);
    if (!this.acquireShared(words, index, options.wait ?? true)) return false;
    const entry = known ?? { words, counts: [0, 0, 0, 0, 0, 0, 0, 0] };
    entry.counts[index] = 1;
    this.local.set(key, entry);
    this.resources.current?.noteLock(key, index, 1);
    return true;
  }

  release(tag: LockTag, mode: LockMode): void {
    const index = modeIndex(mode);
    const key = localKey(tag);
    const entry = this.local.get(key);
    if (!entry || entry.counts[index] === 0)
      throw error(SqlState.internalError, `lock ${mode} on ${describeTag(tag)} is not held`);
    this.resources.current?.noteLock(key, index, -1);
    this.letGo(key, entry, index, 1);
  }

  /** Gives back what an aborted subtransaction has locked. */
  releaseLocksOf(owner: ResourceOwner): void {
    for (const [key, counts] of owner.locks) {
      const entry = this.local.get(key);
      if (!entry) continue;
      for (const [mode, count] of counts.entries()) {
        const times = Math.min(count, entry.counts[mode]);
        if (times > 0) this.letGo(key, entry, mode, times);
      }
    }
  }

  /** Gives back every lock of this process, at the end of its transaction. */
  releaseAll(): void {
    if (this.local.size === 0) return;
    this.underLock(() => {
      for (const { words, counts } of this.local.values()) {
        for (let mode = 0; mode < counts.length; mode++) if (counts[mode] > 0) this.releaseShared(words, mode);
      }
    });
    this.local.clear();
  }

  /** Every lock of this process. */
  held(): HeldLock[] {
    return [...this.local.values()].flatMap(({ words, counts }) =>
      lockModes.filter((_, index) => counts[index] > 0).map((mode) => ({ tag: tagOf(words), mode })),
    );
  }

  /** Hands every lock over to the entry of a prepared transaction, with nobody in between (PostPrepare_Locks). */
  transferTo(slot: number): void {
    this.underLock(() => {
      for (const { words, counts } of this.local.values()) {
        const lock = this.table.find(words)!;
        counts.forEach((count, mode) => count > 0 && this.table.transfer(lock, this.mySlot, slot, mode));
      }
    });
    this.local.clear();
  }

  /** Gives a prepared transaction a lock it had before a restart: nobody can be in its way yet. */
  grantTo(slot: number, { tag, mode }: HeldLock): void {
    this.underLock(() => this.table.grant(this.table.findOrAdd(tagWords(tag)), slot, modeIndex(mode)));
  }

  /** Gives back locks of a prepared transaction. */
  releaseOf(slot: number, locks: readonly HeldLock[]): void {
    this.underLock(() => {
      for (const { tag, mode } of locks) this.releaseShared(tagWords(tag), modeIndex(mode), slot);
    });
  }

  holds(tag: LockTag, mode: LockMode): boolean {
    return (this.local.get(localKey(tag))?.counts[modeIndex(mode)] ?? 0) > 0;
  }

  /** How many processes wait for the lock, in any mode. */
  waiterCount(tag: LockTag): number {
    return this.underLock(() => {
      const lock = this.table.find(tagWords(tag));
      return lock === undefined ? 0 : this.table.waiters(lock).length;
    });
  }

  /** Every lock of the cluster, held or waited for. */
  list(): LockListing[] {
    return this.underLock(() => [...this.table.locks()].flatMap((lock) => this.listLock(lock)));
  }

  private listLock(lock: number): LockListing[] {
    const { slots } = this.context.memory;
    const tag = tagOf(this.table.tag(lock));
    const held = [...this.table.holdsOf(lock)].flatMap(({ slot, modes }) =>
      lockModes
        .filter((_, index) => modes & (1 << index))
        .map((mode) => ({ tag, mode, slot, pid: slots.pid(slot), granted: true })),
    );
    const awaited = this.table.waiters(lock).map((slot) => {
      const mode = lockModes[this.table.waitOf(slot)!.mode];
      return { tag, mode, slot, pid: slots.pid(slot), granted: false };
    });
    return [...held, ...awaited];
  }

  private letGo(key: string, entry: LocalLock, mode: number, times: number): void {
    entry.counts[mode] -= times;
    if (entry.counts[mode] > 0) return;
    if (entry.counts.every((count) => count === 0)) this.local.delete(key);
    this.underLock(() => this.releaseShared(entry.words, mode));
  }

  private acquireShared(words: TagWords, mode: number, wait: boolean): boolean {
    const granted = this.underLock(() => {
      const lock = this.table.findOrAdd(words);
      const position = this.queuePosition(lock, mode);
      if (position === undefined) {
        this.grantNew(lock, mode);
        return true;
      }
      if (wait) this.table.enqueue(lock, this.mySlot, mode, position);
      return false;
    });
    if (granted || !wait) return granted;
    this.sleepUntilGranted(words, mode);
    return true;
  }

  /**
   * Where in the queue the request must wait; undefined when it can be granted now. A process that already holds modes of the
   * lock goes before the first waiter these modes block, since that one cannot run before it anyway (proc.c ProcSleep).
   */
  private queuePosition(lock: number, mode: number): number | undefined {
    const own = this.table.heldBy(lock, this.mySlot);
    const held = this.table.heldByOthers(lock, this.mySlot);
    const queue = this.table.waiters(lock);
    let ahead = 0;
    for (const [position, slot] of queue.entries()) {
      const awaited = this.table.waitOf(slot)!.mode;
      if (conflictMasks[awaited] & own) return conflictMasks[mode] & (ahead | held) ? position : undefined;
      ahead |= 1 << awaited;
    }
    return conflictMasks[mode] & (ahead | held) ? queue.length : undefined;
  }

  private sleepUntilGranted(words: TagWords, mode: number): void {
    const { clock } = this.context.os;
    const { slots } = this.context.memory;
    const { kind } = tagOf(words);
    const waitEvent = kind === 'transaction' ? 'transactionid' : kind;
    const began = clock.monotonic();
    const timeouts = {
      deadlock: began + this.settings.get('deadlock_timeout'),
      lock: began + (this.settings.get('lock_timeout') || Infinity),
    };
    try {
      while (this.table.waitState(this.mySlot) === WaitState.waiting) {
        const now = clock.monotonic();
        if (now >= timeouts.lock) throw error(SqlState.lockNotAvailable, 'canceling statement due to lock timeout');
        if (now >= timeouts.deadlock) {
          this.throwIfDeadlocked();
          this.cancelAutovacuum();
          timeouts.deadlock = Infinity;
        }
        // Whoever raises an interrupt sets the latch too.
        const patience = Math.min(timeouts.lock, timeouts.deadlock, this.context.interrupts.statementDeadline) - now;
        slots.waiting('Lock', waitEvent, () => this.context.memory.latches.waitSync(Math.max(0, patience)));
        if (this.table.waitState(this.mySlot) === WaitState.waiting) this.context.interrupts.check();
      }
    } catch (thrown) {
      this.giveUpWaiting(words, mode);
      throw thrown;
    }
  }

  /** Leaves the queue; when the lock was granted in the meantime, gives it back. */
  private giveUpWaiting(words: TagWords, mode: number): void {
    this.underLock(() => {
      const state = this.table.waitState(this.mySlot);
      if (state === WaitState.granted) this.releaseShared(words, mode);
      else if (state === WaitState.waiting) this.leaveQueue(this.table.find(words)!);
    });
  }

  private leaveQueue(lock: number): void {
    this.table.dequeue(lock, this.mySlot, WaitState.none);
    this.wakeGranted(lock);
  }

  /** The victim leaves the queue before anybody else can look: one is enough to break the circle. */
  private throwIfDeadlocked(): void {
    const failure = this.underLock(() => {
      const cycle = findDeadlock(this.table, this.mySlot);
      const reason = cycle && this.deadlockError(cycle);
      if (cycle) this.leaveQueue(cycle[0].lock);
      return reason;
    });
    if (!failure) return;
    this.deadlocks++;
    throw failure;
  }

  /** Automatic vacuums give way to whoever needs their table, save those against wraparound. */
  private cancelAutovacuum(): void {
    const { slots, latches } = this.context.memory;
    const blockers = this.underLock(() => edgesFrom(this.table, this.mySlot).map(({ blocker }) => blocker));
    for (const slot of blockers) {
      const flags = slots.flags(slot);
      if ((flags & ProcessFlag.autovacuum) === 0 || (flags & ProcessFlag.againstWraparound) !== 0) continue;
      slots.raiseInterrupt(slot, Interrupt.cancel);
      latches.set(slot);
    }
  }

  private deadlockError(cycle: WaitEdge[]): PgError {
    const { slots } = this.context.memory;
    const lines = cycle.map(({ slot, lock, mode, blocker }) => {
      const what = describeTag(tagOf(this.table.tag(lock)));
      return `Process ${slots.pid(slot)} waits for ${lockModes[mode]}Lock on ${what}; blocked by process ${slots.pid(blocker)}.`;
    });
    return error(SqlState.deadlockDetected, 'deadlock detected', {
      detail: lines.join('\n'),
      hint: 'See server log for query details.',
    });
  }

  /** With no room for the hold, a lock entry made for it goes too. */
  private grantNew(lock: number, mode: number): void {
    try {
      this.table.grant(lock, this.mySlot, mode);
    } catch (thrown) {
      this.table.dropIfUnused(lock);
      throw thrown;
    }
  }

  private releaseShared(words: TagWords, mode: number, slot = this.mySlot): void {
    const lock = this.table.find(words)!;
    this.table.ungrant(lock, slot, mode);
    this.wakeGranted(lock);
  }

  private wakeGranted(lock: number): void {
    for (const slot of this.table.grantWaiters(lock)) this.context.memory.latches.set(slot);
    this.table.dropIfUnused(lock);
  }

  private get mySlot(): number {
    return this.context.memory.slots.mine;
  }

  private underLock<T>(body: () => T): T {
    return this.context.memory.lwlocks.with(TABLE_LOCK, 'exclusive', body);
  }
}
