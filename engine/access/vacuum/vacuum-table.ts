import { Fork, blockNumber } from '../../base/block.js';
import { CostDelay } from './cost-delay.js';
import { DeadItems } from './dead-items.js';
import { HeapPass } from './heap-pass.js';
import { PageMarks } from './page-marks.js';
import { PageSkipping } from './page-skipping.js';
import { StubRemoval } from './stub-removal.js';
import { TailTruncation } from './tail-truncation.js';
import { estimateLiveTuples } from './tuple-estimate.js';
import type { VacuumParts } from './vacuum-parts.js';
import type { IndexVacuumStats, VacuumOutcome, VacuumRequest } from './vacuum-request.js';

/** With stubs on fewer pages than this part of the table, and not too many of them, the indexes are left alone. */
const BYPASS_PAGES = 0.02;
const BYPASS_ITEMS = (32 * 1024 * 1024) / 6;
/** How often to ask whether wraparound is near: every 4 GB. */
const FAILSAFE_EVERY_PAGES = 524_288;
/** How often free space becomes findable meanwhile: every 8 GB. */
const FREE_SPACE_EVERY_PAGES = 1_048_576;

/**
 * Vacuum of one table (access/heap/vacuumlazy.c), which its caller has locked ShareUpdateExclusive.
 *
 *   first pass over the heap     prune, freeze, remember stubs; passing over what the visibility map vouches for
 *   indexes                      remove the entries of the stubs   ┐ in this order, as often as the stubs
 *   second pass over the heap    the stubs become free             ┘ do not fit into memory
 *   clean up indexes, cut off the empty end
 *
 * A stub may be used for another row only when no index entry leads to it: or a search would find a wrong row.
 */
export class TableVacuum {
  private readonly marks: PageMarks;
  private readonly pass: HeapPass;
  private readonly stubs: StubRemoval;
  private readonly delay: CostDelay;
  private readonly dead: DeadItems;
  private readonly pagesBefore: number;
  private readonly indexStats: (IndexVacuumStats | undefined)[];
  private indexScans = 0;
  private mayBypass: boolean;
  private indexCleanup: VacuumOutcome['indexCleanup'];
  private freeSpaceFrom = 0;
  private readonly onPage = (): void => this.delay.point();

  constructor(
    private readonly parts: VacuumParts,
    private readonly request: VacuumRequest,
  ) {
    const { buffers } = parts.storage;
    this.pagesBefore = buffers.blocks(request.file, Fork.main);
    this.marks = new PageMarks(parts, request);
    this.pass = new HeapPass(parts, request, this.marks);
    this.stubs = new StubRemoval(parts, request, this.marks);
    this.delay = new CostDelay(parts.context, buffers.statistics.own, request.costs);
    this.dead = new DeadItems(request.workMemoryBytes, request.indexes.length > 0 ? this.pagesBefore : 1);
    this.indexStats = request.indexes.map(() => undefined);
    this.mayBypass = request.indexCleanup === 'auto';
    this.indexCleanup = request.indexCleanup === 'off' ? 'off' : 'done';
  }

  run(): VacuumOutcome {
    const { progress } = this.request;
    this.checkFailsafe();
    const skipping = new PageSkipping(this.parts, this.request, this.pagesBefore, this.onPage);
    this.scanHeap(skipping);
    const liveTuples = this.estimate();
    if (this.dead.count > 0) this.removeDead();
    this.noteFreeSpace(this.pagesBefore);
    progress.count('heap_blks_vacuumed', this.pagesBefore);
    if (this.request.indexes.length > 0 && this.indexCleanup !== 'off' && this.indexCleanup !== 'failsafe') {
      this.cleanUpIndexes();
    }
    const pages = this.truncate();
    progress.phase('performing final cleanup');
    return this.outcome(pages, liveTuples, skipping.hasSkippedUnfrozen);
  }

  private scanHeap(skipping: PageSkipping): void {
    const { progress } = this.request;
    progress.phase('scanning heap');
    progress.count('heap_blks_total', this.pagesBefore);
    progress.count('max_dead_tuples', this.dead.max);
    for (let block = 0; block < this.pagesBefore; block++) {
      progress.count('heap_blks_scanned', block);
      if (skipping.mustVisit(block)) this.visit(block);
    }
    progress.count('heap_blks_scanned', this.pagesBefore);
  }

  private visit(index: number): void {
    const { visibilityMap } = this.parts;
    const { file, indexes, progress } = this.request;
    const block = blockNumber(index);
    this.delay.point();
    if (this.pass.counts.scannedPages % FAILSAFE_EVERY_PAGES === FAILSAFE_EVERY_PAGES - 1) this.checkFailsafe();
    if (indexes.length > 0 && !this.dead.hasRoomForPage()) this.makeRoom(block);
    const map = visibilityMap.pin(file, block);
    if (indexes.length === 0) {
      this.pass.visit(block, map, (buffer, stubs) => this.stubs.remove(block, buffer, map, stubs));
    } else {
      this.dead.add(block, this.pass.visit(block, map));
      progress.count('num_dead_tuples', this.dead.count);
    }
    visibilityMap.release(map);
    if (indexes.length === 0 && block - this.freeSpaceFrom >= FREE_SPACE_EVERY_PAGES) this.noteFreeSpace(block);
  }

