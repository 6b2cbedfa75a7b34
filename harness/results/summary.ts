import * as path from 'node:path';
import { isKill, type Fault } from '../faults/fault.js';
import { parseFault } from '../faults/parse.js';
import { printPlace, printProcess } from '../faults/print.js';
import { checksOf } from '../oracles/looks.js';
import type { Invariant } from '../oracles/oracle.js';
import { count, type Counts } from './counts.js';
import type { CycleRecord } from './cycle-record.js';
import { readablePath } from './readable-path.js';
import type { Tier } from './tier.js';

/** What a campaign says about itself with `--json`: the sum of its cycles' records. */
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
  readonly crashes: { total: number; byProcess: Counts; byPoint: Counts };
  readonly faults: { planned: number; fired: number; firedByKind: Counts; unfired: Counts };
  readonly commits: { acknowledged: number; unknown: number; failed: number };
  readonly workloads: Counts;
  /** How often each invariant was checked. */
  readonly checks: Partial<Record<Invariant, number>>;
  readonly violations: { invariant: Invariant; seedFile: string; seed: number }[];
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
    faults: { planned: 0, fired: 0, firedByKind: {}, unfired: {} },
    commits: { acknowledged: 0, unknown: 0, failed: 0 },
    workloads: {},
    checks: {},
    violations: [],
    harnessFailures: [],
    notDeterministic: [...(tier === 'power' ? [] : kill), ...(tier === 'kill' ? [] : [recorded])],
    elapsedMs: 0,
  };
}

/** `directory`: where the record's seed file is. */
export function addRecord(summary: Summary, record: CycleRecord, directory: string): void {
  const { seed, harnessFailure, observed, commits } = record;
  if (harnessFailure !== undefined) return void summary.harnessFailures.push(`seed ${seed}: ${harnessFailure}`);
  summary.cycles++;
  addPowerCuts(summary, record);
  addCrashes(summary, record);
  count(summary.workloads, record.workload);
  for (const [invariant, times] of checksOf(observed.looks)) count(summary.checks as Counts, invariant, times);
  for (const name of ['acknowledged', 'unknown', 'failed'] as const) summary.commits[name] += commits[name];
  const seedFile = record.seedFile === undefined ? '' : readablePath(path.join(directory, record.seedFile));
  for (const invariant of new Set(record.violations.map((violation) => violation.invariant))) {
    summary.violations.push({ invariant, seedFile, seed });
  }
}

function addPowerCuts(summary: Summary, { powerCuts, crashStates, nestedStates, source }: CycleRecord): void {
  summary.powerCuts += powerCuts;
  summary.crashStates += crashStates;
  if (source === 'recorded') summary.recordedRuns++;
  nestedStates.forEach((states, depth) => {
    summary.nestedStates[depth] = (summary.nestedStates[depth] ?? 0) + states;
  });
}

function addCrashes({ crashes, faults }: Summary, record: CycleRecord): void {
  crashes.total += record.crashes;
  for (const { fault: text, fired } of record.faults) {
    const fault = parseFault(text);
    const { process, point } = whereOf(fault);
    faults.planned++;
    if (!fired) count(faults.unfired, isKill(fault) ? `kill ${process} at ${point}` : fault.kind);
    else {
      faults.fired++;
      count(faults.firedByKind, fault.kind === 'error' ? fault.code : fault.kind);
      if (isKill(fault)) count(crashes.byProcess, process);
      if (isKill(fault)) count(crashes.byPoint, point);
    }
  }
  if (record.endedByHarness > 0) count(crashes.byPoint, 'end of workload', record.endedByHarness);
}

/** `checkpointer` and `fdatasync(wal)`: where a kill struck, without its count. */
function whereOf(fault: Fault): { process: string; point: string } {
  if (fault.kind === 'act') return { process: 'none', point: 'none' };
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

/** 0: nothing violated; 1: an invariant violated; 3: the harness could not do its job. */
export function exitCodeOf(summary: Summary): 0 | 1 | 3 {
  if (summary.violations.length > 0) return 1;
  return summary.harnessFailures.length > 0 || summary.cycles === 0 || hasNothingStruck(summary) ? 3 : 0;
}

/** A campaign in which nothing struck has tested nothing. */
export function hasNothingStruck({ tier, faults, crashStates }: Summary): boolean {
  return (tier === 'power' || faults.fired === 0) && (tier === 'kill' || crashStates === 0);
}
