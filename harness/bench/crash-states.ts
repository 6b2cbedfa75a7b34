import { openSimulation } from '../adapters/engine/embedded/engine-simulation.js';
import type { SimulatedTarget } from '../adapters/simulated-target.js';
import { honestProfiles } from '../disks/profiles.js';
import type { PowerConfig, Search } from '../runner/power/power-config.js';
import { searchRun, type SearchResult } from '../runner/power/search.js';
import { simulate } from '../runner/power/simulate.js';
import type { TracedRun } from '../runner/power/traced-run.js';

/**
 * How many crash states a second one core makes, recovers and checks, and the memory that a long trace takes.
 *
 * A state is a disk that a power loss may have left of a run: the engine's own recovery runs on it, a session reads the
 * workload's tables, every oracle judges what it read; of one in forty the stopped cluster's files are examined as well.
 * This is the search of the power tier, and nothing else: a disk counts once for each run, however many crashes under
 * whatever model leave it.
 */
export const CRASH_STATES = 'crash states';

const STANDARD: PowerConfig = {
  seed: 1,
  workload: 'bank',
  clients: [1],
  asyncShare: 0,
  rollbackShare: 0,
  transactionsPerClient: 10,
  skip: [],
  statementMode: 'batch',
  turns: { checkpointer: 5, bgwriter: 10, walwriter: 5, restart: 0 },
  interruptChance: 0,
  walSegmentMegabytes: 1,
  settings: { shared_buffers: 64, wal_buffers: 16, min_wal_size: '2MB', max_wal_size: '2MB' },
  faults: [],
};
const SEARCH: Search = { profiles: honestProfiles, points: 60, survivorSets: 8, nestedDepth: 0, nestedEvery: 1 };
const RUNS = 5;
const ROUNDS = 15;
/** Until the hot code is compiled. */
const WARM_UP_ROUNDS = 5;

/** About 100,000 changes and syncs of storage. */
const LONG: PowerConfig = {
  ...STANDARD,
  clients: [1, 2, 3, 4],
  transactionsPerClient: 14_000,
  turns: { checkpointer: 1, bgwriter: 100, walwriter: 20, restart: 0 },
};
const LONG_SEARCH: Search = { ...SEARCH, profiles: ['posix-weak', 'xfs'], points: 40, survivorSets: 3 };
const MEGABYTE = 1024 * 1024;

interface Rate {
  readonly statesPerSecond: number;
  readonly cutsPerSecond: number;
  /** Time of this process's user code, all threads. */
  readonly cpuMsPerState: number;
}

type Counts = Pick<SearchResult, 'powerCuts' | 'crashStates'>;

async function search(run: TracedRun, config: PowerConfig, search: Search, target: SimulatedTarget): Promise<Counts> {
  const { failure, ...counts } = await searchRun(run, { config, search, target });
  if (failure) throw new Error(`a crash state failed: ${JSON.stringify(failure)}`);
  return counts;
}

async function round(runs: readonly { run: TracedRun; config: PowerConfig }[], target: SimulatedTarget): Promise<Rate> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let states = 0;
  let cuts = 0;
  for (const { run, config } of runs) {
    const { powerCuts, crashStates } = await search(run, config, SEARCH, target);
    cuts += powerCuts;
    states += crashStates;
  }
  const seconds = (performance.now() - begun) / 1000;
  const cpuMsPerState = process.cpuUsage(cpu).user / 1000 / states;
  return { statesPerSecond: states / seconds, cutsPerSecond: cuts / seconds, cpuMsPerState };
}

async function measureRate(target: SimulatedTarget): Promise<void> {
  const runs: { run: TracedRun; config: PowerConfig }[] = [];
  for (let seed = 1; seed <= RUNS; seed++) {
    const config = { ...STANDARD, seed };
    runs.push({ config, run: await simulate(config, target) });
  }
  for (let each = 0; each < WARM_UP_ROUNDS; each++) await round(runs, target);
  const rates: Rate[] = [];
  while (rates.length < ROUNDS) rates.push(await round(runs, target));
  const { statesPerSecond, cutsPerSecond, cpuMsPerState } = rates.toSorted(
    (a, b) => a.statesPerSecond - b.statesPerSecond,
  )[Math.floor(ROUNDS / 2)];
  print(CRASH_STATES, statesPerSecond, 'disks/s', `all different; ${cpuMsPerState.toFixed(3)} ms of CPU each`);
  print('power cuts they are left by', cutsPerSecond, 'cuts/s', 'each judged by what was promised at its moment');
}

function print(label: string, value: number, unit: string, remark: string): void {
  console.log(`${label.padEnd(32)}${value.toFixed(0).padStart(10)}  ${unit.padEnd(10)} ${remark}`);
}

async function measureMemory(target: SimulatedTarget): Promise<void> {
  const run = await simulate(LONG, target);
  const { crashStates } = await search(run, LONG, LONG_SEARCH, target);
  const megabytes = (process.resourceUsage().maxRSS * 1024) / MEGABYTE;
  print('memory, long trace', megabytes, 'MB', `${run.events.length} operations, ${crashStates} states`);
}

export async function crashStates(): Promise<void> {
  const target = await openSimulation();
  await measureRate(target);
  await measureMemory(target);
}
