import { error } from '../../base/errors.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { Wal } from '../../wal/wal.js';
import type { CommitLog } from '../transactions/commit-log.js';
import { TransactionInfo, transactionEndRecord } from '../transactions/commit-record.js';
import type { ProcessArray } from '../transactions/process-array.js';
import type { TransactionLevel } from '../transactions/transaction-level.js';
import type { Transactions } from '../transactions/transactions.js';
import { GID_BYTES, PreparedTable, type PreparedTransaction, type Requester } from './prepared-table.js';
import { decodePreparedState, encodePreparedState, type PreparedState } from './state-format.js';
import { StateFiles } from './state-files.js';

export interface TwoPhaseParts {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly storage: Storage;
  readonly commitLog: CommitLog;
  readonly processes: ProcessArray;
  readonly transactions: Transactions;
}

const DELAY_CHECKPOINT_START = 1;

/**
 * Two-phase commit (access/transam/twophase.c).
 *
 *   running ──PREPARE──► prepared ──COMMIT PREPARED──► committed
 *                           └──────ROLLBACK PREPARED──► aborted
 *
 * A prepared transaction needs no process any more, and survives crashes: its state is in its WAL record, and from the first
 * checkpoint on in a file of `pg_twophase`. It goes on running for everyone else, with an entry of its own in the process
 * array, which holds its locks. Whoever finishes it later finds in its state what its process knew.
 *
 * The order of PREPARE, whose record must be on disk before anyone hears of it:
 *
 *   1. reserve the gid and an entry       may fail: then the transaction aborts
 *   2. hold off a checkpoint's redo point: record and entry must fall on the same side of it
 *   3. insert and flush the record        from here on a crash finds it prepared
 *   4. show it in the process array       this process's own slot shows it too, for a moment
 *   5. let checkpoints go on
 *   6. leave the process array; hand over the locks
 *   7. others may finish it
 */
export class TwoPhase {
  readonly table: PreparedTable;
  readonly files: StateFiles;

  constructor(private readonly parts: TwoPhaseParts) {
    this.table = new PreparedTable(parts.context);
    this.files = new StateFiles(parts.context);
  }

  /**
   * Prepares this process's transaction, which has thereby left it. Raises 22023, 42710, 53200, 55000, and leaves it to be
   * aborted then.
   */
  prepare(gid: string, by: Requester): void {
    if (Buffer.byteLength(gid) >= GID_BYTES) {
      throw error(SqlState.invalidParameterValue, `transaction identifier "${gid}" is too long`);
    }
    let entry = -1;
    this.parts.transactions.handOver((whole) => {
      const state = this.stateOf(whole, gid, by);
      entry = this.table.reserve(state);
      this.parts.context.interrupts.critical(() => this.record(entry, state));
      return this.table.slotOf(entry);
    });
    this.table.unclaim(entry);
    this.parts.context.os.reach('prepare:done');
  }

  /**
   * Commits or aborts a prepared transaction. `forgetTables` is called when it changed catalogs, after others can see that
   * and before its locks are gone. Raises 42704, 42501, 55000, 0A000.
   */
  finish(gid: string, isCommit: boolean, by: Requester, forgetTables: () => void): void {
    const entry = this.table.claim(gid, by);
    const state = this.readClaimed(entry);
    const { context, processes, transactions } = this.parts;
    context.interrupts.critical(() => {
      this.recordEnd(state, isCommit);
      processes.endPrepared(this.table.slotOf(entry), state.subtransactions.at(-1) ?? state.xid);
    });
    transactions.removeFiles(isCommit ? state.droppedAtCommit : state.droppedAtAbort);
    if (isCommit && state.changesCatalogs) forgetTables();
    this.letGo(entry, state);
    context.os.reach('finish-prepared:done');
  }

  list(): PreparedTransaction[] {
    return this.table.locked('shared', () => this.table.prepared().map((entry) => this.table.describe(entry)));
  }

