import type { Oid } from '../../base/block.js';
import { fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Engine } from '../engine.js';
import { CatalogStore } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';

export interface Login {
  readonly databaseOid: Oid;
  readonly roleOid: Oid;
  /** SCRAM verifier, null when the role has no password. */
  readonly passwordVerifier: string | null;
  readonly superuser: boolean;
  /** -1: no limit. */
  readonly roleConnectionLimit: number;
  readonly databaseConnectionLimit: number;
}

/** Who may connect where, from the shared catalogs. Raises FATAL 28000 for a bad role, 3D000 for a bad database. */
export function lookUpLogin(engine: Engine, database: string, role: string): Login {
  const { transactions } = engine.access;
  transactions.begin({ isolation: 'read committed', readOnly: true });
  try {
    const login = find(new CatalogStore(engine, 0), database, role);
    transactions.commit({ synchronous: false });
    return login;
  } catch (thrown) {
    transactions.abort();
    throw thrown;
  }
}

function find(store: CatalogStore, database: string, role: string): Login {
  const [roleRow] = store.where(CatalogOid.authid, { rolname: role });
  if (!roleRow) throw fatal(SqlState.invalidAuthorization, `role "${role}" does not exist`);
  if (!roleRow.get('rolcanlogin'))
    throw fatal(SqlState.invalidAuthorization, `role "${role}" is not permitted to log in`);
  const [databaseRow] = store.where(CatalogOid.database, { datname: database });
  if (!databaseRow) throw fatal(SqlState.invalidCatalogName, `database "${database}" does not exist`);
  if (!databaseRow.get('datallowconn')) {
    throw fatal(SqlState.objectNotInPrerequisiteState, `database "${database}" is not currently accepting connections`);
  }
  return {
    databaseOid: databaseRow.get('oid') as Oid,
    roleOid: roleRow.get('oid') as Oid,
    passwordVerifier: roleRow.get('rolpassword') as string | null,
    superuser: roleRow.get('rolsuper') as boolean,
    roleConnectionLimit: roleRow.get('rolconnlimit') as number,
    databaseConnectionLimit: databaseRow.get('datconnlimit') as number,
  };
}
