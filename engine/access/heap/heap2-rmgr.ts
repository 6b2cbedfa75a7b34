import { Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import type { RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { Heap2Info, decodePrune } from './heap-records.js';
import { changeItems } from './page-compaction.js';

/** Replay of pruning (heapam.c heap2_redo). */
export const heap2ResourceManager: ResourceManager = {
  id: Rmgr.heap2,
  name: 'Heap2',

  redo(record, redo) {
    if ((record.info & Heap2Info.operationMask) !== Heap2Info.prune) throw unknownOperation('heap2', record);
    redoPrune(record, redo);
  },

  describe({ info, data }) {
    if ((info & Heap2Info.operationMask) !== Heap2Info.prune) return `UNKNOWN (${info.toString(16)})`;
    const [redirected, dead] = [data.readUInt16LE(4), data.readUInt16LE(6)];
    return `PRUNE latestRemovedXid ${data.readUInt32LE(0)} nredirected ${redirected} ndead ${dead}`;
  },
};

function redoPrune(record: WalRecord, redo: RedoContext): void {
  redo.apply(record, 0, (page, block) => changeItems(page, decodePrune(record.data, block.data!)));
}
