import type { BlockNumber } from '../../base/block.js';
import { INVALID_XID, xidPrecedes, type Xid } from '../../base/xid.js';
import { pruneXid, setPruneXid } from '../../storage/page/page.js';
import {
  Infomask,
  Infomask2,
  setTupleCtid,
  setTupleInfomask,
  setTupleInfomask2,
  setTupleXmax,
  tupleInfomask,
  tupleInfomask2,
} from '../tuple/tuple-header.js';
import type { FrozenTuple } from './heap-records.js';

/** Changes of tuples in their page that both the operations and their redo make. */

/** When `xid` is older than everyone, the page may have something to prune (PageSetPrunable). */
export function setPrunable(page: Buffer, xid: Xid): void {
  const known = pruneXid(page);
  if (known === INVALID_XID || xidPrecedes(xid, known)) setPruneXid(page, xid);
}

/** Puts a frozen tuple's header fields in place (heap_execute_freeze_tuple). */
export function setFrozen(page: Buffer, at: number, { xmax, infomask, infomask2 }: FrozenTuple): void {
  setTupleXmax(page, at, xmax);
  setTupleInfomask(page, at, infomask);
  setTupleInfomask2(page, at, infomask2);
}

/** Sets xmax and what the infomasks say of it; the tuple is the last of its row again. */
export function setDeleter(
  page: Buffer,
  at: number,
  xmax: Xid,
  infomask: number,
  infomask2: number,
  ownPlace: { readonly block: BlockNumber; readonly offset: number },
): void {
  setTupleInfomask(page, at, (tupleInfomask(page, at) & ~Infomask.xmaxBits) | infomask);
  const kept = tupleInfomask2(page, at) & ~(Infomask2.keysUpdated | Infomask2.hotUpdated);
  setTupleInfomask2(page, at, kept | infomask2);
  setTupleXmax(page, at, xmax);
  setTupleCtid(page, at, ownPlace.block, ownPlace.offset);
}
