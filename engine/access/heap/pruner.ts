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
import { Infomask, tupleInfomask, tupleXmax } from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';
import { Heap2Info, encodeOffsets } from './heap-records.js';
import { removeItems } from './page-compaction.js';
import type { TargetBlocks } from './target-blocks.js';
import type { Visibility } from './visibility.js';

/** A page with less room than this is worth pruning. */
const WORTHWHILE_BYTES = BLOCK_BYTES / 10;

interface Finding {
  readonly dead: number[];
  latestRemoved: Xid;
  /** Oldest deleter of what is left: when everyone is younger, it is worth looking again. */
  nextPrune: Xid;
}

/**
 * Removes dead row versions from pages that are read anyway (access/heap/pruneheap.c).
 *
 * Tables have no indexes: nothing points at a line pointer but a row's older version, and that one says by which
 * transaction its successor must be inserted. So a dead version's line pointer is free for use at once.
 */
export class Pruner {
  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
    private readonly targets: TargetBlocks,
  ) {}

  /** Prunes the pinned page if it is full, something on it may be dead to all, and nobody else looks at it. */
  consider(file: RelFile, block: BlockNumber, buffer: BufferId): void {
    const { buffers } = this.parts.storage;
    if (!this.isWorthwhile(buffers.page(buffer)) || !buffers.tryLockForCleanup(buffer)) return;
    if (this.isWorthwhile(buffers.page(buffer))) this.prune(file, block, buffer);
    buffers.unlock(buffer);
  }

  private isWorthwhile(page: Buffer): boolean {
    const oldest = pruneXid(page);
    if (oldest === INVALID_XID || !this.parts.wal.isOpen() || isNew(page)) return false;
    if ((pageFlags(page) & PageFlag.full) === 0 && heapFreeSpace(page) >= WORTHWHILE_BYTES) return false;
    return xidPrecedes(oldest, this.parts.transactions.oldestXmin());
  }

  private prune(file: RelFile, block: BlockNumber, buffer: BufferId): void {
    const page = this.parts.storage.buffers.page(buffer);
    const found = this.examine(page, buffer);
    if (found.dead.length > 0) {
      this.remove(file, block, buffer, found);
      this.targets.addSpare(file, block);
      return;
    }
    setPruneXid(page, found.nextPrune);
    setPageFlags(page, pageFlags(page) & ~PageFlag.full);
    this.parts.storage.buffers.markDirtyHint(buffer);
  }

  private examine(page: Buffer, buffer: BufferId): Finding {
    const horizon = this.parts.transactions.oldestXmin();
    const found: Finding = { dead: [], latestRemoved: INVALID_XID, nextPrune: INVALID_XID };
    const last = maxOffset(page);
    for (let offset = 1; offset <= last; offset++) {
      if (itemState(page, offset) !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      const isDead = this.visibility.isDead(page, at, buffer, horizon);
      if (isDead) found.dead.push(offset);
      this.note(found, page, at, isDead);
    }
    return found;
  }

  private note(found: Finding, page: Buffer, at: number, isDead: boolean): void {
    const infomask = tupleInfomask(page, at);
    if ((infomask & (Infomask.xmaxInvalid | Infomask.xmaxLockOnly)) !== 0) return;
    const xmax = tupleXmax(page, at);
    if (isDead) found.latestRemoved = later(found.latestRemoved, xmax);
    else if (found.nextPrune === INVALID_XID || xidPrecedes(xmax, found.nextPrune)) found.nextPrune = xmax;
  }

  private remove(file: RelFile, block: BlockNumber, buffer: BufferId, found: Finding): void {
    const { context, storage, wal } = this.parts;
    const page = storage.buffers.page(buffer);
    context.interrupts.critical(() => {
      removeItems(page, found.dead);
      setPruneXid(page, found.nextPrune);
      setPageFlags(page, pageFlags(page) & ~PageFlag.full);
      storage.buffers.markDirty(buffer);
      const body = Buffer.alloc(8);
      body.writeUInt32LE(found.latestRemoved, 0);
      const unused = encodeOffsets(found.dead);
      const blocks = [{ id: 0, file, fork: Fork.main, block, page, standard: true, data: [unused] }];
      setPageLsn(page, wal.insert({ rmgr: Rmgr.heap2, info: Heap2Info.prune, data: [body], blocks }));
    });
  }
}

function later(a: Xid, b: Xid): Xid {
  return a === INVALID_XID || xidPrecedes(a, b) ? b : a;
}
