import { INVALID_BLOCK, type BlockNumber } from '../../../base/block.js';
import { error } from '../../../base/errors.js';
import { SqlState } from '../../../base/sqlstate.js';
import type { FullXid } from '../../../base/xid.js';
import type { BufferId } from '../../../storage/buffers/descriptors.js';
import { itemOffset, maxOffset } from '../../../storage/page/page.js';
import {
  HIGH_KEY,
  NO_BLOCK,
  firstData,
  isDeleted,
  isEmpty,
  isHalfDead,
  isRightmost,
  isRoot,
  levelOf,
  nextBlock,
  prevBlock,
  setCycleId,
  setDeleted,
  setNextBlock,
  setPrevBlock,
} from '../btree-page.js';
import type { BTreeParts } from '../btree-parts.js';
import { BTreeInfo, encodeUnlink } from '../btree-records.js';
import type { IndexFormat } from '../index-format.js';
import { NO_BUFFER, type IndexBlock, type IndexPages } from '../index-pages.js';
import { blockOfTuple, setBlockOfTuple } from '../index-tuple.js';
import { encodeMetadata, readMetadata, writeMetadata } from '../metapage.js';
import type { OnDeleted } from './page-deletion.js';

/** Pages that change when one is unlinked; all locked exclusively. */
interface Neighbours {
  /** NO_BUFFER when the page is the leftmost. */
  readonly left: BufferId;
  readonly target: BufferId;
  readonly right: BufferId;
  /** The half-dead leaf at the bottom of the branch; the target itself when that is all that is left. */
  readonly leaf: BufferId;
  /** NO_BUFFER when the fast root stays where it is. */
  readonly metapage: BufferId;
}

