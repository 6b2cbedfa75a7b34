import {
  Infomask,
  isFrozen,
  isLockedOnly,
  tupleHoff,
  tupleInfomask,
  tupleXmax,
  tupleXmin,
} from '../../../engine/access/tuple/tuple-header.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { ItemState, getItemId, isNew, maxOffset } from '../../../engine/storage/page/page.js';
import type { Fate } from '../inspection.js';

export type FateOf = (xid: number) => Fate;

/** Where a row begins in its page. */
export interface PlacedRow {
  readonly page: Buffer;
  readonly at: number;
  readonly end: number;
}

/** The columns of each row that is there, in the pages of a table of a stopped cluster. */
export function* liveRows(table: Buffer, fateOf: FateOf): Generator<Buffer> {
  for (const { page, at, end } of placedRows(table, fateOf)) yield page.subarray(at + tupleHoff(page, at), end);
}

/** The same rows, in their pages. */
export function* placedRows(table: Buffer, fateOf: FateOf): Generator<PlacedRow> {
  for (let at = 0; at < table.length; at += BLOCK_BYTES) {
    const page = table.subarray(at, at + BLOCK_BYTES);
    for (let number = 1; !isNew(page) && number <= maxOffset(page); number++) {
      const { flags, offset, length } = getItemId(page, number);
      if (flags !== ItemState.normal || !isInserted(page, offset, fateOf) || isDeleted(page, offset, fateOf)) continue;
      yield { page, at: offset, end: offset + length };
    }
  }
}

/** Did the row's inserter commit? Its hints tell, or the commit log. */
export function isInserted(page: Buffer, at: number, fateOf: FateOf): boolean {
  const infomask = tupleInfomask(page, at);
  if (isFrozen(infomask) || (infomask & Infomask.xminCommitted) !== 0) return true;
  return (infomask & Infomask.xminInvalid) === 0 && fateOf(tupleXmin(page, at)) === 'committed';
}

/** Did somebody delete or replace it, and commit? */
export function isDeleted(page: Buffer, at: number, fateOf: FateOf): boolean {
  const infomask = tupleInfomask(page, at);
  if ((infomask & (Infomask.xmaxInvalid | Infomask.xmaxIsMulti)) !== 0 || isLockedOnly(infomask)) return false;
  return (infomask & Infomask.xmaxCommitted) !== 0 || fateOf(tupleXmax(page, at)) === 'committed';
}
