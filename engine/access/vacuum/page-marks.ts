import { Fork, type BlockNumber } from '../../base/block.js';
import { INVALID_LSN } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { clearAllVisible, isAllVisible, pageLsn, setPageLsn } from '../../storage/page/page.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import { setVisibleMarks } from '../heap/visible-marks.js';
import { MapBit } from '../visibility-map/map-format.js';
import type { PageVisibility } from './page-visibility.js';
import type { VacuumParts } from './vacuum-parts.js';
import type { VacuumRequest } from './vacuum-request.js';

/**
 * Marks pages as all-visible and all-frozen, on the page and in the visibility map together. The caller has the page
 * locked exclusively, and the map's page pinned.
 */
export class PageMarks {
  constructor(
    private readonly parts: VacuumParts,
    private readonly request: VacuumRequest,
  ) {}

  /** After a look at the whole page: adds what marks it deserves, and takes off those that are wrong. */
  settle(block: BlockNumber, buffer: BufferId, map: BufferId, found: PageVisibility, hasStubs: boolean): void {
    const page = this.parts.storage.buffers.page(buffer);
    this.mend(page, block, buffer, map, hasStubs);
    if (found.isAllVisible) this.mark(block, buffer, map, found.isAllFrozen, found.conflictHorizon);
  }

  /** Sets the marks that are missing. */
  mark(block: BlockNumber, buffer: BufferId, map: BufferId, isAllFrozen: boolean, conflictHorizon: Xid): void {
    const { visibilityMap } = this.parts;
    const bits = isAllFrozen ? MapBit.both : MapBit.allVisible;
    if ((visibilityMap.status(this.request.file, block) & bits) === bits) return;
    this.parts.context.interrupts.critical(() =>
      setVisibleMarks(this.parts, { file: this.request.file, block, buffer, map }, bits, conflictHorizon),
    );
  }

  /** A page without line pointers: never changed under the log, perhaps, and redo of the mark needs it there. */
  markEmpty(block: BlockNumber, buffer: BufferId, map: BufferId): void {
    const { storage, context } = this.parts;
    const page = storage.buffers.page(buffer);
    if (isAllVisible(page)) return;
    context.interrupts.critical(() => {
      storage.buffers.markDirty(buffer);
      if (pageLsn(page) === INVALID_LSN) this.logWhole(block, page);
      setVisibleMarks(this.parts, { file: this.request.file, block, buffer, map }, MapBit.both, INVALID_XID);
    });
  }

  private logWhole(block: BlockNumber, page: Buffer): void {
    const { file } = this.request;
    const blocks = [{ id: 0, file, fork: Fork.main, block, page, forceImage: true, standard: true }];
    setPageLsn(page, this.parts.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageImage, data: [], blocks }));
  }

  /** Marks that contradict the page can only come from damage. */
  private mend(page: Buffer, block: BlockNumber, buffer: BufferId, map: BufferId, hasStubs: boolean): void {
    const { visibilityMap, storage } = this.parts;
    const { file, name } = this.request;
    if (!isAllVisible(page) && visibilityMap.status(file, block) !== 0) {
      this.warn(`page is not marked all-visible but visibility map bit is set in relation "${name}" page ${block}`);
      visibilityMap.clear(map, block);
    } else if (hasStubs && isAllVisible(page)) {
      this.warn(`page containing LP_DEAD items is marked as all-visible in relation "${name}" page ${block}`);
      clearAllVisible(page);
      storage.buffers.markDirty(buffer);
      visibilityMap.clear(map, block);
    }
  }

  private warn(message: string): void {
    this.request.notice({ severity: 'WARNING', sqlState: SqlState.warning, message });
  }
}
