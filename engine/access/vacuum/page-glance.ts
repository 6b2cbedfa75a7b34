import type { BlockNumber } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, heapFreeSpace, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import type { Freezing } from '../heap/freezing.js';
import { Fate } from '../heap/visibility.js';
import type { HeapCounts } from './heap-counts.js';
import type { VacuumParts } from './vacuum-parts.js';
import type { VacuumRequest } from './vacuum-request.js';

/** What is on a page; tuples counted by their fate. */
interface Seen {
  readonly stubs: number[];
  readonly fates: number[];
  hasTuples: boolean;
}

/**
 * All that vacuum can do with a page that others have pinned (vacuumlazy.c lazy_scan_noprune): count, and collect the
 * stubs. What is dead there is left to the next vacuum.
 */
export class PageGlance {
  constructor(
    private readonly parts: VacuumParts,
    private readonly request: VacuumRequest,
    private readonly freezing: Freezing,
    private readonly counts: HeapCounts,
  ) {}

  /** The stubs to remove. Undefined when an id must be frozen: an aggressive vacuum may not pass that over. */
  at(block: BlockNumber, buffer: BufferId, hasIndexes: boolean): readonly number[] | undefined {
    const { buffers, freeSpace } = this.parts.storage;
    buffers.lock(buffer, 'shared');
    const seen = this.look(buffer);
    const bytes = heapFreeSpace(buffers.page(buffer));
    buffers.unlock(buffer);
    if (!seen) return undefined;
    this.count(block, seen, hasIndexes);
    if (!hasIndexes || seen.stubs.length === 0) freeSpace.record(this.request.file, block, bytes);
    return hasIndexes ? seen.stubs : [];
  }

  private look(buffer: BufferId): Seen | undefined {
    const { heap, storage } = this.parts;
    const { oldestXmin, isAggressive } = this.request;
    const page = storage.buffers.page(buffer);
    const seen: Seen = { stubs: [], fates: [0, 0, 0, 0, 0], hasTuples: false };
    const leftBefore = this.freezing.oldestLeft;
    const last = maxOffset(page);
    for (let offset = 1; offset <= last; offset++) {
      const state = itemState(page, offset);
      if (state === ItemState.dead) seen.stubs.push(offset);
      if (state === ItemState.normal || state === ItemState.redirect) seen.hasTuples = true;
      if (state !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      if (this.freezing.leaves(page, at) && isAggressive) {
        this.freezing.oldestLeft = leftBefore;
        return undefined;
      }
      seen.fates[heap.visibility.fateOf(page, at, buffer, oldestXmin)]++;
    }
    return seen;
  }

  /** Without indexes stubs would have gone with the dead tuples, and so count as such. */
  private count(block: number, { stubs, fates, hasTuples }: Seen, hasIndexes: boolean): void {
    const { counts } = this;
    const missed = fates[Fate.dead] + (hasIndexes ? 0 : stubs.length);
    if (hasTuples || (!hasIndexes && stubs.length > 0)) counts.nonemptyPages = block + 1;
    counts.liveTuples += fates[Fate.live] + fates[Fate.deleting];
    counts.recentlyDeadTuples += fates[Fate.recentlyDead];
    counts.missedDeadTuples += missed;
    if (missed > 0) counts.missedDeadPages++;
    if (hasIndexes) counts.addStubs(stubs.length);
  }
}
