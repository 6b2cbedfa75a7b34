import type { VacuumCounter, VacuumPhase, VacuumProgress } from '../../access/vacuum/vacuum-request.js';
import type { ActivityTable } from '../../memory/activity.js';

/** Numbers that ANALYZE and VACUUM show of their progress, and what they call their phases (commands/progress.h). */
export const AnalyzeProgress = { phase: 0, blocksTotal: 1, blocksScanned: 2 } as const;
export const AnalyzePhase = { initializing: 0, acquiringSample: 1, computing: 3, finalizing: 5 } as const;
export const ANALYZE_PHASES: readonly string[] = [
  'initializing',
  'acquiring sample rows',
  'acquiring inherited sample rows',
  'computing statistics',
  'computing extended statistics',
  'finalizing analyze',
];

/** Columns of pg_stat_progress_vacuum, in the order of their numbers behind the phase's. */
const VACUUM_COUNTERS: readonly VacuumCounter[] = [
  'heap_blks_total',
  'heap_blks_scanned',
  'heap_blks_vacuumed',
  'index_vacuum_count',
  'max_dead_tuples',
  'num_dead_tuples',
];
export const VACUUM_PHASES: readonly ('initializing' | VacuumPhase)[] = [
  'initializing',
  'scanning heap',
  'vacuuming indexes',
  'vacuuming heap',
  'cleaning up indexes',
  'truncating heap',
  'performing final cleanup',
];

/** Shows this process's vacuum. */
export function vacuumProgress(activity: ActivityTable): VacuumProgress {
  return {
    phase: (phase) => activity.setProgress(0, VACUUM_PHASES.indexOf(phase)),
    count: (counter, value) => activity.setProgress(1 + VACUUM_COUNTERS.indexOf(counter), value),
  };
}
