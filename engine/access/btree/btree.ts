import { Fork, type RelFile, type Tid } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { setPageLsn } from '../../storage/page/page.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import { logCreate } from '../transactions/storage-rmgr.js';
import { IndexBuild, type BuildEntry, type BuildOptions, type BuildResult } from './build/index-build.js';
import type { BTreeParts } from './btree-parts.js';
import { DeadItems } from './dead-items.js';
import { Descents } from './descent.js';
import { FreePages } from './free-pages.js';
import { IndexFormat } from './index-format.js';
import { IndexInserts, type InsertCheck, type InsertOutcome } from './index-inserts.js';
import { IndexPages } from './index-pages.js';
import { IndexScan, type ScanDirection, type ScanOptions } from './index-scan.js';
import type { IndexShape, ScanRange } from './index-shape.js';
import { EMPTY_INDEX, initMetapage, type Metadata } from './metapage.js';
import { PageInserts } from './page-inserts.js';
import { PageSplits } from './page-split.js';
import { UniqueChecks, type Conflict } from './unique-check.js';
import { checkRows, type IndexedRows } from './verify/row-check.js';
import { TreeCheck } from './verify/tree-check.js';
import { VacuumCycles } from './vacuum-cycles.js';

export type { IndexEntry, IndexScan, ScanDirection, ScanOptions } from './index-scan.js';
export type { IndexKey, IndexShape, IntegerKind, ScanBound, ScanRange } from './index-shape.js';
export type { InsertCheck, InsertOutcome } from './index-inserts.js';
export type { BuildEntry, BuildOptions, BuildResult } from './build/index-build.js';
export type { IndexedRows } from './verify/row-check.js';
export type { Conflict } from './unique-check.js';

/** Indexes: a B-tree each (access/nbtree), after Lehman and Yao. See the README. */
export class BTree {
  private readonly formats = new WeakMap<IndexShape, IndexFormat>();
  private readonly pages: IndexPages;
  private readonly descents: Descents;
  private readonly inserts: IndexInserts;

  constructor(private readonly parts: BTreeParts) {
    const pages = new IndexPages(parts, new FreePages(parts.storage.freeSpace));
    const descents = new Descents(pages);
    const splits = new PageSplits(pages, new VacuumCycles(parts.context));
    const pageInserts = new PageInserts(pages, descents, splits);
    const unique = new UniqueChecks(parts, pages);
    this.pages = pages;
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
    return new IndexScan(this.parts, this.pages, this.descents, this.formatOf(index), range, direction, options);
  }

  /**
   * Everything wrong with an index, as text: by itself, and with `rows` compared with its table. Nobody may change it
   * meanwhile.
   */
  verify(index: IndexShape, rows?: IndexedRows): string[] {
    const format = this.formatOf(index);
    const problems = new TreeCheck(this.parts.storage.buffers, format).run();
    if (!rows || problems.length > 0) return problems;
    return checkRows(format, this.scan(index, { equal: [] }, 'forward', { seesDead: true }), rows);
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

  private formatOf(index: IndexShape): IndexFormat {
    let format = this.formats.get(index);
    if (!format) this.formats.set(index, (format = new IndexFormat(index)));
    return format;
  }
}
