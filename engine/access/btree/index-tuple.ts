import { setU16, u16 } from '../../base/bytes.js';
import type { BlockNumber, Tid } from '../../base/block.js';
import { align8 } from '../../storage/page/page.js';

/**
 * An index entry's bytes (access/itup.h, and nbtree.h for pivots).
 *
 *    0 blockHigh:u16 blockLow:u16 offset:u16     the heap row (t_tid)
 *    6 info:u16                                  size 0x1fff, pivot 0x2000, has variable width 0x4000, has nulls 0x8000
 *    8 [null bitmap, 4 bytes, then 4 of padding] and the values
 *
 * A pivot tuple is a high key or leads to a page of the level below. Its block is that page, its offset tells how many
 * key columns are left (0x0fff), and whether a heap row's place stands in its last 6 bytes (0x1000): columns that are not
 * needed to tell two pages apart are cut off, and count as less than any value.
 */
export const TUPLE_HEADER_BYTES = 8;
const BITMAP_BYTES = 8;
const INFO_AT = 6;
const SIZE_MASK = 0x1fff;
export const PIVOT = 0x2000;
export const HAS_VAR_WIDTH = 0x4000;
export const HAS_NULLS = 0x8000;
const PIVOT_ATTRIBUTES = 0x0fff;
const PIVOT_HAS_TID = 0x1000;
const TID_BYTES = 6;

export const MAX_SIZE = SIZE_MASK;
/** No entry may be larger, so that every page holds at least three (BTMaxItemSize). */
export const MAX_ENTRY_BYTES = 2704;

export function tupleSize(bytes: Buffer, at = 0): number {
  return u16(bytes, at + INFO_AT) & SIZE_MASK;
}

export function hasNulls(bytes: Buffer, at = 0): boolean {
  return (bytes[at + INFO_AT + 1] & (HAS_NULLS >>> 8)) !== 0;
}

/** Is that column null? */
export function isNullAt(bytes: Buffer, at: number, column: number): boolean {
  return hasNulls(bytes, at) && ((bytes[at + TUPLE_HEADER_BYTES + (column >> 3)] >> (column & 7)) & 1) === 0;
}

export function isPivot(bytes: Buffer, at = 0): boolean {
  return (bytes[at + INFO_AT + 1] & (PIVOT >>> 8)) !== 0;
}

export function infoOf(bytes: Buffer, at = 0): number {
  return u16(bytes, at + INFO_AT);
}

export function setInfo(bytes: Buffer, at: number, info: number): void {
  setU16(bytes, at + INFO_AT, info);
}

export function dataOffset(withNulls: boolean): number {
  return withNulls ? TUPLE_HEADER_BYTES + BITMAP_BYTES : TUPLE_HEADER_BYTES;
}

export function blockOfTuple(bytes: Buffer, at = 0): BlockNumber {
  return (u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2)) as BlockNumber;
}

export function offsetOfTuple(bytes: Buffer, at = 0): number {
  return u16(bytes, at + 4);
}

export function setBlockOfTuple(bytes: Buffer, at: number, block: BlockNumber): void {
  setU16(bytes, at, block >>> 16);
  setU16(bytes, at + 2, block);
}

export function setTid(bytes: Buffer, at: number, { block, offset }: Tid): void {
  setBlockOfTuple(bytes, at, block);
  setU16(bytes, at + 4, offset);
}

/** How many columns the tuple has left, of an index with `all`. */
export function attributesOf(bytes: Buffer, at: number, all: number): number {
  return isPivot(bytes, at) ? offsetOfTuple(bytes, at) & PIVOT_ATTRIBUTES : all;
}

/** Where the heap row's place stands that breaks ties; -1 in a pivot that needs none. */
export function tieBreakerAt(bytes: Buffer, at: number): number {
  if (!isPivot(bytes, at)) return at;
  return offsetOfTuple(bytes, at) & PIVOT_HAS_TID ? at + tupleSize(bytes, at) - TID_BYTES : -1;
}

export function setPivot(bytes: Buffer, attributes: number, hasTid: boolean): void {
  setInfo(bytes, 0, infoOf(bytes) | PIVOT);
  setU16(bytes, 4, hasTid ? attributes | PIVOT_HAS_TID : attributes);
}

/** A pivot without key columns, less than everything: the first downlink of a page. */
export function minusInfinity(child: BlockNumber): Buffer {
  const bytes = Buffer.alloc(TUPLE_HEADER_BYTES);
  setBlockOfTuple(bytes, 0, child);
  setInfo(bytes, 0, TUPLE_HEADER_BYTES);
  setPivot(bytes, 0, false);
  return bytes;
}

/** A copy of a pivot that leads to another page. */
export function withDownlink(pivot: Buffer, child: BlockNumber): Buffer {
  const bytes = Buffer.from(pivot);
  setBlockOfTuple(bytes, 0, child);
  return bytes;
}

/** A copy of a cut-off pivot with a heap row's place (the six bytes at `from` of `source`) as last word. */
export function withTieBreaker(pivot: Buffer, attributes: number, source: Buffer, from: number): Buffer {
  const size = align8(pivot.length) + align8(TID_BYTES);
  const bytes = Buffer.alloc(size);
  pivot.copy(bytes);
  setInfo(bytes, 0, (infoOf(pivot) & ~SIZE_MASK) | size);
  setPivot(bytes, attributes, true);
  source.copy(bytes, size - TID_BYTES, from, from + TID_BYTES);
  return bytes;
}

/** The high key of a half-dead leaf: where the branch to be deleted begins (BTreeTupleSetTopParent). */
export function topParentTuple(topParent: BlockNumber): Buffer {
  return minusInfinity(topParent);
}

/** `offset` and both block halves compare as one number would: heap rows in physical order. */
export function compareTids(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
  const blocks = blockOfTuple(a, aAt) - blockOfTuple(b, bAt);
  return blocks !== 0 ? blocks : offsetOfTuple(a, aAt) - offsetOfTuple(b, bAt);
}

export function tidOfTuple(bytes: Buffer, at = 0): Tid {
  return { block: blockOfTuple(bytes, at), offset: offsetOfTuple(bytes, at) };
}
