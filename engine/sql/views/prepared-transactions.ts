import { CatalogOid } from '../catalog/catalog-table.js';
import { moment } from './moments.js';
import type { SystemEnvironment } from './system-environment.js';

/** pg_prepared_xacts: transactions prepared for a two-phase commit. */
export function preparedTransactionRows({ engine, catalog: { store } }: SystemEnvironment): unknown[][] {
  const roles = new Map(store.all(CatalogOid.authid).map(({ row }) => [row.oid, row.rolname]));
  const databases = new Map(store.all(CatalogOid.database).map(({ row }) => [row.oid, row.datname]));
  return engine.access.twoPhase
    .list()
    .map(({ xid, gid, preparedAt, owner, database }) => [
      xid,
      gid,
      moment(preparedAt),
      roles.get(owner) ?? null,
      databases.get(database) ?? null,
    ]);
}
