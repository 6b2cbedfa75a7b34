import { setU16, setU32, u32 } from '../../base/bytes.js';
import { BLOCK_BYTES } from '../../base/block.js';
import { panic } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import {
  PAGE_HEADER_BYTES,
  PageAt,
  PageFlag,
  align8,
  pageFlags,
  pageLower,
  pageSpecial,
  pageUpper,
  setPageFlags,
} from './header.js';

/**
 * Line pointers (storage/itemid.h): 32 bits each, lp_off 15, lp_flags 2, lp_len 15 from the low end. Offset numbers
 * count from 1; 0 is no offset.
 */
export const ITEM_ID_BYTES = 4;
export const ItemState = { unused: 0, normal: 1, redirect: 2, dead: 3 } as const;
export type ItemState = (typeof ItemState)[keyof typeof ItemState];

/** The most line pointers a heap page may have (MaxHeapTuplesPerPage): 24 bytes of tuple header and a pointer each. */
export const MAX_HEAP_ITEMS = Math.floor((BLOCK_BYTES - PAGE_HEADER_BYTES) / (24 + ITEM_ID_BYTES));

export interface ItemId {
  /** Byte position of the item in the page; the target's offset number when the state is `redirect`. */
  readonly offset: number;
  readonly flags: ItemState;
  readonly length: number;
}

function wordAt(offsetNumber: number): number {
  return PAGE_HEADER_BYTES + (offsetNumber - 1) * ITEM_ID_BYTES;
}

function itemWord(page: Buffer, offsetNumber: number): number {
  return u32(page, wordAt(offsetNumber));
}

/** The highest offset number in use or once used; 0 for a page without items. */
export function maxOffset(page: Buffer): number {
  const lower = pageLower(page);
  return lower <= PAGE_HEADER_BYTES ? 0 : (lower - PAGE_HEADER_BYTES) >>> 2;
}

export function getItemId(page: Buffer, offsetNumber: number): ItemId {
  const word = itemWord(page, offsetNumber);
  return { offset: word & 0x7fff, flags: ((word >>> 15) & 3) as ItemState, length: word >>> 17 };
}

/** The parts of a line pointer one by one, for loops that should not allocate. */
export function itemOffset(page: Buffer, offsetNumber: number): number {
  return itemWord(page, offsetNumber) & 0x7fff;
}

export function itemState(page: Buffer, offsetNumber: number): ItemState {
  return ((itemWord(page, offsetNumber) >>> 15) & 3) as ItemState;
}

export function itemLength(page: Buffer, offsetNumber: number): number {
  return itemWord(page, offsetNumber) >>> 17;
}

export function setItemId(page: Buffer, offsetNumber: number, offset: number, state: ItemState, length: number): void {
  setU32(page, wordAt(offsetNumber), (offset | (state << 15) | (length << 17)) >>> 0);
}

/** The item's bytes: a view into the page. */
export function itemBytes(page: Buffer, offsetNumber: number): Buffer {
  const word = itemWord(page, offsetNumber);
  return page.subarray(word & 0x7fff, (word & 0x7fff) + (word >>> 17));
}

/** Bytes left for one more item and its line pointer. */
export function freeSpace(page: Buffer): number {
  return Math.max(0, pageUpper(page) - pageLower(page) - ITEM_ID_BYTES);
}

/** As `freeSpace`, but 0 when the heap page has no line pointer left to give. */
export function heapFreeSpace(page: Buffer): number {
  const space = freeSpace(page);
  if (space === 0 || maxOffset(page) < MAX_HEAP_ITEMS) return space;
  return firstUnused(page) === 0 ? 0 : space;
}

function firstUnused(page: Buffer): number {
  if ((pageFlags(page) & PageFlag.hasFreeLines) === 0) return 0;
  const last = maxOffset(page);
  for (let number = 1; number <= last; number++) {
    if (itemState(page, number) === ItemState.unused && itemLength(page, number) === 0) return number;
  }
  return 0;
}

/**
 * Adds an item (PageAddItemExtended) and returns its offset number, 0 when there is no room.
 *
 * Without `offsetNumber` an unused line pointer is taken, or a new one. With it a heap page must have that pointer
 * unused (redo puts a tuple where it was), while an index page moves the later pointers up by one.
 */
export function addItem(page: Buffer, item: Buffer, offsetNumber = 0, kind: 'heap' | 'index' = 'heap'): number {
  const number = addItemSpace(page, item.length, offsetNumber, kind);
  if (number !== 0) item.copy(page, itemOffset(page, number));
  return number;
}

/** Like `addItem`, for an item that the caller then writes in its place. */
export function addItemSpace(page: Buffer, bytes: number, offsetNumber = 0, kind: 'heap' | 'index' = 'heap'): number {
  checkBounds(page);
  const next = maxOffset(page) + 1;
  const number = offsetNumber === 0 ? chooseOffset(page, next) : offsetNumber;
  const shifts = kind === 'index' && offsetNumber !== 0 && number < next;
  if (number > next || (kind === 'heap' && number > MAX_HEAP_ITEMS)) return 0;
  if (!shifts && number < next && !isFree(page, number)) return 0;

  const lower = number === next || shifts ? pageLower(page) + ITEM_ID_BYTES : pageLower(page);
  const upper = pageUpper(page) - align8(bytes);
  if (lower > upper) return 0;
  if (shifts) page.copyWithin(wordAt(number + 1), wordAt(number), wordAt(next));
  setItemId(page, number, upper, ItemState.normal, bytes);
  setU16(page, PageAt.lower, lower);
  setU16(page, PageAt.upper, upper);
  return number;
}

function chooseOffset(page: Buffer, next: number): number {
  const unused = firstUnused(page);
  if (unused !== 0) return unused;
  setPageFlags(page, pageFlags(page) & ~PageFlag.hasFreeLines);
  return next;
}

function isFree(page: Buffer, number: number): boolean {
  return itemState(page, number) === ItemState.unused && itemLength(page, number) === 0;
}

/** Writing through wrong bounds would spread the damage: better to stop everything. */
function checkBounds(page: Buffer): void {
  const [lower, upper, special] = [pageLower(page), pageUpper(page), pageSpecial(page)];
  if (lower >= PAGE_HEADER_BYTES && lower <= upper && upper <= special && special <= BLOCK_BYTES) return;
  throw panic(
    SqlState.dataCorrupted,
    `corrupted page pointers: lower = ${lower}, upper = ${upper}, special = ${special}`,
  );
}
