import { FIRST_NORMAL_OID, type Oid } from '../../base/block.js';
import { assert, error, type Notice, type PgError } from '../../base/errors.js';
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
import type { SubtransactionLog } from './subtransaction-log.js';
import { asksForVacuum, isPastLimit, xidLimits, type XidLimits } from './xid-limits.js';

/** Words and doubles of the area 'transaction-ids' (access/transam.h VariableCacheData). */
const Double = { nextFullXid: 0, latestCompleted: 1 } as const;
const Word = {
  completions: 4,
  nextOid: 5,
  oidsLeft: 6,
  oldestXid: 7,
  oldestXidDatabase: 8,
  vacuumLimit: 9,
  warnLimit: 10,
  stopLimit: 11,
  wrapLimit: 12,
} as const;

/** Object ids reserved with one WAL record. */
const OID_PREFETCH = 8192;
const ELSE_TO_DO =
  'You might also need to commit or roll back old prepared transactions, or drop stale replication slots.';

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
  /** Whether this process may use the ids that are kept to repair things with: nobody else is there to use them up. */
  isSingleUser = false;
  /** Is told that ids run out. */
  onWarning: (warning: Notice) => void = () => {};
  /** The name of a database, for messages; undefined when it cannot be looked up. Called with no lock held. */
  databaseName: (oid: Oid) => string | undefined = () => undefined;
  /** Is told that the oldest database must be vacuumed, by autovacuum even if that is off. */
  onVacuumNeeded: () => void = () => {};

  constructor(
    private readonly context: EngineContext,
    private readonly wal: Pick<Wal, 'insert' | 'isOpen'>,
    private readonly commitLog: CommitLog,
    private readonly subtransactions: SubtransactionLog,
  ) {
    this.area = context.memory.arena.area('transaction-ids');
  }

  /** Sets everything, before any transaction runs: from a checkpoint, at start or in redo. */
  initialise(start: TransactionIdsStart): void {
    this.area.f64[Double.nextFullXid] = start.nextFullXid;
    this.setNextOid(start.nextOid);
    this.setLimits(start.oldestXid, start.oldestXidDatabase);
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
    if (!isNormalXid(seen) || this.isBehindCounter(seen)) return;
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
   * or a snapshot would take it for ended. The logs have room for it first. Raises 54000 close to wraparound.
   */
  assignXid(isSubtransaction = false): Xid {
    assert(this.wal.isOpen(), 'cannot assign transaction ids during recovery');
    const next = xidOf(this.nextFullXid());
    if (this.isPast(next, 'vacuum')) this.heedLimits(next);
    const assigned = this.withXidGen('exclusive', () => this.takeXid(isSubtransaction));
    if (assigned === undefined) throw this.outOfXids();
    return assigned;
  }

  /** The oldest id that may stand unfrozen in any database, and the database that holds it back. */
  oldestXid(): { xid: Xid; database: Oid } {
    return this.withXidGen('shared', () => ({
      xid: xid(this.area.u32[Word.oldestXid]),
      database: this.area.u32[Word.oldestXidDatabase],
    }));
  }

  /** The oldest unfrozen id of the cluster is `oldest`, in `database`: how far ids may go follows (SetTransactionIdLimit). */
  setLimits(oldest: Xid, database: Oid): void {
    const { vacuum, warn, stop, wrap } = xidLimits(oldest, this.context.settings);
    this.withXidGen('exclusive', () => {
      const { u32 } = this.area;
      u32[Word.oldestXid] = oldest;
      u32[Word.oldestXidDatabase] = database;
      u32[Word.vacuumLimit] = vacuum;
      u32[Word.warnLimit] = warn;
      u32[Word.stopLimit] = stop;
      u32[Word.wrapLimit] = wrap;
    });
  }

  /** Redo: the log tells of a horizon; the one known may be later already. */
  advanceLimits(oldest: Xid, database: Oid): void {
    if (xidPrecedes(this.oldestXid().xid, oldest)) this.setLimits(oldest, database);
  }

  limits(): XidLimits {
    const { u32 } = this.area;
    return this.withXidGen('shared', () => ({
      vacuum: xid(u32[Word.vacuumLimit]),
      warn: xid(u32[Word.warnLimit]),
      stop: xid(u32[Word.stopLimit]),
      wrap: xid(u32[Word.wrapLimit]),
    }));
  }

  /** To be called when limits were set outside recovery: warns at once, and asks for vacuum, if they are passed already. */
  checkLimits(): void {
    const next = xidOf(this.nextFullXid());
    if (this.isPast(next, 'vacuum')) this.onVacuumNeeded();
    if (this.isPast(next, 'warn')) this.warn(next);
  }

  /** Has the counter come so far that the oldest database must be vacuumed? */
  isVacuumNeeded(): boolean {
    return this.isPast(xidOf(this.nextFullXid()), 'vacuum');
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

  /** A transaction has changed hands; under the lock ProcArray, exclusively. */
  outdateSnapshots(): void {
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

  /** Was it given out before now? The circle has no beginning: so this is a question of which way round is shorter. */
  private isBehindCounter(seen: Xid): boolean {
    return xidPrecedes(seen, xidOf(this.nextFullXid()));
  }

  /** Undefined when there is none left. Under the lock XidGen. */
  private takeXid(isSubtransaction: boolean): Xid | undefined {
    const full = this.nextFullXid();
    const assigned = xidOf(full);
    if (!this.isSingleUser && this.isPast(assigned, 'stop')) return undefined;
    this.commitLog.extendFor(assigned);
    this.subtransactions.extendFor(assigned);
    this.area.f64[Double.nextFullXid] = nextFullXid(full);
    const { slots } = this.context.memory;
    if (isSubtransaction) slots.addSubtransaction(assigned);
    else slots.setXid(assigned);
    return assigned;
  }

  private isPast(id: Xid, limit: keyof XidLimits): boolean {
    return isPastLimit(id, xid(this.area.u32[Word[`${limit}Limit`]]));
  }

  private heedLimits(next: Xid): void {
    if (asksForVacuum(next, this.context.settings)) this.onVacuumNeeded();
    if (!this.isSingleUser && this.isPast(next, 'stop')) throw this.outOfXids();
    if (this.isPast(next, 'warn')) this.warn(next);
  }

  private warn(next: Xid): void {
    const left = (this.limits().wrap - next) >>> 0;
    const message = `${this.oldestDatabase()} must be vacuumed within ${left} transactions`;
    const hint = `To avoid a database shutdown, execute a database-wide VACUUM in that database.\n${ELSE_TO_DO}`;
    this.onWarning({ severity: 'WARNING', sqlState: SqlState.warning, message, details: { hint } });
  }

  private outOfXids(): PgError {
    const message = `database is not accepting commands to avoid wraparound data loss in ${this.oldestDatabase()}`;
    const hint = `Stop the postmaster and vacuum that database in single-user mode.\n${ELSE_TO_DO}`;
    return error(SqlState.programLimitExceeded, message, { hint });
  }

  private oldestDatabase(): string {
    const { database } = this.oldestXid();
    const name = this.databaseName(database);
    return name === undefined ? `database with OID ${database}` : `database "${name}"`;
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
