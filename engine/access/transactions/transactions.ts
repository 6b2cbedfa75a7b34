import type { RelFile } from '../../base/block.js';
import { assert, error } from '../../base/errors.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, xidOf, type Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { Wal } from '../../wal/wal.js';
import { ComboCommandIds } from './combo-command-ids.js';
import type { CommitLog } from './commit-log.js';
import { SPECIAL_RELATION_UPDATE, TransactionInfo, encodeTransactionEnd } from './commit-record.js';
import { PendingFiles } from './pending-files.js';
import type { ProcessArray } from './process-array.js';
import type { Snapshot, SnapshotData } from './snapshot.js';
import type { TransactionIds } from './transaction-ids.js';

export type Isolation = 'read committed' | 'repeatable read';

export interface TransactionOptions {
  readonly isolation: Isolation;
  readonly readOnly: boolean;
}

/** A checkpoint must not take its redo point now (DELAY_CHKPT_START). */
const DELAY_CHECKPOINT_START = 1;
const MAX_COMMAND_ID = 0xffff_fffe;
const RETRY_MS = 1;

/**
 * This process's transaction (access/transam/xact.c). One at a time; without subtransactions.
 *
 * The order of a commit is what makes it survive a crash and look atomic to others:
 *
 *   1. hold off a checkpoint's redo point: record and commit log must fall on the same side of it
 *   2. insert the commit record                        from here on a crash may find the transaction committed
 *   3. flush it, unless the commit is asynchronous     from here on it will
 *   4. mark the commit log, with the record's LSN if it is not flushed
 *   5. let checkpoints go on
 *   6. leave the process array                         from here on others see it
 *   7. callbacks, buffer pins, locks; remove the files it dropped
 */
export class Transactions {
  private options: TransactionOptions | undefined;
  private currentXid = INVALID_XID;
  private command = 0;
  private isCommandUsed = false;
  /** Of this statement, or of the whole transaction under repeatable read. */
  private data: SnapshotData | undefined;
  private made: Snapshot | undefined;
  private latest: Xid | undefined;
  private callbacks: ((committed: boolean) => void)[] = [];
  private readonly pendingFiles = new PendingFiles();
  readonly combos = new ComboCommandIds();
  /** Counts this process's transactions: what was pinned or locked under another number is so no more. */
  generation = 0;
  /** Told of the end of every transaction, those without an id too. */
  onEveryEnd: (committed: boolean) => void = () => {};

  constructor(
    private readonly context: EngineContext,
    private readonly wal: Wal,
    private readonly storage: Storage,
    private readonly commitLog: CommitLog,
    private readonly ids: TransactionIds,
    private readonly processes: ProcessArray,
  ) {}

  get isInTransaction(): boolean {
    return this.options !== undefined;
  }

  get isolation(): Isolation {
    return this.current().isolation;
  }

  get isReadOnly(): boolean {
    return this.current().readOnly;
  }

  begin(options: TransactionOptions): void {
    assert(this.options === undefined, 'a transaction is already in progress');
    this.options = options;
    this.command = 0;
    this.isCommandUsed = false;
  }

  /** Changes the mode of a transaction that has taken no snapshot yet. */
  setOptions(options: TransactionOptions): void {
    assert(this.current() && this.data === undefined, 'the transaction has begun to read');
    this.options = options;
  }

  /** Has a query run in it? Its isolation level is fixed then. */
  get hasSnapshot(): boolean {
    return this.data !== undefined;
  }

  /** Without `synchronous` it may be lost by a crash, whole, with all later ones, within some WAL writer delays. */
  commit(options: { synchronous: boolean }): void {
    this.current();
    if (this.currentXid !== INVALID_XID) this.recordCommit(options.synchronous);
    else assert(this.pendingFiles.removedBy(true).length === 0, 'files dropped by a transaction without an id');
    this.leave(true);
    this.context.os.reach('commit:done');
  }

  /** Undoes the transaction; does nothing when there is none. Lets go of every lock and pin, whatever went wrong before. */
  abort(): void {
    this.context.memory.lwlocks.releaseAll();
    this.storage.buffers.releaseAll();
    if (this.options === undefined) {
      this.storage.locks.releaseAll();
      return;
    }
    if (this.currentXid !== INVALID_XID) this.recordAbort();
    this.leave(false);
    this.context.os.reach('abort:done');
  }

  /** This transaction's id; it gets one now if it had none. Others can wait for it from then on. */
  xid(): Xid {
    if (this.currentXid === INVALID_XID) {
      this.current();
      this.currentXid = this.ids.assignXid();
      this.storage.locks.acquire({ kind: 'transaction', xid: this.currentXid }, 'Exclusive');
    }
    return this.currentXid;
  }

  xidIfAssigned(): Xid {
    return this.currentXid;
  }

  /** What ages are counted from: the same all through the transaction (GetStableLatestTransactionId). */
  latestXid(): Xid {
    this.latest ??= this.currentXid === INVALID_XID ? xidOf(this.ids.nextFullXid()) : this.currentXid;
    return this.latest;
  }

  isMine(xid: Xid): boolean {
    return xid === this.currentXid && xid !== INVALID_XID;
  }

  commandId(): number {
    return this.command;
  }

  /** The command id to mark a change with. */
  useCommandId(): number {
    this.isCommandUsed = true;
    return this.command;
  }

  /** Makes the changes of the command so far visible to what follows. */
  incrementCommand(): void {
    if (!this.isCommandUsed) return;
    if (this.command >= MAX_COMMAND_ID) {
      throw error(SqlState.programLimitExceeded, 'cannot have more than 2^32-2 commands in a transaction');
    }
    this.command++;
    this.isCommandUsed = false;
    this.made = undefined;
  }

