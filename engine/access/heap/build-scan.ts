import { Fork, type BlockNumber, type RelFile, type Tid } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, isNew, itemLength, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { isHotUpdated } from '../tuple/tuple-header.js';
import { chainRoots } from './chain-roots.js';
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
    this.parts.context.os.reach('index-build:page-read');
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
