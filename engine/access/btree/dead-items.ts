import { xidBefore, type Xid } from '../../base/xid.js';
import type { BufferManager } from '../../storage/buffers/buffer-manager.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  ItemState,
  deleteIndexItems,
  itemLength,
  itemOffset,
  itemState,
  maxOffset,
  setItemId,
} from '../../storage/page/page.js';
import { encodeOffsets } from '../heap/heap-records.js';
import { PageKind, firstData, hasGarbage, kindOf, setKind } from './btree-page.js';
import type { BTreeParts } from './btree-parts.js';
import { BTreeInfo, encodeDelete } from './btree-records.js';
import type { IndexFormat } from './index-format.js';
import type { IndexPages } from './index-pages.js';

/**
 * Entries whose rows are dead to all (nbtutils.c _bt_killitems, nbtpage.c _bt_delitems_delete).
 *
 * Who comes upon one marks it, as a hint: readers pass it over. When its page is full, the marked ones make room.
 */

/** Marks an entry. The page is locked, shared at least. */
export function markDead(buffers: BufferManager, buffer: BufferId, offset: number): void {
  const page = buffers.page(buffer);
  setItemId(page, offset, itemOffset(page, offset), ItemState.dead, itemLength(page, offset));
  setKind(page, kindOf(page) | PageKind.hasGarbage);
  buffers.markDirtyHint(buffer);
}

/**
 * Removes the marked entries of a leaf, locked exclusively. A scan that has read the page may still be about to look for
 * their rows; but nobody sees those. So no other process's pin needs to be waited for.
 */
export class DeadItems {
  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
  ) {}

  /** Returns whether there were any. */
  remove({ index }: IndexFormat, buffer: BufferId): boolean {
    const page = this.pages.page(buffer);
    if (!hasGarbage(page)) return false;
    const dead = deadOffsets(page);
    if (dead.length === 0) return false;
    this.pages.critically(() => {
      deleteIndexItems(page, dead);
      setKind(page, kindOf(page) & ~PageKind.hasGarbage);
      const body = encodeDelete(this.latestRemoved(), dead.length);
      this.pages.change(BTreeInfo.delete, [body], [{ id: 0, buffer, data: [encodeOffsets(dead)] }], index);
    });
    return true;
  }

  /** The rows' deleters are not looked up again: all are older than the horizon, and so that bounds them. */
  private latestRemoved(): Xid {
    return xidBefore(this.parts.transactions.oldestXmin(), 1);
  }
}

function deadOffsets(page: Buffer): number[] {
  const dead: number[] = [];
  const last = maxOffset(page);
  for (let offset = firstData(page); offset <= last; offset++) {
    if (itemState(page, offset) === ItemState.dead) dead.push(offset);
  }
  return dead;
}
