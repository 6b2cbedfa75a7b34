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

export const VacuumProgress = {
  phase: 0,
  blocksTotal: 1,
  blocksScanned: 2,
  blocksVacuumed: 3,
  indexVacuums: 4,
  mostDead: 5,
  dead: 6,
} as const;
export const VACUUM_PHASES: readonly string[] = [
  'initializing',
  'scanning heap',
  'vacuuming indexes',
  'vacuuming heap',
  'cleaning up indexes',
  'truncating heap',
  'performing final cleanup',
];
