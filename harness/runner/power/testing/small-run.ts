import { openSimulation } from '../../../adapters/engine/embedded/engine-simulation.js';
import type { SimulatedTarget } from '../../../adapters/simulated-target.js';
import type { ProfileName } from '../../../disks/disk-model.js';
import { workloadNamed } from '../../../workloads/workload-table.js';
import type { RecoveryTools } from '../judge-state.js';
import type { PowerConfig, Search } from '../power-config.js';
import { searchRun, type PowerFailure } from '../search.js';
import { simulate } from '../simulate.js';
import type { TracedRun } from '../traced-run.js';
import type { Observed } from '../../../results/cycle-record.js';

let opened: Promise<SimulatedTarget> | undefined;

/** The engine inside this process, opened once for all tests. */
export function simulation(): Promise<SimulatedTarget> {
  return (opened ??= openSimulation());
}

/** Two clients, ten transactions each, with checkpoints and evictions between: a tenth of a second. */
export function smallConfig(change: Partial<PowerConfig> = {}): PowerConfig {
  return {
    seed: 3,
    workload: 'bank',
    clients: [1, 2],
    asyncShare: 0.3,
    rollbackShare: 0.1,
    transactionsPerClient: 10,
    skip: [],
    statementMode: 'single',
    turns: { checkpointer: 5, bgwriter: 10, walwriter: 5, restart: 0 },
    interruptChance: 0.02,
    walSegmentMegabytes: 1,
    settings: {
      shared_buffers: 16,
      wal_buffers: 8,
      min_wal_size: '2MB',
      max_wal_size: '2MB',
      bgwriter_lru_maxpages: 5,
    },
    faults: [],
    ...change,
  };
}

/** Nothing but clients that commit synchronously, each transaction in one message. */
const QUIET: Partial<PowerConfig> = {
  asyncShare: 0,
  rollbackShare: 0,
  statementMode: 'batch',
  turns: { checkpointer: 0, bgwriter: 0, walwriter: 0, restart: 0 },
  interruptChance: 0,
};

export function searchOn(profiles: readonly ProfileName[], change: Partial<Search> = {}): Search {
  return { profiles, points: 8, survivorSets: 6, nestedDepth: 0, nestedEvery: 1, ...change };
}

export function toolsFor(target: SimulatedTarget, { settings, workload }: PowerConfig): RecoveryTools {
  return { target, settings, workload: workloadNamed(workload) };
}

export interface FailedOnLiar {
  readonly target: SimulatedTarget;
  readonly config: PowerConfig;
  readonly run: TracedRun;
  readonly failure: PowerFailure;
}

let failed: Promise<FailedOnLiar> | undefined;

/** A run of a correct engine that loses what it acknowledged, since the disk lied; found once for all tests. */
export function failureOnLiar(): Promise<FailedOnLiar> {
  return (failed ??= findFailure());
}

async function findFailure(): Promise<FailedOnLiar> {
  const target = await simulation();
  const config = smallConfig(QUIET);
  const run = await simulate(config, target);
  const search = searchOn(['lying-fsync'], { points: 60, survivorSets: 20 });
  const { failure } = await searchRun(run, { config, search, target, wanted: 'durability' });
  if (!failure) throw new Error('nothing was lost on a disk that lies');
  return { target, config, run, failure };
}

/** What a search saw, but for the time that recoveries took. */
export function timeless({ recoveries, ...observed }: Observed): object {
  return { ...observed, replayed: recoveries.map(({ replayedBytes }) => replayedBytes) };
}
