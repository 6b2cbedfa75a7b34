import { u16, u32 } from '../../base/bytes.js';
import { clearAllVisible, itemOffset, pageLsn, setAllVisible } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { blockOf, type RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { flagsText } from './heap-describe.js';
import { setFrozen } from './heap-change.js';
import {
  Heap2Info,
  HeapInfo,
  MultiInsertFlag,
  decodeFrozenTuples,
  decodeOffsets,
  decodePrune,
  decodeTuples,
  type FrozenTuple,
} from './heap-records.js';
import { changeNewPage, clearMap, putBack } from './heap-rmgr.js';
import { changeItems, freeStubs } from './page-compaction.js';

/** Replay of what vacuum and pruning do to pages (heapam.c heap2_redo). */
export const heap2ResourceManager: ResourceManager = {
  id: Rmgr.heap2,
  name: 'Heap2',

  redo(record, redo) {
    switch (record.info & Heap2Info.operationMask) {
      case Heap2Info.prune:
        return redoPrune(record, redo);
      case Heap2Info.vacuum:
        return redo.apply(record, 0, (page, { data }) => freeStubs(page, decodeOffsets(data!)));
      case Heap2Info.freezePage:
        return redo.apply(record, 0, (page, { data }) => redoFreeze(page, decodeFrozenTuples(data!)));
      case Heap2Info.visible:
        return redoVisible(record, redo);
      case Heap2Info.multiInsert:
        return redoMultiInsert(record, redo);
      default:
        throw unknownOperation('heap2', record);
    }
  },

  describe({ info, data }) {
    switch (info & Heap2Info.operationMask) {
      case Heap2Info.prune: {
        const [redirected, dead] = [u16(data, 4), u16(data, 6)];
        return `PRUNE latestRemovedXid ${u32(data, 0)} nredirected ${redirected} ndead ${dead}`;
      }
      case Heap2Info.vacuum:
        return `VACUUM nunused ${u16(data, 0)}`;
      case Heap2Info.freezePage:
        return `FREEZE_PAGE cutoff xid ${u32(data, 0)} ntuples ${u16(data, 4)}`;
      case Heap2Info.visible:
        return `VISIBLE cutoff xid ${u32(data, 0)} flags ${flagsText(data[4])}`;
      case Heap2Info.multiInsert: {
        const init = info & HeapInfo.initPage ? '+INIT' : '';
        return `MULTI_INSERT${init} ${u16(data, 2)} tuples flags ${flagsText(data[0])}`;
      }
      default:
        return `UNKNOWN (${info.toString(16)})`;
    }
  },
};

function redoPrune(record: WalRecord, redo: RedoContext): void {
  redo.apply(record, 0, (page, block) => changeItems(page, decodePrune(record.data, block.data!)));
}

function redoFreeze(page: Buffer, tuples: readonly FrozenTuple[]): void {
  for (const tuple of tuples) setFrozen(page, itemOffset(page, tuple.offset), tuple);
}

function redoMultiInsert(record: WalRecord, redo: RedoContext): void {
  const { data, info } = record;
  const flags = data[0];
  const isCleared = (flags & MultiInsertFlag.allVisibleCleared) !== 0;
  if (isCleared) clearMap(record, 0, redo);
  changeNewPage(record, redo, (page, { block, data: tuples }) => {
    decodeTuples(tuples!, u16(data, 2)).forEach((tuple, index) => {
      const offset = info & HeapInfo.initPage ? index + 1 : u16(data, 4 + 2 * index);
      putBack(page, [tuple], { block, offset }, record);
    });
    if (isCleared) clearAllVisible(page);
    if (flags & MultiInsertFlag.allFrozenSet) setAllVisible(page);
  });
}

/** The heap page first: a bit of the map must not reach the disk without the page's mark. */
function redoVisible(record: WalRecord, redo: RedoContext): void {
  redo.apply(record, 1, setAllVisible);
  if (blockOf(record, 0).applyImage) redo.release(redo.readBuffer(record, 0).buffer);
  else redoMapBits(record, redo);
}

/** The map's page may be missing. */
function redoMapBits(record: WalRecord, redo: RedoContext): void {
  const { visibilityMap } = redo;
  const { file, block } = blockOf(record, 1);
  const map = visibilityMap.pin(file, block);
  if (pageLsn(redo.page(map)) < record.endLsn) visibilityMap.set(map, block, record.data[4], () => record.endLsn);
  visibilityMap.release(map);
}
