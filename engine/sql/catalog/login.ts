import type { Oid } from '../../base/block.js';
import { fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Engine } from '../engine.js';
import { CatalogStore, type StoredRow } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';
import { INVALID_DATABASE, lockDatabase } from './databases.js';

export interface Login {
  readonly databaseOid: Oid;
  readonly roleOid: Oid;
  /** SCRAM verifier, null when the role has no password. */
  readonly passwordVerifier: string | null;
  readonly superuser: boolean;
  /** -1: no limit. */
  readonly roleConnectionLimit: number;
}

/** Who may connect where, from the shared catalogs. Raises FATAL 28000 for a bad role, 3D000 for a bad database. */
export function lookUpLogin(engine: Engine, database: string, role: string): Login {
  return inTransaction(engine, (store) => find(engine, store, database, role));
}

/**
 * From here on the process is in its database, and nobody drops it; FATAL when it was dropped or renamed since it was
 * looked up, or is full (InitPostgres). Under the database's lock, so that whoever wants it without sessions either finds
 * this one or makes it wait.
 */
export function enterDatabase(
  engine: Engine,
  database: string,
  login: Pick<Login, 'databaseOid' | 'roleOid' | 'superuser'>,
): void {
  const { slots } = engine.memory;
  inTransaction(engine, (store) => {
    lockDatabase(engine, login.databaseOid, 'RowExclusive');
    slots.setIdentity(login.databaseOid, login.roleOid);
    try {
      checkDatabase(engine, store, database, login);
      engine.storage.databases.checkMarker(login.databaseOid);
    } catch (thrown) {
      slots.setIdentity(0, 0);
      throw thrown;
    }
  });
}

function inTransaction<T>(engine: Engine, body: (sharedCatalogs: CatalogStore) => T): T {
  const { transactions } = engine.access;
  transactions.begin({ isolation: 'read committed', readOnly: true });
  try {
    const result = body(new CatalogStore(engine, 0));
    transactions.commit({ synchronous: false });
    return result;
  } catch (thrown) {
    transactions.abort();
    throw thrown;
  }
}

function checkDatabase(
  engine: Engine,
  store: CatalogStore,
  name: string,
  { databaseOid, superuser }: Pick<Login, 'databaseOid' | 'superuser'>,
): void {
  const { slots } = engine.memory;
  const [row] = store.byFirst(CatalogOid.database, databaseOid);
  if (row?.get('datname') !== name) {
    throw fatal(SqlState.invalidCatalogName, `database "${name}" does not exist`, {
      detail: 'It seems to have just been dropped or renamed.',
    });
  }
  requireConnectable(engine, row, name);
  const limit = row.get('datconnlimit') as number;
  if (limit < 0 || superuser) return;
  let sessions = 0;
  for (let slot = 0; slot < slots.count; slot++) if (slots.database(slot) === databaseOid) sessions++;
  if (sessions > limit) throw fatal(SqlState.tooManyConnections, `too many connections for database "${name}"`);
}

/** A single user may repair a database that nobody else can connect to. */
function requireConnectable(engine: Engine, row: StoredRow, name: string): void {
  if (row.get('datconnlimit') === INVALID_DATABASE) {
    throw fatal(SqlState.objectNotInPrerequisiteState, `cannot connect to invalid database "${name}"`, {
      hint: 'Use DROP DATABASE to drop invalid databases.',
    });
  }
  if (row.get('datallowconn') === true || engine.access.ids.isSingleUser) return;
  throw fatal(SqlState.objectNotInPrerequisiteState, `database "${name}" is not currently accepting connections`);
}

function find(engine: Engine, store: CatalogStore, database: string, role: string): Login {
  const [roleRow] = store.where(CatalogOid.authid, { rolname: role });
  if (!roleRow) throw fatal(SqlState.invalidAuthorization, `role "${role}" does not exist`);
  if (!roleRow.get('rolcanlogin'))
    throw fatal(SqlState.invalidAuthorization, `role "${role}" is not permitted to log in`);
  const [databaseRow] = store.where(CatalogOid.database, { datname: database });
  if (!databaseRow) throw fatal(SqlState.invalidCatalogName, `database "${database}" does not exist`);
  requireConnectable(engine, databaseRow, database);
  return {
    databaseOid: databaseRow.get('oid') as Oid,
    roleOid: roleRow.get('oid') as Oid,
    passwordVerifier: roleRow.get('rolpassword') as string | null,
    superuser: roleRow.get('rolsuper') as boolean,
    roleConnectionLimit: roleRow.get('rolconnlimit') as number,
  };
}
