import { INVALID_XID, type Xid } from '../../base/xid.js';
import { ItemState, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { isHeapOnly, isHotUpdated, tupleCtid, tupleXmax, tupleXmin } from '../tuple/tuple-header.js';

const NO_ROOT = 0;

/** Of each item the root line pointer of its HOT chain: itself where there is none (pruneheap.c heap_get_root_tuples). */
export function chainRoots(page: Buffer): number[] {
  const last = maxOffset(page);
  const roots: number[] = Array.from({ length: last + 1 }, (_, offset) => offset);
  for (let offset = 1; offset <= last; offset++) {
    const first = firstLink(page, offset);
    for (let { next, xmax } = first; next !== NO_ROOT;) {
      if (next > last || itemState(page, next) !== ItemState.normal) break;
      const at = itemOffset(page, next);
      if (!isHeapOnly(page, at) || (xmax !== INVALID_XID && tupleXmin(page, at) !== xmax)) break;
      roots[next] = offset;
      ({ next, xmax } = linkFrom(page, at));
    }
  }
  return roots;
}

interface Link {
  readonly next: number;
  readonly xmax: Xid;
}

const NO_LINK: Link = { next: NO_ROOT, xmax: INVALID_XID };

function firstLink(page: Buffer, offset: number): Link {
  const state = itemState(page, offset);
  if (state === ItemState.redirect) return { next: itemOffset(page, offset), xmax: INVALID_XID };
  if (state !== ItemState.normal) return NO_LINK;
  const at = itemOffset(page, offset);
  return isHeapOnly(page, at) ? NO_LINK : linkFrom(page, at);
}

function linkFrom(page: Buffer, at: number): Link {
  if (!isHotUpdated(page, at)) return NO_LINK;
  return { next: tupleCtid(page, at).offset, xmax: tupleXmax(page, at) };
}
