import { isPlaceOfPoint, splitPlace } from '../harness/results/place.js';
import { INVARIANTS, isOwnInvariant } from '../harness/oracles/oracle.js';
import { count, countAll, type Counts } from '../harness/results/counts.js';
import type { RunResults } from '../harness/results/run-directory.js';
import { addRecord, emptySummary, exitCodeOf, type Summary } from '../harness/results/summary.js';
import { campaignsOf } from './campaigns.js';
import { failuresOf } from './failures.js';
import type { Coverage, CoverageCell, DiscoveryPoint, Recovery, ReportModel, Totals } from './report-model.js';
import { inOrder, type LocatedRecord } from './located-record.js';

const VERDICTS = { 0: 'passed', 1: 'violated', 3: 'harness-failure' } as const;
/** So many points draw as well as all of them. */
const MOST_POINTS = 400;

/** What reports show of these runs: of shards the same as of the one run that they are parts of. */
export function buildModel(results: readonly RunResults[]): ReportModel {
  const records = inOrder(results);
  const summary = summaryOf(results, records);
  const failures = failuresOf(records);
  const score = results.find((run) => run.score)?.score;
  const missedBugs = score?.filter(({ detected }) => !detected).map(({ id }) => id) ?? [];
  const verdict = missedBugs.length > 0 ? 'harness-failure' : VERDICTS[exitCodeOf(summary)];
  return {
    verdict,
    headline: headlineOf(verdict, summary, failures.length, missedBugs),
    campaigns: campaignsOf(results),
    totals: totalsOf(summary, records),
    invariants: invariantsOf(summary, records),
    failures,
    harnessFailures: summary.harnessFailures,
    coverage: coverageOf(records),
    recoveries: thinned(records.flatMap(recoveriesOf)),
    discovery: thinned(discoveryOf(records)),
    score,
  };
}

function summaryOf([first]: readonly RunResults[], records: readonly LocatedRecord[]): Summary {
  const { seed, target, tier } = first.header;
  const summary = emptySummary(seed, target.name, tier);
  for (const { record, run } of records) addRecord(summary, record, run.directory);
  return summary;
}

function headlineOf(
  verdict: ReportModel['verdict'],
  { cycles, harnessFailures }: Summary,
  causes: number,
  missedBugs: readonly string[],
): string {
  if (missedBugs.length > 0) return `Known bugs were not found: ${missedBugs.join(', ')}`;
  if (verdict === 'passed') return `Nothing violated in ${cycles} cycles`;
  if (verdict === 'violated') return causes === 1 ? 'One cause of failures' : `${causes} causes of failures`;
  return harnessFailures.length > 0
    ? `The harness could not do its job in ${harnessFailures.length} cycles`
    : 'Nothing struck, so nothing was tested';
}

function totalsOf(summary: Summary, records: readonly LocatedRecord[]): Totals {
  const { cycles, powerCuts, crashStates, recordedRuns, nestedStates, crashes, faults, commits, workloads } = summary;
  const workMs = records.reduce((sum, { record }) => sum + record.elapsedMs, 0);
  return { cycles, powerCuts, crashStates, recordedRuns, nestedStates, crashes, faults, commits, workloads, workMs };
}

function invariantsOf({ checks }: Summary, records: readonly LocatedRecord[]): ReportModel['invariants'] {
  const violated = records.flatMap(({ record }) => [...new Set(record.violations.map(({ invariant }) => invariant))]);
  const own = Object.keys(checks).filter(isOwnInvariant).sort();
  return [...INVARIANTS, ...own].map((invariant) => ({
    invariant,
    checks: checks[invariant] ?? 0,
    violations: violated.filter((each) => each === invariant).length,
  }));
}

function coverageOf(records: readonly LocatedRecord[]): Coverage {
  const [passed, struck]: [Counts, Counts] = [{}, {}];
  for (const { record } of records) {
    countAll(passed, record.observed.passed);
    countAll(struck, record.observed.struck);
  }
  const places = [...new Set([...Object.keys(passed), ...Object.keys(struck)])].sort();
  const cell = (place: string): CoverageCell => ({
    ...splitPlace(place),
    passed: passed[place] ?? 0,
    struck: struck[place] ?? 0,
  });
  return {
    calls: places.filter((place) => !isPlaceOfPoint(place)).map(cell),
    points: places.filter(isPlaceOfPoint).map(cell),
  };
}

function recoveriesOf({ record: { tier, observed } }: LocatedRecord): Recovery[] {
  return observed.recoveries.map((recovery) => ({ tier, ...recovery }));
}

function discoveryOf(records: readonly LocatedRecord[]): DiscoveryPoint[] {
  const struck: Counts = {};
  let [workMs, crashStates] = [0, 0];
  return records.map(({ record }, index) => {
    workMs += record.elapsedMs;
    crashStates += record.crashStates;
    for (const place of Object.keys(record.observed.struck)) count(struck, place);
    return { cycles: index + 1, workSeconds: workMs / 1000, crashStates, places: Object.keys(struck).length };
  });
}

/** Evenly, the first and the last one among them. */
export function thinned<T>(points: readonly T[], most = MOST_POINTS): T[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, index) => points[Math.round((index * (points.length - 1)) / (most - 1))]);
}
