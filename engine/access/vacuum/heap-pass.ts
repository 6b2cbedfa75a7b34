import { BLOCK_BYTES, Fork, type BlockNumber } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  ItemState,
  PAGE_HEADER_BYTES,
  heapFreeSpace,
  isNew,
  itemOffset,
  itemState,
  maxOffset,
  setPageLsn,
} from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { Freezing } from '../heap/freezing.js';
import { setFrozen } from '../heap/heap-change.js';
import { Heap2Info, encodeFreezePage, encodeFrozenTuples, type FrozenTuple } from '../heap/heap-records.js';
import { Fate } from '../heap/visibility.js';
import { HeapCounts } from './heap-counts.js';
import { PageGlance } from './page-glance.js';
import type { PageMarks } from './page-marks.js';
import { PageVisibility } from './page-visibility.js';
import type { VacuumParts } from './vacuum-parts.js';
import type { VacuumRequest } from './vacuum-request.js';

/** One page after the first pass. Locked still. */
interface Survey {
  readonly visibility: PageVisibility;
  readonly stubs: number[];
  readonly frozen: FrozenTuple[];
  hasTuples: boolean;
  live: number;
  recentlyDead: number;
}

const CLEANUP_POLL_MS = 1;

function isEmpty(page: Buffer): boolean {
  return isNew(page) || maxOffset(page) === 0;
}

/**
 * The first pass over one page (vacuumlazy.c lazy_scan_prune): prunes, freezes, counts, and finds the
 * stubs whose index entries are to go.
 *
 * A page that others have pinned is only looked at, unless an id on it must be frozen now: then vacuum waits for it.
 */
export class HeapPass {
  readonly counts = new HeapCounts();
  readonly freezing: Freezing;
  private readonly glance: PageGlance;

  constructor(
    private readonly parts: VacuumParts,
    private readonly request: VacuumRequest,
    private readonly marks: PageMarks,
  ) {
    this.freezing = new Freezing(parts.transactions, request);
    this.glance = new PageGlance(parts, request, this.freezing, this.counts);
  }

  /**
   * Visits a page, with its map page pinned. Returns its stubs. `free`: what to do with them at once, where no index
   * needs to forget them first.
   */
  visit(block: BlockNumber, map: BufferId, free?: (buffer: BufferId, stubs: number[]) => void): readonly number[] {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(this.request.file, Fork.main, block);
    this.counts.scannedPages++;
    const stubs = this.visitPinned(block, buffer, map, free);
    buffers.release(buffer);
    return stubs;
  }

  private visitPinned(
    block: BlockNumber,
    buffer: BufferId,
    map: BufferId,
    free?: (buffer: BufferId, stubs: number[]) => void,
  ): readonly number[] {
    const { buffers } = this.parts.storage;
    const page = buffers.page(buffer);
    if (isEmpty(page) && this.passEmpty(block, buffer, map)) return [];
    if (!buffers.tryLockForCleanup(buffer)) {
      const seen = this.glance.at(block, buffer, free === undefined);
      if (seen) return seen;
      this.lockForCleanup(buffer);
    }
    const survey = this.prune(block, buffer);
    if (survey.frozen.length > 0) this.freeze(block, buffer, survey.frozen);
    this.count(block, survey);
    const { stubs } = survey;
    if (stubs.length > 0 && free) free(buffer, stubs);
    else this.marks.settle(block, buffer, map, survey.visibility, stubs.length > 0);
    const bytes = heapFreeSpace(page);
    buffers.unlock(buffer);
    // Where stubs are left, the second pass will tell.
    if (stubs.length === 0 || free) this.parts.storage.freeSpace.record(this.request.file, block, bytes);
    return free ? [] : stubs;
  }

  /** Until nothing on the page is dead: an inserter may abort between pruning and the look at what is left. */
  private prune(block: BlockNumber, buffer: BufferId): Survey {
    const { heap } = this.parts;
    const { file, oldestXmin } = this.request;
    for (;;) {
      this.counts.removedTuples += heap.pruner.prune(file, block, buffer, oldestXmin).removedTuples;
      const survey = this.survey(buffer, oldestXmin);
      if (survey) return survey;
    }
  }

