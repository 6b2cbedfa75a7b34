import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { layoutOf, PG_CATALOG_NAMESPACE } from '../catalog/catalog-table.js';
import { NEVER_COUNTED, type Column, type Relation } from '../catalog/relation.js';
import { types } from '../types/type-table.js';
import { activityRows } from './activity.js';
import { indexRows } from './index-definitions.js';
import { lockRows } from './locks.js';
import { roleRows, tableRows } from './objects.js';
import { progressViews } from './progress-views.js';
import { preparedTransactionRows } from './prepared-transactions.js';
import { settingRows } from './settings.js';
import { statisticsViews } from './statistics-views.js';
import type { SystemEnvironment } from './system-environment.js';

/** A view whose rows the engine makes up: columns as in PostgreSQL 15, values in their order. */
export interface BuiltInView {
  readonly name: string;
  readonly relation: Relation;
  readonly rows: (env: SystemEnvironment) => readonly (readonly unknown[])[];
}

/** Oids of the range that initdb gives to such objects; PostgreSQL's own vary. */
const FIRST_VIEW_OID = 12000;
const FIRST_STATISTICS_VIEW = 100;
const FIRST_PROGRESS_VIEW = 120;

function view(index: number, name: string, columns: string, rows: BuiltInView['rows']): BuiltInView {
  return { name, relation: viewRelation(FIRST_VIEW_OID + index, name, parseColumns(columns)), rows };
}

function parseColumns(text: string): Column[] {
  return text
    .trim()
    .split(/,\s*/)
    .map((column, index) => {
      const [name, type] = column.split(' ');
      return {
        name,
        number: index + 1,
        type: types.byName(type)!.oid,
        typmod: -1,
        notNull: false,
        defaultText: undefined,
      };
    });
}

function viewRelation(oid: Oid, name: string, columns: readonly Column[]): Relation {
  return {
    oid,
    name,
    columns,
    layout: layoutOf(columns),
    checks: [],
    indexes: [],
    fillFactor: 100,
    counted: NEVER_COUNTED,
    schema: PG_CATALOG_NAMESPACE,
    schemaName: 'pg_catalog',
    kind: 'view',
    isCatalog: true,
    isShared: false,
    file: {
      tablespace: 0,
      database: 0,
      relation: 0,
    },
  };
}

/** Every built-in view. */
export const builtInViews: readonly BuiltInView[] = [
  view(
    0,
    'pg_stat_activity',
    `datid oid, datname name, pid int4, leader_pid int4, usesysid oid, usename name, application_name text, client_addr text,
     client_hostname text, client_port int4, backend_start timestamptz, xact_start timestamptz, query_start timestamptz,
     state_change timestamptz, wait_event_type text, wait_event text, state text, backend_xid xid, backend_xmin xid,
     query_id int8, query text, backend_type text`,
    activityRows,
  ),
  view(
    1,
    'pg_settings',
    `name text, setting text, unit text, category text, short_desc text, extra_desc text, context text, vartype text,
     source text, min_val text, max_val text, enumvals _text, boot_val text, reset_val text, sourcefile text,
     sourceline int4, pending_restart bool`,
    settingRows,
  ),
  view(
    2,
    'pg_locks',
    `locktype text, database oid, relation oid, page int4, tuple int2, virtualxid text, transactionid xid, classid oid,
     objid oid, objsubid int2, virtualtransaction text, pid int4, mode text, granted bool, fastpath bool,
     waitstart timestamptz`,
    lockRows,
  ),
  view(
    3,
    'pg_roles',
    `rolname name, rolsuper bool, rolinherit bool, rolcreaterole bool, rolcreatedb bool, rolcanlogin bool,
     rolreplication bool, rolconnlimit int4, rolpassword text, rolvaliduntil timestamptz, rolbypassrls bool,
     rolconfig _text, oid oid`,
    roleRows,
  ),
  view(
    4,
    'pg_tables',
    `schemaname name, tablename name, tableowner name, tablespace name, hasindexes bool, hasrules bool, hastriggers bool,
     rowsecurity bool`,
    tableRows,
  ),
  view(5, 'pg_indexes', `schemaname name, tablename name, indexname name, tablespace name, indexdef text`, indexRows),
  view(
    6,
    'pg_prepared_xacts',
    'transaction xid, gid text, prepared timestamptz, owner name, database name',
    preparedTransactionRows,
  ),
  ...statisticsViews.map(([name, columns, rows], index) => view(FIRST_STATISTICS_VIEW + index, name, columns, rows)),
  ...progressViews.map(([name, columns, rows], index) => view(FIRST_PROGRESS_VIEW + index, name, columns, rows)),
];

export function builtInView(name: string): BuiltInView {
  const found = builtInViews.find((candidate) => candidate.name === name);
  if (!found) throw error(SqlState.internalError, `view "${name}" has no rows of its own`);
  return found;
}
