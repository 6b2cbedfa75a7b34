import { printFault } from '../faults/print.js';
import type { CycleRecord } from '../results/cycle-record.js';
import { nothingObserved } from '../results/observations.js';
import type { WorkingTier } from '../results/tier.js';
import type { FaultStatus } from '../trace/trace-area.js';
import type { CycleResult } from './cycle.js';
import type { PowerCycleResult } from './power/run-power-cycle.js';

/** Which cycle of a campaign it was, and where its seed file is when it failed. */
interface CycleIdentity {
  readonly index: number;
  readonly seedFile?: string | undefined;
}

const NOTHING_DONE = {
  crashes: 0,
  endedByHarness: 0,
  powerCuts: 0,
  crashStates: 0,
  nestedStates: [],
} satisfies Partial<CycleRecord>;

export function recordOfKillCycle(result: CycleResult, identity: CycleIdentity): CycleRecord {
  const { seed, workload, clients } = result.config;
  return {
    ...NOTHING_DONE,
    ...commonOf(result, identity),
    tier: 'kill',
    seed,
    workload,
    clients: clients.length,
    crashes: result.crashes,
    endedByHarness: result.endedByHarness,
    violations: result.violations.map(({ invariant, promised, found }) => ({ invariant, promised, found })),
  };
}

export function recordOfPowerCycle(result: PowerCycleResult, identity: CycleIdentity): CycleRecord {
  const { config, source, powerCuts, crashStates, nestedStates, failure } = result;
  const violations = failure?.violations ?? [];
  return {
    ...NOTHING_DONE,
    ...commonOf(result, identity),
    tier: 'power',
    source,
    seed: config.seed,
    workload: config.workload,
    clients: config.clients.length,
    powerCuts,
    crashStates,
    nestedStates: [...nestedStates],
    violations: violations.map(({ invariant, promised, found }) => ({ invariant, promised, found })),
  };
}

/** Of a cycle that the harness could not carry out. */
export function recordOfHarnessFailure(seed: number, index: number, tier: WorkingTier, failure: Error): CycleRecord {
  return {
    ...NOTHING_DONE,
    index,
    seed,
    tier,
    workload: '',
    clients: 0,
    elapsedMs: 0,
    commits: { acknowledged: 0, unknown: 0, failed: 0 },
    faults: [],
    observed: nothingObserved(),
    violations: [],
    harnessFailure: failure.message.split('\n')[0],
  };
}

type Common = 'index' | 'elapsedMs' | 'commits' | 'faults' | 'observed' | 'seedFile';

function commonOf(
  { elapsedMs, commits, faults, observed }: CycleResult | PowerCycleResult,
  { index, seedFile }: CycleIdentity,
): Pick<CycleRecord, Common> {
  return {
    index,
    elapsedMs: Math.round(elapsedMs),
    commits,
    faults: faults.map(statusInText),
    observed,
    ...(seedFile === undefined ? {} : { seedFile }),
  };
}

function statusInText({ fault, fired }: FaultStatus): { fault: string; fired: boolean } {
  return { fault: printFault(fault), fired };
}
