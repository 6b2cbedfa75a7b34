import { Fork, type BlockNumber, type RelFile } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, isNew, itemLength, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { tupleXmax, tupleXmin } from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';
import { HeapTuple } from './heap-tuple.js';
import { Fate, type Visibility } from './visibility.js';

/** Rows found on the pages looked at. */
export interface SampledRows {
  live: number;
  dead: number;
}

/**
 * Reads single pages of a table for ANALYZE (heapam_scan_analyze_next_tuple): what will be there when the transactions
 * that run now have ended well counts as live, so that a table being loaded is not taken for empty.
 */
export class HeapSample {
  private readonly tuple = new HeapTuple();

  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
  ) {}

  /** Adds the page's rows to `counts` and shows the live ones; `show` must not keep the tuple. */
  read(file: RelFile, block: BlockNumber, counts: SampledRows, show: (tuple: HeapTuple) => void): void {
    const { buffers } = this.parts.storage;
    this.parts.context.interrupts.check();
    const buffer = buffers.read(file, Fork.main, block);
    buffers.lock(buffer, 'shared');
    const page = buffers.page(buffer);
    if (!isNew(page)) this.readPage(page, block, buffer, counts, show);
    buffers.unlockRelease(buffer);
  }

  private readPage(
    page: Buffer,
    block: BlockNumber,
    buffer: BufferId,
    counts: SampledRows,
    show: (tuple: HeapTuple) => void,
  ): void {
    const horizon = this.parts.transactions.oldestXmin();
    const last = maxOffset(page);
    for (let offset = 1; offset <= last; offset++) {
      const state = itemState(page, offset);
      if (state === ItemState.dead) counts.dead++;
      if (state !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      const standing = this.standing(page, at, buffer, horizon);
      if (standing === 'dead') counts.dead++;
      if (standing !== 'live') continue;
      counts.live++;
      this.tuple.set(block, offset, page, at, itemLength(page, offset));
      show(this.tuple);
    }
  }

  /** Rows that others insert now will be counted when they commit, those that they delete likewise. */
  private standing(page: Buffer, at: number, buffer: BufferId, horizon: Xid): 'live' | 'dead' | 'uncounted' {
    const { transactions } = this.parts;
    switch (this.visibility.fateOf(page, at, buffer, horizon)) {
      case Fate.live:
        return 'live';
      case Fate.inserting:
        return transactions.isMine(tupleXmin(page, at)) ? 'live' : 'uncounted';
      case Fate.deleting:
        return transactions.isMine(tupleXmax(page, at)) ? 'dead' : 'live';
      default:
        return 'dead';
    }
  }
}
