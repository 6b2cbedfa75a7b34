import {
  databaseStatistics,
  INDEX_BLOCKS,
  INDEX_USE,
  indexStatistics,
  tableBlocks,
  tableStatistics,
  type TableSelection,
} from './statistics.js';
import type { SystemEnvironment } from './system-environment.js';

/** Name, columns and rows of the views on the statistics. */
export type StatisticsView = readonly [name: string, columns: string, rows: (env: SystemEnvironment) => unknown[][]];

const TABLES = `relid oid, schemaname name, relname name, seq_scan int8, seq_tup_read int8, idx_scan int8,
  idx_tup_fetch int8, n_tup_ins int8, n_tup_upd int8, n_tup_del int8, n_tup_hot_upd int8, n_live_tup int8,
  n_dead_tup int8, n_mod_since_analyze int8, n_ins_since_vacuum int8, last_vacuum timestamptz,
  last_autovacuum timestamptz, last_analyze timestamptz, last_autoanalyze timestamptz, vacuum_count int8,
  autovacuum_count int8, analyze_count int8, autoanalyze_count int8`;
const TABLE_BLOCKS = `relid oid, schemaname name, relname name, heap_blks_read int8, heap_blks_hit int8,
  idx_blks_read int8, idx_blks_hit int8, toast_blks_read int8, toast_blks_hit int8, tidx_blks_read int8,
  tidx_blks_hit int8`;
const INDEXES = 'relid oid, indexrelid oid, schemaname name, relname name, indexrelname name';

const DATABASES = `datid oid, datname name, numbackends int4, xact_commit int8, xact_rollback int8, blks_read int8,
  blks_hit int8, tup_returned int8, tup_fetched int8, tup_inserted int8, tup_updated int8, tup_deleted int8,
  conflicts int8, temp_files int8, temp_bytes int8, deadlocks int8, checksum_failures int8,
  checksum_last_failure timestamptz, blk_read_time float8, blk_write_time float8, session_time float8,
  active_time float8, idle_in_transaction_time float8, sessions int8, sessions_abandoned int8, sessions_fatal int8,
  sessions_killed int8, stats_reset timestamptz`;

function ofTables(selection: TableSelection): StatisticsView[] {
  return [
    [`pg_stat_${selection}_tables`, TABLES, (env) => tableStatistics(env, selection)],
    [`pg_statio_${selection}_tables`, TABLE_BLOCKS, (env) => tableBlocks(env, selection)],
    [
      `pg_stat_${selection}_indexes`,
      `${INDEXES}, idx_scan int8, idx_tup_read int8, idx_tup_fetch int8`,
      (env) => indexStatistics(env, selection, INDEX_USE),
    ],
    [
      `pg_statio_${selection}_indexes`,
      `${INDEXES}, idx_blks_read int8, idx_blks_hit int8`,
      (env) => indexStatistics(env, selection, INDEX_BLOCKS),
    ],
  ];
}

export const statisticsViews: readonly StatisticsView[] = [
  ...ofTables('all'),
  ...ofTables('sys'),
  ...ofTables('user'),
  ['pg_stat_database', DATABASES, databaseStatistics],
];
