import { INVALID_XID, isNormalXid, nextFullXid, xidOf, xidPrecedes, type Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import { ProcessFlag } from '../../memory/process-slots.js';
import type { SnapshotData } from './snapshot.js';
import type { TransactionIds } from './transaction-ids.js';

const NOBODY: readonly Xid[] = [];

/**
 * Who is running (storage/ipc/procarray.c): reads every process's slot under the lock ProcArray.
 *
 * A transaction leaves its slot exclusively, a snapshot looks under a shared lock: so it sees each transaction either
 * running or ended, never in between. Taking an id needs no lock here: it is later than every snapshot's xmax.
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

  /** Removes this process's transaction from the running ones. Its status must stand in the commit log by now. */
  end(xid: Xid): void {
    const { slots, lwlocks } = this.context.memory;
    if (xid === INVALID_XID) {
      slots.clearTransaction();
      slots.setDelayCheckpoint(0);
      return;
    }
    lwlocks.with(lwLockIds.ProcArray, 'exclusive', () => {
      slots.clearTransaction();
      slots.setDelayCheckpoint(0);
      this.ids.complete(xid);
    });
  }

  /** Is it running, in any process? The caller's own transaction counts. */
  isRunning(xid: Xid): boolean {
    if (!isNormalXid(xid) || xidPrecedes(xid, this.recentXmin)) return false;
    const { slots, lwlocks } = this.context.memory;
    if (slots.xid(slots.mine) === xid) return true;
    return lwlocks.with(lwLockIds.ProcArray, 'shared', () => {
      if (xidPrecedes(xidOf(this.ids.latestCompleted()), xid)) return true;
      for (let slot = 0; slot < slots.count; slot++) if (slots.xid(slot) === xid) return true;
      return false;
    });
  }

  /**
   * The horizon: a version deleted by an older transaction that committed is visible to no snapshot, now or later. May
   * be somewhat behind, never ahead.
   */
  oldestXmin(): Xid {
    if (this.isHorizonStale) {
      this.horizon = this.context.memory.lwlocks.with(lwLockIds.ProcArray, 'shared', () => this.computeHorizon());
      this.isHorizonStale = false;
    }
    return this.horizon;
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
    for (let slot = 0; slot < slots.count; slot++) {
      const xid = slots.xid(slot);
      if (xid === INVALID_XID || !xidPrecedes(xid, xmax)) continue;
      if (xidPrecedes(xid, xmin)) xmin = xid;
      if (slot !== slots.mine) (running ??= []).push(xid);
    }
    return { xmin, xmax, running: running ?? NOBODY };
  }

  private computeHorizon(): Xid {
    const { slots } = this.context.memory;
    let horizon = xidOf(nextFullXid(this.ids.latestCompleted()));
    for (let slot = 0; slot < slots.count; slot++) {
      if ((slots.flags(slot) & ProcessFlag.vacuuming) !== 0) continue;
      for (const xid of [slots.xid(slot), slots.xmin(slot)]) {
        if (xid !== INVALID_XID && xidPrecedes(xid, horizon)) horizon = xid;
      }
    }
    return horizon;
  }
}
