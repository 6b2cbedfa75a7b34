import { Fork, type BlockNumber } from '../../../base/block.js';
import type { FullXid } from '../../../base/xid.js';
import type { BufferId } from '../../../storage/buffers/descriptors.js';
import { deleteIndexItems, isNew, itemOffset, maxOffset } from '../../../storage/page/page.js';
import { encodeOffsets } from '../../heap/heap-records.js';
import type { IndexVacuumStats } from '../../vacuum/vacuum-request.js';
import {
  METAPAGE,
  NO_BLOCK,
  PageKind,
  cycleIdOf,
  firstData,
  isDeleted,
  isEmpty,
  isHalfDead,
  isIgnored,
  isLeaf,
  isRightmost,
  kindOf,
  nextBlock,
  setCycleId,
  setKind,
} from '../btree-page.js';
import type { BTreeParts } from '../btree-parts.js';
import { BTreeInfo, encodeVacuum } from '../btree-records.js';
import type { IndexFormat } from '../index-format.js';
import type { IndexPages } from '../index-pages.js';
import { blockOfTuple, offsetOfTuple } from '../index-tuple.js';
import type { PageDeletion } from './page-deletion.js';

export type IsDead = (block: number, offset: number) => boolean;

interface DeletedPage {
  readonly block: BlockNumber;
  readonly safeXid: FullXid;
}

const CLEANUP_RETRY_MS = 2;

/**
 * One pass over an index in physical order (nbtree.c btvacuumscan): removes entries of dead line pointers, deletes leaves
 * that are empty then, and finds the deleted pages that may be used again.
 *
 * Every leaf is locked for cleanup, also those without anything to remove: a scan that still has a page pinned may be about
 * to look for the row of an entry it took from there, and after this pass the row's place is given away.
 *
 * A leaf that split since the pass began, and whose right half went to a block that was passed, is told by its cycle id:
 * the right half is looked at next. `cycleId` 0: nothing is removed, and so nothing can be missed.
 */
