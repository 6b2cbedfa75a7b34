import { absentHere } from '../absent.js';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { findSetting } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import { pretty } from '../analyse/deparse.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { FunctionFamily, Implementation } from '../functions/signature.js';
import { systemRows } from './function-rows.js';
import { indexChecks } from './index-checks.js';
import { indexColumn, indexDefinition, keyDefinition } from './index-definitions.js';
import { moment } from './moments.js';
import { processCode } from './process-functions.js';
import { relationCode } from './relation-functions.js';
import { statisticsFunctions } from './statistics-functions.js';
import type { SystemEnvironment as Env } from './system-environment.js';
import { transactionCode } from './transaction-functions.js';
import { walCode } from './wal-functions.js';

/** pg_get_userbyid() never fails. */
function userName(oid: Oid, { catalog }: Env): string {
  const [found] = catalog.store.byFirst(CatalogOid.authid, oid);
  return found ? (found.row.rolname as string) : `unknown (OID=${oid})`;
}

function currentSetting(name: string, missingOk: boolean, { settings }: Env): string | null {
  const known = findSetting(name);
  if (known) return settings.show(known);
  if (missingOk) return null;
  throw (
    absentHere('parameter', name) ?? error(SqlState.undefinedObject, `unrecognized configuration parameter "${name}"`)
  );
}

function setConfig(name: string | null, value: string | null, isLocal: boolean | null, env: Env): string | null {
  if (name === null) throw error(SqlState.nullValueNotAllowed, 'SET requires parameter name');
  env.changeSetting(name, value, isLocal ?? false);
  return currentSetting(name, false, env);
}

/** A comment; psql asks for those of everything it shows. */
function description(object: Oid, catalogName: string, subId: number, { catalog }: Env): string | null {
  const owner = catalog.cache.byName(11, catalogName)?.oid;
  const rows = catalog.store.byFirst(CatalogOid.description, object);
  const found = rows.find(({ row }) => row.classoid === owner && row.objsubid === subId);
  return (found?.row.description as string | undefined) ?? null;
}

function constraintText(oid: Oid, isPretty: boolean, env: Env): string | null {
  const [found] = env.catalog.store.byFirst(CatalogOid.constraint, oid);
  if (!found) return null;
  if (found.get('contype') !== 'c') return keyText(oid, found.get('conrelid') as Oid, env);
  const text = found.row.conbin as string;
  return `CHECK (${isPretty ? pretty(text) : text})`;
}

function keyText(oid: Oid, relation: Oid, env: Env): string | null {
  const table = env.catalog.cache.byOid(relation);
  const index = table?.indexes.find(({ constraint }) => constraint?.oid === oid);
  return index ? keyDefinition(table!, index, env) : null;
}

function toRegclass(name: string, env: Env): Oid | null {
  return orNull([SqlState.undefinedTable, SqlState.invalidSchemaName], () => env.names!.oidOf('relation', name));
}

function toRegtype(name: string, env: Env): Oid | null {
  return orNull([SqlState.undefinedObject], () => env.names!.oidOf('type', name));
}

function orNull<T>(states: readonly string[], body: () => T): T | null {
  try {
    return body();
  } catch (thrown) {
    if (states.includes((thrown as { sqlState?: string }).sqlState ?? '')) return null;
    throw thrown;
  }
}

const SIZE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** pg_size_pretty(): each unit up to 10240 of it, rounded half up (utils/adt/dbsize.c). */
function prettySize(bytes: bigint): string {
  const sign = bytes < 0n ? '-' : '';
  let size = bytes < 0n ? -bytes : bytes;
  if (size < 10240n) return `${sign}${size} bytes`;
  size >>= 9n;
  let unit = 1;
  for (; unit < SIZE_UNITS.length - 1 && size >= 20479n; unit++) size >>= 10n;
  return `${sign}${(size + 1n) >> 1n} ${SIZE_UNITS[unit]}`;
}

const objectCode: Readonly<Record<string, Implementation>> = {
  pg_get_userbyid: userName,
  current_setting: (name: string, ...rest: [Env] | [boolean, Env]) =>
    rest.length === 1 ? currentSetting(name, false, rest[0]) : currentSetting(name, rest[0], rest[1]),
  set_config: setConfig,
  obj_description: (oid: Oid, catalogName: string, env: Env) => description(oid, catalogName, 0, env),
  shobj_description: (oid: Oid, catalogName: string, env: Env) => description(oid, catalogName, 0, env),
  col_description: (oid: Oid, column: number, env: Env) => description(oid, 'pg_class', column, env),
  pg_get_constraintdef: (oid: Oid, ...rest: [Env] | [boolean, Env]) =>
    rest.length === 1 ? constraintText(oid, false, rest[0]) : constraintText(oid, rest[0], rest[1]),
  pg_get_indexdef: (oid: Oid, ...rest: [Env] | [number, boolean, Env]) =>
    rest.length === 1 ? indexDefinition(oid, false, rest[0]) : indexColumn(oid, rest[0], rest[1], rest[2]),
  /** Expressions are kept as text. */
  pg_get_expr: (text: string, _relation: Oid, isPretty: boolean | Env) => (isPretty === true ? pretty(text) : text),
  no_text: () => null,
  no_size: () => 0n,
  to_regclass: toRegclass,
  to_regtype: toRegtype,
  pg_client_encoding: () => 'UTF8',
  pg_char_to_encoding: (name: string) => (/^utf-?8$/i.test(name) ? 6 : -1),
  pg_size_pretty: prettySize,
  pg_type_is_visible: () => true,
  pg_table_is_visible: (oid: Oid, { catalog }: Env) => {
    const found = catalog.cache.byOid(oid);
    return found ? catalog.isVisible(found) : null;
  },
  pg_postmaster_start_time: ({ engine }: Env) => moment(engine.serverStart),
  pg_my_temp_schema: () => 0,
  pg_is_other_temp_schema: () => false,
  pg_tablespace_location: () => '',
};

/** The functions that look into the engine. They are called with a SystemEnvironment. */
export const systemFunctions: readonly FunctionFamily[] = [
  {
    rows: systemRows,
    code: { ...objectCode, ...processCode, ...relationCode, ...indexChecks, ...transactionCode, ...walCode },
  },
  statisticsFunctions,
];
