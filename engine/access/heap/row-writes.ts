import { setU16 } from '../../base/bytes.js';
import { Fork, type BlockNumber, type RelFile, type Tid } from '../../base/block.js';
import { panic } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { FROZEN_XID, INVALID_XID, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  PageFlag,
  addItem,
  align8,
  heapFreeSpace,
  itemOffset,
  maxOffset,
  pageFlags,
  setPageFlags,
  setPageLsn,
} from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { BlockReference } from '../../wal/record.js';
import {
  Field,
  Infomask,
  Infomask2,
  isHeapOnly,
  setTupleCommandId,
  setTupleCtid,
  setTupleInfomask,
  setTupleInfomask2,
  setTupleXmax,
  setTupleXmin,
  tupleHoff,
  tupleInfomask,
  tupleInfomask2,
} from '../tuple/tuple-header.js';
import { setDeleter, setPrunable } from './heap-change.js';
import type { HeapParts } from './heap-parts.js';
import {
  HeapInfo,
  InsertFlag,
  UpdateFlag,
  commonEnds,
  encodeInsert,
  encodeUpdate,
  recordTuple,
} from './heap-records.js';
import type { InsertionTarget, InsertionTargets } from './insertion-targets.js';
import type { ChangeCommandId, ModifyOptions, ModifyResult, RowChanges, RowInHand } from './row-changes.js';
import { NO_SPECULATION, setSpeculation } from './speculation.js';

const FULL = 100;

/** `isHeapOnly`: the indexes need no entry for the new version; otherwise every index of the table needs one. */
export type UpdateResult =
  Exclude<ModifyResult, { kind: 'ok' }> | { readonly kind: 'ok'; readonly tid: Tid; readonly isHeapOnly: boolean };

export interface UpdateOptions extends ModifyOptions {
  /** No indexed column changes, so the new version may be heap-only. Default true. */
  readonly keepsIndexes?: boolean;
  /** How full, in percent, a page may become when the new version does not fit beside the old one. Default 100. */
  readonly fillFactor?: number;
}

/** A new version on its way to a page. */
interface Successor {
  readonly tuple: Buffer;
  readonly xid: Xid;
  readonly change: ChangeCommandId;
  readonly keepsIndexes: boolean;
  readonly fillFactor: number;
}

/**
 * Puts new row versions into tables (heapam.c heap_insert, heap_update).
 *
 * An update whose new version does not fit beside the old one has to let the old page go while it looks for another:
 * two pages are locked in block order only. Meanwhile the old version is locked like by FOR UPDATE.
 *
 * A new version beside the old one, with the same indexed values, is heap-only (HOT): the indexes go on pointing at the
 * first version of the chain, and readers follow the chain within the page.
 */
export class RowWrites {
  constructor(
    private readonly parts: HeapParts,
    private readonly targets: InsertionTargets,
    private readonly changes: RowChanges,
  ) {}

  /** `speculation`: what the row's insertion is known by until it is certain, see SpeculativeRows. */
  insert(file: RelFile, tuple: Buffer, fillFactor: number, speculation = NO_SPECULATION): Tid {
    const { transactions } = this.parts;
    const xid = transactions.xid();
    stamp(tuple, xid, transactions.useCommandId(), Infomask.xmaxInvalid);
    return this.insertStamped(file, tuple, xid, fillFactor, speculation);
  }

  /** Visible to everyone at once and for ever, whatever becomes of any transaction: for the first rows of a cluster. */
  insertFrozen(file: RelFile, tuple: Buffer): Tid {
    stamp(tuple, FROZEN_XID, 0, Infomask.xmaxInvalid | Infomask.xminFrozen);
    return this.insertStamped(file, tuple, FROZEN_XID, FULL, NO_SPECULATION);
  }

