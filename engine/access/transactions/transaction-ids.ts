import { FIRST_NORMAL_OID, type Oid } from '../../base/block.js';
import { assert, error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import {
  FIRST_NORMAL_XID,
  fullXid,
  isNormalXid,
  nextFullXid,
  widenXid,
  xid,
  xidOf,
  xidPrecedes,
  type FullXid,
  type Xid,
} from '../../base/xid.js';
import type { Area } from '../../memory/arena.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { Wal } from '../../wal/wal.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import type { CommitLog } from './commit-log.js';

/** Words and doubles of the area 'transaction-ids' (access/transam.h VariableCacheData). */
const Double = { nextFullXid: 0, latestCompleted: 1 } as const;
const Word = { completions: 4, nextOid: 5, oidsLeft: 6, oldestXid: 7, oldestXidDatabase: 8 } as const;

/** Object ids reserved with one WAL record. */
const OID_PREFETCH = 8192;
const HALF_OF_XIDS = 0x7fff_ffff;
/** Ids left unused before the wrap, so that a superuser in single-user mode can still repair things. */
const STOP_MARGIN = 3_000_000;

export interface TransactionIdsStart {
  readonly nextFullXid: FullXid;
  readonly nextOid: Oid;
  /** Oldest id that may still stand unfrozen in any database. */
  readonly oldestXid: Xid;
  readonly oldestXidDatabase: Oid;
}

/** The counters that transaction ids and object ids come from (access/transam/varsup.c). */
export class TransactionIds {
  private readonly area: Area;

  constructor(
    private readonly context: EngineContext,
    private readonly wal: Pick<Wal, 'insert' | 'isOpen'>,
    private readonly commitLog: CommitLog,
  ) {
    this.area = context.memory.arena.area('transaction-ids');
  }

  /** Sets everything, before any transaction runs: from a checkpoint, at start or in redo. */
  initialise(start: TransactionIdsStart): void {
    this.area.f64[Double.nextFullXid] = start.nextFullXid;
    this.setNextOid(start.nextOid);
    this.setOldestXid(start.oldestXid, start.oldestXidDatabase);
    this.startTransactions();
  }

  /** Declares every id below the next one ended; recovery calls it when it has replayed all there is. */
  startTransactions(): void {
    this.area.f64[Double.latestCompleted] = previousFullXid(this.nextFullXid());
    Atomics.add(this.area.i32, Word.completions, 1);
  }

  nextFullXid(): FullXid {
    return this.area.f64[Double.nextFullXid] as FullXid;
  }

  /** Redo: `seen` was in use, so the next id is later than it. Only the startup process writes then. */
  advancePast(seen: Xid): void {
    const next = this.nextFullXid();
    if (!isNormalXid(seen) || xidPrecedes(seen, xidOf(next))) return;
    const ahead = (seen - xidOf(next)) >>> 0;
    this.withXidGen('exclusive', () => {
      this.area.f64[Double.nextFullXid] = nextFullXid(fullXid(next + ahead));
    });
  }

  /** Redo of a checkpoint: the counter never goes back. */
  advanceTo(next: FullXid): void {
    this.withXidGen('exclusive', () => {
      if (next > this.nextFullXid()) this.area.f64[Double.nextFullXid] = next;
    });
  }

  /**
   * A new transaction id, already shown in this process's slot: it must be there before anyone can learn a later id,
   * or a snapshot would take it for ended. The commit log has room for it first. Raises 54000 close to wraparound.
   */
  assignXid(): Xid {
    assert(this.wal.isOpen(), 'cannot assign transaction ids during recovery');
    return this.withXidGen('exclusive', () => {
      const full = this.nextFullXid();
      const assigned = xidOf(full);
      this.refuseNearWraparound(assigned);
      this.commitLog.extendFor(assigned);
      this.area.f64[Double.nextFullXid] = nextFullXid(full);
      this.context.memory.slots.setXid(assigned);
      return assigned;
    });
  }

  oldestXid(): { xid: Xid; database: Oid } {
    return { xid: xid(this.area.u32[Word.oldestXid]), database: this.area.u32[Word.oldestXidDatabase] };
  }

  setOldestXid(oldest: Xid, database: Oid): void {
    this.area.u32[Word.oldestXid] = oldest;
    this.area.u32[Word.oldestXidDatabase] = database;
  }

  /** The first id that is refused: wraparound is 3 million ids further. */
  stopLimit(): Xid {
    return skipSpecial(xid(skipSpecial(xid(this.oldestXid().xid + HALF_OF_XIDS)) - STOP_MARGIN));
  }

  /** The latest transaction known to have ended; under the lock ProcArray. */
  latestCompleted(): FullXid {
    return this.area.f64[Double.latestCompleted] as FullXid;
  }

  /** Records the end of a transaction; under the lock ProcArray, exclusively. */
  complete(ended: Xid): void {
    const full = widenXid(ended, this.nextFullXid());
    if (full > this.latestCompleted()) this.area.f64[Double.latestCompleted] = full;
    Atomics.add(this.area.i32, Word.completions, 1);
  }

  /** How many transactions with an id have ended: a snapshot holds until it changes; under the lock ProcArray. */
  completions(): number {
    return Atomics.load(this.area.i32, Word.completions);
  }

  /** A new object id, at least 16384. Unique until the counter wraps: callers look whether it is taken. */
  newOid(): Oid {
    return this.context.memory.lwlocks.with(lwLockIds.OidGen, 'exclusive', () => {
      const { u32 } = this.area;
      if (u32[Word.nextOid] < FIRST_NORMAL_OID) {
        u32[Word.nextOid] = FIRST_NORMAL_OID;
        u32[Word.oidsLeft] = 0;
      }
      if (u32[Word.oidsLeft] === 0) this.prefetchOids();
      u32[Word.oidsLeft]--;
      return u32[Word.nextOid]++;
    });
  }

  /** The next object id, or with `reserved` the first one that no WAL record covers: what a checkpoint stores. */
  nextOid(reserved = false): Oid {
    return this.context.memory.lwlocks.with(lwLockIds.OidGen, 'shared', () => {
      const { u32 } = this.area;
      return (u32[Word.nextOid] + (reserved ? u32[Word.oidsLeft] : 0)) >>> 0;
    });
  }

  /** Start, and redo of XLOG_NEXTOID. */
  setNextOid(next: Oid): void {
    this.context.memory.lwlocks.with(lwLockIds.OidGen, 'exclusive', () => {
      this.area.u32[Word.nextOid] = next;
      this.area.u32[Word.oidsLeft] = 0;
    });
  }

  /** No flush: an object id reaches disk only with a later record, or in a file name that redo may meet again. */
  private prefetchOids(): void {
    const data = Buffer.alloc(4);
    data.writeUInt32LE((this.area.u32[Word.nextOid] + OID_PREFETCH) >>> 0);
    this.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.nextOid, data: [data] });
    this.area.u32[Word.oidsLeft] = OID_PREFETCH;
  }

  private refuseNearWraparound(next: Xid): void {
    if (xidPrecedes(next, this.stopLimit())) return;
    throw error(
      SqlState.programLimitExceeded,
      `database is not accepting commands to avoid wraparound data loss in database with OID ${this.oldestXid().database}`,
      { hint: 'Stop the postmaster and vacuum that database in single-user mode.' },
    );
  }

  private withXidGen<T>(mode: 'shared' | 'exclusive', body: () => T): T {
    return this.context.memory.lwlocks.with(lwLockIds.XidGen, mode, body);
  }
}

/** The id before, stepping over the special ids. */
function previousFullXid(full: FullXid): FullXid {
  const before = full - 1;
  const low = before % 0x1_0000_0000;
  return fullXid(low < FIRST_NORMAL_XID && before > FIRST_NORMAL_XID ? before - low - 1 : before);
}

function skipSpecial(value: Xid): Xid {
  return isNormalXid(value) ? value : xid(value + FIRST_NORMAL_XID);
}
