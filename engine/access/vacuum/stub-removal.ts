import { Fork, type BlockNumber } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, heapFreeSpace, itemOffset, itemState, maxOffset, setPageLsn } from '../../storage/page/page.js';
import { isNormalXid } from '../../base/xid.js';
import { setU16 } from '../../base/bytes.js';
import { assert } from '../../base/errors.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { Heap2Info, encodeOffsets } from '../heap/heap-records.js';
import { freeStubs } from '../heap/page-compaction.js';
import { tupleInserter, tupleXmax } from '../tuple/tuple-header.js';
import type { PageMarks } from './page-marks.js';
import { PageVisibility } from './page-visibility.js';
import type { VacuumParts } from './vacuum-parts.js';
import type { VacuumRequest } from './vacuum-request.js';

/**
 * The second pass (vacuumlazy.c lazy_vacuum_heap_page): stubs that no index entry leads to any more become free line
 * pointers, and with them gone the page may be all-visible.
 */
export class StubRemoval {
  constructor(
    private readonly parts: VacuumParts,
    private readonly request: VacuumRequest,
    private readonly marks: PageMarks,
  ) {}

  /** Of a page that is to be found yet. */
  removeFrom(block: BlockNumber, stubs: readonly number[]): void {
    const { storage, visibilityMap } = this.parts;
    const { buffers } = storage;
    const { file } = this.request;
    const map = visibilityMap.pin(file, block);
    const buffer = buffers.read(file, Fork.main, block);
    buffers.lock(buffer, 'exclusive');
    this.remove(block, buffer, map, stubs);
    const bytes = heapFreeSpace(buffers.page(buffer));
    buffers.unlockRelease(buffer);
    visibilityMap.release(map);
    this.parts.storage.freeSpace.record(file, block, bytes);
  }

  /** Of a page that is locked exclusively, its map page pinned. */
  remove(block: BlockNumber, buffer: BufferId, map: BufferId, stubs: readonly number[]): void {
    const page = this.parts.storage.buffers.page(buffer);
    for (const offset of stubs) assert(itemState(page, offset) === ItemState.dead, 'a line pointer to free is no stub');
    this.free(block, buffer, stubs);
    const found = this.judge(page, buffer);
    if (found.isAllVisible) this.marks.mark(block, buffer, map, found.isAllFrozen, found.conflictHorizon);
  }

  private free(block: BlockNumber, buffer: BufferId, stubs: readonly number[]): void {
    const { context, storage, wal } = this.parts;
    const { file } = this.request;
    const page = storage.buffers.page(buffer);
    context.interrupts.critical(() => {
      freeStubs(page, stubs);
      storage.buffers.markDirty(buffer);
      const body = Buffer.allocUnsafe(2);
      setU16(body, 0, stubs.length);
      const blocks = [{ id: 0, file, fork: Fork.main, block, page, standard: true, data: [encodeOffsets(stubs)] }];
      setPageLsn(page, wal.insert({ rmgr: Rmgr.heap2, info: Heap2Info.vacuum, data: [body], blocks }));
    });
  }

  /** heap_page_is_all_visible. */
  private judge(page: Buffer, buffer: BufferId): PageVisibility {
    const { oldestXmin } = this.request;
    const found = new PageVisibility(oldestXmin);
    const last = maxOffset(page);
    for (let offset = 1; offset <= last && found.isAllVisible; offset++) {
      const state = itemState(page, offset);
      if (state === ItemState.dead) found.addStub();
      if (state !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      const fate = this.parts.heap.visibility.fateOf(page, at, buffer, oldestXmin);
      const isFrozen = !isNormalXid(tupleInserter(page, at)) && !isNormalXid(tupleXmax(page, at));
      found.add(page, at, fate, isFrozen);
    }
    return found;
  }
}
