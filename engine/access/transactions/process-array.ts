import type { Oid } from '../../base/block.js';
import { INVALID_XID, isNormalXid, nextFullXid, xidOf, xidPrecedes, type Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import { ProcessFlag } from '../../memory/process-slots.js';
import type { CommitLog } from './commit-log.js';
import type { SnapshotData } from './snapshot.js';
import type { SubtransactionLog } from './subtransaction-log.js';
import type { TransactionIds } from './transaction-ids.js';

const NOBODY: readonly Xid[] = [];

/**
 * Who is running (storage/ipc/procarray.c): reads every process's slot under the lock ProcArray.
 *
 * A transaction leaves its slot exclusively, a snapshot looks under a shared lock: so it sees each transaction either
 * running or ended, never in between. Taking an id needs no lock here: it is later than every snapshot's xmax.
 *
 * A slot shows the ids of up to 64 subtransactions, of the running ones and of those that ended well. Of a transaction
 * that has had more, the log of subtransactions says what is part of it.
 */
export class ProcessArray {
  private cached: SnapshotData | undefined;
  private cachedAt = 0;
  private horizon = INVALID_XID;
  private isHorizonStale = true;
  /** Everything older than this had ended, by the last snapshot taken. */
  private recentXmin = INVALID_XID;

  constructor(
    private readonly context: EngineContext,
    private readonly ids: TransactionIds,
    private readonly commitLog: Pick<CommitLog, 'didAbort'>,
    private readonly subtransactions: SubtransactionLog,
  ) {}

  /** What is running now. From here on this process's slot keeps others from removing what the snapshot may see. */
  takeSnapshot(): SnapshotData {
    const { slots, lwlocks } = this.context.memory;
    this.isHorizonStale = true;
    lwlocks.acquire(lwLockIds.ProcArray, 'shared');
    try {
      const data = this.current();
      if (slots.xmin(slots.mine) === INVALID_XID) slots.setXmin(data.xmin);
      this.recentXmin = data.xmin;
      return data;
    } finally {
      lwlocks.release(lwLockIds.ProcArray);
    }
  }

  /**
   * Removes this process's transaction from the running ones. Its status must stand in the commit log by now. `latest` is
   * the youngest of its own id and its subtransactions'.
   */
  end(xid: Xid, latest = xid): void {
    const { slots, lwlocks } = this.context.memory;
    if (xid === INVALID_XID) {
      slots.clearTransaction();
      slots.setDelayCheckpoint(0);
      return;
    }
    lwlocks.with(lwLockIds.ProcArray, 'exclusive', () => {
      slots.clearTransaction();
      slots.setDelayCheckpoint(0);
      this.ids.complete(latest);
    });
  }

  /** Removes subtransactions of this process's that aborted (XidCacheRemoveRunningXids). The commit log says so by now. */
  endSubtransactions(xids: readonly Xid[]): void {
    const { slots, lwlocks } = this.context.memory;
    lwlocks.with(lwLockIds.ProcArray, 'exclusive', () => {
      for (const xid of xids) slots.removeSubtransaction(xid);
      this.ids.complete(xids[xids.length - 1]);
    });
  }

  /**
   * This process has nothing to do with its transaction any more, which goes on as a prepared one. Snapshots of this process
   * left it out, as its own: none of them may be used again.
   */
  handOver(): void {
    const { slots, lwlocks } = this.context.memory;
    lwlocks.with(lwLockIds.ProcArray, 'exclusive', () => {
      slots.clearTransaction();
      this.ids.outdateSnapshots();
    });
  }

  /** A prepared transaction runs on in an entry of its own. */
  addPrepared(
    entry: number,
    transaction: { readonly xid: Xid; readonly database: Oid; readonly owner: Oid },
    children: readonly Xid[],
  ): void {
    const { slots, lwlocks } = this.context.memory;
    lwlocks.with(lwLockIds.ProcArray, 'exclusive', () => {
      for (const child of children) slots.addSubtransaction(child, entry);
      slots.showPrepared(entry, transaction);
    });
  }

  /** A prepared transaction has ended; its status stands in the commit log by now. */
  endPrepared(entry: number, latest: Xid): void {
    const { slots, lwlocks } = this.context.memory;
    lwlocks.with(lwLockIds.ProcArray, 'exclusive', () => {
      slots.free(entry);
      this.ids.complete(latest);
    });
  }

  /** Is it running, in any process, as a transaction or part of one? The caller's own counts. */
  isRunning(xid: Xid): boolean {
    if (!isNormalXid(xid) || xidPrecedes(xid, this.recentXmin)) return false;
    const { slots, lwlocks } = this.context.memory;
    if (slots.xid(slots.mine) === xid) return true;
    const candidates: Xid[] = [];
    const isShown = lwlocks.with(lwLockIds.ProcArray, 'shared', () => {
      if (xidPrecedes(xidOf(this.ids.latestCompleted()), xid)) return true;
      for (let slot = 0; slot < slots.entryCount; slot++) if (this.shows(slot, xid, candidates)) return true;
      return false;
    });
    return isShown || (candidates.length > 0 && this.isPartOf(xid, candidates));
  }

  /**
   * The horizon: a version deleted by an older transaction that committed is visible to no snapshot, now or later. May
   * be somewhat behind, never ahead.
   */
  oldestXmin(): Xid {
    if (this.isHorizonStale) {
      this.horizon = this.context.memory.lwlocks.with(lwLockIds.ProcArray, 'shared', () =>
        this.computeHorizon(ProcessFlag.vacuuming),
      );
      this.isHorizonStale = false;
    }
    return this.horizon;
  }

  /** Everything older had ended, for every process: nobody asks whether it is running, or what it was part of. */
  oldestConsideredRunning(): Xid {
    return this.context.memory.lwlocks.with(lwLockIds.ProcArray, 'shared', () => this.computeHorizon(0));
  }

  private current(): SnapshotData {
    const completions = this.ids.completions();
    if (this.cached === undefined || this.cachedAt !== completions) {
      this.cached = this.compute();
      this.cachedAt = completions;
    }
    return this.cached;
  }

  private compute(): SnapshotData {
    const { slots } = this.context.memory;
    const xmax = xidOf(nextFullXid(this.ids.latestCompleted()));
    let xmin = xmax;
    let running: Xid[] | undefined;
    let overflow: SubtransactionLog | undefined;
    for (let slot = 0; slot < slots.entryCount; slot++) {
      const xid = slots.xid(slot);
      if (xid === INVALID_XID || !xidPrecedes(xid, xmax)) continue;
      if (xidPrecedes(xid, xmin)) xmin = xid;
      if (slot === slots.mine) continue;
      (running ??= []).push(xid);
      if (slots.hasMoreSubtransactions(slot)) overflow = this.subtransactions;
      const children = slots.subtransactions(slot);
      for (let index = 0; index < children; index++) running.push(slots.subtransaction(slot, index));
    }
    return { xmin, xmax, running: running ?? NOBODY, overflow };
  }

  /** Does the slot show that transaction or subtransaction? When it may be one that is not shown, it is a candidate. */
  private shows(slot: number, xid: Xid, candidates: Xid[]): boolean {
    const { slots } = this.context.memory;
    const running = slots.xid(slot);
    if (running === INVALID_XID || xidPrecedes(xid, running)) return false;
    if (running === xid) return true;
    const children = slots.subtransactions(slot);
    for (let index = 0; index < children; index++) if (slots.subtransaction(slot, index) === xid) return true;
    if (slots.hasMoreSubtransactions(slot)) candidates.push(running);
    return false;
  }

  /** A subtransaction that aborted has ended, though what it was part of may be running. */
  private isPartOf(xid: Xid, candidates: readonly Xid[]): boolean {
    if (this.commitLog.didAbort(xid)) return false;
    const topmost = this.subtransactions.topmost(xid);
    return topmost !== xid && candidates.includes(topmost);
  }

  /** Over all processes but those that have such a flag. */
  private computeHorizon(passedOver: number): Xid {
    const { slots } = this.context.memory;
    let horizon = xidOf(nextFullXid(this.ids.latestCompleted()));
    for (let slot = 0; slot < slots.entryCount; slot++) {
      if ((slots.flags(slot) & passedOver) !== 0) continue;
      for (const xid of [slots.xid(slot), slots.xmin(slot)]) {
        if (xid !== INVALID_XID && xidPrecedes(xid, horizon)) horizon = xid;
      }
    }
    return horizon;
  }
}
