import type { RelFile } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { isAllVisible } from '../../storage/page/page.js';
import { NO_MAP_PAGE } from '../visibility-map/visibility-map.js';
import type { HeapParts } from './heap-parts.js';
import type { RowInHand } from './row-changes.js';
import type { TargetBlocks } from './target-blocks.js';

/** A page with room, pinned and exclusively locked. */
export interface InsertionTarget {
  readonly buffer: BufferId;
  /** Pinned: where the page's bit is to be cleared, if the page is all-visible. */
  readonly map: BufferId;
}

/**
 * Pages for new tuples, together with what their change needs of the visibility map (hio.c GetVisibilityMapPins): a page
 * that turns out to be all-visible only when it is locked is let go again to pin the map's.
 */
export class InsertionTargets {
  constructor(
    private readonly parts: HeapParts,
    private readonly targets: TargetBlocks,
  ) {}

  /** With `row`, whose page the caller has pinned and not locked, that one is locked too; see TargetBlocks. */
  lock(file: RelFile, bytes: number, fillFactor: number, row?: RowInHand): InsertionTarget {
    const { visibilityMap, storage } = this.parts;
    const { buffers } = storage;
    let map = NO_MAP_PAGE;
    for (;;) {
      const buffer = this.targets.lockPageWithRoom(file, bytes, fillFactor, row?.buffer);
      const block = buffers.blockOf(buffer);
      const lacksOwn =
        buffer !== row?.buffer && isAllVisible(buffers.page(buffer)) && !visibilityMap.covers(map, block);
      const lacksOld = row !== undefined && row.map < 0 && isAllVisible(row.page);
      if (!lacksOwn && !lacksOld) return { buffer, map };
      this.unlock(buffer, row);
      if (lacksOld) row.map = visibilityMap.pin(file, row.tid.block);
      if (!lacksOwn) continue;
      visibilityMap.release(map);
      map = visibilityMap.pin(file, block);
    }
  }

  private unlock(buffer: BufferId, row: RowInHand | undefined): void {
    const { buffers } = this.parts.storage;
    if (row) buffers.unlock(row.buffer);
    if (buffer !== row?.buffer) buffers.unlockRelease(buffer);
  }
}
