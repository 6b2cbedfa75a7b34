import type { ProgressCommand } from '../../memory/activity.js';
import { ANALYZE_PHASES, VACUUM_PHASES } from '../vacuum/progress.js';
import type { SystemEnvironment } from './system-environment.js';

/** Name, columns and rows of the views on long commands. */
export type ProgressView = readonly [name: string, columns: string, rows: (env: SystemEnvironment) => unknown[][]];

const PROCESS = 'pid int4, datid oid, datname name, relid oid, phase text';

/** One row for each process at such a command: who, on what, the phase, and so many numbers. */
function progressRows(
  { engine }: SystemEnvironment,
  command: ProgressCommand,
  phases: readonly string[],
  numbers: number,
): unknown[][] {
  const { slots, activity } = engine.memory;
  const rows: unknown[][] = [];
  for (let slot = 0; slot < slots.count; slot++) {
    const progress = slots.pid(slot) === 0 ? undefined : activity.progress(slot);
    if (progress?.command !== command) continue;
    const [phase, ...counts] = progress.numbers;
    const who = [slots.pid(slot), slots.database(slot), activity.read(slot).database, progress.relation];
    rows.push([...who, phases[phase] ?? null, ...counts.slice(0, numbers).map(BigInt)]);
  }
  return rows;
}

export const progressViews: readonly ProgressView[] = [
  [
    'pg_stat_progress_vacuum',
    `${PROCESS}, heap_blks_total int8, heap_blks_scanned int8, heap_blks_vacuumed int8, index_vacuum_count int8,
     max_dead_tuples int8, num_dead_tuples int8`,
    (env) => progressRows(env, 'VACUUM', VACUUM_PHASES, 6),
  ],
  [
    'pg_stat_progress_analyze',
    `${PROCESS}, sample_blks_total int8, sample_blks_scanned int8, ext_stats_total int8, ext_stats_computed int8,
     child_tables_total int8, child_tables_done int8, current_child_table_relid oid`,
    (env) => progressRows(env, 'ANALYZE', ANALYZE_PHASES, 6).map((row) => row.concat(0)),
  ],
];
