import { INVALID_BLOCK, type BlockNumber } from '../../../base/block.js';
import { assert, error } from '../../../base/errors.js';
import { SqlState } from '../../../base/sqlstate.js';
import type { FullXid } from '../../../base/xid.js';
import type { BufferId } from '../../../storage/buffers/descriptors.js';
import { itemOffset, maxOffset, overwriteIndexItem } from '../../../storage/page/page.js';
import {
  HIGH_KEY,
  NO_BLOCK,
  PageKind,
  firstData,
  isDeleted,
  isEmpty,
  isHalfDead,
  isLeaf,
  isRightmost,
  isRoot,
  isSplitIncomplete,
  kindOf,
  nextBlock,
  prevBlock,
  setKind,
} from '../btree-page.js';
import type { BTreeParts } from '../btree-parts.js';
import { BTreeInfo, encodeHalfDead } from '../btree-records.js';
import { removeDownlink } from '../btree-redo.js';
import type { Descents, Downlink } from '../descent.js';
import type { IndexFormat } from '../index-format.js';
import type { IndexPages } from '../index-pages.js';
import { blockOfTuple, topParentTuple } from '../index-tuple.js';
import type { PageInserts } from '../page-inserts.js';
import { PageUnlink } from './page-unlink.js';

/** Told of each page that was deleted, and since when nobody can have a link to it. */
export type OnDeleted = (block: BlockNumber, safeXid: FullXid) => void;

/** The page above a branch that is to go, locked exclusively, and which of its downlinks goes. */
interface BranchParent {
  readonly buffer: BufferId;
  readonly offset: number;
  /** The branch's highest page, and that one's right sibling. */
  readonly top: BlockNumber;
  readonly topRight: BlockNumber;
}

/**
 * Takes empty pages out of a tree (nbtpage.c _bt_pagedel).
 *
 * In two steps, each one record, so that a crash between them leaves a sound tree:
 *
 *   1. the leaf's downlink goes, and the leaf is half-dead: its keys belong to its right sibling from now on
 *   2. it is unlinked from its siblings, and deleted. Its own links stay, for who is still on the way to it.
 *
 * A page may not lose its last downlink. So when the leaf is its parent's only child, the parent goes too, and so on: a
 * branch. The downlink to its highest page goes first; then its pages are unlinked from the top. The rightmost child of a
 * parent stays as long as it has siblings there: its keys would have to move to another parent.
 */
