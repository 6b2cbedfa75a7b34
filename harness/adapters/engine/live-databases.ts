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

type FateOf = (xid: number) => Fate;

/** Where datconnlimit is in a row, behind columns of fixed length that are never null; and what it is in a half-dropped one. */
const CONNECTION_LIMIT_AT = 80;
const HALF_DROPPED = -2;

/**
 * The ids of the databases in the pages of pg_database, whose first column it is. Of one that is half dropped nobody may
 * read what is left.
 */
export function liveDatabases(catalog: Buffer, fateOf: FateOf): Set<number> {
  const live = new Set<number>();
  for (let at = 0; at < catalog.length; at += BLOCK_BYTES) {
    const page = catalog.subarray(at, at + BLOCK_BYTES);
    for (let number = 1; !isNew(page) && number <= maxOffset(page); number++) {
      const { flags, offset } = getItemId(page, number);
      if (flags !== ItemState.normal || !isInserted(page, offset, fateOf) || isDeleted(page, offset, fateOf)) continue;
      const columns = offset + tupleHoff(page, offset);
      if (page.readInt32LE(columns + CONNECTION_LIMIT_AT) !== HALF_DROPPED) live.add(page.readUInt32LE(columns));
    }
  }
  return live;
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
