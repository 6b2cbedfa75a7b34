import { CatalogOid } from '../catalog/catalog-table.js';
import type { SystemEnvironment } from './system-environment.js';

/** pg_roles: pg_authid without the passwords. */
export function roleRows({ catalog }: SystemEnvironment): unknown[][] {
  return catalog.store
    .all(CatalogOid.authid)
    .map(({ row }) => [
      row.rolname,
      row.rolsuper,
      row.rolinherit,
      row.rolcreaterole,
      row.rolcreatedb,
      row.rolcanlogin,
      row.rolreplication,
      row.rolconnlimit,
      '********',
      row.rolvaliduntil,
      row.rolbypassrls,
      null,
      row.oid,
    ]);
}

/** pg_tables. */
export function tableRows({ catalog }: SystemEnvironment): unknown[][] {
  const roles = new Map(catalog.store.all(CatalogOid.authid).map(({ row }) => [row.oid, row.rolname]));
  return catalog.store
    .all(CatalogOid.class)
    .filter(({ row }) => row.relkind === 'r')
    .map(({ row }) => [
      catalog.cache.schemaName(row.relnamespace as number) ?? null,
      row.relname,
      roles.get(row.relowner) ?? null,
      row.relisshared ? 'pg_global' : null,
      row.relhasindex,
      row.relhasrules,
      row.relhastriggers,
      row.relrowsecurity,
    ]);
}
