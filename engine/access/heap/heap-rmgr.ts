import { u16 } from '../../base/bytes.js';
import type { BlockNumber, Tid } from '../../base/block.js';
import { panic } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  ItemState,
  addItemSpace,
  clearAllVisible,
  initPage,
  itemBytes,
  itemOffset,
  itemState,
  maxOffset,
} from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { DecodedBlock, WalRecord } from '../../wal/record.js';
import { blockOf, type RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import {
  Field,
  Infomask2,
  setTupleCommandId,
  setTupleCtid,
  setTupleXmax,
  setTupleXmin,
  tupleHoff,
} from '../tuple/tuple-header.js';
import { MapBit } from '../visibility-map/map-format.js';
import { setDeleter, setPrunable } from './heap-change.js';
import { describeHeapRecord } from './heap-describe.js';
import {
  DeleteFlag,
  HeapInfo,
  InsertFlag,
  LockFlag,
  UpdateFlag,
  decodeUpdate,
  decodeXmaxChange,
  infomask2Of,
  infomaskOf,
  type UpdateBody,
} from './heap-records.js';

/**
 * Replay of row changes (heapam.c heap_redo). Makes the page what it was, except for hints and command ids: after a crash
 * nobody needs either.
 */
export const heapResourceManager: ResourceManager = {
  id: Rmgr.heap,
  name: 'Heap',

  redo(record, redo) {
    switch (record.info & HeapInfo.operationMask) {
      case HeapInfo.insert:
        return redoInsert(record, redo);
      case HeapInfo.delete:
        return redoDelete(record, redo);
      case HeapInfo.update:
      case HeapInfo.hotUpdate:
        return redoUpdate(record, redo);
      case HeapInfo.lock:
        return redoLock(record, redo);
      case HeapInfo.confirm:
        return redoConfirm(record, redo);
      case HeapInfo.inPlace:
        return redoInPlace(record, redo);
      default:
        throw unknownOperation('heap', record);
    }
  },

  describe: describeHeapRecord,
};

function redoInsert(record: WalRecord, redo: RedoContext): void {
  const offset = u16(record.data, 0);
  const isCleared = (record.data[2] & InsertFlag.allVisibleCleared) !== 0;
  if (isCleared) clearMap(record, 0, redo);
  changeNewPage(record, redo, (page, { data, block }) => {
    putBack(page, [data!], { block, offset }, record);
    if (isCleared) clearAllVisible(page);
  });
}

/** The map may need it even if the heap page has its change already, or is gone by now. */
export function clearMap(
  record: WalRecord,
  id: number,
  { visibilityMap }: RedoContext,
  bits: number = MapBit.both,
): void {
  const { file, block } = blockOf(record, id);
  const map = visibilityMap.pin(file, block);
  visibilityMap.clear(map, block, bits);
  visibilityMap.release(map);
}

function redoDelete(record: WalRecord, redo: RedoContext): void {
  const { xmax, offset, infobits, flags } = decodeXmaxChange(record.data);
  const isCleared = (flags & DeleteFlag.allVisibleCleared) !== 0;
  const isTakenBack = (flags & DeleteFlag.isTakenBack) !== 0;
  if (isCleared) clearMap(record, 0, redo);
  redo.apply(record, 0, (page, { block }) => {
    const at = existingTuple(page, offset, record);
    setPrunable(page, record.xid);
    if (isCleared) clearAllVisible(page);
    setDeleter(page, at, isTakenBack ? INVALID_XID : xmax, infomaskOf(infobits), infomask2Of(infobits), {
      block,
      offset,
    });
    if (isTakenBack) setTupleXmin(page, at, INVALID_XID);
    setTupleCommandId(page, at, 0, false);
  });
}

function redoLock(record: WalRecord, redo: RedoContext): void {
  const { xmax, offset, infobits, flags } = decodeXmaxChange(record.data);
  if (flags & LockFlag.allFrozenCleared) clearMap(record, 0, redo, MapBit.allFrozen);
  redo.apply(record, 0, (page, { block }) => {
    const at = existingTuple(page, offset, record);
    setDeleter(page, at, xmax, infomaskOf(infobits), infomask2Of(infobits), { block, offset });
    setTupleCommandId(page, at, 0, false);
  });
}

/** Replay of the insertion gave the row its own place already. */
function redoConfirm(record: WalRecord, redo: RedoContext): void {
  redo.apply(record, 0, (page, { block }) => {
    const offset = u16(record.data, 0);
    setTupleCtid(page, existingTuple(page, offset, record), block as BlockNumber, offset);
  });
}

function redoInPlace(record: WalRecord, redo: RedoContext): void {
  redo.apply(record, 0, (page, { data }) => {
    const at = existingTuple(page, u16(record.data, 0), record);
    data!.copy(page, at + tupleHoff(page, at));
  });
}

/** The old page stays locked until the new one is done: in between the row would be missing. */
function redoUpdate(record: WalRecord, redo: RedoContext): void {
  const body = decodeUpdate(record.data);
  const newTid = { block: blockOf(record, 0).block, offset: body.newOffset };
  const isSamePage = !record.blocks.some(({ id }) => id === 1);
  const isCleared = (body.flags & UpdateFlag.newAllVisibleCleared) !== 0;
  if (body.flags & UpdateFlag.oldAllVisibleCleared) clearMap(record, isSamePage ? 0 : 1, redo);
  if (isCleared) clearMap(record, 0, redo);
  if (isSamePage) {
    changeNewPage(record, redo, (page, block) => {
      const old = markUpdated(page, body, newTid, record);
      putBack(page, newTuple(block.data!, body.flags, old), newTid, record);
    });
    return;
  }
  const { action, buffer } = redo.readBuffer(record, 1);
  if (action === 'needs-redo') {
    markUpdated(redo.page(buffer), body, newTid, record);
    redo.finish(buffer, record);
  }
  changeNewPage(record, redo, (page, block) => {
    putBack(page, newTuple(block.data!, body.flags), newTid, record);
    if (isCleared) clearAllVisible(page);
  });
  redo.release(buffer);
}

/** Changes block 0, which an init-page record makes anew. */
export function changeNewPage(
  record: WalRecord,
  redo: RedoContext,
  change: (page: Buffer, block: DecodedBlock) => void,
): void {
  if ((record.info & HeapInfo.initPage) === 0) return redo.apply(record, 0, change);
  const buffer: BufferId = redo.initialise(record, 0);
  const page = redo.page(buffer);
  initPage(page);
  change(page, blockOf(record, 0));
  redo.finish(buffer, record);
  redo.release(buffer);
}

/** Links the old version to the new one; returns its bytes. */
function markUpdated(page: Buffer, body: UpdateBody, newTid: Tid, record: WalRecord): Buffer {
  const at = existingTuple(page, body.oldOffset, record);
  const isHot = (record.info & HeapInfo.operationMask) === HeapInfo.hotUpdate;
  const infomask2 = infomask2Of(body.oldInfobits) | (isHot ? Infomask2.hotUpdated : 0);
  setPrunable(page, record.xid);
  if (body.flags & UpdateFlag.oldAllVisibleCleared) clearAllVisible(page);
  setDeleter(page, at, body.oldXmax, infomaskOf(body.oldInfobits), infomask2, newTid);
  setTupleCommandId(page, at, 0, false);
  return itemBytes(page, body.oldOffset);
}

/** The new version of an update record, in parts: what it shares with `old` is not in the record. */
function newTuple(data: Buffer, flags: number, old?: Buffer): Buffer[] {
  let at = 0;
  const take = (bytes: number): Buffer => data.subarray(at, (at += bytes));
  const prefix = flags & UpdateFlag.prefixFromOld ? take(2).readUInt16LE(0) : 0;
  const suffix = flags & UpdateFlag.suffixFromOld ? take(2).readUInt16LE(0) : 0;
  if (!old || prefix + suffix === 0) return [data.subarray(at)];
  const header = take(data[at + Field.hoff - Field.infomask2] - Field.infomask2);
  const oldStart = tupleHoff(old);
  const start = old.subarray(oldStart, oldStart + prefix);
  return [header, start, data.subarray(at), old.subarray(old.length - suffix)];
}

/** `parts` is the tuple from infomask2 on. */
export function putBack(page: Buffer, parts: readonly Buffer[], { block, offset }: Tid, record: WalRecord): void {
  let bytes: number = Field.infomask2;
  for (const part of parts) bytes += part.length;
  if (offset > maxOffset(page) + 1 || addItemSpace(page, bytes, offset) === 0) {
    throw panic(SqlState.dataCorrupted, `failed to add tuple (${block},${offset})`);
  }
  const start = itemOffset(page, offset);
  let at = start + Field.infomask2;
  for (const part of parts) at += part.copy(page, at);
  setTupleXmin(page, start, record.xid);
  setTupleXmax(page, start, INVALID_XID);
  setTupleCommandId(page, start, 0, false);
  setTupleCtid(page, start, block as BlockNumber, offset);
}

function existingTuple(page: Buffer, offset: number, record: WalRecord): number {
  if (offset < 1 || offset > maxOffset(page) || itemState(page, offset) !== ItemState.normal) {
    throw panic(SqlState.dataCorrupted, `invalid line pointer ${offset} in the heap record at ${record.lsn}`);
  }
  return itemOffset(page, offset);
}
