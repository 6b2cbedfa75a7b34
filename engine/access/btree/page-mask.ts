import { setU16 } from '../../base/bytes.js';
import {
  PageAt,
  PageFlag,
  isNew,
  itemLength,
  itemOffset,
  maxOffset,
  pageFlags,
  pageLower,
  pageSpecial,
  pageUpper,
  setItemId,
  setPageFlags,
  ItemState,
} from '../../storage/page/page.js';
import { BTREE_SPECIAL, PageKind, isDeleted, isLeaf, kindOf, setCycleId, setKind } from './btree-page.js';

export function isBTreePage(page: Buffer): boolean {
  return !isNew(page) && pageSpecial(page) === BTREE_SPECIAL;
}

/**
 * A copy of a B-tree page without what replay need not restore (nbtxlog.c btree_mask): checksum, marks on dead entries,
 * traces of vacuums, and the space that no item uses. The LSN stays.
 */
export function maskedBTreePage(original: Buffer): Buffer {
  const page = Buffer.from(original);
  setU16(page, PageAt.checksum, 0);
  if (isNew(page)) return page;
  setPageFlags(page, pageFlags(page) & ~(PageFlag.full | PageFlag.hasFreeLines));
  page.fill(0, pageLower(page), pageUpper(page));
  setKind(page, kindOf(page) & ~(PageKind.hasGarbage | PageKind.splitEnd));
  setCycleId(page, 0);
  if (isLeaf(page) && !isDeleted(page)) reviveItems(page);
  return page;
}

function reviveItems(page: Buffer): void {
  const last = maxOffset(page);
  for (let number = 1; number <= last; number++) {
    setItemId(page, number, itemOffset(page, number), ItemState.normal, itemLength(page, number));
  }
}
