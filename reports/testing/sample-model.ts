import { INVARIANTS } from '../../harness/oracles/oracle.js';
import type { MutantScore } from '../../harness/results/score-file.js';
import type { Campaign, Failure, InvariantCount, ReportModel, Totals } from '../report-model.js';
import { largeCoverage, sampleCoverage, sampleDiscovery, sampleRecoveries } from './sample-coverage.js';
import { sampleKillFailure } from './sample-kill-failure.js';
import { samplePowerFailure } from './sample-power-failure.js';

/** A report as it might be: two causes, a shard that is missing, a score. Always the same. */
export function sampleModel(): ReportModel {
  const failures = [samplePowerFailure(), sampleKillFailure()];
  return {
    verdict: 'violated',
    headline: '2 causes of failure in 17 of 600 cycles: serves-again, durability',
    campaigns: [sampleCampaign()],
    totals: sampleTotals(600),
    invariants: invariantCounts(600, failures),
    failures,
    harnessFailures: ['seed 846930886: the target did not start: EADDRINUSE'],
    coverage: sampleCoverage(600),
    recoveries: sampleRecoveries(240),
    discovery: sampleDiscovery(120, 600),
    score: sampleScore(),
  };
}

export function samplePassedModel(): ReportModel {
  const { campaigns, ...model } = sampleModel();
  return {
    ...model,
    campaigns: campaigns.map((campaign) => Object.assign(campaign, { missingShards: [] })),
    verdict: 'passed',
    headline: '600 cycles, 41,201 different disks: no invariant was violated',
    invariants: invariantCounts(600, []),
    failures: [],
    harnessFailures: [],
    score: undefined,
  };
}

/** As from 10,000 cycles, with as many causes and points as a model has at most. */
export function largeSampleModel(): ReportModel {
  const failures = Array.from({ length: 50 }, (_, index) => largeFailure(index));
  return {
    ...sampleModel(),
    headline: '50 causes of failure in 1,275 of 10,000 cycles',
    totals: sampleTotals(10_000),
    invariants: invariantCounts(10_000, failures),
    failures,
    coverage: largeCoverage(10_000),
    recoveries: sampleRecoveries(1000),
    discovery: sampleDiscovery(1000, 10_000),
  };
}

/** With as many calls, changes and lines as a long cycle has. */
function largeFailure(index: number): Failure {
  const failure = index % 2 === 0 ? samplePowerFailure() : sampleKillFailure();
  const account = failure.example.account!;
  const [timeline] = account.timelines;
  return {
    ...failure,
    cause: { id: index.toString(16).padStart(8, '0'), title: `${failure.cause.title} (${index})` },
    cycles: 50 - index,
    where: Array.from({ length: 50 - index }, (_, each) => ({ masterSeed: 1, index: each * 197, seed: each * 7919 })),
    example: {
      ...failure.example,
      account: {
        ...account,
        timelines: [{ ...timeline, spans: repeated(timeline.spans, 500) }],
        losses: account.losses.map(({ crash, changes }) => ({ crash, changes: repeated(changes, 60) })),
        operations: repeated(account.operations, 300),
        wal: repeated(account.wal, 200),
        serverLog: repeated(account.serverLog.split('\n'), 400).join('\n'),
      },
    },
  };
}

function repeated<Item>(items: readonly Item[], length: number): Item[] {
  return items.length === 0 ? [] : Array.from({ length }, (_, index) => items[index % items.length]);
}

function sampleCampaign(): Campaign {
  const run = (shard: number, endedAt: string | undefined) => ({
    directory: `results/night-${shard}`,
    shard: `${shard}/4`,
    jobs: 2,
    crashwright: '0.1.0',
    startedAt: '2026-11-21T22:00:00.000Z',
    endedAt,
  });
  return {
    seed: 1,
    tier: 'all',
    target: { name: 'engine', version: '0.1.0' },
    mutants: [],
    workloads: undefined,
    cycles: 600,
    runs: [run(1, '2026-11-22T02:10:09.200Z'), run(2, undefined), run(4, '2026-11-22T02:11:43.910Z')],
    missingShards: ['3/4'],
  };
}

