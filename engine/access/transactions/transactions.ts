import { sameRelFile, type RelFile } from '../../base/block.js';
import { assert, error } from '../../base/errors.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, xidOf, type Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import type { Wal } from '../../wal/wal.js';
import { ComboCommandIds } from './combo-command-ids.js';
import type { CommitLog } from './commit-log.js';
import { TransactionInfo, transactionEndRecord } from './commit-record.js';
import { PendingSyncs } from './pending-syncs.js';
import type { ProcessArray } from './process-array.js';
import type { Snapshot, SnapshotData } from './snapshot.js';
import type { SubtransactionLog } from './subtransaction-log.js';
import type { TransactionIds } from './transaction-ids.js';
import type { KeptLock, TransactionLevel } from './transaction-level.js';
import { TransactionLevels } from './transaction-levels.js';

export type Isolation = 'read committed' | 'repeatable read';

/** Hears of every transaction, those without an id too, and of the levels in it. */
export interface TransactionObserver {
  beginSub(): void;
  endSub(committed: boolean): void;
  endTransaction(committed: boolean): void;
}

export interface TransactionOptions {
  readonly isolation: Isolation;
  readonly readOnly: boolean;
}

/** A checkpoint must not take its redo point now (DELAY_CHKPT_START). */
const DELAY_CHECKPOINT_START = 1;
const MAX_COMMAND_ID = 0xffff_fffe;
const RETRY_MS = 1;

/**
 * This process's transaction (access/transam/xact.c), one at a time, and the subtransactions in it.
 *
 * The order of a commit is what makes it survive a crash and look atomic to others:
 *
 *   0. make durable, or log whole, the new files whose changes were not logged
 *   1. hold off a checkpoint's redo point: record and commit log must fall on the same side of it
 *   2. insert the commit record                        from here on a crash may find the transaction committed
 *   3. flush it, unless the commit is asynchronous     from here on it will
 *   4. mark the commit log, with the record's LSN if it is not flushed
 *   5. let checkpoints go on
 *   6. leave the process array                         from here on others see it
 *   7. callbacks, buffer pins, locks; remove the files it dropped
 *
 * A subtransaction that ends well does nothing of this: what it holds becomes its parent's, and its id commits with the whole.
 * One that aborts does at once: it leaves the process array, so that others go on over what it did.
 */
export class Transactions {
  private isolationLevel: Isolation = 'read committed';
  private readonly levels: TransactionLevels;
  private readonly pendingSyncs: PendingSyncs;
  private command = 0;
  private isCommandUsed = false;
  /** Of this statement, or of the whole transaction under repeatable read. */
  private data: SnapshotData | undefined;
  private made: Snapshot | undefined;
  private latest: Xid | undefined;
  private mustBeDurable = false;
  readonly combos = new ComboCommandIds();
  /** Counts this process's transactions and the aborts in them: what was pinned under another number may be so no more. */
  generation = 0;
  observer: TransactionObserver = { beginSub() {}, endSub() {}, endTransaction() {} };

  constructor(
    private readonly context: EngineContext,
    private readonly wal: Wal,
    private readonly storage: Storage,
    private readonly commitLog: CommitLog,
    private readonly ids: TransactionIds,
    private readonly processes: ProcessArray,
    private readonly subtransactions: SubtransactionLog,
  ) {
    this.levels = new TransactionLevels(context, wal, storage, ids, subtransactions);
    this.pendingSyncs = new PendingSyncs(context, wal, storage);
  }

  get isInTransaction(): boolean {
    return !this.levels.isEmpty;
  }

  get isolation(): Isolation {
    this.current();
    return this.isolationLevel;
  }

  /** May be changed at any time, for the rest of this level. */
  get isReadOnly(): boolean {
    return this.current().isReadOnly;
  }

  set isReadOnly(isReadOnly: boolean) {
    this.current().isReadOnly = isReadOnly;
  }

  begin({ isolation, readOnly }: TransactionOptions): void {
    assert(this.levels.isEmpty, 'a transaction is already in progress');
    this.levels.begin(readOnly);
    this.isolationLevel = isolation;
    this.command = 0;
    this.isCommandUsed = false;
  }

  /** Of a transaction that has taken no snapshot yet. */
  setIsolation(isolation: Isolation): void {
    assert(this.current() && this.data === undefined, 'the transaction has begun to read');
    this.isolationLevel = isolation;
  }

  /** Has a query run in it? Its isolation level is fixed then. */
  get hasSnapshot(): boolean {
    return this.data !== undefined;
  }

  /** Subtransactions this one is in; 0 in the transaction itself. */
  get depth(): number {
    return Math.max(0, this.levels.depth);
  }

  /** The number of the subtransaction in the transaction, 1 for the whole: no two have the same. */
  get subtransaction(): number {
    return this.current().number;
  }

  /** Opens a subtransaction: what follows can be undone without the rest. */
  beginSub(): void {
    this.current();
    this.levels.push();
    this.observer.beginSub();
  }

  /** Closes the innermost subtransaction: its changes, locks and the rest are its parent's now. */
  releaseSub(): void {
    this.incrementCommand();
    this.levels.merge();
    this.observer.endSub(true);
  }