/** The second step of a page's deletion (nbtpage.c _bt_unlink_halfdead_page): out of the links of its level. */
export class PageUnlink {
  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
  ) {}

  /**
   * Deletes the highest page that is left of the branch whose half-dead leaf is given, locked and pinned; exclusively
   * locked afterwards. Returns whether the page's right sibling is empty.
   */
  unlinkTop(format: IndexFormat, leaf: BufferId, onDeleted: OnDeleted): boolean {
    const { pages } = this;
    const locked = this.lockAll(format, leaf);
    const target = pages.blockOf(locked.target);
    const isRightEmpty = isEmpty(pages.page(locked.right));
    let safeXid = 0 as FullXid;
    pages.critically(() => (safeXid = this.unlink(format, locked)));
    pages.release(locked.metapage);
    pages.release(locked.left);
    pages.release(locked.right);
    if (locked.target !== leaf) pages.release(locked.target);
    onDeleted(target, safeXid);
    return isRightEmpty;
  }

  /** From left to right, as everywhere; so the leaf is unlocked first, and the left sibling looked for again. */
  private lockAll(format: IndexFormat, leaf: BufferId): Neighbours {
    const { pages } = this;
    const { index } = format;
    const leafPage = pages.page(leaf);
    const top = blockOfTuple(leafPage, itemOffset(leafPage, HIGH_KEY));
    const leafLeft = prevBlock(leafPage);
    pages.unlock(leaf);
    this.parts.context.interrupts.check();
    const isLeafLast = top === INVALID_BLOCK;
    const target = isLeafLast ? leaf : pages.read(index, top, 'shared');
    const leftHint = isLeafLast ? leafLeft : prevBlock(pages.page(target));
    if (!isLeafLast) {
      pages.unlock(target);
      pages.lock(leaf, 'exclusive');
    }
    const left = this.lockLeft(format, leftHint, pages.blockOf(target));
    pages.lock(target, 'exclusive');
    this.checkTarget(format, target, left, isLeafLast);
    const right = pages.read(index, nextBlock(pages.page(target)), 'exclusive');
    const back = prevBlock(pages.page(right));
    if (back !== pages.blockOf(target))
      throw corrupted(format, `right sibling's left-link leads to block ${back}`, target, pages);
    return { left, target, right, leaf, metapage: this.lockMetapage(format, left, target, right) };
  }

  /** The page left of the target: where its left link led, or what has split off to the right of that. */
  private lockLeft(format: IndexFormat, hint: BlockNumber, target: BlockNumber): BufferId {
    const { pages } = this;
    if (hint === NO_BLOCK) return NO_BUFFER;
    let buffer = pages.read(format.index, hint, 'exclusive');
    for (let page = pages.page(buffer); isDeleted(page) || nextBlock(page) !== target; page = pages.page(buffer)) {
      if (isRightmost(page) || isDeleted(page)) throw corrupted(format, 'no valid left sibling', buffer, pages);
      buffer = pages.move(format.index, buffer, nextBlock(page), 'exclusive');
    }
    return buffer;
  }

  private checkTarget(format: IndexFormat, target: BufferId, left: BufferId, isLeafLast: boolean): void {
    const { pages } = this;
    const page = pages.page(target);
    const isLinked = prevBlock(page) === (left < 0 ? NO_BLOCK : pages.blockOf(left));
    const isAsExpected = isLeafLast
      ? isEmpty(page) && isHalfDead(page)
      : levelOf(page) > 0 && firstData(page) === maxOffset(page);
    if (isLinked && isAsExpected && !isRightmost(page) && !isRoot(page) && !isDeleted(page)) return;
    throw corrupted(format, 'deletion target changed status unexpectedly', target, pages);
  }

  /** When only the right sibling is left of the level, that may be a new fast root. */
  private lockMetapage({ index }: IndexFormat, left: BufferId, target: BufferId, right: BufferId): BufferId {
    const { pages } = this;
    if (left >= 0 || !isRightmost(pages.page(right))) return NO_BUFFER;
    const metapage = pages.readMetapage(index, 'exclusive');
    if (readMetadata(pages.page(metapage)).fastLevel <= levelOf(pages.page(target)) + 1) return metapage;
    pages.release(metapage);
    return NO_BUFFER;
  }

  private unlink({ index }: IndexFormat, { left, target, right, leaf, metapage }: Neighbours): FullXid {
    const { pages } = this;
    const page = pages.page(target);
    const leafPage = pages.page(leaf);
    const level = levelOf(page);
    const next = target === leaf ? INVALID_BLOCK : this.nextTop(page, pages.blockOf(leaf));
    if (target !== leaf) setBlockOfTuple(leafPage, itemOffset(leafPage, HIGH_KEY), next);
    if (left >= 0) setNextBlock(pages.page(left), pages.blockOf(right));
    setPrevBlock(pages.page(right), left >= 0 ? pages.blockOf(left) : NO_BLOCK);
    // Who has read a link to the page has a transaction or snapshot by now, and one that is older than this.
    const safeXid = this.parts.ids.nextFullXid();
    setDeleted(page, safeXid);
    setCycleId(page, 0);
    if (metapage >= 0) this.moveFastRoot(metapage, pages.blockOf(right), level);
    const body = encodeUnlink({
      left: left >= 0 ? pages.blockOf(left) : NO_BLOCK,
      right: pages.blockOf(right),
      level,
      safeXid,
      leafLeft: prevBlock(leafPage),
      leafRight: nextBlock(leafPage),
      leafTopParent: next,
    });
    const info = metapage >= 0 ? BTreeInfo.unlinkPageMeta : BTreeInfo.unlinkPage;
    pages.change(info, [body], this.blocksOf({ left, target, right, leaf, metapage }), index);
    return safeXid;
  }

  private blocksOf({ left, target, right, leaf, metapage }: Neighbours): IndexBlock[] {
    const blocks: IndexBlock[] = [{ id: 0, buffer: target, willInit: true }];
    if (left >= 0) blocks.push({ id: 1, buffer: left });
    blocks.push({ id: 2, buffer: right });
    if (target !== leaf) blocks.push({ id: 3, buffer: leaf, willInit: true });
    if (metapage < 0) return blocks;
    const metadata = readMetadata(this.pages.page(metapage));
    return [...blocks, { id: 4, buffer: metapage, willInit: true, data: [encodeMetadata(metadata)] }];
  }

  /** The target's only child is the next to go; of the leaf's own parent it is the leaf, which needs no link to itself. */
  private nextTop(page: Buffer, leaf: BlockNumber): BlockNumber {
    const child = blockOfTuple(page, itemOffset(page, firstData(page)));
    return child === leaf ? INVALID_BLOCK : child;
  }

  private moveFastRoot(metapage: BufferId, fastRoot: BlockNumber, fastLevel: number): void {
    const page = this.pages.page(metapage);
    writeMetadata(page, { ...readMetadata(page), fastRoot, fastLevel });
  }
}

function corrupted({ index }: IndexFormat, what: string, buffer: BufferId, pages: IndexPages): Error {
  return error(SqlState.indexCorrupted, `${what} at block ${pages.blockOf(buffer)} of index "${index.name}"`);
}
