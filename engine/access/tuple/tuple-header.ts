import { setU16, setU32, u16, u32 } from '../../base/bytes.js';
import { blockNumber, type BlockNumber, type Tid } from '../../base/block.js';
import { FROZEN_XID, type Xid } from '../../base/xid.js';

/**
 * A heap tuple's header: 23 bytes, then the null bitmap, then padding up to `hoff` (access/htup_details.h).
 *
 *   0 xmin   4 xmax   8 command id   12 ctid: block high, block low, offset   18 infomask2   20 infomask   22 hoff   23 bits
 *
 * Every function takes the bytes that hold the tuple and where it begins in them, so that a tuple can be read in its page.
 */
export const TUPLE_HEADER_BYTES = 23;
/** Largest tuple that fits an empty page: 8192 less page header and one line pointer, aligned. */
export const MAX_TUPLE_BYTES = 8160;
export const MAX_ATTRIBUTES = 1600;

export const Field = {
  xmin: 0,
  xmax: 4,
  commandId: 8,
  ctid: 12,
  infomask2: 18,
  infomask: 20,
  hoff: 22,
  bits: 23,
} as const;

export const Infomask = {
  hasNull: 0x0001,
  hasVarWidth: 0x0002,
  comboCid: 0x0020,
  xmaxExclusiveLock: 0x0040,
  xmaxLockOnly: 0x0080,
  xminCommitted: 0x0100,
  xminInvalid: 0x0200,
  xminFrozen: 0x0300,
  xmaxCommitted: 0x0400,
  xmaxInvalid: 0x0800,
  xmaxIsMulti: 0x1000,
  updated: 0x2000,
  /** Everything about xmax: committed, invalid, multi, lock kinds, lock only. */
  xmaxBits: 0x1cd0,
  /** Everything that visibility decides. */
  transactionBits: 0xfff0,
} as const;

export const Infomask2 = {
  attributeCount: 0x07ff,
  keysUpdated: 0x2000,
  hotUpdated: 0x4000,
  heapOnly: 0x8000,
  transactionBits: 0xe000,
} as const;

export const tupleXmin = (bytes: Buffer, at = 0): Xid => u32(bytes, at) as Xid;
export const tupleXmax = (bytes: Buffer, at = 0): Xid => u32(bytes, at + 4) as Xid;
export const tupleInfomask = (bytes: Buffer, at = 0): number => u16(bytes, at + 20);
export const tupleInfomask2 = (bytes: Buffer, at = 0): number => u16(bytes, at + 18);
export const tupleHoff = (bytes: Buffer, at = 0): number => bytes[at + 22];
/** The raw command id: cmin, cmax, or a combo of both when `Infomask.comboCid` is set. */
export const tupleCommandId = (bytes: Buffer, at = 0): number => u32(bytes, at + 8);

export function tupleCtid(bytes: Buffer, at = 0): Tid {
  const block = blockNumberOf(bytes, at);
  return { block, offset: u16(bytes, at + 16) };
}

function blockNumberOf(bytes: Buffer, at: number): BlockNumber {
  const value = u16(bytes, at + 12) * 0x1_0000 + u16(bytes, at + 14);
  return value === 0xffff_ffff ? (value as BlockNumber) : blockNumber(value);
}

export function setTupleCtid(bytes: Buffer, at: number, block: BlockNumber, offset: number): void {
  setU16(bytes, at + 12, block >>> 16);
  setU16(bytes, at + 14, block & 0xffff);
  setU16(bytes, at + 16, offset);
}

export function ctidIs(bytes: Buffer, at: number, block: BlockNumber, offset: number): boolean {
  return (
    u16(bytes, at + 16) === offset && u16(bytes, at + 14) === (block & 0xffff) && u16(bytes, at + 12) === block >>> 16
  );
}

export function setTupleXmin(bytes: Buffer, at: number, xmin: Xid): void {
  setU32(bytes, at, xmin);
}

export function setTupleXmax(bytes: Buffer, at: number, xmax: Xid): void {
  setU32(bytes, at + 4, xmax);
}

export function setTupleInfomask(bytes: Buffer, at: number, infomask: number): void {
  setU16(bytes, at + 20, infomask);
}

export function setTupleInfomask2(bytes: Buffer, at: number, infomask2: number): void {
  setU16(bytes, at + 18, infomask2);
}

/** Sets the raw command id; `isCombo` says that it stands for a pair (see ComboCommandIds). */
export function setTupleCommandId(bytes: Buffer, at: number, commandId: number, isCombo: boolean): void {
  setU32(bytes, at + 8, commandId);
  const infomask = tupleInfomask(bytes, at);
  setTupleInfomask(bytes, at, isCombo ? infomask | Infomask.comboCid : infomask & ~Infomask.comboCid);
}

/** Does xmax only lock the row? */
export function isLockedOnly(infomask: number): boolean {
  return (infomask & Infomask.xmaxLockOnly) !== 0;
}

/** Who inserted it, as far as that still matters: FROZEN_XID once it does not. */
export function tupleInserter(bytes: Buffer, at: number): Xid {
  return isFrozen(tupleInfomask(bytes, at)) ? FROZEN_XID : tupleXmin(bytes, at);
}

export function isFrozen(infomask: number): boolean {
  return (infomask & Infomask.xminFrozen) === Infomask.xminFrozen;
}

/** Does the row go on with a heap-only version on the same page? Not when its update came to nothing. */
export function isHotUpdated(bytes: Buffer, at: number): boolean {
  if ((tupleInfomask2(bytes, at) & Infomask2.hotUpdated) === 0) return false;
  const infomask = tupleInfomask(bytes, at);
  return (infomask & Infomask.xmaxInvalid) === 0 && (infomask & Infomask.xminFrozen) !== Infomask.xminInvalid;
}

/** No index entry points at it: it is reached from the root of its chain alone. */
export function isHeapOnly(bytes: Buffer, at: number): boolean {
  return (tupleInfomask2(bytes, at) & Infomask2.heapOnly) !== 0;
}
