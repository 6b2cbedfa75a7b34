import { DEFAULT_TABLESPACE, GLOBAL_TABLESPACE, type Oid } from '../../base/block.js';
import { FIRST_NORMAL_XID } from '../../base/xid.js';
import type { Engine } from '../engine.js';
import { types } from '../types/type-table.js';
import { builtInViews } from '../views/view-table.js';
import {
  BOOTSTRAP_SUPERUSER,
  CatalogOid,
  catalogDefinition,
  catalogRelation,
  catalogTable,
  PG_CATALOG_NAMESPACE,
  PUBLIC_NAMESPACE,
} from './catalog-table.js';
import {
  accessMethodRows,
  familyFunctionRows,
  familyOperatorRows,
  operatorClassRows,
  operatorFamilyRows,
} from './access-method-rows.js';
import { completeRow, type CatalogRow } from './catalog-store.js';
import { attributeRow, classRow } from './define.js';

export interface BootstrapOptions {
  readonly superuser: string;
  /** SCRAM-SHA-256 verifier for pg_authid.rolpassword; null for no password. */
  readonly passwordVerifier: string | null;
}

interface Database {
  readonly oid: Oid;
  readonly name: string;
  readonly isTemplate: boolean;
  readonly allowsConnections: boolean;
}

const DATABASES: readonly Database[] = [
  { oid: 1, name: 'template1', isTemplate: true, allowsConnections: true },
  { oid: 4, name: 'template0', isTemplate: true, allowsConnections: false },
  { oid: 5, name: 'postgres', isTemplate: false, allowsConnections: true },
];
const PG_TOAST_NAMESPACE: Oid = 99;
const UTF8 = 6;

/** Writes the system catalogs of a new cluster, all rows frozen, in one transaction. */
export function bootstrapCatalogs(engine: Engine, options: BootstrapOptions): void {
  const { transactions } = engine.access;
  transactions.begin({ isolation: 'read committed', readOnly: false });
  const shared = new Map(
    catalogTable.filter(({ isShared }) => isShared).map(({ oid }) => [oid, sharedRows(oid, options)]),
  );
  writeCatalogs(engine, 0, shared);
  const local = new Map(catalogTable.filter(({ isShared }) => !isShared).map(({ oid }) => [oid, localRows(oid)]));
  for (const { oid } of DATABASES) writeCatalogs(engine, oid, local);
  transactions.commit({ synchronous: true });
}

function writeCatalogs(engine: Engine, database: Oid, rows: ReadonlyMap<Oid, readonly CatalogRow[]>): void {
  const { heap } = engine.access;
  for (const [oid, given] of rows) {
    const definition = catalogDefinition(oid);
    const { file } = catalogRelation(definition, database);
    heap.create(file);
    for (const row of given) heap.insertFrozen(file, definition.layout.form(completeRow(definition, row)));
  }
}

function sharedRows(catalog: Oid, { superuser, passwordVerifier }: BootstrapOptions): CatalogRow[] {
  switch (catalog) {
    case CatalogOid.database:
      return DATABASES.map(databaseRow);
    case CatalogOid.authid:
      return [superuserRow(superuser, passwordVerifier)];
    case CatalogOid.tablespace:
      return [
        { oid: DEFAULT_TABLESPACE, spcname: 'pg_default', spcowner: BOOTSTRAP_SUPERUSER },
        { oid: GLOBAL_TABLESPACE, spcname: 'pg_global', spcowner: BOOTSTRAP_SUPERUSER },
      ];
    default:
      return [];
  }
}

function databaseRow({ oid, name, isTemplate, allowsConnections }: Database): CatalogRow {
  return {
    oid,
    datname: name,
    datdba: BOOTSTRAP_SUPERUSER,
    encoding: UTF8,
    datlocprovider: 'c',
    datistemplate: isTemplate,
    datallowconn: allowsConnections,
    datconnlimit: -1,
    datfrozenxid: FIRST_NORMAL_XID,
    datminmxid: 1,
    dattablespace: DEFAULT_TABLESPACE,
    datcollate: 'C',
    datctype: 'C',
  };
}

