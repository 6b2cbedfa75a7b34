import { INVALID_LSN } from '../../base/lsn.js';
import { xidOf, xidPrecedes, type Xid } from '../../base/xid.js';
import type { WalRecord } from '../../wal/record.js';
import type { SubtransactionLog } from '../transactions/subtransaction-log.js';
import type { TransactionIds } from '../transactions/transaction-ids.js';
import { decodePreparedState, type PreparedState } from './state-format.js';
import type { TwoPhase, TwoPhaseParts } from './two-phase.js';

export interface TwoPhaseRecoveryParts extends TwoPhaseParts {
  readonly twoPhase: TwoPhase;
  readonly ids: TransactionIds;
  readonly subtransactions: SubtransactionLog;
}

/**
 * How prepared transactions come back when a cluster starts (twophase.c restoreTwoPhaseData, PrepareRedoAdd,
 * PrescanPreparedTransactions, RecoverPreparedTransactions).
 *
 *   files of pg_twophase ─► replay adds and removes ─► those that are left: oldest id noted ─► locks, process-array entries
 *
 * Unlike there, what has a file takes a place in the table only when replay has not ended it: a checkpoint that a crash left
 * without its record has written files of transactions that were prepared after the point where replay begins, when others
 * that had made room for them were not finished yet.
 */
export class TwoPhaseRecovery {
  private readonly onDisk = new Set<Xid>();

  constructor(private readonly parts: TwoPhaseRecoveryParts) {}

  /** Before replay: what the last checkpoints wrote. Returns the ids of those whose files had to go. */
  restoreFiles(): Xid[] {
    const { files } = this.parts.twoPhase;
    files.removeUnfinished();
    const stale: Xid[] = [];
    for (const xid of files.list()) {
      if (this.isStale(xid)) stale.push(xid);
      else this.onDisk.add(xid);
    }
    for (const xid of stale) files.remove(xid);
    return stale;
  }

  /**
   * Redo of PREPARE. A transaction whose file was found is known already: the file was written for a checkpoint that a crash
   * then left without its record.
   */
  redoPrepare({ data, lsn, endLsn }: WalRecord): void {
    const state = decodePreparedState(data);
    for (const child of state.subtransactions) this.parts.ids.advancePast(child);
    if (!this.onDisk.has(state.xid)) this.parts.twoPhase.table.addReplayed(state, lsn, endLsn);
  }

  /** Redo of COMMIT PREPARED and ROLLBACK PREPARED. */
  redoFinish(xid: Xid): void {
    const { table, files } = this.parts.twoPhase;
    if (this.onDisk.delete(xid)) files.remove(xid);
    const entry = table.find(xid);
    if (entry !== undefined) table.free(entry);
  }

  /** After replay: gives up what is no more, and returns the oldest transaction that is left, or else the next id. */
  settle(): Xid {
    const { twoPhase, ids } = this.parts;
    const { table } = twoPhase;
    for (const xid of this.onDisk) table.addReplayed(this.readFile(xid), INVALID_LSN, INVALID_LSN);
    for (const entry of table.replayed()) {
      if (this.isStale(table.xid(entry))) this.redoFinish(table.xid(entry));
      else for (const child of twoPhase.readState(entry).subtransactions) ids.advancePast(child);
    }
    const next = xidOf(ids.nextFullXid());
    const left = table.replayed().map((entry) => table.xid(entry));
    return left.reduce((oldest, xid) => (xidPrecedes(xid, oldest) ? xid : oldest), next);
  }

  /** Before anyone else comes: they run again, with their locks. Returns their ids. */
  resume(): Xid[] {
    const { table } = this.parts.twoPhase;
    const entries = table.replayed();
    for (const entry of entries) this.resumeOne(entry, this.parts.twoPhase.readState(entry));
    return entries.map((entry) => table.xid(entry));
  }

  private resumeOne(entry: number, state: PreparedState): void {
    const { twoPhase, subtransactions, storage, processes } = this.parts;
    const { table } = twoPhase;
    const slot = table.slotOf(entry);
    for (const child of state.subtransactions) subtransactions.setParent(child, state.xid);
    for (const lock of state.locks) storage.locks.grantTo(slot, lock);
    table.locked('exclusive', () => {
      table.markPrepared(entry);
      processes.addPrepared(slot, state, state.subtransactions);
    });
  }

  /** Has it ended, or been prepared in a future that the log does not know? Such a file was not removed in time. */
  private isStale(xid: Xid): boolean {
    const { ids, commitLog } = this.parts;
    if (!xidPrecedes(xid, xidOf(ids.nextFullXid()))) return true;
    return commitLog.didCommit(xid) || commitLog.didAbort(xid);
  }

  private readFile(xid: Xid): PreparedState {
    return decodePreparedState(this.parts.twoPhase.files.read(xid));
  }
}
