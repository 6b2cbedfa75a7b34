import { setU16, setU32, setU64, u16, u32, u64 } from '../../base/bytes.js';
import { BLOCK_BYTES, type BlockNumber } from '../../base/block.js';
import type { FullXid } from '../../base/xid.js';
import { PAGE_HEADER_BYTES, PageAt, initPage, maxOffset } from '../../storage/page/page.js';

/**
 * The layout of a B-tree's pages (access/nbtree.h), little-endian.
 *
 *   every page      special area, 16 bytes:  prev:u32 next:u32 level:u32 flags:u16 cycleId:u16
 *   block 0         24 magic:u32 version:u32 root:u32 level:u32 fastRoot:u32 fastLevel:u32 48 deletedPages:u32
 *                   56 heapTuples:f64 (unused, -1) 64 isAllEqualImage:u8
 *   deleted page    24 safeXid:u64
 *
 * Item 1 of a page is its high key, unless it is the rightmost of its level: then its data begins there.
 */
export const METAPAGE = 0 as BlockNumber;
/** No page: block 0 is never a sibling or a child. */
export const NO_BLOCK = 0 as BlockNumber;
export const HIGH_KEY = 1;
export const BTREE_MAGIC = 0x053162;
export const BTREE_VERSION = 4;

const SPECIAL_BYTES = 16;
export const BTREE_SPECIAL = BLOCK_BYTES - SPECIAL_BYTES;
const Special = {
  prev: BTREE_SPECIAL,
  next: BTREE_SPECIAL + 4,
  level: BTREE_SPECIAL + 8,
  flags: BTREE_SPECIAL + 12,
  cycleId: BTREE_SPECIAL + 14,
} as const;

export const PageKind = {
  leaf: 0x0001,
  root: 0x0002,
  deleted: 0x0004,
  meta: 0x0008,
  /** Empty, without a downlink, about to be deleted. */
  halfDead: 0x0010,
  /** The last right half that splits since a vacuum began have made of a page, see VacuumCycles. */
  splitEnd: 0x0020,
  /** Some item may be marked dead. */
  hasGarbage: 0x0040,
  /** The right sibling has no downlink yet. */
  incompleteSplit: 0x0080,
  hasFullXid: 0x0100,
} as const;

/** Bytes that items and line pointers of a page can take together. */
export const USABLE_BYTES = BLOCK_BYTES - PAGE_HEADER_BYTES - SPECIAL_BYTES;

export function initBTreePage(page: Buffer): void {
  initPage(page, SPECIAL_BYTES);
}

export function prevBlock(page: Buffer): BlockNumber {
  return u32(page, Special.prev) as BlockNumber;
}

export function setPrevBlock(page: Buffer, block: BlockNumber): void {
  setU32(page, Special.prev, block);
}

export function nextBlock(page: Buffer): BlockNumber {
  return u32(page, Special.next) as BlockNumber;
}

export function setNextBlock(page: Buffer, block: BlockNumber): void {
  setU32(page, Special.next, block);
}

/** 0 is the leaf level. */
export function levelOf(page: Buffer): number {
  return u32(page, Special.level);
}

export function setLevel(page: Buffer, level: number): void {
  setU32(page, Special.level, level);
}

export function kindOf(page: Buffer): number {
  return u16(page, Special.flags);
}

export function setKind(page: Buffer, kind: number): void {
  setU16(page, Special.flags, kind);
}

export function cycleIdOf(page: Buffer): number {
  return u16(page, Special.cycleId);
}

export function setCycleId(page: Buffer, cycleId: number): void {
  setU16(page, Special.cycleId, cycleId);
}

export function isLeaf(page: Buffer): boolean {
  return (kindOf(page) & PageKind.leaf) !== 0;
}

export function isRoot(page: Buffer): boolean {
  return (kindOf(page) & PageKind.root) !== 0;
}

export function isDeleted(page: Buffer): boolean {
  return (kindOf(page) & PageKind.deleted) !== 0;
}

export function isHalfDead(page: Buffer): boolean {
  return (kindOf(page) & PageKind.halfDead) !== 0;
}

/** Half-dead or deleted: its keys belong to the right sibling now. */
export function isIgnored(page: Buffer): boolean {
  return (kindOf(page) & (PageKind.deleted | PageKind.halfDead)) !== 0;
}

export function isSplitIncomplete(page: Buffer): boolean {
  return (kindOf(page) & PageKind.incompleteSplit) !== 0;
}

export function hasGarbage(page: Buffer): boolean {
  return (kindOf(page) & PageKind.hasGarbage) !== 0;
}

export function isLeftmost(page: Buffer): boolean {
  return prevBlock(page) === NO_BLOCK;
}

export function isRightmost(page: Buffer): boolean {
  return nextBlock(page) === NO_BLOCK;
}

/** The offset number of the first item behind the high key. */
export function firstData(page: Buffer): number {
  return isRightmost(page) ? HIGH_KEY : HIGH_KEY + 1;
}

export function isEmpty(page: Buffer): boolean {
  return maxOffset(page) < firstData(page);
}

/** Makes the page a tombstone (BTPageSetDeleted): its links stay, for who is still on the way to it. */
export function setDeleted(page: Buffer, safeXid: FullXid): void {
  setKind(page, (kindOf(page) & ~PageKind.halfDead) | PageKind.deleted | PageKind.hasFullXid);
  setU16(page, PageAt.lower, PAGE_HEADER_BYTES + 8);
  setU16(page, PageAt.upper, BTREE_SPECIAL);
  setU64(page, PAGE_HEADER_BYTES, safeXid);
}

/** Who was running before this transaction id may still have a link to the deleted page. */
export function safeXidOf(page: Buffer): FullXid {
  return u64(page, PAGE_HEADER_BYTES) as FullXid;
}
