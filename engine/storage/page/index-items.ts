import { setU16 } from '../../base/bytes.js';
import { assert } from '../../base/errors.js';
import { BLOCK_BYTES } from '../../base/block.js';
import { PAGE_HEADER_BYTES, PageAt, align8, initPage, pageLower, pageSpecial, pageUpper } from './header.js';
import {
  ITEM_ID_BYTES,
  ItemState,
  addItem,
  itemBytes,
  itemLength,
  itemOffset,
  itemState,
  maxOffset,
  setItemId,
} from './items.js';

/**
 * Items of index pages (bufpage.c): line pointers are in key order, so removing one moves the later ones down, and no
 * hole is ever left. Every result depends on the page alone: redo makes the same page.
 */

/** Removes an item, its line pointer and the room both took (PageIndexTupleDelete). */
export function deleteIndexItem(page: Buffer, number: number): void {
  const at = itemOffset(page, number);
  const bytes = align8(itemLength(page, number));
  const last = maxOffset(page);
  for (let later = number; later < last; later++) copyItemId(page, later + 1, later);
  const upper = pageUpper(page);
  page.copyWithin(upper + bytes, upper, at);
  setU16(page, PageAt.upper, upper + bytes);
  setU16(page, PageAt.lower, pageLower(page) - ITEM_ID_BYTES);
  shiftItems(page, 1, last - 1, at, bytes);
}

/** Removes the items of these rising offset numbers (PageIndexMultiDelete). */
export function deleteIndexItems(page: Buffer, numbers: readonly number[]): void {
  if (numbers.length <= 2) {
    for (let i = numbers.length - 1; i >= 0; i--) deleteIndexItem(page, numbers[i]);
    return;
  }
  const before = Buffer.from(page);
  const last = maxOffset(page);
  let upper = pageSpecial(page);
  let kept = 0;
  for (let number = 1, skipped = 0; number <= last; number++) {
    if (numbers[skipped] === number) {
      skipped++;
      continue;
    }
    const [length, from] = [itemLength(before, number), itemOffset(before, number)];
    upper -= align8(length);
    before.copy(page, upper, from, from + align8(length));
    setItemId(page, ++kept, upper, itemState(before, number), length);
  }
  assert(kept === last - numbers.length, 'line pointers to delete are out of order');
  setU16(page, PageAt.upper, upper);
  setU16(page, PageAt.lower, PAGE_HEADER_BYTES + kept * ITEM_ID_BYTES);
}

/** Puts another item in an item's place (PageIndexTupleOverwrite); false when the page has no room for it. */
export function overwriteIndexItem(page: Buffer, number: number, item: Buffer): boolean {
  const at = itemOffset(page, number);
  const grows = align8(item.length) - align8(itemLength(page, number));
  const upper = pageUpper(page);
  if (grows > upper - pageLower(page)) return false;
  if (grows !== 0) {
    page.copyWithin(upper - grows, upper, at);
    setU16(page, PageAt.upper, upper - grows);
    shiftItems(page, 1, maxOffset(page), at, -grows);
  }
  setItemId(page, number, at - grows, ItemState.normal, item.length);
  item.copy(page, at - grows);
  return true;
}

/** An empty page with the special area of `page` (PageGetTempPageCopySpecial). */
export function emptyPageLike(page: Buffer): Buffer {
  const made = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  const special = pageSpecial(page);
  initPage(made, BLOCK_BYTES - special);
  page.copy(made, special, special);
  return made;
}

/** Adds an item of an index page behind all others, or before number `number`. False when there is no room. */
export function addIndexItem(page: Buffer, item: Buffer, number = maxOffset(page) + 1): boolean {
  return addItem(page, item, number, 'index') !== 0;
}

/** Copies an item to the end of another page. */
export function copyIndexItem(from: Buffer, number: number, to: Buffer): boolean {
  return addIndexItem(to, itemBytes(from, number));
}

/** The items of these numbers that lie at or before `limit` have moved up by `bytes`. */
function shiftItems(page: Buffer, first: number, last: number, limit: number, bytes: number): void {
  for (let number = first; number <= last; number++) {
    const at = itemOffset(page, number);
    if (at <= limit) setItemId(page, number, at + bytes, itemState(page, number), itemLength(page, number));
  }
}

function copyItemId(page: Buffer, from: number, to: number): void {
  setItemId(page, to, itemOffset(page, from), itemState(page, from), itemLength(page, from));
}
