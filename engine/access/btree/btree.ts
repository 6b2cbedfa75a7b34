import { Fork, type RelFile, type Tid } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { setPageLsn } from '../../storage/page/page.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import { logCreate } from '../transactions/storage-rmgr.js';
import { IndexBuild, type BuildEntry, type BuildOptions, type BuildResult } from './build/index-build.js';
import type { BTreeParts } from './btree-parts.js';
import { BTreeInfo } from './btree-records.js';
import { DeadItems } from './dead-items.js';
import { Descents } from './descent.js';
import { FreePages } from './free-pages.js';
import { IndexFormat } from './index-format.js';
import { IndexInserts, type InsertCheck, type InsertOutcome } from './index-inserts.js';
import { IndexPages } from './index-pages.js';
import { IndexScan, type ScanDirection, type ScanOptions } from './index-scan.js';
import type { IndexShape, ScanRange } from './index-shape.js';
import { EMPTY_INDEX, encodeMetadata, initMetapage, readMetadata, writeMetadata, type Metadata } from './metapage.js';
import { PageInserts } from './page-inserts.js';
import { PageSplits } from './page-split.js';
import { UniqueChecks, type Conflict } from './unique-check.js';
import { BufferedPages } from './verify/buffered-pages.js';
import type { IndexedRows } from './verify/row-check.js';
import type { IndexProblem } from './verify/index-problem.js';
import { verifyIndex, type VerifyScope } from './verify/verify-index.js';
import type { IndexVacuumStats } from '../vacuum/vacuum-request.js';
import { IndexVacuum, type IsDead } from './vacuum/index-vacuum.js';
import { PageDeletion } from './vacuum/page-deletion.js';
import { VacuumCycles } from './vacuum/vacuum-cycles.js';

export type { IndexEntry, IndexScan, ScanDirection, ScanOptions } from './index-scan.js';
export type { IndexKey, IndexShape, ScanRange } from './index-shape.js';
export type { InsertCheck, InsertOutcome } from './index-inserts.js';
export type { BuildEntry, BuildOptions, BuildResult } from './build/index-build.js';
export type { BrokenRule, IndexProblem } from './verify/index-problem.js';
export type { IndexedRows } from './verify/row-check.js';
export type { Conflict } from './unique-check.js';

/** Of an index's pages: so many deleted and not free make a pass worth its while. */
const WORTHWHILE_SHARE = 1 / 20;

/** Indexes: a B-tree each (access/nbtree), after Lehman and Yao. See the README. */
export class BTree {
  private readonly formats = new WeakMap<IndexShape, IndexFormat>();
  private readonly pages: IndexPages;
  private readonly descents: Descents;
  private readonly inserts: IndexInserts;
  private readonly scanMemory: Buffer[] = [];
  private readonly cycles: VacuumCycles;
  private readonly deletion: PageDeletion;

  constructor(private readonly parts: BTreeParts) {
    const pages = new IndexPages(parts, new FreePages(parts.storage.freeSpace));
    const descents = new Descents(pages);
    const cycles = new VacuumCycles(parts.context);
    const pageInserts = new PageInserts(pages, descents, new PageSplits(pages, cycles));
    const unique = new UniqueChecks(parts, pages);
    this.pages = pages;
    this.cycles = cycles;
    this.deletion = new PageDeletion(parts, pages, descents, pageInserts);
    this.descents = descents;
    this.inserts = new IndexInserts(parts, pages, descents, unique, new DeadItems(parts, pages), pageInserts);
  }

  /** Makes an empty index; its file goes again if the transaction aborts. */
  create({ file }: IndexShape): void {
    const { storage, wal, transactions } = this.parts;
    storage.files.create(file, Fork.main);
    // Only now: an existing file, which made that fail, is not ours to drop.
    transactions.dropAtAbort(file);
    logCreate(wal, file, Fork.main);
    this.writeMetapage(file, storage.buffers.extend(file, Fork.main), EMPTY_INDEX);
  }

  /**
   * Fills an index that was just made with all of a table's rows. Raises what `options.duplicate` says when two live rows
   * of a unique index have the same key.
   */
  build(index: IndexShape, entries: Iterable<BuildEntry>, options: BuildOptions): BuildResult {
    const build = new IndexBuild(this.parts, this.formatOf(index), options);
    const built = build.build(entries);
    if (built) {
      const { root, level } = built;
      const metapage = this.pages.readMetapage(index, 'exclusive');
      this.writeMetapage(index.file, metapage, { root, level, fastRoot: root, fastLevel: level, deletedPages: 0 });
    }
    return build.result;
  }

