import { u16 } from '../../base/bytes.js';
import type { BlockNumber } from '../../base/block.js';
import { panic } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import {
  addIndexItem,
  align8,
  copyIndexItem,
  deleteIndexItem,
  deleteIndexItems,
  emptyPageLike,
  itemOffset,
} from '../../storage/page/page.js';
import { RMGR_INFO_MASK } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { blockOf, type RedoContext } from '../redo-buffers.js';
import { decodeOffsets } from '../heap/heap-records.js';
import {
  NO_BLOCK,
  PageKind,
  firstData,
  initBTreePage,
  kindOf,
  setDeleted,
  setKind,
  setLevel,
  setCycleId,
  setNextBlock,
  setPrevBlock,
} from './btree-page.js';
import { BTreeInfo, decodeHalfDead, decodeSplit, decodeUnlink, type SplitBody } from './btree-records.js';
import { blockOfTuple, setBlockOfTuple, topParentTuple, tupleSize } from './index-tuple.js';
import { decodeMetadata, initMetapage } from './metapage.js';

/**
 * Replay of the B-tree's records (nbtxlog.c).
 *
 * A page is locked at a time, but for siblings whose links change together: nobody else changes pages meanwhile, and
 * nobody minds a split whose parent does not know of it yet. That is what the flag of an incomplete split is for: replay
 * may end there, and the next insertion finds the flag and does the rest.
 */

/** With `isUpper` the pivot inserted completes the split of a page below, block 1. */
export function redoInsert(record: WalRecord, redo: RedoContext, isUpper: boolean): void {
  if (isUpper) completeSplit(record, redo, 1);
  redo.apply(record, 0, (page, { data }) => add(page, data!, record, u16(record.data, 0)));
  if ((record.info & RMGR_INFO_MASK) === BTreeInfo.insertMeta) restoreMetapage(record, redo, 2);
}

export function redoSplit(record: WalRecord, redo: RedoContext, isNewLeft: boolean): void {
  const body = decodeSplit(record.data);
  const [left, right] = [blockOf(record, 0).block, blockOf(record, 1).block];
  const next = record.blocks.find(({ id }) => id === 2)?.block ?? NO_BLOCK;
  if (body.level > 0) completeSplit(record, redo, 3);
  const buffer = makePage(record, redo, 1, { prev: left, next, level: body.level });
  restoreItems(redo.page(buffer), blockOf(record, 1).data!, record);
  redo.finish(buffer, record);
  redo.apply(record, 0, (page, { data }) => splitLeft(page, data!, record, body, isNewLeft, right));
  // The next page's link is mended before the right page is let go: a reader going left must find it.
  if (next !== NO_BLOCK) redo.apply(record, 2, (page) => setPrevBlock(page, right));
  redo.release(buffer);
}

/** Makes what is left of the page, in the order in which the split itself put it together. */
function splitLeft(
  page: Buffer,
  data: Buffer,
  record: WalRecord,
  { level, firstRight, newOffset }: SplitBody,
  isNewLeft: boolean,
  right: BlockNumber,
): void {
  const newBytes = isNewLeft ? align8(tupleSize(data)) : 0;
  const newItem = data.subarray(0, newBytes);
  const left = emptyPageLike(page);
  add(left, data.subarray(newBytes), record);
  for (let number = firstData(page); number < firstRight; number++) {
    if (isNewLeft && number === newOffset) add(left, newItem, record);
    if (!copyIndexItem(page, number, left)) throw cannotAdd(record);
  }
  if (isNewLeft && newOffset === firstRight) add(left, newItem, record);
  left.copy(page);
  setKind(page, PageKind.incompleteSplit | (level === 0 ? PageKind.leaf : 0));
  setNextBlock(page, right);
  setCycleId(page, 0);
}

/** Dead entries go, by a vacuum or to make room. */
export function redoDelete(record: WalRecord, redo: RedoContext): void {
  redo.apply(record, 0, (page, { data }) => {
    deleteIndexItems(page, decodeOffsets(data!));
    setKind(page, kindOf(page) & ~PageKind.hasGarbage);
  });
}