function superuserRow(name: string, verifier: string | null): CatalogRow {
  return {
    oid: BOOTSTRAP_SUPERUSER,
    rolname: name,
    rolsuper: true,
    rolinherit: true,
    rolcreaterole: true,
    rolcreatedb: true,
    rolcanlogin: true,
    rolreplication: true,
    rolbypassrls: true,
    rolconnlimit: -1,
    rolpassword: verifier,
  };
}

function localRows(catalog: Oid): CatalogRow[] {
  switch (catalog) {
    case CatalogOid.class:
      return [...catalogClasses(), ...viewClasses()];
    case CatalogOid.attribute:
      return attributes();
    case CatalogOid.type:
      return [...types.all()].map(({ oid }) => typeRow(oid));
    case CatalogOid.namespace:
      return [
        { oid: PG_CATALOG_NAMESPACE, nspname: 'pg_catalog', nspowner: BOOTSTRAP_SUPERUSER },
        { oid: PG_TOAST_NAMESPACE, nspname: 'pg_toast', nspowner: BOOTSTRAP_SUPERUSER },
        { oid: PUBLIC_NAMESPACE, nspname: 'public', nspowner: BOOTSTRAP_SUPERUSER },
      ];
    case CatalogOid.am:
      return accessMethodRows();
    case CatalogOid.opclass:
      return operatorClassRows();
    case CatalogOid.opfamily:
      return operatorFamilyRows();
    case CatalogOid.amop:
      return familyOperatorRows();
    case CatalogOid.amproc:
      return familyFunctionRows();
    case CatalogOid.collation:
      return [collationRow(100, 'default', 'd'), collationRow(950, 'C', 'c'), collationRow(951, 'POSIX', 'c')];
    case CatalogOid.description:
      return [
        {
          objoid: PUBLIC_NAMESPACE,
          classoid: CatalogOid.namespace,
          objsubid: 0,
          description: 'standard public schema',
        },
      ];
    default:
      return [];
  }
}

function catalogClasses(): CatalogRow[] {
  return catalogTable.map(({ oid, name, isShared, columns }) =>
    classRow({
      oid,
      name,
      isShared,
      schema: PG_CATALOG_NAMESPACE,
      kind: 'r',
      columnCount: columns.length,
      checkCount: 0,
      frozenXid: FIRST_NORMAL_XID,
    }),
  );
}

function viewClasses(): CatalogRow[] {
  return builtInViews.map(({ relation: { oid, name, columns } }) =>
    classRow({
      oid,
      name,
      schema: PG_CATALOG_NAMESPACE,
      kind: 'v',
      columnCount: columns.length,
      checkCount: 0,
      frozenXid: 0,
    }),
  );
}

function attributes(): CatalogRow[] {
  const relations = [...catalogTable, ...builtInViews.map(({ relation }) => relation)];
  return relations.flatMap(({ oid, columns }) =>
    columns.map((column) => attributeRow(oid, { ...column, hasDefault: false })),
  );
}

const ALIGN_LETTERS: Record<number, string> = { 1: 'c', 2: 's', 4: 'i', 8: 'd' };

function typeRow(oid: Oid): CatalogRow {
  const row = types.row(oid);
  const { functions } = row;
  return {
    oid,
    typname: row.name,
    typnamespace: PG_CATALOG_NAMESPACE,
    typowner: BOOTSTRAP_SUPERUSER,
    typlen: row.length,
    typbyval: row.byValue,
    typtype: row.kind,
    typcategory: row.category,
    typispreferred: row.preferred,
    typisdefined: true,
    typdelim: ',',
    typsubscript: functions.subscript,
    typelem: row.element,
    typarray: row.array,
    typinput: functions.input,
    typoutput: functions.output,
    typreceive: functions.receive,
    typsend: functions.send,
    typmodin: functions.typmodIn,
    typmodout: functions.typmodOut,
    typalign: ALIGN_LETTERS[row.align],
    typstorage: row.storageKind,
    typtypmod: -1,
    typcollation: row.collation,
  };
}

function collationRow(oid: Oid, name: string, provider: string): CatalogRow {
  const locale = provider === 'c' ? name : null;
  return {
    oid,
    collname: name,
    collnamespace: PG_CATALOG_NAMESPACE,
    collowner: BOOTSTRAP_SUPERUSER,
    collprovider: provider,
    collisdeterministic: true,
    collencoding: -1,
    collcollate: locale,
    collctype: locale,
  };
}