  update(file: RelFile, tid: Tid, tuple: Buffer, options: UpdateOptions): UpdateResult {
    const { transactions, storage } = this.parts;
    const xid = transactions.xid();
    const command = transactions.useCommandId();
    const row = this.changes.pickUp(file, tid);
    const result = this.changes.claim(row, options);
    if (result.kind !== 'ok') {
      storage.buffers.unlock(row.buffer);
      this.changes.putDown(row);
      return result;
    }
    stamp(tuple, xid, command, Infomask.xmaxInvalid | Infomask.updated);
    const change = this.changes.commandIdOfChange(row, command);
    const { keepsIndexes = true, fillFactor = FULL } = options;
    const newTid = this.replace(row, { tuple, xid, change, keepsIndexes, fillFactor });
    this.changes.putDown(row);
    return { kind: 'ok', tid: newTid, isHeapOnly: isHeapOnly(tuple, 0) };
  }

  private insertStamped(file: RelFile, tuple: Buffer, xid: Xid, fillFactor: number, speculation: number): Tid {
    const { context, storage, wal, visibilityMap } = this.parts;
    const { buffers } = storage;
    const { buffer, map } = this.targets.lock(file, tuple.length, fillFactor);
    const page = buffers.page(buffer);
    const block = buffers.blockOf(buffer);
    const offset = context.interrupts.critical(() => {
      const added = place(page, block, tuple);
      if (speculation !== NO_SPECULATION) setSpeculation(page, itemOffset(page, added), speculation);
      const isCleared = visibilityMap.unmark(page, block, map);
      buffers.markDirty(buffer);
      const isFirst = isOnlyItem(page, added);
      const reference = newVersion(file, block, page, isFirst, [recordTuple(tuple)]);
      const info = isFirst ? HeapInfo.insert | HeapInfo.initPage : HeapInfo.insert;
      const data = [encodeInsert(added, insertFlags(isCleared, speculation !== NO_SPECULATION))];
      setPageLsn(page, wal.insert({ rmgr: Rmgr.heap, info, xid, data, blocks: [reference] }));
      return added;
    });
    buffers.unlockRelease(buffer);
    visibilityMap.release(map);
    return { block, offset };
  }

  /** With the old page locked: puts the new version in place and links the old one to it. Unlocks all pages. */
  private replace(row: RowInHand, successor: Successor): Tid {
    const { storage, visibilityMap, context } = this.parts;
    const { tuple, xid, change, keepsIndexes } = successor;
    let target: InsertionTarget = row;
    if (align8(tuple.length) > heapFreeSpace(row.page)) {
      this.changes.markLocked(row, xid, change, 0);
      storage.buffers.unlock(row.buffer);
      target = this.targets.lock(row.file, tuple.length, successor.fillFactor, row);
    }
    const isSamePage = target.buffer === row.buffer;
    if (keepsIndexes && isSamePage) makeHeapOnly(tuple);
    const newTid = context.interrupts.critical(() => this.write(row, target, successor));
    if (!isSamePage) storage.buffers.unlockRelease(target.buffer);
    if (target !== row) visibilityMap.release(target.map);
    storage.buffers.unlock(row.buffer);
    return newTid;
  }

  private write(row: RowInHand, target: InsertionTarget, { tuple, xid, change }: Successor): Tid {
    const { buffers } = this.parts.storage;
    const { page, at } = row;
    const block = buffers.blockOf(target.buffer);
    const isSamePage = target.buffer === row.buffer;
    setPrunable(page, xid);
    if (!isSamePage) setPageFlags(page, pageFlags(page) | PageFlag.full);
    const offset = place(buffers.page(target.buffer), block, tuple);
    setDeleter(page, at, xid, 0, isHeapOnly(tuple, 0) ? Infomask2.hotUpdated : 0, { block, offset });
    setTupleCommandId(page, at, change.commandId, change.isCombo);
    const cleared = this.unmark(row, target, block);
    if (!isSamePage) buffers.markDirty(target.buffer);
    buffers.markDirty(row.buffer);
    this.logUpdate(row, target.buffer, { block, offset }, tuple, xid, cleared);
    return { block, offset };
  }

  /** Neither page is all-visible any more; returns what the record says of that. */
  private unmark(row: RowInHand, target: InsertionTarget, block: BlockNumber): number {
    const { visibilityMap, storage } = this.parts;
    const wasOldMarked = visibilityMap.unmark(row.page, row.tid.block, row.map);
    const isOther = target.buffer !== row.buffer;
    const wasNewMarked = isOther && visibilityMap.unmark(storage.buffers.page(target.buffer), block, target.map);
    return (wasOldMarked ? UpdateFlag.oldAllVisibleCleared : 0) | (wasNewMarked ? UpdateFlag.newAllVisibleCleared : 0);
  }

