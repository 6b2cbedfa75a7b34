import { INVALID_BLOCK, type BlockNumber } from '../../../base/block.js';
import { isNew, itemBytes, itemOffset, maxOffset } from '../../../storage/page/page.js';
import {
  HIGH_KEY,
  METAPAGE,
  NO_BLOCK,
  firstData,
  isDeleted,
  isEmpty,
  isHalfDead,
  isIgnored,
  isRightmost,
  isRoot,
  isSplitIncomplete,
  levelOf,
  nextBlock,
  prevBlock,
} from '../btree-page.js';
import type { IndexFormat } from '../index-format.js';
import { blockOfTuple } from '../index-tuple.js';
import { readMetadata } from '../metapage.js';
import type { BrokenRule, IndexProblem } from './index-problem.js';
import { checkMetapage, checkPageOfTree, firstKey, isIndexPage, keyOfItem } from './page-check.js';
import { entriesOf, type FoundEntry } from './row-check.js';

/** The pages of an index: in shared buffers, or in the files of a server that is stopped. */
export interface TreePages {
  readonly blocks: number;
  /** The page as it is now, which nobody changes. */
  read(block: BlockNumber): Buffer;
}

/** A page of a level, in the order of the right links. */
interface LevelPage {
  readonly block: BlockNumber;
  readonly page: Buffer;
}

/**
 * Everything wrong with an index by itself, as text (contrib/amcheck bt_index_parent_check).
 *
 * Verifies: the metapage leads to the root; each level's pages are linked both ways, without a circle, with rising keys
 * across pages; each page has one downlink from the level above, in order, but for the right half of a split that says it
 * is incomplete and for pages about to be deleted; each downlink's key bounds the pages it leads to; all other blocks are
 * deleted or empty. Does NOT verify that entries have rows, see row-check.ts. Nobody changes the index meanwhile.
 */
export class TreeCheck {
  private readonly problems: IndexProblem[] = [];
  private readonly seen = new Set<number>();
  /** Pages between a half-dead leaf and the page whose downlink went with it. */
  private readonly dying = new Set<number>();

  private leaves: readonly LevelPage[] = [];

  constructor(
    private readonly pages: TreePages,
    private readonly format: IndexFormat,
  ) {}

  run(): IndexProblem[] {
    const metapage = this.pages.read(METAPAGE);
    const missing = checkMetapage(metapage);
    if (missing.length > 0) return missing;
    const { root, level, fastRoot, fastLevel } = readMetadata(metapage);
    if (root !== NO_BLOCK) {
      this.noteDying();
      this.checkLevels(root, level);
      this.checkFastRoot(fastRoot, fastLevel);
    }
    this.checkRest();
    return this.problems;
  }

  /** The entries of a tree that `run` found sound, in their order. */
  *entries(): Generator<FoundEntry> {
    for (const { page } of this.leaves) yield* entriesOf(this.format, page);
  }

  private report(rule: BrokenRule, found: string): void {
    this.problems.push({ rule, found });
  }

  private checkLevels(root: BlockNumber, rootLevel: number): void {
    let above: LevelPage[] | undefined;
    let start = root;
    for (let level = rootLevel; level >= 0; level--) {
      const pages = this.readLevel(start, level);
      if (this.problems.length > 0) return;
      if (above) this.checkDownlinks(above, pages);
      else if (pages.length !== 1 && !isSplitIncomplete(pages[0].page)) this.report('root', 'the root has siblings');
      if (!above && !isRoot(pages[0].page) && pages.length === 1)
        this.report('root', `block ${root} is not marked as root`);
      if (level === 0) this.leaves = pages;
      const first = pages.find(({ page }) => !isIgnored(page));
      if (level === 0 || !first) return;
      above = pages;
      start = blockOfTuple(first.page, itemOffset(first.page, firstData(first.page)));
      start = this.leftEnd(start);
    }
  }

  /** A half-dead page may stand left of the first one with a downlink. */
  private leftEnd(start: BlockNumber): BlockNumber {
    let block = start;
    for (let steps = 0; prevBlock(this.pages.read(block)) !== NO_BLOCK; steps++) {
      block = prevBlock(this.pages.read(block));
      if (steps > this.pages.blocks) break;
    }
    return block;
  }

  private readLevel(start: BlockNumber, level: number): LevelPage[] {
    const pages: LevelPage[] = [];
    let [previous, block] = [NO_BLOCK, start];
    while (block !== NO_BLOCK) {
      if (this.seen.has(block) || block >= this.pages.blocks) {
        this.report(
          'links',
          `block ${previous} links to ${block}, which ${this.seen.has(block) ? 'was met before' : 'is behind the end'}`,
        );
        break;
      }
      this.seen.add(block);
      const page = this.pages.read(block);
      this.problems.push(...checkPageOfTree(this.format, block, page, level));
      if (this.problems.length > 0) break;
      if (prevBlock(page) !== previous)
        this.report('links', `block ${block} links back to ${prevBlock(page)}, not ${previous}`);
      pages.push({ block, page });
      [previous, block] = [block, nextBlock(page)];
    }
    this.checkBorders(pages.filter(({ page }) => !isIgnored(page)));
    return pages;
  }

