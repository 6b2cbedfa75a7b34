import type { Tid } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { presentSnapshot } from '../transactions/snapshot.js';
import { HIGH_KEY, isIgnored, isRightmost, nextBlock } from './btree-page.js';
import type { Undecided } from '../heap/speculation.js';
import type { BTreeParts } from './btree-parts.js';
import { markDead } from './dead-items.js';
import type { IndexFormat } from './index-format.js';
import { NO_BUFFER, type IndexPages } from './index-pages.js';
import { tidOfTuple } from './index-tuple.js';
import { searchItem } from './page-search.js';
import type { SearchKey } from './search-key.js';

const NOW = presentSnapshot('self');

/** A row with the same key. `undecided`: whether it stays depends on that. */
export interface Conflict {
  readonly duplicate: Tid;
  readonly undecided?: Undecided;
}

/**
 * Looks for rows with a key (nbtinsert.c _bt_check_unique). Only rows that are there count: the index also holds entries
 * of deleted ones, and of older versions of the same row.
 */
export class UniqueChecks {
  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
  ) {}

  /**
   * From the first leaf where the key may stand, which is locked and stays so: who inserts next holds that lock, and so two
   * inserters of one key cannot both miss the other.
   */
  find(format: IndexFormat, key: SearchKey, leaf: BufferId, except?: Tid): Conflict | null {
    const { pages } = this;
    let other = NO_BUFFER;
    let page = pages.page(leaf);
    let offset = searchItem(format, key, page);
    for (;;) {
      for (const last = maxOffset(page); offset <= last; offset++) {
        if (itemState(page, offset) === ItemState.dead) continue;
        const found =
          format.compareItem(key, page, offset) === 0 ? this.look(format, page, offset, leaf, other) : 'end';
        if (found === null || (found !== 'end' && except && sameTid(found.duplicate, except))) continue;
        pages.release(other);
        return found === 'end' ? null : found;
      }
      if (isRightmost(page) || format.compareItem(key, page, HIGH_KEY) !== 0) break;
      other = this.nextLeaf(format, page, other);
      page = pages.page(other);
      offset = isRightmost(page) ? HIGH_KEY : HIGH_KEY + 1;
    }
    pages.release(other);
    return null;
  }

  private look(format: IndexFormat, page: Buffer, offset: number, leaf: BufferId, other: BufferId): Conflict | null {
    const duplicate = tidOfTuple(page, itemOffset(page, offset));
    const { heap, storage } = this.parts;
    const presence = heap.presence(format.index.heap, duplicate);
    if (presence === 'live') return { duplicate };
    if (presence !== 'dead') return { duplicate, undecided: presence };
    if (heap.fetchFromIndex(format.index.heap, duplicate, NOW).isDeadToAll) {
      markDead(storage.buffers, other < 0 ? leaf : other, offset);
    }
    return null;
  }

  /** The next page to the right that has keys; lets the one held go. */
  private nextLeaf({ index }: IndexFormat, from: Buffer, held: BufferId): BufferId {
    const { pages } = this;
    let [buffer, block] = [held, nextBlock(from)];
    for (;;) {
      pages.release(buffer);
      buffer = pages.read(index, block, 'shared');
      const page = pages.page(buffer);
      if (!isIgnored(page)) return buffer;
      block = nextBlock(page);
    }
  }
}

function sameTid(a: Tid, b: Tid): boolean {
  return a.block === b.block && a.offset === b.offset;
}
