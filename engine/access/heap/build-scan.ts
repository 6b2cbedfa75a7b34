import { Fork, type BlockNumber, type RelFile, type Tid } from '../../base/block.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, isNew, itemLength, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { isHeapOnly, isHotUpdated, tupleCtid, tupleXmax, tupleXmin } from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';
import { HeapTuple } from './heap-tuple.js';
import { Fate, type Visibility } from './visibility.js';

/** A row version that a new index must lead to. */
export interface BuildRow {
  readonly tuple: HeapTuple;
  /** Where index entries for it point: the root of its HOT chain. */
  readonly root: Tid;
  /** Does the row exist now? Versions that only older snapshots see are indexed, but violate nothing. */
  readonly isAlive: boolean;
}

const NO_ROOT = 0;

/**
 * All row versions that an index being built needs entries for (heapam_handler.c heapam_index_build_range_scan): those
 * anyone can still see. Of a HOT chain one version stands for all; where older ones, which an old snapshot may see, have
 * other keys, the chain is broken: such a snapshot must not use the index.
 *
 * The caller's lock keeps others from changing the table, so only this transaction's own changes are in progress.
 */
export class BuildScan {
  /** After the end: was there a chain whose older versions are not in the index? */
  hasBrokenChains = false;
  private readonly tuple = new HeapTuple();

  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
    private readonly file: RelFile,
  ) {}

  *rows(): Generator<BuildRow> {
    const { storage, context, transactions } = this.parts;
    const blocks = storage.buffers.blocks(this.file, Fork.main);
    const horizon = transactions.oldestXmin();
    for (let block = 0; block < blocks; block++) {
      context.interrupts.check();
      yield* this.pageRows(block as BlockNumber, horizon);
    }
  }

  /** The page stays pinned while its rows are handed out: a pinned page's tuples are not moved. */
  private *pageRows(block: BlockNumber, horizon: Xid): Generator<BuildRow> {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(this.file, Fork.main, block);
    const page = buffers.page(buffer);
    buffers.lock(buffer, 'shared');
    const found = isNew(page) ? [] : this.collect(page, buffer, horizon);
    buffers.unlock(buffer);
    for (const { offset, root, isAlive } of found) {
      this.tuple.set(block, offset, page, itemOffset(page, offset), itemLength(page, offset));
      yield { tuple: this.tuple, root: { block, offset: root }, isAlive };
    }
    buffers.release(buffer);
  }

  private collect(page: Buffer, buffer: BufferId, horizon: Xid): { offset: number; root: number; isAlive: boolean }[] {
    const roots = chainRoots(page);
    const found = [];
    for (let offset = 1; offset <= maxOffset(page); offset++) {
      if (itemState(page, offset) !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      const fate = this.visibility.fateOf(page, at, buffer, horizon);
      if (fate === Fate.dead) continue;
      const isAlive = fate === Fate.live || fate === Fate.inserting;
      if (!isAlive && isHotUpdated(page, at)) this.hasBrokenChains = true;
      else found.push({ offset, root: roots[offset], isAlive });
    }
    return found;
  }
}

/** Of each item the root line pointer of its HOT chain: itself where there is none (pruneheap.c heap_get_root_tuples). */
function chainRoots(page: Buffer): number[] {
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
