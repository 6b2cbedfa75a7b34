import { setU64, u64 } from './bytes.js';

/**
 * Log sequence numbers: a byte position in the WAL stream.
 *
 * An Lsn is a branded JS number, exact to 2^53 (9 PB of WAL). 0 is invalid, as in PostgreSQL (access/xlogdefs.h).
 */
declare const lsnBrand: unique symbol;
export type Lsn = number & { readonly [lsnBrand]: true };

export type TimelineId = number;

export const INVALID_LSN = 0 as Lsn;

/** Brands a byte position. Throws RangeError when it is not an exact non-negative integer. */
export function lsn(position: number): Lsn {
  if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`not an LSN: ${position}`);
  return position as Lsn;
}

/** PostgreSQL's text form, `XXXXXXXX/XXXXXXXX` without leading zeros. */
export function formatLsn(value: Lsn): string {
  const high = Math.floor(value / 0x1_0000_0000);
  const low = value >>> 0;
  return `${high.toString(16).toUpperCase()}/${low.toString(16).toUpperCase()}`;
}

/** Parses `16/B374D848`. Throws RangeError for any other text. */
export function parseLsn(text: string): Lsn {
  const match = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(text);
  if (!match) throw new RangeError(`not an LSN: ${text}`);
  return lsn(parseInt(match[1], 16) * 0x1_0000_0000 + parseInt(match[2], 16));
}

/** Reads a 64-bit little-endian LSN; page LSNs are stored as two 32-bit halves, see storage. */
export function readLsn(buffer: Buffer, offset: number): Lsn {
  return u64(buffer, offset) as Lsn;
}

export function writeLsn(buffer: Buffer, offset: number, value: Lsn): void {
  setU64(buffer, offset, value);
}
