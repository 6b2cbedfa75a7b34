import { DATABASE_COUNTERS, RELATION_COUNTERS } from '../../access/statistics/counters.js';
import type { DatabaseCounters, RelationCounters } from '../../access/statistics/counters.js';
import type { Oid } from '../../base/block.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { CatalogRow } from '../catalog/catalog-store.js';
import { momentOrNull } from './moments.js';
import type { SystemEnvironment as Env } from './system-environment.js';

/** What is counted of something that nothing was counted of. */
function zeroes<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

const NO_RELATION: RelationCounters = zeroes(RELATION_COUNTERS);
const NO_DATABASE: DatabaseCounters = zeroes(DATABASE_COUNTERS);

/** A table or index by its oid: one of this database's own, or else of the shared ones. */
export function countersOf(oid: Oid, { engine, catalog }: Env): RelationCounters {
  const { statistics } = engine.access;
  return statistics.relation(catalog.identity.databaseOid, oid) ?? statistics.relation(0, oid) ?? NO_RELATION;
}

export function databaseCountersOf(oid: Oid, { engine }: Env): DatabaseCounters {
  return engine.access.statistics.database(oid) ?? NO_DATABASE;
}

export type TableSelection = 'all' | 'sys' | 'user';

function isSelected({ catalog }: Env, row: CatalogRow, selection: TableSelection): boolean {
  if (selection === 'all') return true;
  const schema = catalog.cache.schemaName(row.relnamespace as Oid) ?? '';
  const isSystem = schema === 'pg_catalog' || schema === 'information_schema' || schema.startsWith('pg_toast');
  return isSystem === (selection === 'sys');
}

interface IndexedTable {
  readonly row: CatalogRow;
  readonly names: readonly [oid: unknown, schema: unknown, table: unknown];
  readonly indexes: readonly Oid[];
}

function tablesOf(env: Env, selection: TableSelection): IndexedTable[] {
  const { store, cache } = env.catalog;
  const indexes = new Map<unknown, Oid[]>();
  for (const { row } of store.all(CatalogOid.index)) {
    indexes.set(row.indrelid, [...(indexes.get(row.indrelid) ?? []), row.indexrelid as Oid]);
  }
  return store
    .all(CatalogOid.class)
    .map(({ row }) => row)
    .filter((row) => row.relkind === 'r' && isSelected(env, row, selection))
    .map((row) => ({
      row,
      names: [row.oid, cache.schemaName(row.relnamespace as Oid) ?? null, row.relname],
      indexes: indexes.get(row.oid) ?? [],
    }));
}

/** The sum over a table's indexes; null without any. */
function sumOf(indexes: readonly Oid[], env: Env, counter: keyof RelationCounters): bigint | null {
  if (indexes.length === 0) return null;
  return BigInt(indexes.reduce((sum, oid) => sum + countersOf(oid, env)[counter], 0));
}

/** pg_stat_all_tables, pg_stat_sys_tables, pg_stat_user_tables. */
export function tableStatistics(env: Env, selection: TableSelection): unknown[][] {
  return tablesOf(env, selection).map((table) => tableRow(env, table));
}

function tableRow(env: Env, { row, names, indexes }: IndexedTable): unknown[] {
  const counters = countersOf(row.oid as Oid, env);
  const count = (name: keyof RelationCounters): bigint => BigInt(counters[name]);
  const time = (name: keyof RelationCounters): bigint | null => momentOrNull(counters[name]);
  const fetched = sumOf(indexes, env, 'fetched');
  return [
    ...names,
    count('scans'),
    count('returned'),
    sumOf(indexes, env, 'scans'),
    fetched === null ? null : fetched + count('fetched'),
    ...(['inserted', 'updated', 'deleted', 'hotUpdated', 'live', 'dead'] as const).map(count),
    ...(['changedSinceAnalyze', 'insertedSinceVacuum'] as const).map(count),
    ...(['lastVacuum', 'lastAutovacuum', 'lastAnalyze', 'lastAutoanalyze'] as const).map(time),
    ...(['vacuums', 'autovacuums', 'analyzes', 'autoanalyzes'] as const).map(count),
  ];
}

/** pg_statio_all_tables and its kin. */
export function tableBlocks(env: Env, selection: TableSelection): unknown[][] {
  return tablesOf(env, selection).map((table) => tableBlocksRow(env, table));
}

/** There are no TOAST tables. */
function tableBlocksRow(env: Env, { row, names, indexes }: IndexedTable): unknown[] {
  const { blocksRead, blocksHit } = countersOf(row.oid as Oid, env);
  const ofIndexes = [sumOf(indexes, env, 'blocksRead'), sumOf(indexes, env, 'blocksHit')];
  return [...names, BigInt(blocksRead), BigInt(blocksHit), ...ofIndexes, null, null, null, null];
}

/** pg_stat_all_indexes and pg_statio_all_indexes and their kin, with these counters. */
export function indexStatistics(
  env: Env,
  selection: TableSelection,
  counters: readonly (keyof RelationCounters)[],
): unknown[][] {
  return tablesOf(env, selection).flatMap(({ names: [table, schema, name], indexes }) =>
    indexes.map((oid) => {
      const [index] = env.catalog.store.byFirst(CatalogOid.class, oid);
      const own = countersOf(oid, env);
      return [table, oid, schema, name, index?.row.relname ?? null, ...counters.map((counter) => BigInt(own[counter]))];
    }),
  );
}

export const INDEX_USE = ['scans', 'returned', 'fetched'] as const;
export const INDEX_BLOCKS = ['blocksRead', 'blocksHit'] as const;

export function backendsIn(database: Oid, { engine }: Env): number {
  const { slots } = engine.memory;
  let count = 0;
  for (let slot = 0; slot < slots.count; slot++)
    if (slots.pid(slot) !== 0 && slots.database(slot) === database) count++;
  return count;
}

/** pg_stat_database: the shared relations, then each database. What is not counted is zero. */
export function databaseStatistics(env: Env): unknown[][] {
  const databases = env.catalog.store.all(CatalogOid.database).map(({ row }) => [row.oid as Oid, row.datname] as const);
  return [databaseRow(env, 0, null), ...databases.map(([oid, name]) => databaseRow(env, oid, name))];
}

function databaseRow(env: Env, oid: Oid, name: unknown): unknown[] {
  const counters = databaseCountersOf(oid, env);
  const count = (counter: keyof DatabaseCounters): bigint => BigInt(counters[counter]);
  return [
    oid,
    name,
    oid === 0 ? 0 : backendsIn(oid, env),
    ...(['commits', 'rollbacks', 'blocksRead', 'blocksHit'] as const).map(count),
    ...(['returned', 'fetched', 'inserted', 'updated', 'deleted'] as const).map(count),
    0n,
    0n,
    0n,
    count('deadlocks'),
    0n,
    null,
    ...NO_TIMES,
    count('sessions'),
    0n,
    0n,
    0n,
    momentOrNull(counters.lastReset),
  ];
}

/** Of reading and writing blocks, and of sessions: total, active, idle in a transaction. */
const NO_TIMES = [0, 0, 0, 0, 0];
