import type { BlockNumber, Fork, RelFile } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import { BufferFlag, MAX_USAGE, REFCOUNT_MASK, REFCOUNT_ONE, USAGE_MASK, USAGE_ONE } from './buffer-state.js';
import type { BufferId, Descriptors } from './descriptors.js';
import type { ResourceOwner, Resources } from '../resources.js';

/**
 * Pins: while a buffer is pinned it keeps its page. A process counts its own pins of a buffer privately and shows
 * the first of them in the shared reference count.
 */
export class Pins {
  private readonly counts: Int32Array;
  /** Buffers this process has pinned. */
  pinnedBuffers = 0;

  constructor(
    private readonly descriptors: Descriptors,
    private readonly resources: Resources,
  ) {
    this.counts = new Int32Array(descriptors.count);
  }

  count(id: BufferId): number {
    return this.counts[id];
  }

  /**
   * Pins the buffer and counts a use. Returns whether its page is valid, i.e. has been read. The caller holds its
   * partition lock or a pin, so that it cannot change its page before.
   */
  pin(id: BufferId): boolean {
    this.resources.current?.notePin(id, 1);
    if (this.counts[id]++ > 0) return (this.descriptors.state(id) & BufferFlag.valid) !== 0;
    this.pinnedBuffers++;
    const { words } = this.descriptors;
    const at = this.descriptors.at(id);
    for (let spins = 0; ; spins++) {
      const state = Atomics.load(words, at);
      if ((state & BufferFlag.locked) !== 0) this.descriptors.spinDelay(id, spins, state);
      else if (Atomics.compareExchange(words, at, state, used(state)) === state)
        return (state & BufferFlag.valid) !== 0;
    }
  }

  /**
   * Pins the buffer only if it holds this very page, valid, without any lock. The tag is compared AFTER the pin is
   * taken: from then on it cannot change. False leaves nothing behind.
   */
  pinIfHolds(id: BufferId, file: RelFile, fork: Fork, block: BlockNumber): boolean {
    const { words } = this.descriptors;
    const at = this.descriptors.at(id);
    const state = Atomics.load(words, at);
    if ((state & (BufferFlag.valid | BufferFlag.locked)) !== BufferFlag.valid) return false;
    if (this.counts[id] === 0) {
      if (Atomics.compareExchange(words, at, state, used(state)) !== state) return false;
      this.pinnedBuffers++;
    }
    this.counts[id]++;
    this.resources.current?.notePin(id, 1);
    if (this.descriptors.hasTag(id, file, fork, block)) return true;
    this.unpin(id);
    return false;
  }

  /** Pins a buffer whose header the caller has locked, lets the header go and returns the state before. Counts no use. */
  pinLocked(id: BufferId, lockedState: number): number {
    this.resources.current?.notePin(id, 1);
    const isFirst = this.counts[id]++ === 0;
    if (isFirst) this.pinnedBuffers++;
    this.descriptors.unlockHeader(id, isFirst ? lockedState + REFCOUNT_ONE : lockedState);
    return lockedState;
  }

  unpin(id: BufferId): void {
    assert(this.counts[id] > 0, () => `buffer ${id} is not pinned`);
    this.resources.current?.notePin(id, -1);
    if (--this.counts[id] > 0) return;
    this.pinnedBuffers--;
    const { words } = this.descriptors;
    const at = this.descriptors.at(id);
    for (let spins = 0; ; spins++) {
      const state = Atomics.load(words, at);
      if ((state & BufferFlag.locked) !== 0) this.descriptors.spinDelay(id, spins, state);
      else if (Atomics.compareExchange(words, at, state, state - REFCOUNT_ONE) === state) return;
    }
  }

  /** For error recovery in a subtransaction: what was pinned outside of it stays so. */
  unpinAllOf(owner: ResourceOwner): void {
    this.resources.onBehalfOf(owner, () => {
      for (const [id, count] of owner.pins) {
        for (let left = Math.min(count, this.counts[id]); left > 0; left--) this.unpin(id);
      }
    });
  }

  /** For error recovery. */
  unpinAll(): void {
    for (let id = 0; this.pinnedBuffers > 0; id++) {
      while (this.counts[id] > 0) this.unpin(id);
    }
  }
}

function used(state: number): number {
  const usage = (state & USAGE_MASK) < MAX_USAGE ? USAGE_ONE : 0;
  return (
    (state & ~(USAGE_MASK | REFCOUNT_MASK)) | ((state & USAGE_MASK) + usage) | ((state & REFCOUNT_MASK) + REFCOUNT_ONE)
  );
}
