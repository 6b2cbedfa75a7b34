import { setU16 } from '../../base/bytes.js';
import {
  ItemState,
  PAGE_HEADER_BYTES,
  PageAt,
  PageFlag,
  align8,
  itemLength,
  itemOffset,
  itemState,
  maxOffset,
  pageFlags,
  pageSpecial,
  setItemId,
  setPageFlags,
} from '../../storage/page/page.js';
import type { PruneChanges } from './prune-plan.js';

const ITEM_ID_BYTES = 4;

/**
 * Redirects, kills and frees line pointers, and moves the remaining tuples together (heap_page_prune_execute,
 * PageRepairFragmentation). Line pointers keep their numbers; unused ones at the end go. The result depends on the page
 * alone, so that redo makes the same page.
 *
 * The caller has the page locked for cleanup.
 */
export function changeItems(page: Buffer, { redirected, dead, unused }: PruneChanges): void {
  for (let index = 0; index < redirected.length; index += 2) {
    setItemId(page, redirected[index], redirected[index + 1], ItemState.redirect, 0);
  }
  for (const offset of dead) setItemId(page, offset, 0, ItemState.dead, 0);
  for (const offset of unused) setItemId(page, offset, 0, ItemState.unused, 0);
  moveTogether(page);
  trimLinePointers(page);
}

/** Frees stubs whose index entries are gone; no tuple moves, so that readers may have the page pinned. */
export function freeStubs(page: Buffer, stubs: readonly number[]): void {
  for (const offset of stubs) setItemId(page, offset, 0, ItemState.unused, 0);
  trimLinePointers(page);
}

function moveTogether(page: Buffer): void {
  const before = Buffer.from(page);
  const stored = offsetsInUse(page).filter((offset) => itemLength(page, offset) > 0);
  stored.sort((a, b) => itemOffset(before, b) - itemOffset(before, a));
  let upper = pageSpecial(page);
  for (const offset of stored) {
    const from = itemOffset(before, offset);
    const length = itemLength(before, offset);
    upper -= align8(length);
    before.copy(page, upper, from, from + align8(length));
    setItemId(page, offset, upper, itemState(before, offset), length);
  }
  setU16(page, PageAt.upper, upper);
}

function trimLinePointers(page: Buffer): void {
  const used = offsetsInUse(page);
  const last = used.length === 0 ? 0 : used[used.length - 1];
  setU16(page, PageAt.lower, PAGE_HEADER_BYTES + last * ITEM_ID_BYTES);
  const flags = pageFlags(page) & ~PageFlag.hasFreeLines;
  setPageFlags(page, used.length < last ? flags | PageFlag.hasFreeLines : flags);
}

function offsetsInUse(page: Buffer): number[] {
  const used: number[] = [];
  const last = maxOffset(page);
  for (let offset = 1; offset <= last; offset++) if (itemState(page, offset) !== ItemState.unused) used.push(offset);
  return used;
}
