import { assert } from '../base/errors.js';
import type { Area, Arena } from './arena.js';
import { lwLockName, type LwLockId } from './lwlock-table.js';
import type { ProcessSlots } from './process-slots.js';

/**
 * Lightweight locks: shared or exclusive, one 32-bit word each, waiting on a futex.
 *
 * Word: EXCLUSIVE bit, WAITERS bit, and the count of shared holders below. A waiter sets WAITERS and sleeps on the very
 * value it saw; whoever releases the last hold clears the bit and wakes all, who then compete again. A holder that is
 * killed leaves the word behind: the postmaster ends every process and zeroes the memory.
 */
const EXCLUSIVE = 0x4000_0000;
const WAITERS = 0x2000_0000;
const HOLDERS = EXCLUSIVE | 0x00ff_ffff;
const SPINS = 60;
/** No process holds more at a time (lwlock.c MAX_SIMUL_LWLOCKS). */
const MAX_HELD = 200;

export type LwLockMode = 'shared' | 'exclusive';

export class LwLocks {
  private readonly area: Area;
  /** The locks this process holds, in the order it took them, and whether exclusively. */
  private readonly heldIds: LwLockId[] = [];
  private readonly heldExclusively: boolean[] = [];
  private held = 0;

  constructor(
    private readonly arena: Arena,
    private readonly slots: ProcessSlots,
  ) {
    this.area = arena.area('lwlocks');
  }

  acquire(id: LwLockId, mode: LwLockMode): void {
    for (let spin = 0; !this.tryTake(id, mode); spin++) {
      if (spin >= SPINS) this.sleepUntilChanged(id, mode);
    }
    this.remember(id, mode);
  }

  conditionalAcquire(id: LwLockId, mode: LwLockMode): boolean {
    if (!this.tryTake(id, mode)) return false;
    this.remember(id, mode);
    return true;
  }

  /**
   * Takes the lock exclusively if it is free now and returns true; otherwise waits until its holder lets go and returns
   * false without it. For work that the holder may have done for us (group commit).
   */
  acquireOrWait(id: LwLockId): boolean {
    if (this.conditionalAcquire(id, 'exclusive')) return true;
    this.sleepUntilChanged(id, 'exclusive');
    return false;
  }

  release(id: LwLockId): void {
    let index = this.held - 1;
    while (index >= 0 && this.heldIds[index] !== id) index--;
    assert(index >= 0, () => `lock ${lwLockName(id)} is not held`);
    const mode = this.heldExclusively[index] ? 'exclusive' : 'shared';
    this.held--;
    for (; index < this.held; index++) {
      this.heldIds[index] = this.heldIds[index + 1];
      this.heldExclusively[index] = this.heldExclusively[index + 1];
    }
    this.letGo(id, mode);
  }

  /** For error recovery. */
  releaseAll(): void {
    while (this.held > 0) this.release(this.heldIds[this.held - 1]);
  }

  holds(id: LwLockId, mode?: LwLockMode): boolean {
    for (let index = 0; index < this.held; index++) {
      if (this.heldIds[index] !== id) continue;
      if (mode === undefined || (mode === 'exclusive') === this.heldExclusively[index]) return true;
    }
    return false;
  }

  get heldCount(): number {
    return this.held;
  }

  /** Runs `body` under the lock. */
  with<T>(id: LwLockId, mode: LwLockMode, body: () => T): T {
    this.acquire(id, mode);
    try {
      return body();
    } finally {
      this.release(id);
    }
  }

  private remember(id: LwLockId, mode: LwLockMode): void {
    assert(this.held < MAX_HELD, 'too many LWLocks taken');
    this.heldIds[this.held] = id;
    this.heldExclusively[this.held] = mode === 'exclusive';
    this.held++;
  }

  private tryTake(id: LwLockId, mode: LwLockMode): boolean {
    const { i32 } = this.area;
    for (;;) {
      const word = Atomics.load(i32, id);
      if (mode === 'exclusive' ? (word & HOLDERS) !== 0 : (word & EXCLUSIVE) !== 0) return false;
      const taken = mode === 'exclusive' ? word | EXCLUSIVE : word + 1;
      if (Atomics.compareExchange(i32, id, word, taken) === word) return true;
    }
  }

  private letGo(id: LwLockId, mode: LwLockMode): void {
    const { i32 } = this.area;
    const share = mode === 'exclusive' ? EXCLUSIVE : 1;
    const now = Atomics.sub(i32, id, share) - share;
    if ((now & WAITERS) === 0 || (now & HOLDERS) !== 0) return;
    Atomics.and(i32, id, ~WAITERS);
    this.arena.wake(this.area, id, 0x7fff_ffff);
  }

  private sleepUntilChanged(id: LwLockId, mode: LwLockMode): void {
    const { i32 } = this.area;
    const word = Atomics.load(i32, id);
    const blocked = mode === 'exclusive' ? (word & HOLDERS) !== 0 : (word & EXCLUSIVE) !== 0;
    if (!blocked) return;
    const marked = word | WAITERS;
    if (word !== marked && Atomics.compareExchange(i32, id, word, marked) !== word) return;
    this.slots.waiting('LWLock', lwLockName(id), () => this.arena.wait(this.area, id, marked));
  }
}