  /**
   * Adds an entry: the values of all columns, and the row's place. A conflicting row, as `check` says, is reported and
   * nothing added.
   */
  insert(index: IndexShape, values: readonly unknown[], tid: Tid, check: InsertCheck): InsertOutcome {
    return this.inserts.insert(this.formatOf(index), values, tid, check);
  }

  /** Is there a row, other than `except`, with this key in a unique index? Neither inserts nor waits. */
  conflict(index: IndexShape, values: readonly unknown[], except?: Tid): Conflict | null {
    return this.inserts.conflict(this.formatOf(index), values, except);
  }

  scan(index: IndexShape, range: ScanRange, direction: ScanDirection, options: ScanOptions = {}): IndexScan {
    const format = this.formatOf(index);
    return new IndexScan(this.parts, this.pages, this.descents, format, range, direction, options, this.scanMemory);
  }

  /**
   * Removes the entries of dead line pointers. `before`: what the last such pass of the same vacuum came to. `onPage` is
   * called between pages.
   */
  bulkDelete(
    index: IndexShape,
    isDead: IsDead,
    before: IndexVacuumStats | undefined,
    onPage: () => void,
  ): IndexVacuumStats {
    return this.cycles.during(index, (cycleId) => this.vacuum(index, cycleId, isDead, onPage).run(before));
  }

  /**
   * At a vacuum's end, without `before` when nothing was to be removed. Then the index is gone through only if the last
   * vacuum has left many deleted pages that could not be used again yet; undefined when not.
   */
  cleanup(index: IndexShape, before: IndexVacuumStats | undefined, onPage: () => void): IndexVacuumStats | undefined {
    if (!before && !this.needsCleanup(index)) return undefined;
    const stats = before ?? this.vacuum(index, 0, undefined, onPage).run(undefined);
    this.setDeletedPages(index, stats.deletedPages - stats.freePages);
    return stats;
  }

  /** Everything wrong with an index: by itself, and with `rows` compared with its table. */
  verify(index: IndexShape, scope: VerifyScope, rows?: IndexedRows): IndexProblem[] {
    const { context, storage } = this.parts;
    const pages = new BufferedPages(storage.buffers, index.file, context.interrupts);
    return verifyIndex(this.formatOf(index), pages, scope, rows);
  }

  /** Logs the whole page, and lets it go. */
  private writeMetapage(file: RelFile, buffer: BufferId, metadata: Metadata): void {
    const { context, storage, wal } = this.parts;
    const { buffers } = storage;
    const page = buffers.page(buffer);
    context.interrupts.critical(() => {
      initMetapage(page, metadata);
      buffers.markDirty(buffer);
      const place = { id: 0, file, fork: Fork.main, block: buffers.blockOf(buffer), page };
      const blocks = [{ ...place, forceImage: true, standard: true }];
      setPageLsn(page, wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageImage, data: [], blocks }));
    });
    buffers.unlockRelease(buffer);
  }

  private vacuum(index: IndexShape, cycleId: number, isDead: IsDead | undefined, onPage: () => void): IndexVacuum {
    return new IndexVacuum(this.parts, this.pages, this.deletion, this.formatOf(index), cycleId, isDead, onPage);
  }

  private needsCleanup(index: IndexShape): boolean {
    const { deletedPages } = this.pages.metadata(index);
    return deletedPages > this.pages.blocks(index) * WORTHWHILE_SHARE;
  }

  private setDeletedPages(index: IndexShape, deletedPages: number): void {
    const { pages } = this;
    if (pages.metadata(index).deletedPages === deletedPages) return;
    const buffer = pages.readMetapage(index, 'exclusive');
    pages.critically(() => {
      const metadata = { ...readMetadata(pages.page(buffer)), deletedPages };
      writeMetadata(pages.page(buffer), metadata);
      const block = { id: 0, buffer, willInit: true, data: [encodeMetadata(metadata)] };
      pages.change(BTreeInfo.metaCleanup, [], [block], index);
    });
    pages.release(buffer);
  }

  private formatOf(index: IndexShape): IndexFormat {
    let format = this.formats.get(index);
    if (!format) this.formats.set(index, (format = new IndexFormat(index)));
    return format;
  }
}
