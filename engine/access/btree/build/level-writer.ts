import { setU16 } from '../../../base/bytes.js';
import { BLOCK_BYTES, type BlockNumber } from '../../../base/block.js';
import { assert } from '../../../base/errors.js';
import {
  ITEM_ID_BYTES,
  ItemState,
  PageAt,
  addIndexItem,
  freeSpace,
  itemBytes,
  itemLength,
  itemOffset,
  maxOffset,
  overwriteIndexItem,
  pageLower,
  setItemId,
} from '../../../storage/page/page.js';
import {
  HIGH_KEY,
  NO_BLOCK,
  PageKind,
  initBTreePage,
  kindOf,
  setKind,
  setLevel,
  setNextBlock,
  setPrevBlock,
} from '../btree-page.js';
import type { IndexFormat } from '../index-format.js';
import { blockOfTuple, minusInfinity, withDownlink } from '../index-tuple.js';
import type { NewPages } from './new-pages.js';

const FIRST_ITEM = HIGH_KEY + 1;
/** What is left free of a page, for later insertions: leaves are filled to 90 %, pages above to 70 %. */
const LEAF_RESERVE = Math.floor(BLOCK_BYTES / 10);
const UPPER_RESERVE = Math.floor((BLOCK_BYTES * 3) / 10);
const TIE_BREAKER_BYTES = 8;

export interface BuiltRoot {
  readonly root: BlockNumber;
  readonly level: number;
}

/**
 * One level of a tree under construction (nbtsort.c _bt_buildadd): takes items in order, fills pages from the left, and
 * hands a downlink for each full page to the level above.
 *
 * Which item is a page's last is known only when the next one does not fit any more: the last item that did then begins
 * the next page, and gives the high key. A place for that is kept free at the head of the line pointers.
 */
export class LevelWriter {
  private page: Buffer;
  private block: BlockNumber;
  private above: LevelWriter | undefined;
  /** Not greater than any key of the page: the downlink's key. */
  private lowKey: Buffer;

  constructor(
    private readonly format: IndexFormat,
    private readonly pages: NewPages,
    private readonly level: number,
  ) {
    this.page = this.newPage();
    this.block = pages.allocate();
    this.lowKey = minusInfinity(NO_BLOCK);
  }

  add(item: Buffer): void {
    if (this.isFullFor(item)) this.turnPage();
    const isFirst = this.level > 0 && maxOffset(this.page) === HIGH_KEY;
    this.append(this.page, isFirst ? minusInfinity(blockOfTuple(item)) : item);
  }

  /** Writes what is left, and the levels above; returns where the root is. */
  finish(): BuiltRoot {
    const { page, block } = this;
    if (this.above) this.above.add(withDownlink(this.lowKey, block));
    else setKind(page, kindOf(page) | PageKind.root);
    removeHighKeyPlace(page);
    this.pages.write(block, page);
    return this.above ? this.above.finish() : { root: block, level: this.level };
  }

  private isFullFor(item: Buffer): boolean {
    const free = freeSpace(this.page);
    const [reserve, extra] = this.level === 0 ? [LEAF_RESERVE, TIE_BREAKER_BYTES] : [UPPER_RESERVE, 0];
    return free < item.length + extra || (free < reserve && maxOffset(this.page) > FIRST_ITEM);
  }

  private turnPage(): void {
    const { page, block } = this;
    const last = maxOffset(page);
    assert(last > FIRST_ITEM, 'a page of an index holds at least two items');
    const next = this.newPage();
    // Before a page of the level above gets one.
    const nextBlock = this.pages.allocate();
    const first = itemBytes(page, last);
    this.append(next, this.level > 0 ? minusInfinity(blockOfTuple(first)) : first);
    this.setHighKey(page, last);
    this.above ??= new LevelWriter(this.format, this.pages, this.level + 1);
    this.above.add(withDownlink(this.lowKey, block));
    this.lowKey = Buffer.from(itemBytes(page, HIGH_KEY));
    this.block = nextBlock;
    this.page = next;
    setNextBlock(page, nextBlock);
    setPrevBlock(next, block);
    this.pages.write(block, page);
  }

  /** The last item's line pointer becomes the first; on a leaf, what it leads to is cut off. */
  private setHighKey(page: Buffer, last: number): void {
    const lastLeft = this.level === 0 ? Buffer.from(itemBytes(page, last - 1)) : undefined;
    setItemId(page, HIGH_KEY, itemOffset(page, last), ItemState.normal, itemLength(page, last));
    setItemId(page, last, 0, ItemState.unused, 0);
    setU16(page, PageAt.lower, pageLower(page) - ITEM_ID_BYTES);
    if (!lastLeft) return;
    const separator = this.format.separator(lastLeft, Buffer.from(itemBytes(page, HIGH_KEY)));
    assert(overwriteIndexItem(page, HIGH_KEY, separator), 'a page keeps room for its high key');
  }

  private newPage(): Buffer {
    const page = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    initBTreePage(page);
    setLevel(page, this.level);
    setKind(page, this.level === 0 ? PageKind.leaf : 0);
    setU16(page, PageAt.lower, pageLower(page) + ITEM_ID_BYTES);
    return page;
  }

  private append(page: Buffer, item: Buffer): void {
    assert(addIndexItem(page, item), 'a page of a new index has room for its next item');
  }
}

/** The rightmost page of a level has no high key (_bt_slideleft). */
function removeHighKeyPlace(page: Buffer): void {
  const last = maxOffset(page);
  for (let number = FIRST_ITEM; number <= last; number++) {
    setItemId(page, number - 1, itemOffset(page, number), ItemState.normal, itemLength(page, number));
  }
  setU16(page, PageAt.lower, pageLower(page) - ITEM_ID_BYTES);
}
