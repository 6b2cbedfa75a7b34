import type { BlockNumber } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { LwLockMode } from '../../memory/lwlock.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { itemOffset } from '../../storage/page/page.js';
import {
  HIGH_KEY,
  NO_BLOCK,
  firstData,
  isIgnored,
  isLeaf,
  isRightmost,
  isSplitIncomplete,
  levelOf,
  nextBlock,
  prevBlock,
} from './btree-page.js';
import type { IndexFormat } from './index-format.js';
import type { IndexShape } from './index-shape.js';
import { NO_BUFFER, type IndexPages } from './index-pages.js';
import { blockOfTuple } from './index-tuple.js';
import { searchDownlink } from './page-search.js';
import type { SearchKey } from './search-key.js';

/** Where a descent came through, from the bottom. The downlinks may have moved to the right since. */
export interface Downlink {
  block: BlockNumber;
  offset: number;
  readonly parent: Downlink | null;
}

export interface Descent {
  /** The leaf, pinned and locked; NO_BUFFER when the index is empty. */
  readonly leaf: BufferId;
  readonly path: Downlink | null;
}

/** Gives the right half of a split, whose left half is locked exclusively, its downlink. Lets the page go. */
export type FinishSplit = (format: IndexFormat, left: BufferId, path: Downlink | null) => void;

interface KnownRoot {
  readonly block: BlockNumber;
  readonly level: number;
}

const NOWHERE: Descent = { leaf: NO_BUFFER, path: null };

/**
 * Finding the leaf for a key (nbtsearch.c _bt_search), after Lehman and Yao: no page is locked while its parent is. When a
 * page has split on the way to it, the key is greater than its high key, and the search goes on to the right.
 */
export class Descents {
  /** Where the last search began, see `rememberedRoot`. */
  private readonly roots = new WeakMap<IndexFormat, KnownRoot>();

  constructor(private readonly pages: IndexPages) {}

  /** For reading. */
  find(format: IndexFormat, key: SearchKey): Descent {
    const root = this.root(format);
    return root < 0 ? NOWHERE : this.descend(format, key, root, 'shared');
  }

  /** The leaf is locked exclusively. Splits that are found incomplete on the way are finished. */
  findForUpdate(format: IndexFormat, key: SearchKey, finishSplit: FinishSplit): Descent {
    const root = this.root(format);
    return root < 0 ? NOWHERE : this.descend(format, key, root, 'exclusive', finishSplit);
  }

  /** The page to start from, locked shared; NO_BUFFER when there is none. */
  root(format: IndexFormat): BufferId {
    const remembered = this.rememberedRoot(format);
    if (remembered >= 0) return remembered;
    const { fastRoot, fastLevel } = this.pages.metadata(format.index);
    if (fastRoot === NO_BLOCK) return NO_BUFFER;
    this.roots.set(format, { block: fastRoot, level: fastLevel });
    return this.liveRoot(format.index, fastRoot, fastLevel);
  }

  /**
   * Saves looking at the metapage (rd_amcache). The page may have been split, deleted and even used again meanwhile: it will
   * do as long as it is the only one of its level, for then all keys are below it.
   */
  private rememberedRoot(format: IndexFormat): BufferId {
    const known = this.roots.get(format);
    if (!known) return NO_BUFFER;
    const buffer = this.pages.read(format.index, known.block, 'shared');
    const page = this.pages.page(buffer);
    const isAlone = prevBlock(page) === NO_BLOCK && isRightmost(page);
    if (isAlone && !isIgnored(page) && levelOf(page) === known.level) return buffer;
    this.pages.release(buffer);
    this.roots.delete(format);
    return NO_BUFFER;
  }

  /** The leftmost page of a level: for when the way to it is not known (_bt_get_endpoint). */
  startOfLevel({ index }: IndexFormat, level: number): BlockNumber {
    const { pages } = this;
    const { root, level: rootLevel } = pages.metadata(index);
    let buffer = this.liveRoot(index, root, rootLevel);
    for (;;) {
      let page = pages.page(buffer);
      while (isIgnored(page)) {
        buffer = this.stepRight(index, buffer, 'shared');
        page = pages.page(buffer);
      }
      const block = pages.blockOf(buffer);
      if (levelOf(page) <= level) {
        pages.release(buffer);
        if (levelOf(page) < level) throw corrupted(`level ${level} not found in index "${index.name}"`);
        return block;
      }
      buffer = pages.move(index, buffer, blockOfTuple(page, itemOffset(page, firstData(page))), 'shared');
    }
  }