  /** Under read committed, the next `snapshot()` is a new one. */
  startStatement(): void {
    if (this.current().isolation !== 'read committed') return;
    this.data = undefined;
    this.made = undefined;
  }

  /**
   * What the current statement sees. A snapshot stays good until the transaction ends, for suspended portals too: the
   * transaction's first one holds back the removal of dead rows all that time.
   */
  snapshot(): Snapshot {
    if (this.made !== undefined) return this.made;
    this.current();
    this.data ??= this.processes.takeSnapshot();
    return (this.made = this.seeing(this.data));
  }

  /** What has committed by now, for catalogs. */
  latestSnapshot(): Snapshot {
    this.current();
    return this.seeing(this.processes.takeSnapshot());
  }

  private seeing({ xmin, xmax, running }: SnapshotData): Snapshot {
    return { kind: 'mvcc', xmin, xmax, running, commandId: this.command };
  }

  /** Only for a transaction that is not running: look at `isInProgress` first. */
  isCommitted(xid: Xid): boolean {
    return this.commitLog.didCommit(xid);
  }

  isInProgress(xid: Xid): boolean {
    return this.isMine(xid) || this.processes.isRunning(xid);
  }

  /** Where its commit record must be flushed to before a page may say that it committed. */
  commitLsn(xid: Xid): Lsn {
    return this.commitLog.commitLsn(xid);
  }

  /** Older versions than this are dead to everyone, see ProcessArray. */
  oldestXmin(): Xid {
    return this.processes.oldestXmin();
  }

  /** Waits until a transaction has ended. Raises 40P01 in a deadlock, and what interrupts ask for. */
  waitFor(xid: Xid): void {
    for (;;) {
      const tag = { kind: 'transaction', xid } as const;
      this.storage.locks.acquire(tag, 'Share');
      this.storage.locks.release(tag, 'Share');
      if (!this.isInProgress(xid)) return;
      // It has its id but not yet the lock on it: that takes it no time.
      this.context.interrupts.check();
      this.context.memory.latches.waitSync(RETRY_MS);
    }
  }

  /** True once it has ended: does not wait. */
  hasEnded(xid: Xid): boolean {
    return !this.isInProgress(xid);
  }

  dropAtCommit(file: RelFile): void {
    this.xid();
    this.pendingFiles.add(file, 'commit');
  }

  dropAtAbort(file: RelFile): void {
    this.current();
    this.pendingFiles.add(file, 'abort');
  }

  /** Called once, when this transaction has ended and before its locks are released. Must not throw. */
  onEnd(callback: (committed: boolean) => void): void {
    this.current();
    this.callbacks.push(callback);
  }

  private current(): TransactionOptions {
    assert(this.options !== undefined, 'no transaction is in progress');
    return this.options;
  }

  private recordCommit(synchronous: boolean): void {
    const { os, interrupts, memory } = this.context;
    const files = this.pendingFiles.removedBy(true);
    os.reach('commit:before-record');
    interrupts.critical(() => {
      memory.slots.setDelayCheckpoint(DELAY_CHECKPOINT_START);
      const recordEnd = this.insertEnd(TransactionInfo.commit, files);
      os.reach('commit:after-record');
      if (synchronous || files.length > 0) {
        this.wal.flush(recordEnd);
        os.reach('commit:after-flush');
        this.commitLog.setCommitted(this.currentXid, INVALID_LSN);
      } else {
        this.wal.setAsyncCommit(recordEnd);
        this.commitLog.setCommitted(this.currentXid, recordEnd);
      }
      os.reach('commit:after-commit-log');
      memory.slots.setDelayCheckpoint(0);
    });
  }

  /**
   * Nobody waits for the record: what a crash loses of an aborted transaction counts as aborted anyway. But files are
   * removed only when replay will know that, and not miss their pages.
   */
  private recordAbort(): void {
    const { os, interrupts } = this.context;
    os.reach('abort:before-record');
    interrupts.critical(() => {
      assert(!this.commitLog.didCommit(this.currentXid), () => `transaction ${this.currentXid} was already committed`);
      const files = this.pendingFiles.removedBy(false);
      const recordEnd = this.insertEnd(TransactionInfo.abort, files);
      if (files.length > 0) this.wal.flush(recordEnd);
      else this.wal.setAsyncCommit(recordEnd);
      os.reach('abort:after-record');
      this.commitLog.setAborted(this.currentXid);
    });
  }

  private insertEnd(operation: number, files: readonly RelFile[]): Lsn {
    const info = files.length > 0 ? operation | TransactionInfo.hasInfo | SPECIAL_RELATION_UPDATE : operation;
    const data = encodeTransactionEnd(this.context.os.clock.now(), files);
    return this.wal.insert({ rmgr: Rmgr.transaction, info, xid: this.currentXid, data: [data] });
  }

  /** From the process array on: the transaction's outcome is settled. */
  private leave(isCommit: boolean): void {
    this.processes.end(this.currentXid);
    const { callbacks } = this;
    const files = this.pendingFiles.take(isCommit);
    this.forget();
    this.onEveryEnd(isCommit);
    for (const callback of callbacks) callback(isCommit);
    this.storage.buffers.releaseAll();
    this.storage.locks.releaseAll();
    if (files.length > 0) this.removeFiles(files);
  }

  private forget(): void {
    this.options = undefined;
    this.generation++;
    this.currentXid = INVALID_XID;
    this.data = undefined;
    this.made = undefined;
    this.latest = undefined;
    this.callbacks = [];
    this.combos.clear();
  }

  private removeFiles(files: readonly RelFile[]): void {
    this.storage.buffers.dropRelation([...files]);
    for (const file of files) this.storage.files.unlink(file);
  }
}
