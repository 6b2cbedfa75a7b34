import type { DatabaseCounters, RelationCounters } from '../../access/statistics/counters.js';
import type { Oid } from '../../base/block.js';
import type { FunctionFamily, Implementation } from '../functions/signature.js';
import { momentOrNull } from './moments.js';
import { backendsIn, countersOf, databaseCountersOf } from './statistics.js';
import type { SystemEnvironment as Env } from './system-environment.js';

/** pg_stat_get_* of a table or index: oid of the function, its name's end, and what it shows. */
const RELATION_COUNTS: readonly (readonly [number, string, keyof RelationCounters])[] = [
  [1928, 'numscans', 'scans'],
  [1929, 'tuples_returned', 'returned'],
  [1930, 'tuples_fetched', 'fetched'],
  [1931, 'tuples_inserted', 'inserted'],
  [1932, 'tuples_updated', 'updated'],
  [1933, 'tuples_deleted', 'deleted'],
  [1972, 'tuples_hot_updated', 'hotUpdated'],
  [2878, 'live_tuples', 'live'],
  [2879, 'dead_tuples', 'dead'],
  [3177, 'mod_since_analyze', 'changedSinceAnalyze'],
  [5053, 'ins_since_vacuum', 'insertedSinceVacuum'],
  [1935, 'blocks_hit', 'blocksHit'],
  [3054, 'vacuum_count', 'vacuums'],
  [3055, 'autovacuum_count', 'autovacuums'],
  [3056, 'analyze_count', 'analyzes'],
  [3057, 'autoanalyze_count', 'autoanalyzes'],
];
const RELATION_TIMES: readonly (readonly [number, string, keyof RelationCounters])[] = [
  [2781, 'last_vacuum_time', 'lastVacuum'],
  [2782, 'last_autovacuum_time', 'lastAutovacuum'],
  [2783, 'last_analyze_time', 'lastAnalyze'],
  [2784, 'last_autoanalyze_time', 'lastAutoanalyze'],
];
const DATABASE_COUNTS: readonly (readonly [number, string, keyof DatabaseCounters])[] = [
  [1942, 'db_xact_commit', 'commits'],
  [1943, 'db_xact_rollback', 'rollbacks'],
  [1945, 'db_blocks_hit', 'blocksHit'],
  [2758, 'db_tuples_returned', 'returned'],
  [2759, 'db_tuples_fetched', 'fetched'],
  [2760, 'db_tuples_inserted', 'inserted'],
  [2761, 'db_tuples_updated', 'updated'],
  [2762, 'db_tuples_deleted', 'deleted'],
  [3152, 'db_deadlocks', 'deadlocks'],
  [6188, 'db_sessions', 'sessions'],
];

type NamedFunction = readonly [oid: number, name: string, type: string, code: Implementation];

const counterFunctions: readonly NamedFunction[] = [
  ...RELATION_COUNTS.map(([oid, name, counter]): NamedFunction => [
    oid,
    name,
    'int8',
    (object: Oid, env: Env) => BigInt(countersOf(object, env)[counter]),
  ]),
  ...RELATION_TIMES.map(([oid, name, counter]): NamedFunction => [
    oid,
    name,
    'timestamptz',
    (object: Oid, env: Env) => momentOrNull(countersOf(object, env)[counter]),
  ]),
  ...DATABASE_COUNTS.map(([oid, name, counter]): NamedFunction => [
    oid,
    name,
    'int8',
    (object: Oid, env: Env) => BigInt(databaseCountersOf(object, env)[counter]),
  ]),
];

const otherRows = `
1934 pg_stat_get_blocks_fetched(oid) int8 stable
1944 pg_stat_get_db_blocks_fetched(oid) int8 stable
1941 pg_stat_get_db_numbackends(oid) int4 stable
3074 pg_stat_get_db_stat_reset_time(oid) timestamptz stable
2274 pg_stat_reset() void volatile lax
3776 pg_stat_reset_single_table_counters(oid) void volatile
2137 pg_stat_force_next_flush() void volatile lax
2230 pg_stat_clear_snapshot() void volatile lax
`;

const otherCode: Readonly<Record<string, Implementation>> = {
  pg_stat_get_blocks_fetched: (oid: Oid, env: Env) => fetchedBlocks(countersOf(oid, env)),
  pg_stat_get_db_blocks_fetched: (oid: Oid, env: Env) => fetchedBlocks(databaseCountersOf(oid, env)),
  pg_stat_get_db_numbackends: backendsIn,
  pg_stat_get_db_stat_reset_time: (oid: Oid, env: Env) => momentOrNull(databaseCountersOf(oid, env).lastReset),
  pg_stat_reset: ({ engine, catalog }: Env) => engine.access.statistics.reset(catalog.identity.databaseOid),
  pg_stat_reset_single_table_counters: (oid: Oid, { engine, catalog }: Env) =>
    engine.access.statistics.resetRelation(catalog.identity.databaseOid, oid),
  pg_stat_force_next_flush: ({ engine }: Env) => engine.access.statistics.forceNextReport(),
  /** There is nothing to clear: each look is at the present. */
  pg_stat_clear_snapshot: () => undefined,
};

function fetchedBlocks({ blocksHit, blocksRead }: Pick<RelationCounters, 'blocksHit' | 'blocksRead'>): bigint {
  return BigInt(blocksHit + blocksRead);
}

export const statisticsFunctions: FunctionFamily = {
  rows: [
    otherRows,
    ...counterFunctions.map(([oid, name, type]) => `${oid} pg_stat_get_${name}(oid) ${type} stable`),
  ].join('\n'),
  code: {
    ...otherCode,
    ...Object.fromEntries(counterFunctions.map(([, name, , code]) => [`pg_stat_get_${name}`, code])),
  },
};