  /**
   * Undoes the innermost subtransaction and closes it. Others need not wait for it any longer. Lets go of its locks and
   * pins, and of every LWLock, whatever went wrong before.
   */
  rollbackSub(): void {
    assert(this.levels.depth > 0, 'no subtransaction is in progress');
    const { lwlocks } = this.context.memory;
    lwlocks.releaseAll();
    this.levels.current.restoreLocks();
    this.undoSub();
  }

  private undoSub(): void {
    const level = this.levels.current;
    this.storage.buffers.releasePinsOf(level.owner!);
    if (level.xid !== INVALID_XID) {
      this.recordAbort(level);
      this.processes.endSubtransactions([level.xid, ...level.children]);
    }
    this.levels.drop();
    this.observer.endSub(false);
    this.generation++;
    this.made = undefined;
    this.settleLevel(level, false);
    this.storage.locks.releaseLocksOf(level.owner!);
    this.removeFiles(level.files.removedBy(false));
    this.context.os.reach('abort:subtransaction-done');
  }

  /**
   * This level is about to take a row that `locker` has locked, an id of this transaction. A row has room for one locker
   * only: so `restore` is called when the level is undone, before anyone can know that.
   */
  keepLock(locker: Xid, restore: KeptLock): void {
    if (this.levels.depth > 0) this.levels.current.keepLock(locker, restore);
  }

  /** Without `synchronous` it may be lost by a crash, whole, with all later ones, within some WAL writer delays. */
  commit(options: { synchronous: boolean }): void {
    this.current();
    while (this.levels.depth > 0) this.releaseSub();
    const { top } = this.levels;
    this.pendingSyncs.run(top.files.removedBy(true));
    if (top.xid !== INVALID_XID) this.recordCommit(options.synchronous || this.mustBeDurable);
    else assert(top.files.removedBy(true).length === 0, 'files dropped by a transaction without an id');
    this.leave(true);
    this.context.os.reach('commit:done');
  }

  /** What the transaction did outside of tables is not undone by a crash: so its commit shall not be lost either. */
  forceSynchronousCommit(): void {
    this.mustBeDurable = true;
  }

  /**
   * Ends this process's part in a transaction that is prepared for a two-phase commit (xact.c PrepareTransaction). `record`
   * makes the whole survive and returns the entry of the process array that it goes on in; what it throws leaves the
   * transaction to be aborted. Callbacks hear that nothing has committed.
   */
  handOver(record: (whole: TransactionLevel) => number): void {
    this.topXid();
    while (this.levels.depth > 0) this.releaseSub();
    const { top } = this.levels;
    this.pendingSyncs.run(top.files.removedBy(true));
    const entry = record(top);
    this.context.interrupts.critical(() => {
      this.processes.handOver();
      this.storage.locks.transferTo(entry);
    });
    this.forget();
    this.observer.endTransaction(true);
    this.settleLevel(top, false);
    this.storage.buffers.releaseAll();
  }

  /** Undoes the transaction; does nothing when there is none. Lets go of every lock and pin, whatever went wrong before. */
  abort(): void {
    this.context.memory.lwlocks.releaseAll();
    this.storage.buffers.releaseAll();
    if (this.levels.isEmpty) {
      this.storage.locks.releaseAll();
      return;
    }
    while (this.levels.depth > 0) this.undoSub();
    if (this.levels.topXid !== INVALID_XID) this.recordAbort(this.levels.top);
    this.leave(false);
    this.context.os.reach('abort:done');
  }

  /** The id that changes are marked with: of the subtransaction it is in. It gets one now if it had none. */
  xid(): Xid {
    const { xid } = this.current();
    return xid === INVALID_XID ? this.levels.assignXid() : xid;
  }

  /** The transaction's own id, also in a subtransaction; it gets one now if it had none. */
  topXid(): Xid {
    this.current();
    return this.levels.assignXid(0);
  }

  /** The transaction's own id, if it has one. */
  xidIfAssigned(): Xid {
    return this.levels.topXid;
  }

  /** What ages are counted from: the same all through the transaction (GetStableLatestTransactionId). */
  latestXid(): Xid {
    this.latest ??= this.levels.topXid === INVALID_XID ? xidOf(this.ids.nextFullXid()) : this.levels.topXid;
    return this.latest;
  }

