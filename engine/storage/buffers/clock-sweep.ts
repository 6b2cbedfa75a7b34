import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { LwLocks } from '../../memory/lwlock.js';
import { REFCOUNT_MASK, USAGE_MASK, USAGE_ONE } from './buffer-state.js';
import { HeaderWord, type BufferId, type Descriptors } from './descriptors.js';

/**
 * Which buffer to give up (storage/buffer/freelist.c): one hand, shared by all processes, goes round the buffers. A
 * buffer in use is passed over, a used one loses one count, the first with neither is the victim. A free buffer has no
 * counts, so the hand finds it like any other.
 */
export class ClockSweep {
  constructor(
    private readonly descriptors: Descriptors,
    private readonly lwlocks: LwLocks,
  ) {}

  /** A buffer nobody has pinned, with its header LOCKED. Raises 53000 when all stay pinned. */
  lockVictim(): BufferId {
    const { descriptors } = this;
    Atomics.add(descriptors.words, HeaderWord.allocations, 1);
    for (let left = descriptors.count; ;) {
      const id = this.tick();
      const state = descriptors.lockHeader(id);
      if ((state & REFCOUNT_MASK) === 0 && (state & USAGE_MASK) === 0) return id;
      if ((state & REFCOUNT_MASK) === 0) {
        descriptors.unlockHeader(id, state - USAGE_ONE);
        left = descriptors.count;
        continue;
      }
      descriptors.unlockHeader(id, state);
      if (--left === 0) throw error(SqlState.insufficientResources, 'no unpinned buffers available');
    }
  }

  /** Where the hand is, how often it went round, and how many victims were asked for since the last call. */
  position(): { next: BufferId; passes: number; allocations: number } {
    const { words, count } = this.descriptors;
    return this.lwlocks.with(lwLockIds.BufferStrategy, 'exclusive', () => {
      const hand = Atomics.load(words, HeaderWord.nextVictim) >>> 0;
      return {
        next: hand % count,
        passes: words[HeaderWord.completePasses] + Math.floor(hand / count),
        allocations: Atomics.exchange(words, HeaderWord.allocations, 0),
      };
    });
  }

  private tick(): BufferId {
    const { words, count } = this.descriptors;
    const hand = Atomics.add(words, HeaderWord.nextVictim, 1) >>> 0;
    if (hand < count) return hand;
    if (hand % count === 0) this.wrap();
    return hand % count;
  }

  /** Counts a round and brings the hand back below the count; whoever steps on a multiple does it. */
  private wrap(): void {
    const { words, count } = this.descriptors;
    this.lwlocks.with(lwLockIds.BufferStrategy, 'exclusive', () => {
      const hand = Atomics.load(words, HeaderWord.nextVictim);
      if (hand < count) return;
      Atomics.sub(words, HeaderWord.nextVictim, count);
      words[HeaderWord.completePasses]++;
    });
  }
}
