import { isKill, type Fault } from '../faults/fault.js';
import { printPlace, printProcess } from '../faults/print.js';
import type { CycleResult } from './cycle.js';
import type { PowerCycleResult } from './power/run-power-cycle.js';

export const TIERS = ['kill', 'power', 'all'] as const;
export type Tier = (typeof TIERS)[number];

/** What a campaign says about itself with `--json`. */
export interface Summary {
  readonly seed: number;
  readonly tier: Tier;
  readonly target: string;
  /** Kill cycles, and simulated or recorded runs whose disks were crashed. */
  cycles: number;
  /** Losses of power tried; many leave the same disk. */
  powerCuts: number;
  /** Disks, of each run all different, that a loss of power could have left, each recovered and checked. */
  crashStates: number;
  /** Of the runs whose disks were crashed, those of real processes on record. */
  recordedRuns: number;
  /** Of these, disks left by a crash inside a recovery, by depth from 1. */
  readonly nestedStates: number[];
  readonly crashes: { total: number; byProcess: Record<string, number>; byPoint: Record<string, number> };
  readonly faults: { planned: number; fired: number; unfired: Record<string, number> };
  readonly commits: { acknowledged: number; unknown: number; failed: number };
  readonly workloads: Record<string, number>;
  readonly violations: { invariant: string; seedFile: string; seed: number }[];
  /** Cycles the harness itself could not carry out. */
  readonly harnessFailures: string[];
  /** What was decided by time and not by the seed. */
  readonly notDeterministic: readonly string[];
  elapsedMs: number;
}

export function emptySummary(seed: number, target: string, tier: Tier = 'kill'): Summary {
  const kill = ['the interleaving of processes', 'which calls a random kill meets (saved as exact calls)'];
  const recorded = 'the recorded runs among those whose power is cut (saved with a failure)';
  return {
    seed,
    tier,
    target,
    cycles: 0,
    powerCuts: 0,
    crashStates: 0,
    recordedRuns: 0,
    nestedStates: [],
    crashes: { total: 0, byProcess: {}, byPoint: {} },
    faults: { planned: 0, fired: 0, unfired: {} },
    commits: { acknowledged: 0, unknown: 0, failed: 0 },
    workloads: {},
    violations: [],
    harnessFailures: [],
    notDeterministic: [...(tier === 'power' ? [] : kill), ...(tier === 'kill' ? [] : [recorded])],
    elapsedMs: 0,
  };
}

function add(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** `checkpointer` and `fdatasync(wal)`: where a kill struck, without its count. */
function placeOf(fault: Fault): { process: string; point: string } {
  if (fault.kind !== 'kill') return { process: printProcess({ type: fault.process.type }), point: 'none' };
  const victims = fault.victims === 'all' ? 'all' : undefined;
  if (fault.trigger.kind !== 'site') {
    const named =
      fault.victims === 'all'
        ? 'all'
        : [...new Set((fault.victims ?? []).map(({ type }) => type))].toSorted().join('+');
    return { process: named, point: fault.trigger.kind === 'time' ? 'random' : 'cut' };
  }
  const { process, site } = fault.trigger;
  return { process: victims ?? process.type, point: `${process.type} ${printPlace(site)}` };
}

export function addCycle(summary: Summary, result: CycleResult): void {
  summary.cycles++;
  summary.crashes.total += result.crashes;
  add(summary.workloads, result.config.workload);
  for (const { fault, fired } of result.faults) {
    const { process, point } = placeOf(fault);
    summary.faults.planned++;
    if (!fired) add(summary.faults.unfired, fault.kind === 'kill' ? `kill ${process} at ${point}` : fault.kind);
    else {
      summary.faults.fired++;
      if (isKill(fault)) {
        add(summary.crashes.byProcess, process);
        add(summary.crashes.byPoint, point);
      }
    }
  }
  if (result.endedByHarness > 0) add(summary.crashes.byPoint, 'end of workload', result.endedByHarness);
  for (const name of ['acknowledged', 'unknown', 'failed'] as const) summary.commits[name] += result.commits[name];
}

/** Adds a simulated or recorded run and the crashes tried on it. */
export function addPowerCycle(summary: Summary, result: PowerCycleResult): void {
  summary.cycles++;
  summary.powerCuts += result.powerCuts;
  summary.crashStates += result.crashStates;
  if (result.source === 'recorded') summary.recordedRuns++;
  result.nestedStates.forEach((count, depth) => {
    summary.nestedStates[depth] = (summary.nestedStates[depth] ?? 0) + count;
  });
  add(summary.workloads, result.config.workload);
  for (const { fault, fired } of result.faults) {
    summary.faults.planned++;
    if (fired) summary.faults.fired++;
    else add(summary.faults.unfired, fault.kind);
  }
  for (const name of ['acknowledged', 'unknown', 'failed'] as const) summary.commits[name] += result.commits[name];
}

/** 0: nothing violated; 1: an invariant violated; 3: the harness could not do its job. */
export function exitCodeOf(summary: Summary): 0 | 1 | 3 {
  if (summary.violations.length > 0) return 1;
  return summary.harnessFailures.length > 0 || summary.cycles === 0 || hasNothingStruck(summary) ? 3 : 0;
}

/** A campaign in which nothing struck has tested nothing. */
export function hasNothingStruck({ tier, faults, crashStates }: Summary): boolean {
  return tier === 'power' ? crashStates === 0 : faults.fired === 0;
}