  /** No key of a page is less than the high key of the one before. */
  private checkBorders(pages: readonly LevelPage[]): void {
    for (let i = 1; i < pages.length; i++) {
      const [{ page: left, block }, { page }] = [pages[i - 1], pages[i]];
      const first = firstKey(page);
      if (first > maxOffset(page) || this.problems.length > 0) continue;
      if (this.format.compareItem(keyOfItem(this.format, left, HIGH_KEY), page, first) > 0) {
        this.report('cross page item order', `the page right of block ${block} has a key less than its high key`);
      }
    }
  }

  private checkDownlinks(parents: readonly LevelPage[], children: readonly LevelPage[]): void {
    const links = parents.filter(({ block }) => !this.dying.has(block)).flatMap((parent) => this.downlinksOf(parent));
    const linked = [...children.keys()].filter((i) => this.needsDownlink(children, i));
    const blockOf = (i: number): number | undefined => children[linked[i]]?.block;
    links.forEach(({ child, parent }, i) => {
      if (child !== blockOf(i)) this.report('down-link', `block ${parent} links to ${child}, not ${blockOf(i)}`);
    });
    if (linked.length > links.length) this.report('down-link', `block ${blockOf(links.length)} has no downlink`);
    if (this.problems.length > 0) return;
    links.forEach(({ key }, i) => key && this.checkBound(key, children, linked[i]));
  }

  private downlinksOf({ block: parent, page }: LevelPage): { parent: number; child: number; key?: LevelKey }[] {
    const links = [];
    for (let number = firstData(page); number <= maxOffset(page); number++) {
      const key = number === firstData(page) ? undefined : { page, number };
      links.push({ parent, child: blockOfTuple(page, itemOffset(page, number)), key });
    }
    return links;
  }

  private needsDownlink(children: readonly LevelPage[], i: number): boolean {
    const { block, page } = children[i];
    if (isHalfDead(page) || this.dying.has(block)) return false;
    return i === 0 || !isSplitIncomplete(children[i - 1].page);
  }

  /** A downlink's key is the high key of what stands left of its page, and not greater than the page's keys. */
  private checkBound({ page: parent, number }: LevelKey, children: readonly LevelPage[], position: number): void {
    const { page, block } = children[position];
    const first = firstKey(page);
    const key = keyOfItem(this.format, parent, number);
    if (first <= maxOffset(page) && this.format.compareItem(key, page, first) > 0) {
      this.report('down-link lower bound', `block ${block} has a key less than its downlink's`);
    }
    let left = position - 1;
    while (left >= 0 && this.isLeaving(children[left])) left--;
    if (left >= 0 && !sameKey(itemBytes(children[left].page, HIGH_KEY), itemBytes(parent, number))) {
      this.report('down-link', `the downlink to block ${block} is not the high key of block ${children[left].block}`);
    }
  }

  private isLeaving({ block, page }: LevelPage): boolean {
    return isIgnored(page) || this.dying.has(block);
  }

  private noteDying(): void {
    for (let block = 1; block < this.pages.blocks; block++) {
      const page = this.pages.read(block as BlockNumber);
      if (!isIndexPage(page) || !isHalfDead(page)) continue;
      let top = blockOfTuple(page, itemOffset(page, HIGH_KEY));
      while (top !== INVALID_BLOCK && top !== block && top < this.pages.blocks) {
        if (this.dying.has(top)) break;
        this.dying.add(top);
        const branch = this.pages.read(top);
        if (levelOf(branch) === 0) break;
        top = blockOfTuple(branch, itemOffset(branch, firstData(branch)));
      }
    }
  }

  private checkFastRoot(fastRoot: BlockNumber, fastLevel: number): void {
    const page = this.pages.read(fastRoot);
    const isAlone = prevBlock(page) === NO_BLOCK && (isRightmost(page) || isSplitIncomplete(page));
    if (levelOf(page) !== fastLevel || !(isAlone || isDeleted(page))) {
      this.report('metapage', `the fast root, block ${fastRoot}, is not alone on level ${fastLevel}`);
    }
  }

  private checkRest(): void {
    for (let block = 1; block < this.pages.blocks && this.problems.length === 0; block++) {
      if (this.seen.has(block)) continue;
      const page = this.pages.read(block as BlockNumber);
      if (!isNew(page) && !isDeleted(page) && !isEmpty(page)) this.report('page', `block ${block} is not in the tree`);
    }
  }
}

/** A pivot in its page. */
interface LevelKey {
  readonly page: Buffer;
  readonly number: number;
}

/** The same but for the page they lead to. */
function sameKey(a: Buffer, b: Buffer): boolean {
  return a.subarray(4).equals(b.subarray(4));
}
