import { BLOCK_BYTES, INVALID_BLOCK, type BlockNumber, type Fork, type Oid, type RelFile } from '../../base/block.js';
import { assert, error, type Notice } from '../../base/errors.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockArrays, lwLockIds } from '../../memory/lwlock-table.js';
import type { LwLockMode, LwLocks } from '../../memory/lwlock.js';
import { isNew, setPageLsn } from '../page/header.js';
import { checksumMismatch, isPageVerified } from '../page/verify.js';
import type { RelationFiles } from '../relation-files.js';
import { relationPath } from '../relation-paths.js';
import { Resources, type ResourceOwner } from '../resources.js';
import { BackgroundSweep, type SweepResult } from './background-sweep.js';
import { BackgroundWriting, type CheckpointProgress } from './background-writing.js';
import { BufferIo, type WriteAheadLog } from './buffer-io.js';
import { BufferPool } from './buffer-pool.js';
import { BufferFlag, REFCOUNT_MASK, REFCOUNT_ONE } from './buffer-state.js';
import { BufferTable } from './buffer-table.js';
import { ClockSweep } from './clock-sweep.js';
import { Descriptors, Word, type BufferId, type BufferTag } from './descriptors.js';
import { DropBuffers } from './drop-buffers.js';
import { Pins } from './pins.js';
import { BufferStatistics } from './statistics.js';

/**
 * - normal: the page must exist and be sound.
 * - zero-and-lock: the caller will write the whole page: not read, zeros if it was not in memory, locked exclusively.
 * - zero-on-error: a page that is not sound becomes zeros.
 */
export type ReadMode = 'normal' | 'zero-and-lock' | 'zero-on-error';

/**
 * Logs an image of a page before its first hint change after a checkpoint, and returns the record's end; INVALID_LSN
 * when the page has an image already, undefined when none may be logged now. `page` is a private copy, good for the call;
 * `isStandard`: between the header's bounds it has nothing.
 */
export type HintLogger = (
  file: RelFile,
  fork: Fork,
  block: BlockNumber,
  page: Buffer,
  isStandard: boolean,
) => Lsn | undefined;

const DIRTIED = BufferFlag.dirty | BufferFlag.justDirtied;
const DELAY_CHECKPOINT_START = 1;

/**
 * Shared buffers (storage/buffer/bufmgr.c): pages in memory that all processes share.
 *
 * To use a page: `read` it (pins it), `lock` its content, look at or change `page(id)`, `markDirty` while locked
 * exclusively and before the WAL record is inserted, `unlock`, `release`.
 *
 * A page found in memory costs no lock: the bucket is walked without one, and the pin taken by compare-and-swap proves
 * afterwards that the buffer still holds the page. Anything unusual falls back to the locked way in BufferPool.
 */
export class BufferManager {
  readonly statistics: BufferStatistics;
  /** Told why a page read from disk is not believed. */
  onDamagedPage: (warning: Notice) => void = () => {};
  private readonly descriptors: Descriptors;
  private readonly table: BufferTable;
  private readonly pins: Pins;
  private readonly io: BufferIo;
  private readonly pool: BufferPool;
  private readonly drops: DropBuffers;
  private readonly writing: BackgroundWriting;
  private readonly lookAhead: BackgroundSweep;
  private readonly lwlocks: LwLocks;
  private logHint: HintLogger | undefined;
  /** Images are logged from here: another process may set a hint in the shared page meanwhile. */
  private readonly imageCopy = Buffer.allocUnsafe(BLOCK_BYTES);

