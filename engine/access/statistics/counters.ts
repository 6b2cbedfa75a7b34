import type { Oid } from '../../base/block.js';

/**
 * What is counted of each table and index (pgstat.h PgStat_StatTabEntry). For an index, `returned` are its entries that
 * scans read, `fetched` the rows that these led to. Times are milliseconds since 1970, 0 when there was none.
 */
export const RELATION_COUNTERS = [
  'scans',
  'returned',
  'fetched',
  'inserted',
  'updated',
  'deleted',
  'hotUpdated',
  'live',
  'dead',
  'changedSinceAnalyze',
  'insertedSinceVacuum',
  'blocksRead',
  'blocksHit',
  'lastVacuum',
  'vacuums',
  'lastAutovacuum',
  'autovacuums',
  'lastAnalyze',
  'analyzes',
  'lastAutoanalyze',
  'autoanalyzes',
] as const;

/** What is counted of each database (PgStat_StatDBEntry); `lastAutovacuum`: when a worker last began on it. */
export const DATABASE_COUNTERS = [
  'commits',
  'rollbacks',
  'blocksRead',
  'blocksHit',
  'returned',
  'fetched',
  'inserted',
  'updated',
  'deleted',
  'deadlocks',
  'sessions',
  'lastAutovacuum',
  'lastReset',
] as const;

export type RelationCounters = Record<(typeof RELATION_COUNTERS)[number], number>;
export type DatabaseCounters = Record<(typeof DATABASE_COUNTERS)[number], number>;

export const EntryKind = { database: 1, relation: 2 } as const;

/** `database` is 0 for what all databases share; `object` is 0 for a database's own entry. */
export interface EntryKey {
  readonly kind: number;
  readonly database: Oid;
  readonly object: Oid;
}

export function relationKey(database: Oid, object: Oid): EntryKey {
  return { kind: EntryKind.relation, database, object };
}

export function databaseKey(database: Oid): EntryKey {
  return { kind: EntryKind.database, database, object: 0 };
}
