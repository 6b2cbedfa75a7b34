import type { Oid } from '../../base/block.js';
import { assert, type Notice } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { isNormalXid, xidOf, xidPrecedes, type Xid } from '../../base/xid.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { Engine } from '../engine.js';
import type { CatalogStore, StoredRow } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';
import { INVALID_DATABASE, databaseName, lockDatabase, unlockDatabase } from './databases.js';

export interface OldestDatabase {
  readonly oid: Oid;
  readonly frozenXid: Xid;
}

/**
 * How far back unfrozen ids reach (commands/vacuum.c):
 *
 *   pg_class.relfrozenxid ──least of a database──► pg_database.datfrozenxid ──least of all──► oldest id of the cluster
 *
 * A table's number says that no row of it holds an older id. From the last number follow what the commit log must keep and
 * where ids must stop. All numbers only ever advance; one from the future is damage, and nothing is derived from it. A database
 * that is half dropped does not count: nobody can vacuum it, or will read its rows.
 */
export class FrozenXids {
  constructor(
    private readonly engine: Engine,
    private readonly store: CatalogStore,
    private readonly notice: (notice: Notice) => void,
  ) {}

  /** After a vacuum, in a transaction: advances the database's number, and with it what depends on it. */
  updateDatabaseFrozenXid(): void {
    const { storage } = this.engine;
    const { database } = this.store;
    storage.locks.acquire({ kind: 'frozenid', database }, 'Exclusive');
    const nextXid = this.nextXid();
    const oldest = this.oldestOfTables(nextXid);
    if (oldest === undefined) return;
    const { frozenXid, hasAdvanced } = this.advance(oldest, nextXid);
    if (hasAdvanced || this.areLimitsStale()) this.truncateCommitLog(frozenXid, nextXid);
  }

  /**
   * Cuts the commit log behind the oldest id of all databases and sets the limits of new ids by it (vac_truncate_clog).
   * `frozenXid` is this database's; ids after `lastSane` do not exist yet.
   */
  truncateCommitLog(frozenXid: Xid, lastSane: Xid): void {
    const { memory, access } = this.engine;
    memory.lwlocks.with(lwLockIds.WrapLimitsVacuum, 'exclusive', () => {
      const usable = this.store.all(CatalogOid.database).filter((row) => row.get('datconnlimit') !== INVALID_DATABASE);
      const databases = usable.map(horizonOf);
      const nextXid = this.nextXid();
      if (databases.some((each) => xidPrecedes(nextXid, each.frozenXid))) return this.notice(wrappedAround);
      if (databases.some((each) => xidPrecedes(lastSane, each.frozenXid))) return;
      const oldest = this.oldestDatabase(databases, { oid: this.store.database, frozenXid });
      access.commitLog.truncate(oldest.frozenXid, oldest.oid);
      access.ids.setLimits(oldest.frozenXid, oldest.oid);
      access.ids.checkLimits();
    });
  }

  /** Which database holds the cluster back? */
  private oldestDatabase(databases: readonly OldestDatabase[], mine: OldestDatabase): OldestDatabase {
    return databases.reduce((oldest, each) => (xidPrecedes(each.frozenXid, oldest.frozenXid) ? each : oldest), mine);
  }

  /** The least relfrozenxid of the database's tables; undefined when one of them cannot be true. */
  private oldestOfTables(nextXid: Xid): Xid | undefined {
    const tables = this.store
      .all(CatalogOid.class)
      .map((row) => row.get('relfrozenxid') as Xid)
      .filter(isNormalXid);
    if (tables.some((frozenXid) => xidPrecedes(nextXid, frozenXid))) return undefined;
    // Tables made meanwhile, which the scan missed, hold nothing older.
    const youngest = this.engine.access.processes.oldestXmin();
    return tables.reduce((oldest, frozenXid) => (xidPrecedes(frozenXid, oldest) ? frozenXid : oldest), youngest);
  }

  private advance(oldest: Xid, nextXid: Xid): { frozenXid: Xid; hasAdvanced: boolean } {
    const { database } = this.store;
    lockDatabase(this.engine, database, 'ShareUpdateExclusive');
    try {
      const [row] = this.store.byFirst(CatalogOid.database, database);
      assert(row, () => `could not find tuple for database ${database}`);
      const { frozenXid } = horizonOf(row);
      const isBehind = xidPrecedes(frozenXid, oldest) || xidPrecedes(nextXid, frozenXid);
      if (!isBehind) return { frozenXid, hasAdvanced: false };
      this.store.updateInPlace(CatalogOid.database, row, { datfrozenxid: oldest });
      return { frozenXid: oldest, hasAdvanced: true };
    } finally {
      unlockDatabase(this.engine, database, 'ShareUpdateExclusive');
    }
  }

  /** ForceTransactionIdLimitUpdate: are vacuums being asked for, or is the database gone that held the cluster back? */
  private areLimitsStale(): boolean {
    const { ids } = this.engine.access;
    return ids.isVacuumNeeded() || databaseName(this.store, ids.oldestXid().database) === undefined;
  }

  private nextXid(): Xid {
    return xidOf(this.engine.access.ids.nextFullXid());
  }
}

const wrappedAround: Notice = {
  severity: 'WARNING',
  sqlState: SqlState.warning,
  message: 'some databases have not been vacuumed in over 2 billion transactions',
  details: { detail: 'You might have already suffered transaction-wraparound data loss.' },
};

function horizonOf(row: StoredRow): OldestDatabase {
  return { oid: row.get('oid') as Oid, frozenXid: row.get('datfrozenxid') as Xid };
}
