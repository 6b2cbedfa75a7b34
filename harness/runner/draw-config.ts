import fc from 'fast-check';
import type { TargetAbilities } from '../adapters/target.js';
import { drawRoundPlan } from '../faults/draw-plan.js';
import { printFault } from '../faults/print.js';
import { deriveSeed } from '../workloads/derive-seed.js';
import { workloadNamed, workloadsFor } from '../workloads/workload-table.js';
import { drawWorkload } from '../workloads/draw-workload.js';
import { printXidJump } from '../workloads/xid-course.js';
import type { CycleConfig } from './cycle-config.js';

const clientCount = fc.constantFrom(1, 2, 2, 3, 3, 4, 4, 6, 8);
const roundCount = fc.constantFrom(1, 1, 1, 2, 2, 3, 4);

const settings = fc.record({
  shared_buffers: fc.constantFrom(16, 16, 24, 32, 64, 128, 1024),
  wal_buffers: fc.constantFrom(4, 8, 16, 64, 256),
  max_wal_size: fc.constantFrom('2MB', '3MB', '4MB', '8MB'),
  checkpoint_timeout: fc.constantFrom(30, 30, 300),
  checkpoint_completion_target: fc.constantFrom(0, 0.5, 0.9),
  wal_writer_delay: fc.constantFrom(10, 50, 200),
  bgwriter_delay: fc.constantFrom(10, 50, 200),
  bgwriter_lru_maxpages: fc.constantFrom(0, 100, 100),
  backend_pool_size: fc.constantFrom(0, 0, 0, 1, 2),
  autovacuum: fc.constantFrom('off', 'off', 'on'),
  autovacuum_naptime: fc.constant(1),
  autovacuum_vacuum_threshold: fc.constantFrom(0, 50),
  autovacuum_vacuum_scale_factor: fc.constantFrom(0, 0.2),
});

const swarm = fc.record({
  clients: clientCount,
  asyncShare: fc.constantFrom(0, 0, 0, 0.3, 1),
  rollbackShare: fc.constantFrom(0, 0.1, 0.3),
  transactionsPerRound: fc.constantFrom(100, 300, 600),
  statementMode: fc.constantFrom('batch' as const, 'single' as const),
  readingsEvery: fc.constantFrom(0, 5, 20),
  checkpointEveryMs: fc.constantFrom(0, 20, 80, 80, 250),
  walSegmentMegabytes: fc.constantFrom(1, 1, 1, 2, 4),
  settings,
  rounds: roundCount,
  recoverTwice: fc.constantFrom(true, false, false, false, false, false),
});

/**
 * The configuration, workload and fault plan of one cycle: a pure function of its seed and the target's abilities.
 * `workloads`: names to draw from.
 */
export function drawConfig(
  seed: number,
  abilities: TargetAbilities,
  workloads: readonly string[] = workloadsFor(abilities),
): CycleConfig {
  const { name: workload, settings: itsSettings, xids } = drawWorkload(seed, workloads);
  const { needs = [] } = workloadNamed(workload);
  const [drawn] = fc.sample(fc.noBias(swarm), { seed: deriveSeed(seed, 'configuration'), numRuns: 1 });
  return {
    ...drawn,
    seed,
    workload,
    clients: Array.from({ length: drawn.clients }, (_, index) => index + 1),
    skip: [],
    settings: {
      ...drawn.settings,
      min_wal_size: `${2 * drawn.walSegmentMegabytes}MB`,
      max_wal_size: atLeastTwoSegments(drawn.settings.max_wal_size, drawn.walSegmentMegabytes),
      ...itsSettings,
    },
    ...(xids.firstXid === undefined ? {} : { firstXid: xids.firstXid }),
    rounds: Array.from({ length: drawn.rounds }, (_, round) => ({
      faults: drawRoundPlan(deriveSeed(seed, 'faults', round), abilities, drawn.clients, needs).map(printFault),
      ...(xids.jumps[round] ? { jump: printXidJump(xids.jumps[round]) } : {}),
    })),
  };
}

function atLeastTwoSegments(size: string, segmentMegabytes: number): string {
  return `${Math.max(Number.parseInt(size, 10), 2 * segmentMegabytes)}MB`;
}
