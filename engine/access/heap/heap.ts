import { Fork, type BlockNumber, type RelFile, type Tid } from '../../base/block.js';
import { ItemState, isNew, itemLength, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { logCreate } from '../transactions/storage-rmgr.js';
import { presentSnapshot, type Snapshot } from '../transactions/snapshot.js';
import { BuildScan } from './build-scan.js';
import type { HeapParts } from './heap-parts.js';
import { HeapSample, type SampledRows } from './heap-sample.js';
import { HeapScan, type ScanKey } from './heap-scan.js';
import { HeapTuple } from './heap-tuple.js';
import { HotChains, type IndexFetch, type Presence } from './hot-chains.js';
import { InPlaceUpdate } from './in-place-update.js';
import { InsertionTargets } from './insertion-targets.js';
import { MultiInsert, type MultiInsertOptions } from './multi-insert.js';
import { Pruner } from './pruner.js';
import { RowChanges, type ModifyOptions, type ModifyResult } from './row-changes.js';
import { RowWrites, type UpdateOptions, type UpdateResult } from './row-writes.js';
import type { Undecided } from './speculation.js';
import { SpeculativeRows, type SpeculativeRow } from './speculative-rows.js';
import { TargetBlocks } from './target-blocks.js';
import { Truncation } from './truncation.js';
import { Visibility } from './visibility.js';

export { HeapScan } from './heap-scan.js';
export { HeapTuple } from './heap-tuple.js';
export type { ModifyOptions, ModifyResult } from './row-changes.js';
export type { IndexFetch, Presence } from './hot-chains.js';
export type { UpdateOptions, UpdateResult } from './row-writes.js';

const ANY = presentSnapshot('any');

/**
 * Tables: unordered row versions in pages (access/heap/heapam.c).
 *
 * An update adds a version and marks the old one as deleted by this transaction; a delete only marks. Nothing is
 * overwritten, so an abort has nothing to undo, and older snapshots go on seeing what they saw.
 */
export class Heap {
  /** For vacuum, which looks at pages itself. */
  readonly visibility: Visibility;
  readonly pruner: Pruner;
  private readonly samples: HeapSample;
  private readonly chains: HotChains;
  private readonly changes: RowChanges;
  private readonly writes: RowWrites;
  private readonly multiInsert: MultiInsert;
  private readonly speculative: SpeculativeRows;
  private readonly inPlace: InPlaceUpdate;
  private readonly truncation: Truncation;

  constructor(private readonly parts: HeapParts) {
    this.visibility = new Visibility(parts);
    this.pruner = new Pruner(parts, this.visibility);
    this.samples = new HeapSample(parts, this.visibility);
    this.chains = new HotChains(parts, this.visibility, this.pruner);
    this.changes = new RowChanges(parts, this.visibility);
    const targets = new InsertionTargets(parts, new TargetBlocks(parts));
    this.writes = new RowWrites(parts, targets, this.changes);
    this.speculative = new SpeculativeRows(parts, this.changes, this.writes);
    this.multiInsert = new MultiInsert(parts, targets);
    this.inPlace = new InPlaceUpdate(parts);
    this.truncation = new Truncation(parts);
  }

  /** Makes a table's file; it goes again if the transaction aborts. */
  create(file: RelFile): void {
    const { storage, wal, transactions } = this.parts;
    storage.files.create(file, Fork.main);
    // Only now: an existing file, which made that fail, is not ours to drop.
    transactions.dropAtAbort(file);
    logCreate(wal, file, Fork.main);
  }

  /**
   * Cuts a table to its first blocks, beyond undoing. The caller holds its AccessExclusive lock.
   */
  truncate(file: RelFile, blocks = 0): void {
    this.truncation.truncate(file, blocks);
  }

  /** `isWanted`: looked at before anything is asked of a row's visibility. */
  scan(file: RelFile, snapshot: Snapshot, isWanted?: ScanKey): HeapScan {
    this.parts.statistics.countScan(file);
    return new HeapScan(this.parts, this.visibility, this.pruner, file, snapshot, isWanted);
  }

  /** Adds the rows of one block to `counts`, and shows the live ones: for ANALYZE. */
  sample(file: RelFile, block: BlockNumber, counts: SampledRows, show: (tuple: HeapTuple) => void): void {
    this.samples.read(file, block, counts, show);
  }

  /** What a new index on the table must lead to. */
  buildScan(file: RelFile): BuildScan {
    return new BuildScan(this.parts, this.visibility, file);
  }

  /** A copy of the version at that place; null when there is none, or the snapshot does not see it. */
  fetch(file: RelFile, tid: Tid, snapshot: Snapshot): HeapTuple | null {
    const { buffers } = this.parts.storage;
    if (tid.block >= buffers.blocks(file, Fork.main)) return null;
    const buffer = buffers.read(file, Fork.main, tid.block);
    buffers.lock(buffer, 'shared');
    const page = buffers.page(buffer);
    const found = hasTuple(page, tid.offset) ? this.view(page, tid) : undefined;
    const isVisible = found !== undefined && this.visibility.satisfies(snapshot, page, found.at, buffer);
    const tuple = isVisible ? found.copy() : null;
    buffers.unlockRelease(buffer);
    return tuple;
  }

  /** The version the snapshot sees of the row that an index entry for `root` is about: at most one of its HOT chain. */
  fetchFromIndex(file: RelFile, root: Tid, snapshot: Snapshot): IndexFetch {
    return this.chains.fetch(file, root, snapshot);
  }

  /** Is there a row for an index entry, now or when a running transaction has its way? For unique checks. */
  presence(file: RelFile, root: Tid): Presence {
    return this.chains.presence(file, root);
  }

  /**
   * The version that a change reported as `updated` found in its way: a copy; null when it is gone by now, the row thus
   * deleted. Its own standing is not looked at: that is for the next attempt to change it.
   */
  successor(file: RelFile, updated: Extract<ModifyResult, { kind: 'updated' }>): HeapTuple | null {
    const tuple = this.fetch(file, updated.newTid, ANY);
    return tuple !== null && tuple.xmin === updated.xmax ? tuple : null;
  }

  /** Adds a row, to a page that is filled to `fillFactor` percent at most. The tuple's header is filled in. */
  insert(file: RelFile, tuple: Buffer, fillFactor = 100): Tid {
    const tid = this.writes.insert(file, tuple, fillFactor);
    this.parts.statistics.countInserts(file, 1);
    return tid;
  }

  /** Adds many rows at less cost; returns their places, in their order. The tuples' headers are filled in. */
  insertMany(file: RelFile, tuples: readonly Buffer[], options: MultiInsertOptions): Tid[] {
    const tids = this.multiInsert.insert(file, tuples, options);
    this.parts.statistics.countInserts(file, tids.length);
    return tids;
  }

  /**
   * Adds a row for a trial: index entries may turn out to be in the way. It must be confirmed or taken back before anything
   * else is done.
   */
  insertSpeculative(file: RelFile, tuple: Buffer, fillFactor = 100): SpeculativeRow {
    const row = this.speculative.insert(file, tuple, fillFactor);
    this.parts.statistics.countInserts(file, 1);
    return row;
  }

  confirm(file: RelFile, row: SpeculativeRow): void {
    this.speculative.confirm(file, row);
  }

  takeBack(file: RelFile, row: SpeculativeRow): void {
    this.speculative.takeBack(file, row);
    this.parts.statistics.countDelete(file);
  }

  /** Waits for what `presence` said a row depends on; ask again afterwards. */
  await(undecided: Undecided): void {
    this.speculative.await(undecided);
  }

  /** Adds a row that everyone sees at once, without a transaction: for the first rows of a cluster. */
  insertFrozen(file: RelFile, tuple: Buffer): Tid {
    return this.writes.insertFrozen(file, tuple);
  }

  /**
   * Deletes a row version. When another transaction has changed it, waits for that to end: was it aborted, goes on; did
   * it commit, reports what it did, and changes nothing.
   */
  delete(file: RelFile, tid: Tid, options: ModifyOptions = {}): ModifyResult {
    const result = this.changes.delete(file, tid, options);
    if (result.kind === 'ok') this.parts.statistics.countDelete(file);
    return result;
  }

  /** Replaces a row version by `tuple`, whose header is filled in; waits as `delete` does. */
  update(file: RelFile, tid: Tid, tuple: Buffer, options: UpdateOptions = {}): UpdateResult {
    const result = this.writes.update(file, tid, tuple, options);
    if (result.kind === 'ok') this.parts.statistics.countUpdate(file, result.isHeapOnly);
    return result;
  }

  /** Overwrites a row version's columns where it stands; see InPlaceUpdate for who may. */
  updateInPlace(file: RelFile, tid: Tid, tuple: Buffer): void {
    this.inPlace.run(file, tid, tuple);
  }

  /** Locks a row version until the transaction ends, as FOR UPDATE; waits as `delete` does. */
  lock(file: RelFile, tid: Tid, options: ModifyOptions = {}): ModifyResult {
    return this.changes.lock(file, tid, options);
  }

  private view(page: Buffer, tid: Tid): HeapTuple {
    const tuple = new HeapTuple();
    tuple.set(tid.block, tid.offset, page, itemOffset(page, tid.offset), itemLength(page, tid.offset));
    return tuple;
  }
}

function hasTuple(page: Buffer, offset: number): boolean {
  return !isNew(page) && offset >= 1 && offset <= maxOffset(page) && itemState(page, offset) === ItemState.normal;
}