  constructor(
    private readonly context: EngineContext,
    private readonly wal: WriteAheadLog,
    private readonly files: RelationFiles,
    resources = new Resources(),
  ) {
    const { arena, lwlocks } = context.memory;
    this.lwlocks = lwlocks;
    this.descriptors = new Descriptors(arena);
    this.statistics = new BufferStatistics(this.descriptors, lwlocks);
    this.table = new BufferTable(arena, this.descriptors);
    this.pins = new Pins(this.descriptors, resources);
    this.io = new BufferIo(context, this.descriptors, files, wal);
    const sweep = new ClockSweep(this.descriptors, lwlocks);
    const { descriptors, table, pins, io, statistics } = this;
    const parts = { descriptors, table, pins, io, statistics, sweep, lwlocks };
    this.pool = new BufferPool(parts);
    this.drops = new DropBuffers(parts);
    this.writing = new BackgroundWriting(parts);
    this.lookAhead = new BackgroundSweep(this.writing, sweep, descriptors.count);
  }

  /** Who logs page images for hint changes; without it hint changes are not kept. */
  setHintLogger(logger: HintLogger): void {
    this.logHint = logger;
  }

  /**
   * Pins the page's buffer, reading the page if it is not in memory. Raises XX001 when the file ends before the block,
   * or the page's checksum or header is wrong.
   */
  read(file: RelFile, fork: Fork, block: BlockNumber, mode: ReadMode = 'normal'): BufferId {
    const hash = this.table.hash(file, fork, block);
    let id = this.table.peek(hash, file, fork, block);
    if (id >= 0 && this.pins.pinIfHolds(id, file, fork, block)) {
      this.statistics.countHit(file);
    } else {
      const allocation = this.pool.allocate(hash, file, fork, block);
      id = allocation.id;
      if (allocation.mustFill) return this.fill(id, file, fork, block, mode);
      this.statistics.countHit(file);
    }
    if (mode === 'zero-and-lock') this.lock(id, 'exclusive');
    return id;
  }

  /** Adds a zeroed block at the end of the fork; pinned and locked exclusively. Raises 53100 when the disk is full. */
  extend(file: RelFile, fork: Fork): BufferId {
    return this.lwlocks.with(lwLockIds.RelationExtension, 'exclusive', () => {
      const block = this.files.blocks(file, fork) as BlockNumber;
      if (block >= INVALID_BLOCK) {
        throw error(
          SqlState.programLimitExceeded,
          `cannot extend relation ${relationPath(file, fork)} beyond ${block} blocks`,
        );
      }
      const allocation = this.pool.allocate(this.table.hash(file, fork, block), file, fork, block);
      if (!allocation.mustFill) this.reclaimBeyondEnd(allocation.id, file, fork, block);
      this.fillWith(allocation.id, () => {
        this.page(allocation.id).fill(0);
        this.files.extend(file, fork, block, this.page(allocation.id));
      });
      this.lock(allocation.id, 'exclusive');
      this.io.terminate(allocation.id, { set: BufferFlag.valid });
      this.statistics.own.extended++;
      return allocation.id;
    });
  }

  /** The fork's size in blocks. */
  blocks(file: RelFile, fork: Fork): number {
    return this.files.blocks(file, fork);
  }

  blockOf(id: BufferId): BlockNumber {
    return this.descriptors.area.u32[this.descriptors.at(id) + Word.block] as BlockNumber;
  }

  tagOf(id: BufferId): BufferTag {
    return this.descriptors.tag(id);
  }

  /** The page's 8 KiB in shared memory. Valid while the buffer is pinned; to be looked at under its lock. */
  page(id: BufferId): Buffer {
    return this.descriptors.page(id);
  }

  lock(id: BufferId, mode: LwLockMode): void {
    this.lwlocks.acquire(lwLockArrays.bufferContent(id), mode);
  }

  /** Takes the lock only if that needs no waiting. */
  tryLock(id: BufferId, mode: LwLockMode): boolean {
    return this.lwlocks.conditionalAcquire(lwLockArrays.bufferContent(id), mode);
  }

