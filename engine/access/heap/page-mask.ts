import { blockNumber } from '../../base/block.js';
import { setU16 } from '../../base/bytes.js';
import {
  ItemState,
  PageAt,
  PageFlag,
  align8,
  isNew,
  itemLength,
  itemOffset,
  itemState,
  maxOffset,
  pageFlags,
  pageLower,
  pageUpper,
  setPageFlags,
  setPruneXid,
} from '../../storage/page/page.js';
import { INVALID_XID } from '../../base/xid.js';
import { Field, Infomask, isFrozen, setTupleCtid, setTupleInfomask, tupleInfomask } from '../tuple/tuple-header.js';
import { speculationOf } from './speculation.js';

const HINTS = Infomask.xminCommitted | Infomask.xminInvalid | Infomask.xmaxCommitted | Infomask.xmaxInvalid;

/**
 * A copy of a heap page without what replay need not restore (heapam.c heap_mask): checksum, hints, command ids, the mark
 * of a row inserted speculatively, and the space that no item uses, padding included. The LSN stays: replay must end with
 * the same one.
 */
export function maskedHeapPage(original: Buffer, block: number): Buffer {
  const page = Buffer.from(original);
  setU16(page, PageAt.checksum, 0);
  if (isNew(page)) return page;
  setPruneXid(page, INVALID_XID);
  setPageFlags(page, pageFlags(page) & ~(PageFlag.full | PageFlag.hasFreeLines));
  page.fill(0, pageLower(page), pageUpper(page));
  for (let offset = 1; offset <= maxOffset(page); offset++) {
    if (itemState(page, offset) !== ItemState.normal) continue;
    const at = itemOffset(page, offset);
    maskTuple(page, at);
    // The log does not say that a row is speculative: who failed in between left the mark where it was.
    if (speculationOf(page, at) !== undefined) setTupleCtid(page, at, blockNumber(block), offset);
    page.fill(0, at + itemLength(page, offset), at + align8(itemLength(page, offset)));
  }
  return page;
}

function maskTuple(page: Buffer, at: number): void {
  const infomask = tupleInfomask(page, at);
  const kept = isFrozen(infomask) ? HINTS & ~Infomask.xminFrozen : HINTS;
  setTupleInfomask(page, at, infomask & ~(kept | Infomask.comboCid));
  page.writeUInt32LE(0, at + Field.commandId);
}