  private makeRoom(block: number): void {
    this.mayBypass = false;
    this.removeDead();
    this.noteFreeSpace(block);
    this.request.progress.phase('scanning heap');
  }

  /** The stubs found so far: from the indexes, then from the table; or from neither. */
  private removeDead(): void {
    if (this.indexCleanup === 'done' && this.isBypassed()) this.indexCleanup = 'bypassed';
    this.parts.context.os.reach('vacuum:stubs-found');
    if (this.indexCleanup === 'done' && this.removeIndexEntries()) this.freeStubs();
    this.dead.clear();
  }

  private isBypassed(): boolean {
    const { deadItemPages, deadItems } = this.pass.counts;
    return this.mayBypass && deadItemPages < this.pagesBefore * BYPASS_PAGES && deadItems < BYPASS_ITEMS;
  }

  /** False when the failsafe has stopped it: then entries are left, and the stubs must be too. */
  private removeIndexEntries(): boolean {
    const { indexes, progress } = this.request;
    if (this.checkFailsafe()) return false;
    progress.phase('vacuuming indexes');
    const isDead = (block: number, offset: number): boolean => this.dead.has(block, offset);
    for (const [at, index] of indexes.entries()) {
      this.indexStats[at] = index.bulkDelete(isDead, this.indexStats[at], this.onPage);
      this.parts.context.os.reach('vacuum:index-done');
      if (this.checkFailsafe()) return false;
    }
    this.indexScans++;
    progress.count('index_vacuum_count', this.indexScans);
    return true;
  }

  private freeStubs(): void {
    const { progress } = this.request;
    progress.phase('vacuuming heap');
    for (const { block, offsets } of this.dead.blocks()) {
      this.delay.point();
      progress.count('heap_blks_vacuumed', block);
      this.stubs.removeFrom(blockNumber(block), offsets);
    }
    this.parts.context.os.reach('vacuum:stubs-freed');
  }

  private cleanUpIndexes(): void {
    const { indexes, progress } = this.request;
    progress.phase('cleaning up indexes');
    for (const [at, index] of indexes.entries()) this.indexStats[at] = index.cleanup(this.indexStats[at], this.onPage);
  }

  private truncate(): number {
    const truncation = new TailTruncation(this.parts, this.request);
    const { nonemptyPages } = this.pass.counts;
    const isAllowed = this.request.truncates && this.indexCleanup !== 'failsafe';
    if (!isAllowed || !truncation.isWorthwhile(this.pagesBefore, nonemptyPages)) return this.pagesBefore;
    this.request.progress.phase('truncating heap');
    return truncation.truncate(this.pagesBefore, nonemptyPages);
  }

  /** From now on nothing but freezing, when that is urgent. */
  private checkFailsafe(): boolean {
    if (this.indexCleanup === 'failsafe') return true;
    if (!this.request.isFailsafeDue()) return false;
    this.indexCleanup = 'failsafe';
    this.delay.stop();
    return true;
  }

  private estimate(): number {
    const { scannedPages, liveTuples } = this.pass.counts;
    return estimateLiveTuples(this.request.before, this.pagesBefore, scannedPages, liveTuples);
  }

  private noteFreeSpace(to: number): void {
    if (to > this.freeSpaceFrom) this.parts.storage.freeSpace.vacuum(this.request.file, this.freeSpaceFrom, to);
    this.freeSpaceFrom = to;
  }

  private outcome(pages: number, liveTuples: number, hasSkippedUnfrozen: boolean): VacuumOutcome {
    const { counts } = this.pass;
    const { file, indexes } = this.request;
    const { allVisible } = this.parts.visibilityMap.count(file);
    return {
      pages,
      liveTuples,
      allVisiblePages: Math.min(allVisible, pages),
      newRelFrozenXid: hasSkippedUnfrozen ? undefined : this.pass.freezing.oldestLeft,
      pagesBefore: this.pagesBefore,
      removedPages: this.pagesBefore - pages,
      scannedPages: counts.scannedPages,
      removedTuples: counts.removedTuples,
      remainingTuples: Math.max(liveTuples, 0) + counts.recentlyDeadTuples + counts.missedDeadTuples,
      recentlyDeadTuples: counts.recentlyDeadTuples,
      missedDeadTuples: counts.missedDeadTuples,
      missedDeadPages: counts.missedDeadPages,
      deadItemPages: counts.deadItemPages,
      deadItems: counts.deadItems,
      indexScans: this.indexScans,
      indexCleanup: this.indexCleanup,
      indexes: indexes.flatMap(({ name }, at) => {
        const stats = this.indexStats[at];
        return stats ? [{ name, stats }] : [];
      }),
    };
  }
}

export function vacuumTable(parts: VacuumParts, request: VacuumRequest): VacuumOutcome {
  return new TableVacuum(parts, request).run();
}