function sampleTotals(cycles: number): Totals {
  return {
    cycles,
    powerCuts: cycles * 214,
    crashStates: Math.round(cycles * 68.67),
    recordedRuns: Math.round(cycles / 9),
    nestedStates: [cycles * 4, cycles, Math.round(cycles / 3)],
    crashes: {
      total: Math.round(cycles * 0.9),
      byProcess: {
        all: cycles / 4,
        backend: cycles / 5,
        checkpointer: cycles / 6,
        walwriter: 61,
        startup: 44,
        bgwriter: 12,
      },
      byPoint: { 'backend fdatasync(wal)': 81, 'checkpointer pwrite(data)': 77, random: 40, 'end of workload': 18 },
    },
    faults: {
      planned: cycles * 3,
      fired: cycles * 2,
      firedByKind: { kill: cycles, stall: cycles / 2, EIO: cycles / 4, ENOSPC: 97, 'short-write': 44, clock: 9 },
      unfired: {
        'kill startup at startup pread(wal)': 62,
        'kill backend at backend point btree:page-split': 33,
        rot: 12,
      },
    },
    commits: { acknowledged: cycles * 61, unknown: cycles * 2, failed: cycles },
    workloads: {
      bank: cycles / 5,
      vacuum: cycles / 5,
      lists: cycles / 5,
      indexes: cycles / 5,
      'two-phase': cycles / 5,
    },
    workMs: cycles * 1723,
  };
}

function invariantCounts(cycles: number, failures: readonly Failure[]): InvariantCount[] {
  return INVARIANTS.map((invariant, index) => ({
    invariant,
    checks: invariant === 'second-opinion' ? 0 : cycles * (70 - index),
    violations: failures
      .filter(({ example }) => example.violations.some((violation) => violation.invariant === invariant))
      .reduce((sum, failure) => sum + failure.cycles, 0),
  }));
}

const SCORED: readonly [id: string, tier: MutantScore['tier'], seconds: number, title: string, precedent: string][] = [
  [
    'C1',
    'kill',
    3.5,
    'the redo point is taken after the buffers were flushed',
    'the order CreateCheckPoint insists on',
  ],
  [
    'C2',
    'kill',
    2.5,
    'a checkpoint may fall between a commit record and its mark in the commit log',
    'PostgreSQL 7.4.4',
  ],
  ['C4', 'power', 1.9, 'a load that is not logged is mixed with inserts that are', 'PostgreSQL c6b92041'],
  ['C9', 'kill', 5.6, 'nobody learns that the new page of a split has no downlink yet', 'PostgreSQL 8.3.4'],
  ['F1', 'power', 7.6, "no fsync of pg_wal after a segment's rename", 'PostgreSQL 606e0f98, RocksDB #10573'],
  ['F5', 'power', 6.7, 'an fsync that failed is tried again, and believed', '"fsyncgate": PostgreSQL before 10.7'],
  ['W1', 'kill', 3.7, 'a data page is written before the WAL that describes it', 'RocksDB 9.3.0'],
  ['W2', 'power', 4.3, 'no full-page image with the first change of a page', 'what full_page_writes is for'],
  ['W4', 'power', 30, 'the length that stands in a recycled segment is taken for a record’s', 'PostgreSQL bae868c'],
  ['W11', 'kill', 3.8, 'group commit trusts a flush that began before its own record', 'RocksDB 7.7.0'],
  ['X1', 'power', 26.3, 'a vacuum advances relfrozenxid without regard to the ids it left', 'PostgreSQL 9.3.2'],
  ['X4', 'power', 1, 'the next transaction id comes from the checkpoint alone', 'what redo of every record does first'],
  ['X7', 'power', 60, 'the stop limit follows the database that was vacuumed last', 'SetTransactionIdLimit'],
  ['X9', 'power', 6, 'rows that change while an index is built are missed', 'PostgreSQL 9.6.2 and 14.4'],
];

function sampleScore(): MutantScore[] {
  return SCORED.map(([id, tier, seconds, title, precedent]) => ({
    id,
    title,
    precedent,
    detected: id !== 'X7',
    invariant: id === 'X7' ? '' : tier === 'kill' ? 'durability' : 'serves-again',
    tier,
    ms: seconds * 1000,
    cycles: Math.ceil(seconds * 1.4),
    crashStates: tier === 'power' ? Math.round(seconds * 61) : 0,
    seedFile: '',
  }));
}
