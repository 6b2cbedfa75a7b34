import { BLOCK_BYTES, type BlockNumber } from '../../../base/block.js';
import { itemOffset } from '../../../storage/page/page.js';
import { METAPAGE, NO_BLOCK, firstData, isDeleted, isIgnored, nextBlock } from '../btree-page.js';
import type { IndexFormat } from '../index-format.js';
import { blockOfTuple } from '../index-tuple.js';
import { readMetadata } from '../metapage.js';
import type { IndexProblem } from './index-problem.js';
import { checkMetapage, checkPageOfTree, isIndexPage } from './page-check.js';
import { entriesOf, type FoundEntry } from './row-check.js';
import type { TreePages } from './tree-check.js';

/** Stands where links lead beyond the end, or in a circle: it fails every check. */
const NO_PAGE = Buffer.alloc(BLOCK_BYTES);

/**
 * What is wrong with the pages of an index that others may be changing (contrib/amcheck bt_index_check).
 *
 * Verifies: each page by itself, level by level along the right links, which lead through splits and deleted pages as a
 * search goes. The caller holds a snapshot, so that no page it may be led to is used again. Does NOT verify what takes two
 * pages: left links, downlinks, order across pages.
 */
export class PageWalk {
  /** The leftmost leaf that was found. */
  private leftmost: BlockNumber = NO_BLOCK;

  constructor(
    private readonly pages: TreePages,
    private readonly format: IndexFormat,
  ) {}

  run(): IndexProblem[] {
    const metapage = this.pages.read(METAPAGE);
    const missing = checkMetapage(metapage);
    if (missing.length > 0) return missing;
    const { root, level } = readMetadata(metapage);
    this.leftmost = root;
    const problems: IndexProblem[] = [];
    if (root === NO_BLOCK) return problems;
    for (let height = level; height >= 0 && problems.length === 0; height--) {
      const below = this.checkLevel(height, problems);
      if (height > 0) this.leftmost = below;
    }
    return problems;
  }

  *entries(): Generator<FoundEntry> {
    for (const { page } of this.level()) yield* entriesOf(this.format, page);
  }

  /** Returns the first block of the level below. */
  private checkLevel(height: number, problems: IndexProblem[]): BlockNumber {
    let below: BlockNumber = NO_BLOCK;
    for (const { block, page } of this.level()) {
      if (isIndexPage(page) && isDeleted(page)) continue;
      problems.push(...checkPageOfTree(this.format, block, page, height));
      if (problems.length > 0) return NO_BLOCK;
      if (below === NO_BLOCK && height > 0 && !isIgnored(page)) {
        below = blockOfTuple(page, itemOffset(page, firstData(page)));
      }
    }
    if (height > 0 && below === NO_BLOCK) problems.push({ rule: 'links', found: `no page on level ${height}` });
    return below;
  }

  /** The pages from the leftmost one on, as each is when its turn comes. */
  private *level(): Generator<{ block: BlockNumber; page: Buffer }> {
    let block = this.leftmost;
    for (let count = 0; block !== NO_BLOCK; count++) {
      if (block >= this.pages.blocks || count > this.pages.blocks) {
        yield { block, page: NO_PAGE };
        return;
      }
      const page = this.pages.read(block);
      yield { block, page };
      block = isIndexPage(page) ? nextBlock(page) : NO_BLOCK;
    }
  }
}