  /**
   * Takes the exclusive lock only if that needs no waiting and nobody else has the buffer pinned: then its items may be
   * moved (ConditionalLockBufferForCleanup). Whoever pins it later must lock it before looking for an item.
   */
  tryLockForCleanup(id: BufferId): boolean {
    if (this.pins.count(id) !== 1 || !this.tryLock(id, 'exclusive')) return false;
    if ((this.descriptors.state(id) & REFCOUNT_MASK) === REFCOUNT_ONE) return true;
    this.unlock(id);
    return false;
  }

  unlock(id: BufferId): void {
    this.lwlocks.release(lwLockArrays.bufferContent(id));
  }

  /** Lets one pin go. */
  release(id: BufferId): void {
    this.pins.unpin(id);
  }

  unlockRelease(id: BufferId): void {
    this.unlock(id);
    this.pins.unpin(id);
  }

  /** One more pin on a buffer this process has pinned. */
  pinAgain(id: BufferId): void {
    assert(this.pins.count(id) > 0, () => `buffer ${id} is not pinned`);
    this.pins.pin(id);
  }

  /** This process's pins of a buffer. */
  pinCount(id: BufferId): number {
    return this.pins.count(id);
  }

  /** How many buffers this process has pinned; 0 between transactions. */
  get pinnedBuffers(): number {
    return this.pins.pinnedBuffers;
  }

  /** The page has changed. Before the change is logged, and under the exclusive content lock. */
  markDirty(id: BufferId): void {
    assert(this.pins.count(id) > 0, () => `buffer ${id} is not pinned`);
    assert(
      this.lwlocks.holds(lwLockArrays.bufferContent(id), 'exclusive'),
      () => `buffer ${id} is not locked exclusively`,
    );
    const { words } = this.descriptors;
    const at = this.descriptors.at(id);
    for (let spins = 0; ; spins++) {
      const state = Atomics.load(words, at);
      if ((state & BufferFlag.locked) !== 0) this.descriptors.spinDelay(id, spins, state);
      else if (Atomics.compareExchange(words, at, state, state | DIRTIED) === state) {
        if ((state & BufferFlag.dirty) === 0) this.statistics.own.dirtied++;
        return;
      }
    }
  }

  /**
   * The page has changed in a way that may be lost (hint bits). Under the content lock, shared at least.
   *
   * A torn write of such a page would break its checksum with no WAL to mend it, so the first change after a checkpoint
   * logs an image. Where nothing can be logged, as during recovery, the change stays in memory only.
   */
  markDirtyHint(id: BufferId, isStandard = true): void {
    if ((this.descriptors.state(id) & DIRTIED) === DIRTIED) return;
    const { logHint } = this;
    if (!logHint || !this.wal.isOpen()) return;
    // The checkpoint must not take its redo point between our record and the dirty flag: it would skip the page.
    this.delayingCheckpoint(() => {
      const lsn = this.logImage(id, logHint, isStandard);
      if (lsn === undefined) return;
      const state = this.descriptors.lockHeader(id);
      if (lsn !== INVALID_LSN && (state & BufferFlag.dirty) === 0) setPageLsn(this.page(id), lsn);
      this.descriptors.unlockHeader(id, state | DIRTIED);
    });
  }

  /** Writes one page out if it is dirty. The caller has it pinned and locked, shared at least. */
  flushBuffer(id: BufferId): void {
    if (this.io.flush(id)) this.statistics.own.written++;
  }

  /** Writes every page that is dirty now, in file order, and returns how many. */
  checkpointFlush(progress: CheckpointProgress): number {
    return this.writing.checkpoint(progress);
  }

  /** One round of the background writer. */
  backgroundSweep(maxPages: number): SweepResult {
    const { settings } = this.context;
    const multiplier = settings.get('bgwriter_lru_multiplier');
    return this.lookAhead.run({ maxPages, multiplier, delayMs: settings.get('bgwriter_delay') });
  }

  /** Forgets all pages of dropped relations, dirty or not. */
  dropRelation(files: readonly RelFile[]): void {
    if (files.length > 0) this.drops.dropRelations(files);
  }

