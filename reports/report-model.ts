import type { FailureAccount } from '../harness/results/failure-account.js';
import type { RunHeader } from '../harness/results/run-directory.js';
import type { Summary } from '../harness/results/summary.js';
import type { WorkingTier } from '../harness/results/tier.js';
import type { Invariant } from '../harness/oracles/oracle.js';
import type { MutantScore } from '../harness/results/score-file.js';

/** All that any report shows, as plain data. It follows from the results alone: reports of one model are the same bytes. */
export interface ReportModel {
  readonly verdict: 'passed' | 'violated' | 'harness-failure';
  /** One line. */
  readonly headline: string;
  readonly campaigns: readonly Campaign[];
  /** Over all campaigns. */
  readonly totals: Totals;
  readonly invariants: readonly InvariantCount[];
  /** One for each cause, the most frequent first. */
  readonly failures: readonly Failure[];
  readonly harnessFailures: readonly string[];
  readonly coverage: Coverage;
  readonly recoveries: readonly Recovery[];
  readonly discovery: readonly DiscoveryPoint[];
  /** Known bugs that were hunted; undefined where that was not done. */
  readonly score?: readonly MutantScore[];
}

/** Runs of the same campaign: its shards, or one that had none. */
export interface Campaign {
  readonly seed: number;
  readonly tier: RunHeader['tier'];
  readonly target: RunHeader['target'];
  readonly mutants: readonly string[];
  readonly workloads: readonly string[] | undefined;
  readonly cycles: number;
  /** In any order. */
  readonly runs: readonly Run[];
  /** The shards that are not here: `3/4`. */
  readonly missingShards: readonly string[];
}

export interface Run {
  readonly directory: string;
  readonly shard: string;
  readonly jobs: number;
  readonly crashwright: string;
  readonly startedAt: string;
  /** Undefined: it was interrupted. */
  readonly endedAt: string | undefined;
}

export interface Totals extends Pick<
  Summary,
  | 'cycles'
  | 'powerCuts'
  | 'crashStates'
  | 'recordedRuns'
  | 'nestedStates'
  | 'crashes'
  | 'faults'
  | 'commits'
  | 'workloads'
> {
  /** Time of all cycles, one after the other. */
  readonly workMs: number;
}

export interface InvariantCount {
  readonly invariant: Invariant;
  readonly checks: number;
  /** Cycles in which it was violated. */
  readonly violations: number;
}

export interface Failure {
  readonly cause: { readonly id: string; readonly title: string };
  readonly tier: WorkingTier;
  /** How many cycles failed so. */
  readonly cycles: number;
  /** Master seeds with the cycles' numbers. */
  readonly where: readonly { readonly masterSeed: number; readonly index: number; readonly seed: number }[];
  /** The first of them. */
  readonly example: {
    readonly seed: number;
    readonly workload: string;
    readonly mutants: readonly string[];
    readonly violations: readonly {
      readonly invariant: Invariant;
      readonly promised: string;
      readonly found: string;
    }[];
    /** Path of its seed file, as it was when the report was made. */
    readonly seedFile: string | undefined;
    readonly account: FailureAccount | undefined;
  };
  /** What to run to see it again, and what that does. */
  readonly commands: readonly { readonly what: string; readonly command: string }[];
}

/** Where crashes could have fallen, and where they did. */
export interface Coverage {
  /** Calls: process x operation(file class). */
  readonly calls: readonly CoverageCell[];
  /** Named moments in memory: process x point. */
  readonly points: readonly CoverageCell[];
}

export interface CoverageCell {
  readonly process: string;
  /** `fdatasync(wal)`, `commit:after-record`. */
  readonly place: string;
  /** How often it was passed, and how often a crash fell there. Passed and never struck is what was missed. */
  readonly passed: number;
  readonly struck: number;
}

export interface Recovery {
  readonly tier: WorkingTier;
  readonly replayedBytes: number;
  readonly ms: number;
}

/** After so many cycles, in the order of their numbers. */
export interface DiscoveryPoint {
  readonly cycles: number;
  /** Time of these cycles, one after the other. */
  readonly workSeconds: number;
  /** Different disks recovered. */
  readonly crashStates: number;
  /** Places where a crash has fallen. */
  readonly places: number;
}
