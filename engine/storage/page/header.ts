import { setU16, setU32, u16, u32 } from '../../base/bytes.js';
import { BLOCK_BYTES } from '../../base/block.js';
import type { Lsn } from '../../base/lsn.js';
import type { Xid } from '../../base/xid.js';

/**
 * The header every data page begins with (storage/bufpage.h, layout version 4), little-endian:
 *
 *    0 pd_lsn      8   two 32-bit halves, the HIGH one first
 *    8 pd_checksum 2   10 pd_flags 2   12 pd_lower 2   14 pd_upper 2   16 pd_special 2
 *   18 pd_pagesize_version 2           20 pd_prune_xid 4               24 line pointers, 4 bytes each
 *
 *   | header | line pointers → lower |   free   | upper ← items | special |
 */
export const PAGE_HEADER_BYTES = 24;
export const PageAt = {
  lsn: 0,
  checksum: 8,
  flags: 10,
  lower: 12,
  upper: 14,
  special: 16,
  sizeVersion: 18,
  pruneXid: 20,
} as const;
export const PageFlag = { hasFreeLines: 1, full: 2, allVisible: 4 } as const;
const VALID_FLAGS = 7;
const SIZE_AND_VERSION = BLOCK_BYTES | 4;

/** Makes an empty page; `specialBytes` at its end are kept for an index's own data. */
export function initPage(page: Buffer, specialBytes = 0): void {
  const special = BLOCK_BYTES - align8(specialBytes);
  page.fill(0);
  setU16(page, PageAt.lower, PAGE_HEADER_BYTES);
  setU16(page, PageAt.upper, special);
  setU16(page, PageAt.special, special);
  setU16(page, PageAt.sizeVersion, SIZE_AND_VERSION);
}

/** MAXALIGN. */
export function align8(bytes: number): number {
  return (bytes + 7) & ~7;
}

export function pageLsn(page: Buffer): Lsn {
  return (u32(page, PageAt.lsn) * 0x1_0000_0000 + u32(page, PageAt.lsn + 4)) as Lsn;
}

export function setPageLsn(page: Buffer, lsn: Lsn): void {
  setU32(page, PageAt.lsn, Math.floor(lsn / 0x1_0000_0000));
  setU32(page, PageAt.lsn + 4, lsn >>> 0);
}

/** A page never initialised: zeros, or at least an upper bound of 0. */
export function isNew(page: Buffer): boolean {
  return u16(page, PageAt.upper) === 0;
}

export function pageFlags(page: Buffer): number {
  return u16(page, PageAt.flags);
}

export function setPageFlags(page: Buffer, flags: number): void {
  setU16(page, PageAt.flags, flags);
}

/** Does the page say that everyone sees every row version on it (PD_ALL_VISIBLE)? Never without truth. */
export function isAllVisible(page: Buffer): boolean {
  return (u16(page, PageAt.flags) & PageFlag.allVisible) !== 0;
}

export function setAllVisible(page: Buffer): void {
  setPageFlags(page, pageFlags(page) | PageFlag.allVisible);
}

export function clearAllVisible(page: Buffer): void {
  setPageFlags(page, pageFlags(page) & ~PageFlag.allVisible);
}

export function pageLower(page: Buffer): number {
  return u16(page, PageAt.lower);
}

export function pageUpper(page: Buffer): number {
  return u16(page, PageAt.upper);
}

export function pageSpecial(page: Buffer): number {
  return u16(page, PageAt.special);
}

/** The oldest transaction id whose work may have left something to prune; 0 when none. */
export function pruneXid(page: Buffer): Xid {
  return u32(page, PageAt.pruneXid) as Xid;
}

export function setPruneXid(page: Buffer, xid: Xid): void {
  setU32(page, PageAt.pruneXid, xid);
}

/** PageIsVerified's look at the header: do its bounds and flags make sense? */
export function isHeaderValid(page: Buffer): boolean {
  const lower = pageLower(page);
  const upper = pageUpper(page);
  const special = pageSpecial(page);
  return (
    (pageFlags(page) & ~VALID_FLAGS) === 0 &&
    lower <= upper &&
    upper <= special &&
    special <= BLOCK_BYTES &&
    special === align8(special)
  );
}