export class IndexVacuum {
  private entries = 0;
  private removed = 0;
  private newlyDeleted = 0;
  private deleted = 0;
  private free = 0;
  private readonly pending: DeletedPage[] = [];

  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
    private readonly deletion: PageDeletion,
    private readonly format: IndexFormat,
    private readonly cycleId: number,
    private readonly isDead: IsDead | undefined,
    /** Called between pages: to look at interrupts, and to sleep. */
    private readonly onPage: () => void,
  ) {}

  run(before: IndexVacuumStats | undefined): IndexVacuumStats {
    let block = METAPAGE + 1;
    for (let end = this.blocks(); block < end; end = this.blocks()) {
      for (; block < end; block++) {
        this.onPage();
        this.visit(block as BlockNumber);
      }
    }
    this.freePending();
    if (this.free > 0) this.pages.free.publish(this.format.index.file);
    return {
      pages: block,
      isEstimate: this.isDead === undefined,
      entries: this.entries,
      removed: (before?.removed ?? 0) + this.removed,
      newlyDeletedPages: (before?.newlyDeletedPages ?? 0) + this.newlyDeleted,
      deletedPages: this.deleted,
      freePages: this.free,
    };
  }

  /** A block, and what split off from it to blocks that were passed. */
  private visit(scanned: BlockNumber): void {
    for (let block = scanned, next: BlockNumber; block !== NO_BLOCK; block = next) {
      const buffer = this.parts.storage.buffers.read(this.format.index.file, Fork.main, block);
      this.pages.lock(buffer, 'shared');
      if (block !== scanned && !this.isFresh(this.pages.page(buffer))) return this.pages.release(buffer);
      next = this.visitPage(buffer, block, scanned);
    }
  }

  /** Is it still a right half that this pass has not seen? Another backend may have emptied or split it since. */
  private isFresh(page: Buffer): boolean {
    return !isNew(page) && isLeaf(page) && !isIgnored(page) && cycleIdOf(page) === this.cycleId;
  }

  private visitPage(buffer: BufferId, block: BlockNumber, scanned: BlockNumber): BlockNumber {
    const page = this.pages.page(buffer);
    if (isNew(page) || isDeleted(page)) {
      this.countDeleted(page, block);
    } else if (isHalfDead(page)) {
      this.deletePage(buffer, scanned);
      return NO_BLOCK;
    } else if (isLeaf(page)) {
      return this.visitLeaf(buffer, block, scanned);
    }
    this.pages.release(buffer);
    return NO_BLOCK;
  }

  private countDeleted(page: Buffer, block: BlockNumber): void {
    this.deleted++;
    if (!isNew(page) && !this.pages.isRecyclable(page)) return;
    this.pages.free.add(this.format.index.file, block);
    this.free++;
  }

  private visitLeaf(buffer: BufferId, block: BlockNumber, scanned: BlockNumber): BlockNumber {
    this.lockForCleanup(buffer);
    const page = this.pages.page(buffer);
    const next = this.splitOff(page, scanned);
    this.removeDead(buffer);
    this.entries += Math.max(0, maxOffset(page) - firstData(page) + 1);
    if (isEmpty(page) && block === scanned) this.deletePage(buffer, scanned);
    else this.pages.release(buffer);
    return next;
  }

  /** The right half of a split during this pass, if it is in a block that was passed. */
  private splitOff(page: Buffer, scanned: BlockNumber): BlockNumber {
    const isSplit = this.cycleId !== 0 && cycleIdOf(page) === this.cycleId && !(kindOf(page) & PageKind.splitEnd);
    return isSplit && !isRightmost(page) && nextBlock(page) < scanned ? nextBlock(page) : NO_BLOCK;
  }

  private removeDead(buffer: BufferId): void {
    const page = this.pages.page(buffer);
    const dead = this.isDead ? deadOffsets(page, this.isDead) : [];
    if (dead.length === 0) return this.forgetCycle(buffer);
    this.removed += dead.length;
    this.pages.critically(() => {
      deleteIndexItems(page, dead);
      setCycleId(page, 0);
      setKind(page, kindOf(page) & ~PageKind.hasGarbage);
      const block = { id: 0, buffer, data: [encodeOffsets(dead)] };
      this.pages.change(BTreeInfo.vacuum, [encodeVacuum(dead.length)], [block], this.format.index);
    });
  }

  /** The id means nothing to later passes, until the ids come round. */
  private forgetCycle(buffer: BufferId): void {
    const page = this.pages.page(buffer);
    if (this.cycleId === 0 || cycleIdOf(page) !== this.cycleId) return;
    setCycleId(page, 0);
    this.parts.storage.buffers.markDirtyHint(buffer);
  }

  /** Takes the shared lock away and waits until nobody else has the page pinned. */
  private lockForCleanup(buffer: BufferId): void {
    const { storage, context } = this.parts;
    storage.buffers.unlock(buffer);
    while (!storage.buffers.tryLockForCleanup(buffer)) {
      context.interrupts.check();
      context.memory.latches.waitSync(CLEANUP_RETRY_MS);
    }
  }

  /** Pages behind the scan are counted when it comes to them. */
  private deletePage(buffer: BufferId, scanned: BlockNumber): void {
    this.deletion.delete(this.format, buffer, (block, safeXid) => {
      this.newlyDeleted++;
      if (block > scanned) return;
      this.deleted++;
      this.pending.push({ block, safeXid });
    });
  }

  /** Of the pages just deleted, those that nobody can have a link to by now. Their ids rise. */
  private freePending(): void {
    const horizon = this.pages.horizon();
    for (const { block, safeXid } of this.pending) {
      if (safeXid >= horizon) return;
      this.pages.free.add(this.format.index.file, block);
      this.free++;
    }
  }

  private blocks(): number {
    return this.pages.blocks(this.format.index);
  }
}

function deadOffsets(page: Buffer, isDead: IsDead): number[] {
  const dead: number[] = [];
  const last = maxOffset(page);
  for (let offset = firstData(page); offset <= last; offset++) {
    const at = itemOffset(page, offset);
    if (isDead(blockOfTuple(page, at), offsetOfTuple(page, at))) dead.push(offset);
  }
  return dead;
}
