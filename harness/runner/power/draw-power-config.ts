import fc from 'fast-check';
import type { Fault } from '../../faults/fault.js';
import { ioFault } from '../../faults/draw-io-fault.js';
import { printFault } from '../../faults/print.js';
import { deriveSeed } from '../../workloads/derive-seed.js';
import { drawWorkload } from '../../workloads/draw-workload.js';
import { workloadsFor } from '../../workloads/workload-table.js';
import { printXidJump } from '../../workloads/xid-course.js';
import type { PowerConfig } from './power-config.js';

const SIMULATED_PROCESSES = ['startup', 'checkpointer', 'bgwriter', 'walwriter', 'backend'];

const swarm = fc.record({
  clients: fc.constantFrom(1, 1, 2, 3, 4),
  asyncShare: fc.constantFrom(0, 0, 0, 0.3, 1),
  rollbackShare: fc.constantFrom(0, 0.1, 0.3),
  transactionsPerClient: fc.constantFrom(6, 12, 25, 50),
  statementMode: fc.constantFrom('batch' as const, 'single' as const),
  turns: fc.record({
    checkpointer: fc.constantFrom(0, 2, 5, 10, 20),
    bgwriter: fc.constantFrom(0, 10, 30),
    walwriter: fc.constantFrom(0, 5, 30),
    restart: fc.constantFrom(0, 0, 0, 1, 3),
  }),
  interruptChance: fc.constantFrom(0, 0.02, 0.1, 0.3),
  everybodyInterrupts: fc.boolean(),
  walSegmentMegabytes: fc.constantFrom(1, 1, 1, 2),
  faults: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fault[]>([]) },
    { weight: 1, arbitrary: fc.array(ioFault(SIMULATED_PROCESSES), { minLength: 1, maxLength: 2 }) },
  ),
  settings: fc.record({
    shared_buffers: fc.constantFrom(16, 16, 24, 64, 128),
    wal_buffers: fc.constantFrom(4, 8, 16, 64),
    min_wal_size: fc.constant('2MB'),
    max_wal_size: fc.constantFrom('2MB', '4MB'),
    bgwriter_lru_maxpages: fc.constantFrom(0, 5, 100),
  }),
});

/**
 * The configuration of one simulated run: a pure function of its seed and of the workloads to draw from (those that need
 * nothing, by default).
 */
export function drawPowerConfig(
  seed: number,
  workloads: readonly string[] = workloadsFor({ features: [], transactions: true }),
): PowerConfig {
  const { name: workload, settings: itsSettings, xids } = drawWorkload(seed, workloads);
  const [drawn] = fc.sample(fc.noBias(swarm), { seed: deriveSeed(seed, 'simulation'), numRuns: 1 });
  return {
    ...drawn,
    seed,
    workload,
    clients: Array.from({ length: drawn.clients }, (_, index) => index + 1),
    skip: [],
    faults: drawn.faults.map(printFault),
    ...(xids.firstXid === undefined ? {} : { firstXid: xids.firstXid }),
    ...(xids.jumps.length > 0 ? { jumps: xids.jumps.map(printXidJump) } : {}),
    settings: {
      ...drawn.settings,
      min_wal_size: `${2 * drawn.walSegmentMegabytes}MB`,
      max_wal_size: `${Math.max(Number.parseInt(drawn.settings.max_wal_size, 10), 2 * drawn.walSegmentMegabytes)}MB`,
      ...itsSettings,
    },
  };
}
