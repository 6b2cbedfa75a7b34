import { ItemState, setItemId } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import type { RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { Heap2Info, decodeOffsets } from './heap-records.js';
import { removeItems } from './page-compaction.js';

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
  const redirected = record.data.readUInt16LE(4);
  const dead = record.data.readUInt16LE(6);
  redo.apply(record, 0, (page, block) => {
    const offsets = block.data!;
    for (let index = 0; index < redirected; index++) {
      const [from, to] = decodeOffsets(offsets, 2 * index, 2 * index + 2);
      setItemId(page, from, to, ItemState.redirect, 0);
    }
    for (const offset of decodeOffsets(offsets, 2 * redirected, 2 * redirected + dead)) {
      setItemId(page, offset, 0, ItemState.dead, 0);
    }
    removeItems(page, decodeOffsets(offsets, 2 * redirected + dead));
  });
}
