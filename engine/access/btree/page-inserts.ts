import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  addIndexItem,
  freeSpace,
  itemBytes,
  itemOffset,
  maxOffset,
  pageSpecial,
  pageUpper,
} from '../../storage/page/page.js';
import {
  HIGH_KEY,
  NO_BLOCK,
  PageKind,
  firstData,
  isIgnored,
  isLeftmost,
  isRightmost,
  isRoot,
  isSplitIncomplete,
  kindOf,
  levelOf,
  nextBlock,
  setKind,
  setLevel,
} from './btree-page.js';
import { BTreeInfo, encodeInsert, encodeNewRoot } from './btree-records.js';
import type { Descents, Downlink } from './descent.js';
import type { IndexFormat } from './index-format.js';
import { NO_BUFFER, type IndexBlock, type IndexPages } from './index-pages.js';
import { blockOfTuple, minusInfinity, withDownlink } from './index-tuple.js';
import { encodeMetadata, readMetadata, writeMetadata, type Metadata } from './metapage.js';
import type { PageSplits } from './page-split.js';
import type { BlockNumber } from '../../base/block.js';

/** Where in a level, counted from the right, an item goes. */
export interface Place {
  /** Locked exclusively. Let go when the item is in. */
  readonly buffer: BufferId;
  /** Before which item. */
  readonly offset: number;
  readonly path: Downlink | null;
}

/**
 * Puts items into pages and keeps the levels above up to date (nbtinsert.c _bt_insertonpg).
 *
 * A page that splits stays locked with its right half until the page above is locked, too: from the bottom up, and never
 * more than two levels. So nobody can see the right half lack its downlink, but after a crash or an error in between.
 */
export class PageInserts {
  constructor(
    private readonly pages: IndexPages,
    private readonly descents: Descents,
    private readonly splits: PageSplits,
  ) {}

  /**
   * Inserts an item into a page, which is split if need be. Above the leaves `child`, locked exclusively, is the left half
   * of the split that the item completes. `isOnly`: that half was the only page of its level.
   */
  insert(format: IndexFormat, place: Place, item: Buffer, child = NO_BUFFER, isOnly = false): void {
    const { buffer, offset, path } = place;
    const page = this.pages.page(buffer);
    if (freeSpace(page) >= item.length) return this.insertWithRoom(format, place, item, child, isOnly);
    const wasRoot = isRoot(page);
    const wasOnly = isLeftmost(page) && isRightmost(page);
    const right = this.splits.split(format, buffer, child, offset, item);
    this.insertDownlink(format, buffer, right, path, wasRoot, wasOnly);
  }

  /** Finishes a split that an error or a crash has interrupted: gives the right half its downlink. */
  readonly finishSplit = (format: IndexFormat, left: BufferId, path: Downlink | null): void => {
    const { pages } = this;
    const page = pages.page(left);
    const right = pages.read(format.index, nextBlock(page), 'exclusive');
    const wasRoot = path === null && pages.metadata(format.index).root === pages.blockOf(left);
    const wasOnly = isLeftmost(page) && isRightmost(pages.page(right));
    this.insertDownlink(format, left, right, path, wasRoot, wasOnly);
  };

  /**
   * The page that the downlink to `child` stands in, locked exclusively, with its offset in the path (_bt_getstackbuf):
   * where the descent came through, or to the right of it by now. NO_BUFFER when there is none.
   */
  lockParent(format: IndexFormat, path: Downlink, child: BlockNumber): BufferId {
    const { pages } = this;
    let block = path.block;
    let start = path.offset;
    for (;;) {
      const buffer = pages.read(format.index, block, 'exclusive');
      const page = pages.page(buffer);
      if (isSplitIncomplete(page)) {
        this.finishSplit(format, buffer, path.parent);
        continue;
      }
      const offset = isIgnored(page) ? 0 : findDownlink(page, child, start);
      if (offset > 0) {
        path.block = block;
        path.offset = offset;
        return buffer;
      }
      const next = nextBlock(page);
      pages.release(buffer);
      if (next === NO_BLOCK) return NO_BUFFER;
      block = next;
      start = 0;
    }
  }

  private insertWithRoom(
    format: IndexFormat,
    { buffer, offset }: Place,
    item: Buffer,
    child: BufferId,
    isOnly: boolean,
  ): void {
    const { pages } = this;
    const page = pages.page(buffer);
    const metapage = isOnly ? this.lockFastRoot(format, levelOf(page)) : NO_BUFFER;
    pages.critically(() => {
      if (!addIndexItem(page, item, offset)) {
        throw error(SqlState.internalError, `failed to add new item to block ${pages.blockOf(buffer)}`);
      }
      if (metapage >= 0) this.moveFastRoot(metapage, buffer);
      if (child >= 0) setKind(pages.page(child), kindOf(pages.page(child)) & ~PageKind.incompleteSplit);
      this.logInsert(format, buffer, offset, item, child, metapage);
    });
    pages.release(metapage);
    pages.release(child);
    pages.release(buffer);
  }

  private logInsert(
    { index }: IndexFormat,
    buffer: BufferId,
    offset: number,
    item: Buffer,
    child: BufferId,
    metapage: BufferId,
  ): void {
    const blocks: IndexBlock[] = [{ id: 0, buffer, data: [item] }];
    let info: number = BTreeInfo.insertLeaf;
    if (child >= 0) {
      info = BTreeInfo.insertUpper;
      blocks.push({ id: 1, buffer: child });
    }
    if (metapage >= 0) {
      info = BTreeInfo.insertMeta;
      blocks.push(this.metadataBlock(2, metapage));
    }
    this.pages.change(info, [encodeInsert(offset)], blocks, index);
  }

