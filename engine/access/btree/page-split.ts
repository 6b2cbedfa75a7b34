import { error, panic } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  addIndexItem,
  copyIndexItem,
  emptyPageLike,
  itemBytes,
  maxOffset,
  pageSpecial,
  pageUpper,
  setPageLsn,
  pageLsn,
} from '../../storage/page/page.js';
import {
  HIGH_KEY,
  PageKind,
  cycleIdOf,
  firstData,
  isLeaf,
  isRightmost,
  kindOf,
  levelOf,
  nextBlock,
  prevBlock,
  setCycleId,
  setKind,
  setNextBlock,
  setPrevBlock,
} from './btree-page.js';
import { BTreeInfo, encodeSplit } from './btree-records.js';
import type { IndexFormat } from './index-format.js';
import { NO_BUFFER, type IndexBlock, type IndexPages } from './index-pages.js';
import { blockOfTuple, minusInfinity } from './index-tuple.js';
import { chooseSplitPoint, type SplitPoint } from './split-point.js';
import type { VacuumCycles } from './vacuum/vacuum-cycles.js';

const SPLIT_FLAGS = PageKind.root | PageKind.splitEnd | PageKind.hasGarbage;

/** Both halves of a page, not yet in place. */
interface Halves {
  readonly left: Buffer;
  readonly right: Buffer;
}

/**
 * Splits a full page in two (nbtinsert.c _bt_split): the left half stays in its block, the right half goes to a new one.
 *
 * The record and the pages say that the right half has no downlink yet. Giving it one is a record of its own; whoever comes
 * upon the flag before that, because of a crash, does it.
 */
export class PageSplits {
  constructor(
    private readonly pages: IndexPages,
    private readonly cycles: VacuumCycles,
  ) {}

  /**
   * Inserts `item` before item `offset` of a page, locked exclusively, that has no room for it. Returns the right half,
   * locked; the left one stays so. Above the leaves `child` is the left half that `item`'s downlink completes; it is let go.
   */
  split(format: IndexFormat, buffer: BufferId, child: BufferId, offset: number, item: Buffer): BufferId {
    const { pages } = this;
    const page = pages.page(buffer);
    const point = chooseSplitPoint(format, page, offset, item);
    const separator = separatorOf(format, page, point, offset, item);
    const halves = divide(page, point, offset, item, separator);
    const right = pages.allocate(format.index);
    const next = this.lockNext(format, page, pages.blockOf(buffer));
    this.link(halves, page, buffer, right, next, this.cycles.currentOf(format.index));
    pages.critically(() => {
      halves.left.copy(page);
      halves.right.copy(pages.page(right));
      if (next >= 0) setPrevBlock(pages.page(next), pages.blockOf(right));
      if (child >= 0) setKind(pages.page(child), kindOf(pages.page(child)) & ~PageKind.incompleteSplit);
      this.log(format, { buffer, right, next, child }, point, offset, item, separator);
    });
    pages.release(next);
    pages.release(child);
    pages.reach('btree:page-split');
    return right;
  }

  /** The page right of the one that splits, whose link back will change. */
  private lockNext({ index }: IndexFormat, page: Buffer, block: number): BufferId {
    if (isRightmost(page)) return NO_BUFFER;
    const buffer = this.pages.read(index, nextBlock(page), 'exclusive');
    const back = prevBlock(this.pages.page(buffer));
    if (back === block) return buffer;
    throw error(
      SqlState.indexCorrupted,
      `right sibling's left-link doesn't match: block ${nextBlock(page)} links to ${back} instead of expected ${block} in index "${index.name}"`,
    );
  }

  private link(
    { left, right }: Halves,
    page: Buffer,
    buffer: BufferId,
    rightBuffer: BufferId,
    next: BufferId,
    cycleId: number,
  ): void {
    const kind = kindOf(page) & ~SPLIT_FLAGS;
    setKind(left, kind | PageKind.incompleteSplit);
    setNextBlock(left, this.pages.blockOf(rightBuffer));
    setCycleId(left, cycleId);
    setPageLsn(left, pageLsn(page));
    const isEnd = next >= 0 && cycleIdOf(this.pages.page(next)) !== cycleId;
    setKind(right, (kind & ~PageKind.incompleteSplit) | (isEnd ? PageKind.splitEnd : 0));
    setPrevBlock(right, this.pages.blockOf(buffer));
    setNextBlock(right, nextBlock(page));
    setCycleId(right, cycleId);
  }

  private log(
    format: IndexFormat,
    { buffer, right, next, child }: { buffer: BufferId; right: BufferId; next: BufferId; child: BufferId },
    { firstRight, isNewLeft }: SplitPoint,
    newOffset: number,
    item: Buffer,
    separator: Buffer,
  ): void {
    const rightPage = this.pages.page(right);
    const items = rightPage.subarray(pageUpper(rightPage), pageSpecial(rightPage));
    const blocks: IndexBlock[] = [
      { id: 0, buffer, data: isNewLeft ? [item, separator] : [separator] },
      { id: 1, buffer: right, willInit: true, data: [items] },
    ];
    if (next >= 0) blocks.push({ id: 2, buffer: next });
    if (child >= 0) blocks.push({ id: 3, buffer: child });
    const body = encodeSplit({ level: levelOf(rightPage), firstRight, newOffset });
    this.pages.change(isNewLeft ? BTreeInfo.splitLeft : BTreeInfo.splitRight, [body], blocks, format.index);
  }
}

/** The left half's high key: on a leaf as short as can be, above the first key of the right half, which loses it. */
function separatorOf(format: IndexFormat, page: Buffer, point: SplitPoint, offset: number, item: Buffer): Buffer {
  const { firstRight, isNewLeft } = point;
  const first = !isNewLeft && firstRight === offset ? item : itemBytes(page, firstRight);
  if (!isLeaf(page)) return Buffer.from(first);
  const last = isNewLeft && firstRight === offset ? item : itemBytes(page, firstRight - 1);
  return format.separator(last, first);
}

function divide(page: Buffer, point: SplitPoint, offset: number, item: Buffer, separator: Buffer): Halves {
  const [left, right] = [emptyPageLike(page), emptyPageLike(page)];
  const { firstRight, isNewLeft } = point;
  add(left, separator);
  if (!isRightmost(page)) copy(page, HIGH_KEY, right);
  const firstOnRight = maxOffset(right) + 1;
  const last = maxOffset(page);
  const toRight = (bytes: Buffer): void =>
    add(right, isLeaf(page) || maxOffset(right) >= firstOnRight ? bytes : cut(bytes));
  for (let number = firstData(page); number <= last; number++) {
    if (number === offset && isNewLeft) add(left, item);
    else if (number === offset) toRight(item);
    if (number < firstRight) copy(page, number, left);
    else toRight(itemBytes(page, number));
  }
  if (offset > last) (isNewLeft ? add.bind(null, left) : toRight)(item);
  return { left, right };
}

/** The first downlink of a page above the leaves keeps no key. */
function cut(pivot: Buffer): Buffer {
  return minusInfinity(blockOfTuple(pivot));
}

function add(page: Buffer, item: Buffer): void {
  if (!addIndexItem(page, item)) throw panic(SqlState.internalError, 'failed to add an item to a page after split');
}

function copy(from: Buffer, number: number, to: Buffer): void {
  if (!copyIndexItem(from, number, to)) throw panic(SqlState.internalError, 'failed to copy an item after split');
}