  /**
   * Goes right from a locked page to the one where the key belongs (_bt_moveright). Only with `finishSplit` are incomplete
   * splits looked at: to finish one a page must be locked exclusively.
   */
  moveRight(
    format: IndexFormat,
    key: SearchKey,
    start: BufferId,
    mode: LwLockMode,
    path: Downlink | null,
    finishSplit?: FinishSplit,
  ): BufferId {
    const { pages } = this;
    const { index } = format;
    const goRight = key.isNext ? 0 : 1;
    let buffer = start;
    for (;;) {
      const page = pages.page(buffer);
      if (isRightmost(page)) break;
      if (finishSplit !== undefined && isSplitIncomplete(page)) {
        buffer = this.completeSplit(format, buffer, mode, path, finishSplit);
      } else if (isIgnored(page) || format.compareItem(key, page, HIGH_KEY) >= goRight) {
        buffer = pages.move(index, buffer, nextBlock(page), mode);
      } else {
        return buffer;
      }
    }
    if (isIgnored(pages.page(buffer))) throw fellOff(index);
    return buffer;
  }

  private stepRight(index: IndexShape, buffer: BufferId, mode: LwLockMode): BufferId {
    const page = this.pages.page(buffer);
    if (isRightmost(page)) throw fellOff(index);
    return this.pages.move(index, buffer, nextBlock(page), mode);
  }

  private descend(
    format: IndexFormat,
    key: SearchKey,
    root: BufferId,
    leafMode: LwLockMode,
    finishSplit?: FinishSplit,
  ): Descent {
    const { pages } = this;
    let buffer = root;
    let mode: LwLockMode = 'shared';
    let path: Downlink | null = null;
    for (;;) {
      buffer = this.moveRight(format, key, buffer, mode, path, finishSplit);
      const page = pages.page(buffer);
      if (isLeaf(page)) break;
      const offset = searchDownlink(format, key, page);
      const child = blockOfTuple(page, itemOffset(page, offset));
      if (levelOf(page) === 1) mode = leafMode;
      path = { block: pages.blockOf(buffer), offset, parent: path };
      buffer = pages.move(format.index, buffer, child, mode);
    }
    if (mode !== leafMode) buffer = this.relock(format, key, buffer, leafMode, finishSplit);
    return { leaf: buffer, path };
  }

  /** The root is a leaf, and locked for reading only: it may split before it is locked again. */
  private relock(
    format: IndexFormat,
    key: SearchKey,
    buffer: BufferId,
    mode: LwLockMode,
    finishSplit?: FinishSplit,
  ): BufferId {
    this.pages.unlock(buffer);
    this.pages.lock(buffer, mode);
    return this.moveRight(format, key, buffer, mode, null, finishSplit);
  }

  private completeSplit(
    format: IndexFormat,
    buffer: BufferId,
    mode: LwLockMode,
    path: Downlink | null,
    finishSplit: FinishSplit,
  ): BufferId {
    const block = this.pages.blockOf(buffer);
    if (mode === 'shared') {
      this.pages.unlock(buffer);
      this.pages.lock(buffer, 'exclusive');
    }
    if (isSplitIncomplete(this.pages.page(buffer))) finishSplit(format, buffer, path);
    else this.pages.release(buffer);
    return this.pages.read(format.index, block, mode);
  }

  /** A root may have been deleted since its number was read; what stands right of it has its keys. */
  private liveRoot(index: IndexShape, root: BlockNumber, level: number): BufferId {
    let buffer = this.pages.read(index, root, 'shared');
    while (isIgnored(this.pages.page(buffer))) buffer = this.stepRight(index, buffer, 'shared');
    if (levelOf(this.pages.page(buffer)) !== level) {
      throw corrupted(`root page ${root} of index "${index.name}" has another level than expected, ${level}`);
    }
    return buffer;
  }
}

function fellOff({ name }: IndexShape): Error {
  return corrupted(`fell off the end of index "${name}"`);
}

function corrupted(message: string): Error {
  return error(SqlState.indexCorrupted, message);
}
