import { BLOCK_BYTES, Fork, type BlockNumber, type RelFile } from '../../base/block.js';
import { INVALID_XID, xidPrecedes, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  ItemState,
  PageFlag,
  heapFreeSpace,
  isNew,
  itemOffset,
  itemState,
  maxOffset,
  pageFlags,
  pruneXid,
  setPageFlags,
  setPageLsn,
  setPruneXid,
} from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { HeapParts } from './heap-parts.js';
import { Heap2Info, encodeOffsets, encodePrune } from './heap-records.js';
import { changeItems } from './page-compaction.js';
import { PrunePlan } from './prune-plan.js';
import type { Visibility } from './visibility.js';

/** A page with less room than this is worth pruning. */
const WORTHWHILE_BYTES = BLOCK_BYTES / 10;

/**
 * Removes dead row versions, from pages that are read anyway and for vacuum (access/heap/pruneheap.c).
 *
 * The bytes of a dead version are free at once, and so is the line pointer of a heap-only one. A root's line pointer
 * stays as a stub: see PrunePlan.
 */
export class Pruner {
  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
  ) {}

  /** Prunes the pinned page if it is full, something on it may be dead to all, and nobody else looks at it. */
  consider(file: RelFile, block: BlockNumber, buffer: BufferId): void {
    const { buffers } = this.parts.storage;
    if (!this.isWorthwhile(buffers.page(buffer)) || !buffers.tryLockForCleanup(buffer)) return;
    if (this.isWorthwhile(buffers.page(buffer))) {
      // The free-space map is not told: the room is for newer versions of the page's own rows.
      const { removedTuples, dead } = this.prune(file, block, buffer, this.parts.transactions.oldestXmin());
      this.parts.statistics.countRemovedDead(file, Math.max(0, removedTuples - dead.length));
    }
    buffers.unlock(buffer);
  }

  /**
   * Removes from the page, which is locked for cleanup, every version that is dead to all: deleted by a transaction
   * before `horizon`, or by an aborted one inserted. Returns what it did.
   */
  prune(file: RelFile, block: BlockNumber, buffer: BufferId, horizon: Xid): PrunePlan {
    const page = this.parts.storage.buffers.page(buffer);
    const plan = new PrunePlan(page, this.fatesOf(page, buffer, horizon));
    if (plan.isEmpty) this.noteNothing(page, buffer, plan.nextPrune);
    else this.carryOut(plan, file, block, buffer);
    return plan;
  }

  private isWorthwhile(page: Buffer): boolean {
    const oldest = pruneXid(page);
    if (oldest === INVALID_XID || !this.parts.wal.isOpen() || isNew(page)) return false;
    if ((pageFlags(page) & PageFlag.full) === 0 && heapFreeSpace(page) >= WORTHWHILE_BYTES) return false;
    return xidPrecedes(oldest, this.parts.transactions.oldestXmin());
  }

  private fatesOf(page: Buffer, buffer: BufferId, horizon: Xid): Uint8Array {
    const last = maxOffset(page);
    const fates = new Uint8Array(last + 1);
    for (let offset = 1; offset <= last; offset++) {
      if (itemState(page, offset) !== ItemState.normal) continue;
      fates[offset] = this.visibility.fateOf(page, itemOffset(page, offset), buffer, horizon);
    }
    return fates;
  }

  /** What is noted of the page may be lost: a hint. */
  private noteNothing(page: Buffer, buffer: BufferId, nextPrune: Xid): void {
    if (pruneXid(page) === nextPrune && (pageFlags(page) & PageFlag.full) === 0) return;
    setPruneXid(page, nextPrune);
    setPageFlags(page, pageFlags(page) & ~PageFlag.full);
    this.parts.storage.buffers.markDirtyHint(buffer);
  }

  private carryOut(plan: PrunePlan, file: RelFile, block: BlockNumber, buffer: BufferId): void {
    const { context, storage, wal } = this.parts;
    const page = storage.buffers.page(buffer);
    context.interrupts.critical(() => {
      changeItems(page, plan);
      setPruneXid(page, plan.nextPrune);
      setPageFlags(page, pageFlags(page) & ~PageFlag.full);
      storage.buffers.markDirty(buffer);
      const data = [encodePrune(plan.latestRemoved, plan)];
      const offsets = encodeOffsets(plan.redirected, plan.dead, plan.unused);
      const blocks = [{ id: 0, file, fork: Fork.main, block, page, standard: true, data: [offsets] }];
      setPageLsn(page, wal.insert({ rmgr: Rmgr.heap2, info: Heap2Info.prune, data, blocks }));
    });
  }
}
