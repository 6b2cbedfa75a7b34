import type { BlockNumber, Fork, RelFile } from '../../base/block.js';
import { lwLockArrays, type LwLockId } from '../../memory/lwlock-table.js';
import type { LwLocks } from '../../memory/lwlock.js';
import type { BufferIo } from './buffer-io.js';
import { BufferFlag, FLAG_MASK, REFCOUNT_MASK, USAGE_MASK, USAGE_ONE } from './buffer-state.js';
import type { BufferTable } from './buffer-table.js';
import type { ClockSweep } from './clock-sweep.js';
import type { BufferId, Descriptors } from './descriptors.js';
import type { Pins } from './pins.js';
import type { BufferStatistics } from './statistics.js';

export interface PoolParts {
  readonly descriptors: Descriptors;
  readonly table: BufferTable;
  readonly pins: Pins;
  readonly sweep: ClockSweep;
  readonly io: BufferIo;
  readonly statistics: BufferStatistics;
  readonly lwlocks: LwLocks;
}

/** A pinned buffer. `mustFill`: its I/O has been started, and the caller has to read the page and end it. */
export interface Allocation {
  readonly id: BufferId;
  readonly mustFill: boolean;
}

/**
 * Finds a page's buffer, or gives it one (BufferAlloc of bufmgr.c).
 *
 *   1. Look under the shared partition lock; found: pin and done.
 *   2. Choose a victim, pin it, write it if dirty, all without a partition lock: it may take long.
 *   3. Under the exclusive locks of both pages' partitions look again. Someone may have brought the page in: use his.
 *      Someone may have pinned or dirtied our victim: back to 2.
 *   4. Rename the victim and start reading. Whoever finds it from now on waits for that read.
 */
export class BufferPool {
  constructor(private readonly parts: PoolParts) {}

  allocate(hash: number, file: RelFile, fork: Fork, block: BlockNumber): Allocation {
    const { table, pins, lwlocks } = this.parts;
    const lock = table.partitionLock(hash);
    lwlocks.acquire(lock, 'shared');
    const found = table.find(hash, file, fork, block);
    const isValid = found >= 0 && pins.pin(found);
    lwlocks.release(lock);
    if (found >= 0) return this.join(found, isValid);
    for (;;) {
      const allocation = this.rename(this.cleanVictim(), hash, file, fork, block);
      if (allocation) return allocation;
    }
  }

  /** A buffer with a page that is not valid is being read by another process, or that read failed: then it is ours. */
  private join(id: BufferId, isValid: boolean): Allocation {
    return { id, mustFill: !isValid && this.parts.io.start(id, 'read') };
  }

  /** A pinned buffer that nobody else used when it was chosen, written out if it was dirty. */
  private cleanVictim(): BufferId {
    const { sweep, pins, descriptors, lwlocks } = this.parts;
    for (;;) {
      const id = sweep.lockVictim();
      const state = pins.pinLocked(id, descriptors.state(id));
      if ((state & BufferFlag.dirty) === 0) return id;
      // Its lock may be held by one who waits for us: then another victim.
      const contentLock = lwLockArrays.bufferContent(id);
      if (lwlocks.conditionalAcquire(contentLock, 'shared')) {
        this.writeVictim(id, contentLock);
        return id;
      }
      pins.unpin(id);
    }
  }

  private writeVictim(id: BufferId, contentLock: LwLockId): void {
    const { io, pins, lwlocks, statistics } = this.parts;
    try {
      if (io.flush(id)) statistics.own.written++;
    } catch (thrown) {
      pins.unpin(id);
      throw thrown;
    } finally {
      lwlocks.release(contentLock);
    }
  }

  private rename(
    victim: BufferId,
    hash: number,
    file: RelFile,
    fork: Fork,
    block: BlockNumber,
  ): Allocation | undefined {
    const { descriptors, table, pins, io } = this.parts;
    const oldHash = this.hashOf(victim);
    this.lockPartitions(hash, oldHash ?? hash);
    const found = table.find(hash, file, fork, block);
    if (found >= 0) {
      pins.unpin(victim);
      const isValid = pins.pin(found);
      this.unlockPartitions(hash, oldHash ?? hash);
      return this.join(found, isValid);
    }
    const state = descriptors.lockHeader(victim);
    const isOurs = (state & REFCOUNT_MASK) === 1 && (state & BufferFlag.dirty) === 0;
    if (isOurs) descriptors.setTag(victim, file, fork, block);
    descriptors.unlockHeader(
      victim,
      isOurs ? (state & ~(FLAG_MASK | USAGE_MASK)) | BufferFlag.tagValid | USAGE_ONE : state,
    );
    if (isOurs) {
      if (oldHash !== undefined) table.remove(oldHash, victim);
      table.insert(hash, victim);
    }
    this.unlockPartitions(hash, oldHash ?? hash);
    if (isOurs) return { id: victim, mustFill: io.start(victim, 'read') };
    pins.unpin(victim);
    return undefined;
  }

  /** Undefined for a buffer without a page. The caller's pin keeps the tag from changing. */
  private hashOf(id: BufferId): number | undefined {
    const { descriptors, table } = this.parts;
    if ((descriptors.state(id) & BufferFlag.tagValid) === 0) return undefined;
    const { file, fork, block } = descriptors.tag(id);
    return table.hash(file, fork, block);
  }

  /** In the order of their numbers, so that two processes cannot wait for each other. */
  private lockPartitions(one: number, other: number): void {
    const { table, lwlocks } = this.parts;
    const [lock, otherLock] = [table.partitionLock(one), table.partitionLock(other)];
    lwlocks.acquire(Math.min(lock, otherLock), 'exclusive');
    if (lock !== otherLock) lwlocks.acquire(Math.max(lock, otherLock), 'exclusive');
  }

  private unlockPartitions(one: number, other: number): void {
    const { table, lwlocks } = this.parts;
    const [lock, otherLock] = [table.partitionLock(one), table.partitionLock(other)];
    lwlocks.release(lock);
    if (lock !== otherLock) lwlocks.release(otherLock);
  }
}