export class PageDeletion {
  private readonly unlinks: PageUnlink;

  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
    private readonly descents: Descents,
    private readonly inserts: PageInserts,
  ) {
    this.unlinks = new PageUnlink(parts, pages);
  }

  /** Deletes the empty leaf, which is locked and let go, if that can be; and then its right sibling if that is empty. */
  delete(format: IndexFormat, start: BufferId, onDeleted: OnDeleted): void {
    const { pages } = this;
    let path: Downlink | null = null;
    let leaf = start;
    for (;;) {
      const page = pages.page(leaf);
      if (!isDeletable(page)) return pages.release(leaf);
      if (!isHalfDead(page)) {
        if (path === null) {
          path = this.findPath(format, leaf);
          if (path === null) return pages.unpin(leaf);
          pages.lock(leaf, 'exclusive');
          continue;
        }
        if (!this.markHalfDead(format, leaf, path)) return pages.release(leaf);
      }
      let isNextEmpty = false;
      while (isHalfDead(pages.page(leaf))) isNextEmpty = this.unlinks.unlinkTop(format, leaf, onDeleted);
      const next = nextBlock(page);
      pages.release(leaf);
      this.parts.context.interrupts.check();
      if (!isNextEmpty) return;
      leaf = pages.read(format.index, next, 'exclusive');
    }
  }

  /**
   * How to get to the leaf from above; unlocks it meanwhile. Null when it is the right half of an incomplete split: such a
   * one has no downlink that could go.
   */
  private findPath(format: IndexFormat, leaf: BufferId): Downlink | null {
    const { pages } = this;
    const page = pages.page(leaf);
    const key = format.searchKeyOf(page, itemOffset(page, HIGH_KEY));
    key.isPivotSearch = true;
    const left = prevBlock(page);
    pages.unlock(leaf);
    if (this.isRightHalf(format, left, pages.blockOf(leaf))) return null;
    const { leaf: found, path } = this.descents.find(format, key);
    pages.release(found);
    return path;
  }

  /** Step 1. False when the page cannot be deleted now. */
  private markHalfDead(format: IndexFormat, leaf: BufferId, path: Downlink): boolean {
    const { pages } = this;
    const { index } = format;
    const page = pages.page(leaf);
    const block = pages.blockOf(leaf);
    const right = nextBlock(page);
    // It would have no downlink either, but must be the next child of the parent.
    if (this.isHalfDeadAt(format, right)) return false;
    const parent = this.lockBranchParent(format, block, path, block, right);
    if (parent === null) return false;
    const topParent = parent.top === block ? INVALID_BLOCK : parent.top;
    const body = { parentOffset: parent.offset, leaf: block, left: prevBlock(page), right, topParent };
    pages.critically(() => {
      removeDownlink(pages.page(parent.buffer), parent.offset);
      setKind(page, kindOf(page) | PageKind.halfDead);
      assert(overwriteIndexItem(page, HIGH_KEY, topParentTuple(topParent)), 'an empty page has room');
      const blocks = [
        { id: 0, buffer: leaf, willInit: true },
        { id: 1, buffer: parent.buffer },
      ];
      pages.change(BTreeInfo.markHalfDead, [encodeHalfDead(body)], blocks, index);
    });
    pages.release(parent.buffer);
    return true;
  }

  /** Goes up to the first page that has more children than the one the branch hangs on; null when none may lose it. */
  private lockBranchParent(
    format: IndexFormat,
    child: BlockNumber,
    path: Downlink,
    top: BlockNumber,
    topRight: BlockNumber,
  ): BranchParent | null {
    const { pages } = this;
    const buffer = this.inserts.lockParent(format, path, child);
    if (buffer < 0) throw corrupted(format, `failed to re-find parent key for deletion target page ${child}`);
    const page = pages.page(buffer);
    if (path.offset < maxOffset(page)) {
      const after = blockOfTuple(page, itemOffset(page, path.offset + 1));
      if (after === topRight) return { buffer, offset: path.offset, top, topRight };
      throw corrupted(
        format,
        `right sibling ${topRight} of block ${top} is not next child ${after} of block ${path.block}`,
      );
    }
    const isOnlyChild = path.offset === firstData(page) && !isRightmost(page);
    const [left, right] = [prevBlock(page), nextBlock(page)];
    pages.release(buffer);
    if (!isOnlyChild || path.parent === null || this.isRightHalf(format, left, path.block)) return null;
    return this.lockBranchParent(format, path.block, path.parent, path.block, right);
  }

  private isRightHalf({ index }: IndexFormat, left: BlockNumber, block: BlockNumber): boolean {
    if (left === NO_BLOCK) return false;
    const buffer = this.pages.read(index, left, 'shared');
    const page = this.pages.page(buffer);
    const isHalf = nextBlock(page) === block && isSplitIncomplete(page);
    this.pages.release(buffer);
    return isHalf;
  }

  private isHalfDeadAt({ index }: IndexFormat, block: BlockNumber): boolean {
    const buffer = this.pages.read(index, block, 'shared');
    const isIt = isHalfDead(this.pages.page(buffer));
    this.pages.release(buffer);
    return isIt;
  }
}

/** The root and the rightmost page of a level stay for ever; an incompletely split page until that is done. */
function isDeletable(page: Buffer): boolean {
  if (!isLeaf(page) || isDeleted(page) || isRightmost(page) || isRoot(page)) return false;
  return isEmpty(page) && !isSplitIncomplete(page);
}

function corrupted({ index }: IndexFormat, message: string): Error {
  return error(SqlState.indexCorrupted, `${message} in index "${index.name}"`);
}
