/**
 * Transaction ids.
 *
 * An Xid is 32 bits, as on disk, and wraps: two Xids may be compared only modulo 2^32 (access/transam.h).
 * A FullXid is the 64-bit id that never wraps: epoch * 2^32 + xid. Both are branded numbers.
 */
declare const xidBrand: unique symbol;
declare const fullXidBrand: unique symbol;
export type Xid = number & { readonly [xidBrand]: true };
export type FullXid = number & { readonly [fullXidBrand]: true };

export const INVALID_XID = 0 as Xid;
export const BOOTSTRAP_XID = 1 as Xid;
export const FROZEN_XID = 2 as Xid;
export const FIRST_NORMAL_XID = 3 as Xid;

const XID_MODULUS = 0x1_0000_0000;

export function xid(value: number): Xid {
  return (value >>> 0) as Xid;
}

export function fullXid(value: number): FullXid {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a full transaction id: ${value}`);
  return value as FullXid;
}

export function xidOf(full: FullXid): Xid {
  return (full % XID_MODULUS) as Xid;
}

export function epochOf(full: FullXid): number {
  return Math.floor(full / XID_MODULUS);
}

export function fullXidFrom(epoch: number, value: Xid): FullXid {
  return fullXid(epoch * XID_MODULUS + value);
}

export function isNormalXid(value: Xid): boolean {
  return value >= FIRST_NORMAL_XID;
}

/** Is `a` older than `b`? Special ids are older than every normal one. */
export function xidPrecedes(a: Xid, b: Xid): boolean {
  if (!isNormalXid(a) || !isNormalXid(b)) return a < b;
  return ((a - b) | 0) < 0;
}

/** `count` ids after `value`; a special id is stepped over. */
export function xidAfter(value: Xid, count: number): Xid {
  const later = xid(value + count);
  return isNormalXid(later) ? later : xid(later + FIRST_NORMAL_XID);
}

/** `count` ids before `value`; a special id becomes the last one of the circle before. */
export function xidBefore(value: Xid, count: number): Xid {
  const earlier = xid(value - count);
  return isNormalXid(earlier) ? earlier : xid(earlier - FIRST_NORMAL_XID);
}

/** The next id in 64-bit order, stepping over the special ids of each epoch. */
export function nextFullXid(full: FullXid): FullXid {
  const next = full + 1;
  return fullXid(next % XID_MODULUS < FIRST_NORMAL_XID ? next - (next % XID_MODULUS) + FIRST_NORMAL_XID : next);
}

/** The FullXid of an `xid` that is not later than `reference` and less than 2^31 behind it. */
export function widenXid(value: Xid, reference: FullXid): FullXid {
  const epoch = epochOf(reference);
  return fullXidFrom(value > xidOf(reference) ? epoch - 1 : epoch, value);
}
