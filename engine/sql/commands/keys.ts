import type { Constraint } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import { Indexes } from '../catalog/indexes.js';
import { NewRelations } from '../catalog/new-relation.js';
import type { Relation } from '../catalog/relation.js';
import { at, namesOf, unsupported } from '../parse/nodes.js';
import type { CommandContext } from './command.js';
import { defaultClass } from './index-columns.js';
import { chooseIndexName, indexColumnNames } from './index-names.js';
import { indexOptions } from './storage-options.js';

/** A PRIMARY KEY or UNIQUE constraint as it was written. */
export interface PendingKey {
  readonly name: string | undefined;
  readonly isPrimary: boolean;
  readonly columns: readonly string[];
  readonly including: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly options: readonly string[];
  readonly location: number | undefined;
}

/** `column`: the one it was written at, for a constraint that names none. */
export function pendingKey(body: Constraint, column?: string): PendingKey {
  if (body.deferrable || body.initdeferred) throw unsupported('a deferrable constraint', body.location);
  if (body.without_overlaps) throw unsupported('WITHOUT OVERLAPS', body.location);
  if (body.indexspace && body.indexspace !== 'pg_default') throw unsupported('TABLESPACE');
  return {
    name: body.conname,
    isPrimary: body.contype === 'CONSTR_PRIMARY',
    columns: body.keys ? namesOf(body.keys) : [column!],
    including: namesOf(body.including),
    nullsNotDistinct: body.nulls_not_distinct === true,
    options: indexOptions(body.options),
    location: body.location,
  };
}

/** Raises what is wrong with keys of a table with these columns; those of the primary key come first. */
export function checkKeys(table: string, columns: readonly string[], keys: readonly PendingKey[]): PendingKey[] {
  const primary = keys.filter(({ isPrimary }) => isPrimary);
  if (primary.length > 1) throw severalPrimaryKeys(table, primary[1].location);
  keys.forEach((key) => checkColumns(columns, key));
  return withoutTwins([...primary, ...keys.filter(({ isPrimary }) => !isPrimary)]);
}

export function refuseSecondPrimaryKey({ name, indexes }: Relation): void {
  if (indexes.some(({ isPrimary }) => isPrimary)) throw severalPrimaryKeys(name);
}

function severalPrimaryKeys(table: string, location?: number): Error {
  return error(
    SqlState.invalidTableDefinition,
    `multiple primary keys for table "${table}" are not allowed`,
    at(location),
  );
}

function checkColumns(known: readonly string[], { columns, including, isPrimary, location }: PendingKey): void {
  for (const name of [...columns, ...including]) {
    if (!known.includes(name))
      throw error(SqlState.undefinedColumn, `column "${name}" named in key does not exist`, at(location));
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice === undefined) return;
  const kind = isPrimary ? 'primary key' : 'unique';
  throw error(SqlState.duplicateColumn, `column "${twice}" appears twice in ${kind} constraint`, at(location));
}

/** Of keys that say the same one is kept, with the first name given (parser/parse_utilcmd.c transformIndexConstraints). */
function withoutTwins(keys: readonly PendingKey[]): PendingKey[] {
  const kept: PendingKey[] = [];
  for (const key of keys) {
    const twin = kept.findIndex((other) => saysSame(other, key));
    if (twin < 0) kept.push(key);
    else kept[twin] = { ...kept[twin], name: kept[twin].name ?? key.name };
  }
  return kept;
}

function saysSame(a: PendingKey, b: PendingKey): boolean {
  const textOf = ({ columns, including, nullsNotDistinct }: PendingKey): string =>
    JSON.stringify([columns, including, nullsNotDistinct]);
  return textOf(a) === textOf(b);
}

/** Makes the indexes and constraints. The columns of a primary key are NOT NULL already. */
export function createKey(context: CommandContext, table: Relation, key: PendingKey): void {
  const { engine, catalog } = context;
  const places = [...key.columns, ...key.including].map((name) =>
    table.columns.findIndex((column) => column.name === name),
  );
  const columnNames = indexColumnNames(places.map((place) => table.columns[place].name));
  const names = new NewRelations(engine, catalog);
  const label = key.isPrimary ? 'pkey' : 'key';
  if (key.name !== undefined) refuseTakenName(context, names, table, key.name);
  new Indexes(engine, catalog).create(table, {
    name: key.name ?? chooseIndexName(catalog, names, table, columnNames, label),
    places,
    columnNames,
    keys: key.columns.map((_, index) => ({
      operatorClass: defaultClass(table.columns[places[index]].type).oid,
      descending: false,
      nullsFirst: false,
    })),
    options: key.options,
    isUnique: true,
    nullsNotDistinct: key.nullsNotDistinct,
    constraint: key.isPrimary ? 'primary key' : 'unique',
  });
}

function refuseTakenName({ catalog }: CommandContext, names: NewRelations, table: Relation, name: string): void {
  names.reserveName(table.schema, name);
  if (catalog.cache.byName(table.schema, name))
    throw error(SqlState.duplicateTable, `relation "${name}" already exists`);
  refuseTakenConstraintName(catalog, table, name);
}

export function refuseTakenConstraintName(catalog: CommandContext['catalog'], table: Relation, name: string): void {
  const rows = catalog.store.where(CatalogOid.constraint, { conname: name, conrelid: table.oid });
  if (rows.length > 0)
    throw error(SqlState.duplicateObject, `constraint "${name}" for relation "${table.name}" already exists`);
}
