import type { Oid } from '../../base/block.js';
import { quoteLiteral, quoteName } from '../analyse/deparse.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import { defaultOperatorClass, operatorClass } from '../catalog/operator-classes.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { SqlArray } from '../types/array/sql-array.js';
import type { SystemEnvironment as Env } from './system-environment.js';

interface Described {
  readonly table: Relation;
  readonly index: TableIndex;
}

/** An index as SQL (utils/adt/ruleutils.c pg_get_indexdef_worker). `isPretty`: tables in sight without their schema. */
export function indexDefinition(oid: Oid, isPretty: boolean, env: Env): string | null {
  const found = describe(oid, env);
  if (!found) return null;
  const { table, index } = found;
  const isBare = isPretty && env.catalog.isVisible(table);
  const tableName = (isBare ? '' : `${quoteName(table.schemaName)}.`) + quoteName(table.name);
  const parts = [
    `CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX ${quoteName(index.name)} ON ${tableName}`,
    `USING btree (${keyTexts(table, index).join(', ')})`,
    includedText(table, index),
    index.shape.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
    optionsText(oid, env),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** One column of an index, counted from 1; the whole index for 0. */
export function indexColumn(oid: Oid, column: number, isPretty: boolean, env: Env): string | null {
  if (column === 0) return indexDefinition(oid, isPretty, env);
  const found = describe(oid, env);
  if (!found) return null;
  const place = found.index.places[column - 1];
  return place === undefined ? '' : quoteName(found.table.columns[place].name);
}

/** What a key constraint says, as in CREATE TABLE. */
export function keyDefinition(table: Relation, index: TableIndex, env: Env): string {
  const nulls = index.shape.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const names = index.places.map((place) => quoteName(table.columns[place].name)).slice(0, index.keys.length);
  const parts = [
    `${index.isPrimary ? 'PRIMARY KEY' : `UNIQUE${nulls}`} (${names.join(', ')})`,
    includedText(table, index),
    optionsText(index.oid, env),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function describe(oid: Oid, { catalog }: Env): Described | undefined {
  const [row] = catalog.store.byFirst(CatalogOid.index, oid);
  const table = row && catalog.cache.byOid(row.get('indrelid') as Oid);
  const index = table?.indexes.find((candidate) => candidate.oid === oid);
  return index && { table: table!, index };
}

function keyTexts(table: Relation, { places, keys }: TableIndex): string[] {
  return keys.map(({ operatorClass: oid, descending, nullsFirst }, position) => {
    const column = table.columns[places[position]];
    const order =
      (descending ? ' DESC' : '') + (nullsFirst === descending ? '' : ` NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`);
    const named = defaultOperatorClass(column.type)?.oid === oid ? '' : ` ${operatorClass(oid).name}`;
    return quoteName(column.name) + named + order;
  });
}

function includedText(table: Relation, { places, keys }: TableIndex): string {
  if (places.length === keys.length) return '';
  const names = places.slice(keys.length).map((place) => quoteName(table.columns[place].name));
  return `INCLUDE (${names.join(', ')})`;
}

function optionsText(oid: Oid, { catalog }: Env): string {
  const [row] = catalog.store.byFirst(CatalogOid.class, oid);
  const options = row?.get('reloptions') as SqlArray<string> | null;
  if (!options) return '';
  const texts = options.elements.map((option) => {
    const [name, value] = option!.split('=');
    return `${quoteName(name)}=${quoteLiteral(value)}`;
  });
  return `WITH (${texts.join(', ')})`;
}

/** pg_indexes. */
export function indexRows(env: Env): unknown[][] {
  const { store, cache } = env.catalog;
  return store.all(CatalogOid.index).flatMap((row) => {
    const found = describe(row.get('indexrelid') as Oid, env);
    if (!found) return [];
    const { table, index } = found;
    return [
      [cache.schemaName(table.schema) ?? null, table.name, index.name, null, indexDefinition(index.oid, false, env)],
    ];
  });
}