  /** The metapage, when its fast root is at or below the level whose only page splits: it must move up. */
  private lockFastRoot({ index }: IndexFormat, level: number): BufferId {
    const metapage = this.pages.readMetapage(index, 'exclusive');
    if (readMetadata(this.pages.page(metapage)).fastLevel < level) return metapage;
    this.pages.release(metapage);
    return NO_BUFFER;
  }

  private moveFastRoot(metapage: BufferId, buffer: BufferId): void {
    const page = this.pages.page(metapage);
    const [fastRoot, fastLevel] = [this.pages.blockOf(buffer), levelOf(this.pages.page(buffer))];
    writeMetadata(page, { ...readMetadata(page), fastRoot, fastLevel });
  }

  private metadataBlock(id: number, metapage: BufferId): IndexBlock {
    const metadata = readMetadata(this.pages.page(metapage));
    return { id, buffer: metapage, willInit: true, data: [encodeMetadata(metadata)] };
  }

  /** Both halves of a split are locked; lets them go when the right one has its downlink (_bt_insert_parent). */
  private insertDownlink(
    format: IndexFormat,
    left: BufferId,
    right: BufferId,
    path: Downlink | null,
    wasRoot: boolean,
    wasOnly: boolean,
  ): void {
    const { pages } = this;
    if (wasRoot) return this.growRoot(format, left, right);
    const leftPage = pages.page(left);
    const way = path ?? this.wayTo(format, levelOf(leftPage) + 1);
    const pivot = withDownlink(itemBytes(leftPage, HIGH_KEY), pages.blockOf(right));
    const parent = this.lockParent(format, way, pages.blockOf(left));
    pages.release(right);
    if (parent < 0) {
      throw error(
        SqlState.indexCorrupted,
        `failed to re-find parent key in index "${format.index.name}" for split pages ${pages.blockOf(left)}/${nextBlock(leftPage)}`,
      );
    }
    this.insert(format, { buffer: parent, offset: way.offset + 1, path: way.parent }, pivot, left, wasOnly);
  }

  /** The root has split since the descent began at what then was the top: the level above must be searched from its start. */
  private wayTo(format: IndexFormat, level: number): Downlink {
    return { block: this.descents.startOfLevel(format, level), offset: 0, parent: null };
  }

  /** The root has split: a new one with two downlinks goes above it (_bt_newroot). */
  private growRoot({ index }: IndexFormat, left: BufferId, right: BufferId): void {
    const { pages } = this;
    const leftPage = pages.page(left);
    const level = levelOf(leftPage) + 1;
    const root = pages.allocate(index);
    const metapage = pages.readMetapage(index, 'exclusive');
    const block = pages.blockOf(root);
    pages.critically(() => {
      const page = pages.page(root);
      setKind(page, PageKind.root);
      setLevel(page, level);
      addIndexItem(page, minusInfinity(pages.blockOf(left)));
      addIndexItem(page, withDownlink(itemBytes(leftPage, HIGH_KEY), pages.blockOf(right)));
      setKind(leftPage, kindOf(leftPage) & ~PageKind.incompleteSplit);
      const items = page.subarray(pageUpper(page), pageSpecial(page));
      this.logNewRoot(index, { root, metapage }, { root: block, level }, [
        { id: 0, buffer: root, willInit: true, data: [items] },
        { id: 1, buffer: left },
      ]);
    });
    for (const buffer of [metapage, root, right, left]) pages.release(buffer);
  }

  /** Makes the first page of an index (_bt_getroot): a leaf that is the root. */
  makeFirstRoot({ index }: IndexFormat): void {
    const { pages } = this;
    const metapage = pages.readMetapage(index, 'exclusive');
    if (readMetadata(pages.page(metapage)).root !== NO_BLOCK) return pages.release(metapage);
    const root = pages.allocate(index);
    pages.critically(() => {
      setKind(pages.page(root), PageKind.root | PageKind.leaf);
      const block: IndexBlock = { id: 0, buffer: root, willInit: true };
      this.logNewRoot(index, { root, metapage }, { root: pages.blockOf(root), level: 0 }, [block]);
    });
    pages.release(root);
    pages.release(metapage);
  }

  private logNewRoot(
    index: IndexFormat['index'],
    { metapage }: { root: BufferId; metapage: BufferId },
    { root, level }: Pick<Metadata, 'root' | 'level'>,
    blocks: IndexBlock[],
  ): void {
    const page = this.pages.page(metapage);
    writeMetadata(page, { ...readMetadata(page), root, level, fastRoot: root, fastLevel: level });
    const data = [encodeNewRoot(root, level)];
    this.pages.change(BTreeInfo.newRoot, data, [...blocks, this.metadataBlock(2, metapage)], index);
  }
}

/** The offset of the downlink to `child`, looked for from `start` on first; 0 when it is not there. */
function findDownlink(page: Buffer, child: BlockNumber, start: number): number {
  const [first, last] = [firstData(page), maxOffset(page)];
  const middle = Math.min(Math.max(start, first), last + 1);
  for (let offset = middle; offset <= last; offset++) if (leadsTo(page, offset, child)) return offset;
  for (let offset = middle - 1; offset >= first; offset--) if (leadsTo(page, offset, child)) return offset;
  return 0;
}

function leadsTo(page: Buffer, offset: number, child: BlockNumber): boolean {
  return blockOfTuple(page, itemOffset(page, offset)) === child;
}