  private survey(buffer: BufferId, oldestXmin: Xid): Survey | undefined {
    const page = this.parts.storage.buffers.page(buffer);
    const visibility = new PageVisibility(oldestXmin);
    const survey: Survey = { visibility, stubs: [], frozen: [], hasTuples: false, live: 0, recentlyDead: 0 };
    const last = maxOffset(page);
    for (let offset = 1; offset <= last; offset++) {
      const state = itemState(page, offset);
      if (state === ItemState.normal) {
        if (!this.surveyTuple(survey, page, offset, buffer)) return undefined;
      } else if (state === ItemState.redirect) {
        survey.hasTuples = true;
      } else if (state === ItemState.dead) {
        survey.stubs.push(offset);
        visibility.addStub();
      }
    }
    return survey;
  }

  /** False when the tuple is dead by now. */
  private surveyTuple(survey: Survey, page: Buffer, offset: number, buffer: BufferId): boolean {
    const at = itemOffset(page, offset);
    const fate = this.parts.heap.visibility.fateOf(page, at, buffer, this.request.oldestXmin);
    if (fate === Fate.dead) return false;
    if (fate === Fate.live || fate === Fate.deleting) survey.live++;
    else if (fate === Fate.recentlyDead) survey.recentlyDead++;
    survey.hasTuples = true;
    const isFrozen = this.freezing.prepare(page, at, offset, survey.frozen);
    survey.visibility.add(page, at, fate, isFrozen);
    return true;
  }

  private freeze(block: BlockNumber, buffer: BufferId, tuples: readonly FrozenTuple[]): void {
    const { context, storage, wal } = this.parts;
    const { file, freezeLimit } = this.request;
    const page = storage.buffers.page(buffer);
    context.interrupts.critical(() => {
      storage.buffers.markDirty(buffer);
      for (const tuple of tuples) setFrozen(page, itemOffset(page, tuple.offset), tuple);
      const data = [encodeFreezePage(freezeLimit, tuples.length)];
      const frozen = [encodeFrozenTuples(tuples)];
      const blocks = [{ id: 0, file, fork: Fork.main, block, page, standard: true, data: frozen }];
      setPageLsn(page, wal.insert({ rmgr: Rmgr.heap2, info: Heap2Info.freezePage, data, blocks }));
    });
  }

  private count(block: number, { hasTuples, stubs, live, recentlyDead }: Survey): void {
    const { counts } = this;
    if (hasTuples) counts.nonemptyPages = block + 1;
    counts.liveTuples += live;
    counts.recentlyDeadTuples += recentlyDead;
    counts.addStubs(stubs.length);
  }

  /** A page that a crash left zeroed, or that has lost all its line pointers; false when it is none any more. */
  private passEmpty(block: BlockNumber, buffer: BufferId, map: BufferId): boolean {
    const { buffers, freeSpace } = this.parts.storage;
    const { file } = this.request;
    const page = buffers.page(buffer);
    buffers.lock(buffer, 'exclusive');
    const isStillEmpty = isEmpty(page);
    const bytes = isNew(page) ? BLOCK_BYTES - PAGE_HEADER_BYTES : heapFreeSpace(page);
    if (isStillEmpty && !isNew(page)) this.marks.markEmpty(block, buffer, map);
    buffers.unlock(buffer);
    if (isStillEmpty && freeSpace.recorded(file, block) < bytes) freeSpace.record(file, block, bytes);
    return isStillEmpty;
  }

  private lockForCleanup(buffer: BufferId): void {
    const { context, storage } = this.parts;
    const { interrupts, memory } = context;
    while (!storage.buffers.tryLockForCleanup(buffer)) {
      interrupts.check();
      memory.slots.waiting('BufferPin', 'BufferPin', () => memory.latches.waitSync(CLEANUP_POLL_MS));
    }
  }
}
