import { assert, error, panic } from '../base/errors.js';
import { INVALID_LSN, formatLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import { RecordAssembler } from './assemble.js';
import { BytePositions } from './byte-positions.js';
import { FlushRequests } from './flush.js';
import { InsertLocks } from './insert-locks.js';
import { openTail } from './log-tail.js';
import { pageHeaderBytes, WAL_PAGE_BYTES, type WalConfig } from './page-format.js';
import { align8, RecordHeader } from './record-format.js';
import { WalReader } from './reader.js';
import type { RecordDraft, WalRecord } from './record.js';
import { Rmgr, XlogInfo } from './rmgr-ids.js';
import { SegmentFiles } from './segment-files.js';
import { SegmentRemover, type SegmentRemoval } from './segment-removal.js';
import { WAL_DIRECTORY } from './segment-names.js';
import { SegmentWriter } from './segment-writer.js';
import { WalSharedState } from './shared-state.js';
import { UnloggedFiles } from './unlogged-files.js';
import { WalBuffers } from './wal-buffers.js';
import { fileWalSource } from './wal-source.js';

export type { WalConfig } from './page-format.js';
export type { SegmentRemoval } from './segment-removal.js';

/** Where recovery hands the log over to its writers. */
export interface WalStart {
  readonly timeline: TimelineId;
  /** The next insert position: the last record's end. Under `missingContrecord`, that page's start. */
  readonly endOfLog: Lsn;
  /** Start of the last record. */
  readonly previousRecord: Lsn;
  readonly redo: Lsn;
  /**
   * The page that lacks the rest of a record cut off by a crash, when there is one: insertion goes on there, and the first
   * record must be an XLOG overwrite-contrecord record.
   */
  readonly missingContrecord?: Lsn;
  /** Pages behind the end that must go first, as `findRemnants` found them. */
  readonly remnants: readonly Lsn[];
}

/** Counted since the server started (pg_stat_wal). */
export interface WalStatistics {
  readonly records: number;
  readonly images: number;
  readonly bytes: number;
  /** How often a full ring of WAL buffers made an inserter write. */
  readonly buffersFull: number;
  readonly writes: number;
  readonly syncs: number;
}

const RETRY = 0 as Lsn;
/** Read at a time when one record is wanted. */
const READ_BACK_BYTES = 64 * 1024;

/**
 * The log, as one process sees it (access/transam/xlog.c).
 *
 *   insert    reserve space (one addition) ─► copy the record into the shared ring of pages ─► tell
 *   flush     wait for the inserters before the point asked for ─► write the ring's pages ─► fdatasync
 *
 * Inserters hold one of eight insert locks while they copy, so several copy at once; one process writes at a time. What
 * it flushes serves all that wait behind it.
 */
export class Wal {
  /** What this process has inserted. */
  readonly usage = { records: 0, images: 0, bytes: 0 };
  /** What this process changes without a record, for now. */
  readonly unlogged = new UnloggedFiles();
  /** Start of the last record that this process inserted, 0 before the first. */
  lastInsertStart = 0 as Lsn;
  /** Called when an asynchronous commit should make the WAL writer look. */
  onAsyncCommit: () => void = () => {};
  /** Called by the process that has filled and fsynced a segment, under the lock WalWrite: only to tell others. */
  onSegmentFilled: (segment: number) => void = () => {};

  private readonly state: WalSharedState;
  private readonly positions: BytePositions;
  private readonly insertLocks: InsertLocks;
  private readonly segments: SegmentFiles;
  private readonly writer: SegmentWriter;
  private readonly buffers: WalBuffers;
  private readonly flushRequests: FlushRequests;
  private readonly remover: SegmentRemover;
  private readonly assembler = new RecordAssembler();

  private reservedStart = 0 as Lsn;
  private reservedEnd = 0 as Lsn;
  private previousStart = 0 as Lsn;
  /** What the record being inserted was assembled for. */
  private draft!: RecordDraft;
  private assembledRedo = 0 as Lsn;
  private assembledWithImages = false;

  constructor(
    private readonly context: EngineContext,
    private readonly config: WalConfig,
  ) {
    const { segmentBytes } = config;
    this.state = new WalSharedState(context.memory.arena);
    this.positions = new BytePositions(segmentBytes);
    this.insertLocks = new InsertLocks(context, this.state, this.positions);
    this.segments = new SegmentFiles(context, segmentBytes);
    this.writer = new SegmentWriter(context, this.state, this.segments, segmentBytes, (segment) =>
      this.onSegmentFilled(segment),
    );
    this.buffers = new WalBuffers(context, config, this.state, this.insertLocks, this.writer);
    this.flushRequests = new FlushRequests(context, this.state, this.insertLocks, this.writer, this.buffers);
    this.remover = new SegmentRemover(context, this.segments, segmentBytes);
  }

  /**
   * Opens the log for insertion, once per server start, by the process that has finished recovery. Makes what recovery
   * has read durable first, loads the partly filled last page and wipes what lies behind it.
   */
  startInsertion(start: WalStart): void {
    assert(!this.isOpen(), 'the log is open for insertion already');
    const end = start.missingContrecord ?? start.endOfLog;
    this.segments.removeTemporary();
    this.segments.fsyncDirectory();
    this.buffers.forgetCache();
    this.state.set('initializedUpTo', end);
    const { segmentBytes } = this.config;
    const { timeline, remnants } = start;
    const partialPage = openTail(this.context, this.segments, { timeline, end, remnants, segmentBytes });
    if (partialPage !== undefined) this.buffers.loadPartialPage(end, partialPage);
    const { state } = this;
    state.set('timeline', timeline);
    state.set('currentPosition', this.positions.position(end));
    state.set('previousPosition', this.positions.position(start.previousRecord));
    state.set('missingContrecord', start.missingContrecord ?? 0);
    state.set('redo', start.redo);
    state.set('fullPageWrites', this.context.settings.get('full_page_writes') ? 1 : 0);
    for (const field of ['written', 'flushed', 'writeRequest', 'asyncCommit'] as const) state.set(field, end);
    this.insertLocks.startImportant(start.previousRecord);
    state.set('isOpen', 1);
  }

  /** Whether records may be inserted: recovery is over. */
  isOpen(): boolean {
    return this.state.get('isOpen') === 1;
  }

  /**
   * Inserts a record and returns its end, to be set as the LSN of the pages it describes; INVALID_LSN, and no record, for
   * pages whose changes are not logged. Any failure after the record was laid out is a PANIC.
   */
  insert(draft: RecordDraft): Lsn {
    if (this.unlogged.covers(draft)) return INVALID_LSN;
    if (!this.isOpen()) throw error(SqlState.internalError, 'cannot make new WAL entries during recovery');
    for (;;) {
      this.assembledRedo = this.state.getLsn('redo');
      this.assembledWithImages = this.state.get('fullPageWrites') === 1;
      this.assembler.assemble(draft, this.assembledRedo, this.assembledWithImages);
      this.draft = draft;
      const end = this.context.interrupts.critical(this.insertAssembled);
      if (end !== RETRY) return end;
    }
  }

  /** Group commit: returns when everything before `upTo` is durable, by this process's effort or another's. */
  flush(upTo: Lsn): void {
    if (this.isOpen()) this.flushRequests.flush(this.beforeHeader(upTo));
  }

  needsFlush(upTo: Lsn): boolean {
    return this.isOpen() && upTo > this.state.get('flushed');
  }

  /** Remembers a commit record's end that nobody waits for: the WAL writer flushes it soon. */
  setAsyncCommit(end: Lsn): void {
    if (this.flushRequests.setAsyncCommit(end)) this.onAsyncCommit();
  }

  /** One round of the WAL writer; false when there was nothing to do. */
  backgroundFlush(): boolean {
    return this.isOpen() && this.flushRequests.background();
  }

  /** Told by the WAL writer before it sleeps long: while it does, every asynchronous commit wakes it. */
  setWriterSleeping(isSleeping: boolean): void {
    this.state.set('isWriterSleeping', isSleeping ? 1 : 0);
  }

  /** Where the next record will start. */
  insertLsn(): Lsn {
    return this.positions.startLsn(this.state.get('currentPosition'));
  }

  writeLsn(): Lsn {
    return this.state.getLsn('written');
  }

  flushLsn(): Lsn {
    return this.state.getLsn('flushed');
  }

  redoLsn(): Lsn {
    return this.state.getLsn('redo');
  }

  /** A record that is on disk, where it is known to start. Raises 58030 when it is not there. */
  readBack(start: Lsn): WalRecord {
    const { context, config } = this;
    const directory = `${context.dataDirectory}/${WAL_DIRECTORY}`;
    const source = fileWalSource(context.os, directory, this.timeline(), config.segmentBytes);
    try {
      const result = new WalReader(source, config.segmentBytes, { ...config, windowBytes: READ_BACK_BYTES }).read(
        start,
      );
      if ('record' in result) return result.record;
      throw error(SqlState.ioError, `could not read WAL at ${formatLsn(start)}: ${result.endOfLog}`);
    } finally {
      source.close();
    }
  }

  timeline(): TimelineId {
    return this.state.get('timeline');
  }

  /** Start of the last record not marked unimportant: a checkpoint is due only when it moved. */
  lastImportantLsn(): Lsn {
    return this.insertLocks.lastImportant();
  }

  statistics(): WalStatistics {
    const get = this.state.get.bind(this.state);
    return {
      records: get('records'),
      images: get('images'),
      bytes: get('bytes'),
      buffersFull: get('buffersFull'),
      writes: get('writes'),
      syncs: get('syncs'),
    };
  }

  /** Runs `body` while no process can insert: for the redo point, and what must change with it. */
  withAllInsertLocks<T>(body: () => T): T {
    this.insertLocks.acquireAll();
    try {
      return body();
    } finally {
      this.insertLocks.releaseAll();
    }
  }

  /** Where the next record will start, exact under all insert locks. */
  currentInsertPosition(): Lsn {
    return this.insertLsn();
  }

  /** Under all insert locks. From now on each page not changed since `redo` is logged whole at its next change. */
  setRedoLsn(redo: Lsn): void {
    this.state.set('redo', redo);
  }

  /** Under all insert locks. */
  setFullPageWrites(isOn: boolean): void {
    this.state.set('fullPageWrites', isOn ? 1 : 0);
  }

  fullPageWrites(): boolean {
    return this.state.get('fullPageWrites') === 1;
  }

  /**
   * Leaves the rest of the current segment empty and makes the segment durable. Returns the end of the switch record; at a
   * segment's very start there is nothing to switch, and that position is returned.
   */
  switchSegment(): Lsn {
    assert(this.isOpen(), 'cannot switch segments during recovery');
    this.draft = { rmgr: Rmgr.xlog, info: XlogInfo.switch, data: [] };
    this.assembler.assemble(this.draft, this.state.getLsn('redo'), false);
    const end = this.context.interrupts.critical(() => this.withAllInsertLocks(() => this.insertSwitch()));
    this.flush(this.reservedEnd);
    return end;
  }

  /**
   * After a checkpoint whose redo point is `redo`, the one before having had `lastRedo`: removes or recycles the segments
   * that no recovery needs, and makes the next one when the current one, which ends at `end`, is nearly full.
   */
  removeOldSegments(redo: Lsn, lastRedo: Lsn, end: Lsn): SegmentRemoval {
    return this.remover.remove(this.state.get('timeline'), redo, lastRedo, end);
  }

  /** Closes this process's files. */
  close(): void {
    this.writer.close();
  }

  /** XLogInsertRecord: RETRY when the redo point has moved such that a page needs an image after all. */
  private readonly insertAssembled = (): Lsn => {
    this.insertLocks.acquire();
    if (this.isOutdated()) {
      this.insertLocks.release();
      return RETRY;
    }
    const { assembler } = this;
    this.reserve(assembler.length);
    assembler.seal(this.previousStart);
    this.checkEnd(this.buffers.copyRecord(assembler.bytes, assembler.length, this.reservedStart));
    if (this.draft.markUnimportant !== true) this.insertLocks.markImportant(this.reservedStart);
    this.insertLocks.release();
    this.lastInsertStart = this.reservedStart;
    this.context.os.reach('wal:inserted');
    return this.reservedEnd;
  };

  private isOutdated(): boolean {
    if (this.state.get('fullPageWrites') !== 1) return false;
    if (!this.assembledWithImages) return (this.draft.blocks?.length ?? 0) > 0;
    const { oldestWithoutImage } = this.assembler;
    return oldestWithoutImage !== 0 && oldestWithoutImage <= this.state.get('redo');
  }

  private reserve(recordBytes: number): void {
    const { lwlocks } = this.context.memory;
    const { state } = this;
    const bytes = align8(recordBytes);
    lwlocks.acquire(lwLockIds.WalInsertPosition, 'exclusive');
    const position = state.get('currentPosition');
    const previous = state.get('previousPosition');
    state.set('currentPosition', position + bytes);
    state.set('previousPosition', position);
    this.setReserved(position, position + bytes, previous);
    this.count(recordBytes);
    lwlocks.release(lwLockIds.WalInsertPosition);
  }

  private setReserved(start: number, end: number, previous: number): void {
    this.reservedStart = this.positions.startLsn(start);
    this.reservedEnd = this.positions.endLsn(end);
    this.previousStart = this.positions.startLsn(previous);
  }

  /** A flush writes whole pages that are waiting along with what it was asked for. */
  private count(recordBytes: number): void {
    const { state, reservedStart, reservedEnd } = this;
    state.add('records', 1);
    state.add('images', this.assembler.imageCount);
    state.add('bytes', recordBytes);
    this.usage.records++;
    this.usage.images += this.assembler.imageCount;
    this.usage.bytes += recordBytes;
    const isNewPage = Math.floor(reservedStart / WAL_PAGE_BYTES) !== Math.floor(reservedEnd / WAL_PAGE_BYTES);
    if (isNewPage && state.get('writeRequest') < reservedEnd) state.set('writeRequest', reservedEnd);
  }

  private checkEnd(reached: Lsn): void {
    if (reached === this.reservedEnd) return;
    const reserved = formatLsn(this.reservedEnd);
    throw panic(SqlState.internalError, `space reserved for WAL record does not match what was written: ${reserved}`);
  }

  private insertSwitch(): Lsn {
    const { state, positions, config } = this;
    const position = state.get('currentPosition');
    const here = positions.endLsn(position);
    if (here % config.segmentBytes === 0) {
      this.reservedEnd = here;
      return here;
    }
    this.setReserved(position, position + RecordHeader.bytes, state.get('previousPosition'));
    const recordEnd = this.reservedEnd;
    const segmentEnd = (Math.ceil(recordEnd / config.segmentBytes) * config.segmentBytes) as Lsn;
    this.reserveUpTo(segmentEnd, position);
    this.assembler.seal(this.previousStart);
    const reached = this.buffers.copyRecord(this.assembler.bytes, this.assembler.length, this.reservedStart);
    this.buffers.zeroUpTo(segmentEnd, reached);
    this.insertLocks.markImportant(this.reservedStart);
    this.lastInsertStart = this.reservedStart;
    return this.behindHeader(recordEnd);
  }

  private reserveUpTo(segmentEnd: Lsn, start: number): void {
    const { lwlocks } = this.context.memory;
    lwlocks.acquire(lwLockIds.WalInsertPosition, 'exclusive');
    this.reservedEnd = segmentEnd;
    this.state.set('currentPosition', this.positions.position(segmentEnd));
    this.state.set('previousPosition', start);
    this.count(RecordHeader.bytes);
    lwlocks.release(lwLockIds.WalInsertPosition);
  }

  private behindHeader(end: Lsn): Lsn {
    const isBoundary = end % WAL_PAGE_BYTES === 0;
    return (isBoundary ? end + pageHeaderBytes(end, this.config.segmentBytes) : end) as Lsn;
  }

  /** Nothing can end directly behind a page header: such a position (`insertLsn`) stands for the page's start. */
  private beforeHeader(position: Lsn): Lsn {
    const inPage = position % WAL_PAGE_BYTES;
    const pageStart = (position - inPage) as Lsn;
    return inPage <= pageHeaderBytes(pageStart, this.config.segmentBytes) ? pageStart : position;
  }
}