  private logUpdate(row: RowInHand, target: BufferId, newTid: Tid, tuple: Buffer, xid: Xid, cleared: number): void {
    const { storage, wal } = this.parts;
    const { file, page, at, tid } = row;
    const isSamePage = target === row.buffer;
    const newPage = storage.buffers.page(target);
    const isFirst = isOnlyItem(newPage, newTid.offset);
    const old = page.subarray(at, at + row.length);
    const { flags, parts } = newTupleParts(isSamePage ? old : undefined, tuple);
    const blocks = [newVersion(file, newTid.block, newPage, isFirst, parts)];
    if (!isSamePage) blocks.push({ id: 1, file, fork: Fork.main, block: tid.block, page, standard: true });
    const operation = isHeapOnly(tuple, 0) ? HeapInfo.hotUpdate : HeapInfo.update;
    const lsn = wal.insert({
      rmgr: Rmgr.heap,
      info: isFirst ? operation | HeapInfo.initPage : operation,
      xid,
      data: [encodeUpdate(page, at, tid.offset, flags | cleared, newTid.offset)],
      blocks,
    });
    setPageLsn(newPage, lsn);
    if (!isSamePage) setPageLsn(page, lsn);
  }
}

function insertFlags(isCleared: boolean, isSpeculative: boolean): number {
  return (isCleared ? InsertFlag.allVisibleCleared : 0) | (isSpeculative ? InsertFlag.isSpeculative : 0);
}

/** Makes `tuple` a version inserted by `xid` and deleted by nobody. */
export function stamp(tuple: Buffer, xid: Xid, command: number, infomask: number): void {
  setTupleInfomask(tuple, 0, (tupleInfomask(tuple) & ~Infomask.transactionBits) | infomask);
  setTupleInfomask2(tuple, 0, tupleInfomask2(tuple) & ~Infomask2.transactionBits);
  setTupleXmin(tuple, 0, xid);
  setTupleXmax(tuple, 0, INVALID_XID);
  setTupleCommandId(tuple, 0, command, false);
}

function makeHeapOnly(tuple: Buffer): void {
  setTupleInfomask2(tuple, 0, tupleInfomask2(tuple) | Infomask2.heapOnly);
}

/** Adds the tuple to a page that has room for it; returns its line pointer. */
export function place(page: Buffer, block: BlockNumber, tuple: Buffer): number {
  const offset = addItem(page, tuple);
  if (offset === 0) throw panic(SqlState.internalError, 'failed to add tuple to page');
  setTupleCtid(page, itemOffset(page, offset), block, offset);
  return offset;
}

function isOnlyItem(page: Buffer, offset: number): boolean {
  return offset === 1 && maxOffset(page) === 1;
}

function newVersion(file: RelFile, block: BlockNumber, page: Buffer, isFirst: boolean, data: Buffer[]): BlockReference {
  return { id: 0, file, fork: Fork.main, block, page, standard: true, willInit: isFirst, data };
}

/** What an update record says of the new tuple: on the old one's page without what both have in common. */
function newTupleParts(old: Buffer | undefined, tuple: Buffer): { flags: number; parts: Buffer[] } {
  const { prefix, suffix } = old ? commonEnds(old, tuple) : { prefix: 0, suffix: 0 };
  const flags = (prefix > 0 ? UpdateFlag.prefixFromOld : 0) | (suffix > 0 ? UpdateFlag.suffixFromOld : 0);
  const hoff = tupleHoff(tuple);
  const parts = [prefix, suffix].filter((bytes) => bytes > 0).map(u16Bytes);
  // Header fields, null bitmap and padding; then the data without its common ends.
  parts.push(tuple.subarray(Field.infomask2, hoff), tuple.subarray(hoff + prefix, tuple.length - suffix));
  return { flags, parts };
}

function u16Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  setU16(bytes, 0, value);
  return bytes;
}