  /** Forgets the pages from `firstBlock` on, before the fork is truncated. */
  dropRelationFrom(file: RelFile, fork: Fork, firstBlock: number): void {
    this.drops.dropFrom(file, fork, firstBlock);
  }

  /** Forgets all pages of a database, dirty or not. */
  dropDatabase(database: Oid): void {
    this.drops.dropDatabase(database);
  }

  /** Writes every dirty page of a relation. */
  flushRelation(file: RelFile): void {
    this.writing.relation(file);
  }

  /** Writes every dirty page of a database. */
  flushDatabase(database: Oid): void {
    this.writing.database(database);
  }

  /** Error recovery: lets all LWLocks (content locks among them) and all pins of this process go. */
  releaseAll(): void {
    this.lwlocks.releaseAll();
    this.pins.unpinAll();
  }

  /** Lets go of what an aborted subtransaction has pinned. */
  releasePinsOf(owner: ResourceOwner): void {
    this.pins.unpinAllOf(owner);
  }

  private fill(id: BufferId, file: RelFile, fork: Fork, block: BlockNumber, mode: ReadMode): BufferId {
    const page = this.page(id);
    this.fillWith(id, () => {
      if (mode === 'zero-and-lock') page.fill(0);
      else this.readPage(page, file, fork, block, mode);
    });
    // Locked before anybody can see the zeros.
    if (mode === 'zero-and-lock') this.lock(id, 'exclusive');
    else this.statistics.countRead(file);
    this.io.terminate(id, { set: BufferFlag.valid });
    return id;
  }

  private fillWith(id: BufferId, body: () => void): void {
    try {
      this.io.failingSafely(id, body);
    } catch (thrown) {
      this.pins.unpin(id);
      throw thrown;
    }
  }

  private readPage(page: Buffer, file: RelFile, fork: Fork, block: BlockNumber, mode: ReadMode): void {
    this.context.memory.slots.waiting('IO', 'DataFileRead', () => this.files.read(file, fork, block, page));
    if (isPageVerified(page, block)) return;
    const message = checksumMismatch(page, block);
    if (message) this.onDamagedPage({ severity: 'WARNING', sqlState: SqlState.dataCorrupted, message });
    if (mode !== 'zero-on-error') {
      throw error(SqlState.dataCorrupted, `invalid page in block ${block} of relation ${relationPath(file, fork)}`);
    }
    page.fill(0);
  }

  /** A valid buffer behind the end of the file: left by an extension whose block the file system did not keep. */
  private reclaimBeyondEnd(id: BufferId, file: RelFile, fork: Fork, block: BlockNumber): void {
    if (!isNew(this.page(id))) {
      this.pins.unpin(id);
      throw error(
        SqlState.dataCorrupted,
        `unexpected data beyond EOF in block ${block} of relation ${relationPath(file, fork)}`,
      );
    }
    do {
      const state = this.descriptors.lockHeader(id);
      this.descriptors.unlockHeader(id, state & ~BufferFlag.valid);
    } while (!this.io.start(id, 'read'));
  }

  private logImage(id: BufferId, logHint: HintLogger, isStandard: boolean): Lsn | undefined {
    const { file, fork, block } = this.tagOf(id);
    const state = this.descriptors.lockHeader(id);
    this.page(id).copy(this.imageCopy);
    this.descriptors.unlockHeader(id, state);
    return logHint(file, fork, block, this.imageCopy, isStandard);
  }

  private delayingCheckpoint(body: () => void): void {
    const { slots } = this.context.memory;
    if (slots.mine < 0) return body();
    const before = slots.delayCheckpoint(slots.mine);
    slots.setDelayCheckpoint(before | DELAY_CHECKPOINT_START);
    try {
      body();
    } finally {
      slots.setDelayCheckpoint(before);
    }
  }
}