export function redoHalfDead(record: WalRecord, redo: RedoContext): void {
  const { parentOffset, left, right, topParent } = decodeHalfDead(record.data);
  redo.apply(record, 1, (page) => removeDownlink(page, parentOffset));
  const buffer = makePage(record, redo, 0, { prev: left, next: right, level: 0, kind: PageKind.halfDead });
  add(redo.page(buffer), topParentTuple(topParent), record);
  redo.finish(buffer, record);
  redo.release(buffer);
}

/** The downlink's key goes on with the right sibling's page: the keys of a deleted page belong to that one now. */
export function removeDownlink(parent: Buffer, number: number): void {
  setBlockOfTuple(parent, itemOffset(parent, number), blockOfTuple(parent, itemOffset(parent, number + 1)));
  deleteIndexItem(parent, number + 1);
}

export function redoUnlink(record: WalRecord, redo: RedoContext): void {
  const { left, right, level, safeXid, leafLeft, leafRight, leafTopParent } = decodeUnlink(record.data);
  if (left !== NO_BLOCK) redo.apply(record, 1, (page) => setNextBlock(page, right));
  const buffer = makePage(record, redo, 0, { prev: left, next: right, level });
  setDeleted(redo.page(buffer), safeXid);
  redo.finish(buffer, record);
  redo.apply(record, 2, (page) => setPrevBlock(page, left));
  redo.release(buffer);
  if (record.blocks.some(({ id }) => id === 3)) {
    const leaf = makePage(record, redo, 3, { prev: leafLeft, next: leafRight, level: 0, kind: PageKind.halfDead });
    add(redo.page(leaf), topParentTuple(leafTopParent), record);
    redo.finish(leaf, record);
    redo.release(leaf);
  }
  if ((record.info & RMGR_INFO_MASK) === BTreeInfo.unlinkPageMeta) restoreMetapage(record, redo, 4);
}

export function redoNewRoot(record: WalRecord, redo: RedoContext): void {
  const { level } = decodeMetadata(blockOf(record, 2).data!);
  const buffer = makePage(record, redo, 0, { prev: NO_BLOCK, next: NO_BLOCK, level, kind: PageKind.root });
  if (level > 0) {
    restoreItems(redo.page(buffer), blockOf(record, 0).data!, record);
    completeSplit(record, redo, 1);
  }
  redo.finish(buffer, record);
  redo.release(buffer);
  restoreMetapage(record, redo, 2);
}

export function restoreMetapage(record: WalRecord, redo: RedoContext, id: number): void {
  const buffer = redo.initialise(record, id);
  initMetapage(redo.page(buffer), decodeMetadata(blockOf(record, id).data!));
  redo.finish(buffer, record);
  redo.release(buffer);
}

/** The left half of a split: its right sibling has a downlink now. */
function completeSplit(record: WalRecord, redo: RedoContext, id: number): void {
  redo.apply(record, id, (page) => setKind(page, kindOf(page) & ~PageKind.incompleteSplit));
}

interface MadePage {
  readonly prev: BlockNumber;
  readonly next: BlockNumber;
  readonly level: number;
  readonly kind?: number;
}

/** Makes page `id` of the record anew, without items; leaves it locked. */
function makePage(
  record: WalRecord,
  redo: RedoContext,
  id: number,
  made: MadePage,
): ReturnType<RedoContext['initialise']> {
  const buffer = redo.initialise(record, id);
  const page = redo.page(buffer);
  initBTreePage(page);
  setPrevBlock(page, made.prev);
  setNextBlock(page, made.next);
  setLevel(page, made.level);
  setKind(page, (made.kind ?? 0) | (made.level === 0 ? PageKind.leaf : 0));
  return buffer;
}

/** The items as they lay in the page, the last one first: put back from the end, they lie there again. */
function restoreItems(page: Buffer, items: Buffer, record: WalRecord): void {
  const starts: number[] = [];
  for (let at = 0; at < items.length; at += align8(tupleSize(items, at))) starts.push(at);
  let end = items.length;
  for (let i = starts.length - 1; i >= 0; i--) {
    add(page, items.subarray(starts[i], end), record);
    end = starts[i];
  }
}

function add(page: Buffer, item: Buffer, record: WalRecord, number?: number): void {
  if (!addIndexItem(page, item, number)) throw cannotAdd(record);
}

function cannotAdd(record: WalRecord): Error {
  return panic(SqlState.dataCorrupted, `cannot add an item of the record at ${record.lsn} to its page`);
}
