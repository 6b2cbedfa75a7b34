import { Fork, type BlockNumber, type RelFile } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { setAllVisible, setPageLsn } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { mapBlockOf } from '../visibility-map/map-format.js';
import type { HeapParts } from './heap-parts.js';
import { Heap2Info, encodeVisible } from './heap-records.js';

/** A heap page, locked exclusively, and the pinned page of the map that has its bits. */
export interface MarkedPage {
  readonly file: RelFile;
  readonly block: BlockNumber;
  readonly buffer: BufferId;
  readonly map: BufferId;
}

/** Sets a page's mark and its bits in the visibility map, in a critical section, by one record. */
export function setVisibleMarks(
  { storage, visibilityMap, wal }: Pick<HeapParts, 'storage' | 'visibilityMap' | 'wal'>,
  { file, block, buffer, map }: MarkedPage,
  bits: number,
  conflictHorizon: Xid,
): void {
  const page = storage.buffers.page(buffer);
  setAllVisible(page);
  storage.buffers.markDirty(buffer);
  visibilityMap.set(map, block, bits, (mapPage) => {
    const lsn = wal.insert({
      rmgr: Rmgr.heap2,
      info: Heap2Info.visible,
      data: [encodeVisible(conflictHorizon, bits)],
      blocks: [
        { id: 0, file, fork: Fork.visibilityMap, block: mapBlockOf(block), page: mapPage },
        { id: 1, file, fork: Fork.main, block, page, standard: true },
      ],
    });
    setPageLsn(page, lsn);
    return lsn;
  });
}