  /** Is it this transaction, or a subtransaction of it that has not aborted? */
  isMine(xid: Xid): boolean {
    return this.levels.isMine(xid);
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
    if (this.isolation !== 'read committed') return;
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

  private seeing({ xmin, xmax, running, overflow }: SnapshotData): Snapshot {
    return { kind: 'mvcc', xmin, xmax, running, overflow, commandId: this.command };
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

  /**
   * Waits until a transaction has ended, or a subtransaction aborted or ended with its whole. Raises 40P01 in a deadlock,
   * and what interrupts ask for.
   */
  waitFor(xid: Xid): void {
    this.waitForLockOf(xid);
    // A subtransaction that ended well has no lock any more: what it was part of has.
    for (let awaited = xid; this.isInProgress(awaited);) {
      const topmost = this.subtransactions.topmost(awaited);
      if (topmost === awaited) this.rest();
      awaited = topmost;
      this.waitForLockOf(awaited);
    }
  }

  private waitForLockOf(xid: Xid): void {
    const tag = { kind: 'transaction', xid } as const;
    this.storage.locks.acquire(tag, 'Share');
    this.storage.locks.release(tag, 'Share');
  }

  /** Someone has an id but not yet the lock on it: that takes it no time. */
  private rest(): void {
    this.context.interrupts.check();
    this.context.memory.latches.waitSync(RETRY_MS);
  }

  /** True once it has ended: does not wait. */
  hasEnded(xid: Xid): boolean {
    return !this.isInProgress(xid);
  }

  dropAtCommit(file: RelFile): void {
    this.xid();
    this.current().files.add(file, 'commit');
  }

  /** For a file just made: nobody can need what happens to it before the transaction commits. */
  dropAtAbort(file: RelFile): void {
    this.current().files.add(file, 'abort');
    if (this.context.settings.get('wal_level') === 'minimal') this.wal.unlogged.add(file);
  }

  /** Was the file made by this very subtransaction, or one in it? Then nobody sees its rows who does not see them all. */
  madeHere(file: RelFile): boolean {
    return this.current()
      .files.removedBy(false)
      .some((made) => sameRelFile(made, file));
  }

  /** Was the file made by this transaction? Then nobody else can write to it before it ends. */
  hasMade(file: RelFile): boolean {
    return this.levels.hasMade(file);
  }

  /** Others will have to forget what they know of tables. */
  noteCatalogChange(): void {
    this.current().changesCatalogs = true;
  }

  /**
   * Called once, when the subtransaction it is asked for in has aborted or the whole has ended, and before locks are
   * released. Must not throw.
   */
  onEnd(callback: (committed: boolean) => void): void {
    this.current().callbacks.push(callback);
  }

  private current(): TransactionLevel {
    const { current } = this.levels;
    assert(current !== undefined, 'no transaction is in progress');
    return current;
  }

  private recordCommit(synchronous: boolean): void {
    const { os, interrupts, memory } = this.context;
    const { top } = this.levels;
    const files = top.files.removedBy(true);
    os.reach('commit:before-record');
    interrupts.critical(() => {
      memory.slots.setDelayCheckpoint(DELAY_CHECKPOINT_START);
      const recordEnd = this.insertEnd(TransactionInfo.commit, top, files);
      os.reach('commit:after-record');
      if (synchronous || files.length > 0) {
        this.wal.flush(recordEnd);
        os.reach('commit:after-flush');
        this.commitLog.setCommitted(top.xid, INVALID_LSN, top.children);
      } else {
        this.wal.setAsyncCommit(recordEnd);
        this.commitLog.setCommitted(top.xid, recordEnd, top.children);
      }
      os.reach('commit:after-commit-log');
      memory.slots.setDelayCheckpoint(0);
    });
  }

  /**
   * Nobody waits for the record: what a crash loses of an aborted transaction counts as aborted anyway. But files are
   * removed only when replay will know that, and not miss their pages.
   */
  private recordAbort(level: TransactionLevel): void {
    const { os, interrupts } = this.context;
    os.reach('abort:before-record');
    interrupts.critical(() => {
      assert(!this.commitLog.didCommit(level.xid), () => `transaction ${level.xid} was already committed`);
      const files = level.files.removedBy(false);
      const recordEnd = this.insertEnd(TransactionInfo.abort, level, files);
      if (files.length > 0) this.wal.flush(recordEnd);
      else this.wal.setAsyncCommit(recordEnd);
      os.reach('abort:after-record');
      this.commitLog.setAborted(level.xid, level.children);
    });
  }

  private insertEnd(operation: number, { xid, children }: TransactionLevel, files: readonly RelFile[]): Lsn {
    const time = this.context.os.clock.now();
    const end = { time, subtransactions: children, files, preparedXid: INVALID_XID };
    return this.wal.insert(transactionEndRecord(operation, xid, end));
  }

  /** From the process array on: the transaction's outcome is settled. */
  private leave(isCommit: boolean): void {
    const { top } = this.levels;
    this.processes.end(top.xid, top.latestXid);
    this.forget();
    this.observer.endTransaction(isCommit);
    this.settleLevel(top, isCommit);
    this.storage.buffers.releaseAll();
    this.storage.locks.releaseAll();
    this.removeFiles(top.files.removedBy(isCommit));
  }

  private settleLevel({ callbacks }: TransactionLevel, isCommit: boolean): void {
    for (const callback of callbacks) callback(isCommit);
  }

  private forget(): void {
    this.levels.end();
    this.wal.unlogged.take();
    this.generation++;
    this.data = undefined;
    this.made = undefined;
    this.latest = undefined;
    this.mustBeDurable = false;
    this.combos.clear();
  }

  /** Of dropped relations, when the transaction that dropped or made them has ended. */
  removeFiles(files: readonly RelFile[]): void {
    if (files.length === 0) return;
    this.storage.buffers.dropRelation(files);
    for (const file of files) this.storage.files.unlink(file);
  }
}