  /**
   * A checkpoint's part: WAL before `redo` will go, so what was prepared there needs files (CheckPointTwoPhase). Names that
   * came, and those that went since the last checkpoint, become durable. Returns how many files were written.
   */
  checkpoint(redo: Lsn): number {
    if (this.table.capacity === 0) return 0;
    const written = this.table.locked('shared', () => this.writeStates(redo));
    this.files.syncDirectory();
    return written;
  }

  /** The state of an entry, from WAL or from its file. */
  readState(entry: number): PreparedState {
    return decodePreparedState(this.readBytes(entry));
  }

  private readBytes(entry: number): Buffer {
    if (this.table.isOnDisk(entry)) return this.files.read(this.table.xid(entry));
    return this.parts.wal.readBack(this.table.start(entry)).data;
  }

  private readClaimed(entry: number): PreparedState {
    try {
      return this.readState(entry);
    } catch (thrown) {
      this.table.unclaim(entry);
      throw thrown;
    }
  }

  private stateOf(whole: TransactionLevel, gid: string, { role, database }: Requester): PreparedState {
    const { context, storage } = this.parts;
    return {
      xid: whole.xid,
      database,
      owner: role,
      gid,
      preparedAt: context.os.clock.now(),
      subtransactions: whole.children,
      droppedAtCommit: whole.files.removedBy(true),
      droppedAtAbort: whole.files.removedBy(false),
      changesCatalogs: whole.changesCatalogs,
      locks: storage.locks.held(),
    };
  }

  private record(entry: number, state: PreparedState): void {
    const { context, wal, processes } = this.parts;
    const { slots } = context.memory;
    context.os.reach('prepare:before-record');
    slots.setDelayCheckpoint(DELAY_CHECKPOINT_START);
    const data = [encodePreparedState(state)];
    const end = wal.insert({ rmgr: Rmgr.transaction, info: TransactionInfo.prepare, xid: state.xid, data });
    this.table.setRecord(entry, wal.lastInsertStart, end);
    context.os.reach('prepare:after-record');
    wal.flush(end);
    context.os.reach('prepare:after-flush');
    this.table.locked('exclusive', () => {
      this.table.markPrepared(entry);
      processes.addPrepared(this.table.slotOf(entry), state, state.subtransactions);
    });
    slots.setDelayCheckpoint(0);
  }

  private recordEnd({ xid, subtransactions, ...state }: PreparedState, isCommit: boolean): void {
    const { context, wal, commitLog } = this.parts;
    const { slots } = context.memory;
    const operation = isCommit ? TransactionInfo.commitPrepared : TransactionInfo.abortPrepared;
    const files = isCommit ? state.droppedAtCommit : state.droppedAtAbort;
    const end = { time: context.os.clock.now(), subtransactions, files, preparedXid: xid };
    context.os.reach('finish-prepared:before-record');
    slots.setDelayCheckpoint(DELAY_CHECKPOINT_START);
    const recordEnd = wal.insert(transactionEndRecord(operation, INVALID_XID, end));
    context.os.reach('finish-prepared:after-record');
    wal.flush(recordEnd);
    context.os.reach('finish-prepared:after-flush');
    if (isCommit) commitLog.setCommitted(xid, INVALID_LSN, subtransactions);
    else commitLog.setAborted(xid, subtransactions);
    slots.setDelayCheckpoint(0);
  }

  private letGo(entry: number, state: PreparedState): void {
    const wasOnDisk = this.table.locked('exclusive', () => {
      this.parts.storage.locks.releaseOf(this.table.slotOf(entry), state.locks);
      const isOnDisk = this.table.isOnDisk(entry);
      this.table.free(entry);
      return isOnDisk;
    });
    if (wasOnDisk) this.files.remove(state.xid);
  }

  private writeStates(redo: Lsn): number {
    const due = this.table.prepared().filter((entry) => !this.table.isOnDisk(entry) && this.table.end(entry) <= redo);
    for (const entry of due) {
      this.files.write(this.table.xid(entry), this.readBytes(entry));
      this.table.setOnDisk(entry);
    }
    return due.length;
  }
}
