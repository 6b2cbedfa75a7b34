import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { parsePowerLoss } from '../../disks/print-crash.js';
import type { FaultStatus } from '../../trace/trace-area.js';
import type { SavedTrace } from '../../trace/trace-file.js';
import type { Observed } from '../../results/cycle-record.js';
import type { CycleConfig } from '../cycle-config.js';
import { traceDigest } from './exact-crash.js';
import { explain, type PowerStory } from './explain.js';
import type { ExactCrash, PowerConfig, RunConfig, RunSource, Search } from './power-config.js';
import { searchRun, type PowerFailure } from './search.js';
import { openRun, runUpTo, saveRun } from './save-run.js';
import { simulate } from './simulate.js';
import type { TracedRun } from './traced-run.js';
import { verdictByModel, type ModelVerdict } from './verdict-by-model.js';
import type { Violation } from '../../oracles/oracle.js';

/** What one run and its crash states came to. Plain data. */
export interface PowerCycleResult {
  readonly source: RunSource;
  readonly config: PowerConfig | CycleConfig;
  /** Changes and syncs of the run. */
  readonly events: number;
  readonly powerCuts: number;
  readonly crashStates: number;
  readonly nestedStates: readonly number[];
  readonly commits: { readonly acknowledged: number; readonly unknown: number; readonly failed: number };
  readonly faults: readonly FaultStatus[];
  readonly failure: PowerFailureReport | undefined;
  readonly elapsedMs: number;
  readonly observed: Observed;
}

export interface PowerFailureReport {
  readonly crash: ExactCrash;
  /** Tells whether a later run of the configuration is the same run. */
  readonly trace: { readonly events: number; readonly digest: number };
  readonly violations: readonly Violation[];
  readonly verdicts: readonly ModelVerdict[];
  readonly story: PowerStory;
}

export interface PowerCycleOptions {
  readonly search: Search;
  readonly isOver?: () => boolean;
  readonly onState?: () => void;
  /** Where to write the trace up to the crash, when one fails. */
  readonly traceFile?: string;
}

/** Simulates a configuration and tries crash states of it. Throws only where the harness itself failed. */
export async function runPowerCycle(
  config: PowerConfig,
  target: SimulatedTarget,
  options: PowerCycleOptions,
): Promise<PowerCycleResult> {
  const started = performance.now();
  const run = await simulate(config, target);
  const findings = await crashRun(run, { source: 'simulated', config }, target, options);
  return { source: 'simulated', config, ...findings, elapsedMs: performance.now() - started };
}

/** Tries crash states of the run of real processes that is in a trace file. */
export async function searchRecordedRun(
  { config, trace }: { readonly config: CycleConfig; readonly trace: string },
  target: SimulatedTarget,
  options: PowerCycleOptions,
): Promise<PowerCycleResult> {
  const started = performance.now();
  const run = openRun(trace, config, target);
  const findings = await crashRun(run, { source: 'recorded', config }, target, options);
  return { source: 'recorded', config, ...findings, elapsedMs: performance.now() - started };
}

interface RunOrigin {
  readonly source?: RunSource;
  readonly config: RunConfig;
}

async function crashRun(
  run: TracedRun,
  origin: RunOrigin,
  target: SimulatedTarget,
  { search, isOver, onState, traceFile }: PowerCycleOptions,
): Promise<Omit<PowerCycleResult, 'source' | 'config' | 'elapsedMs'>> {
  const { config } = origin;
  const { failure, ...counts } = await searchRun(run, { config, search, target, isOver, onState });
  const { history } = run;
  return {
    events: run.events.length,
    ...counts,
    commits: { acknowledged: history.count('ok'), unknown: history.count('unknown'), failed: history.count('fail') },
    faults: run.faults,
    failure: failure && (await reportCrashed(run, origin, failure, target, traceFile)),
  };
}

/**
 * Saves the trace up to the crash, and reports. A recorded run is replayed from that file, which ends with the crash; a
 * simulated one from its configuration, all of it.
 */
export async function reportCrashed(
  run: TracedRun,
  { source = 'simulated', config }: RunOrigin,
  failure: PowerFailure,
  target: SimulatedTarget,
  traceFile: string | undefined,
): Promise<PowerFailureReport> {
  const crashed = runUpTo(run, parsePowerLoss(failure.crash.crashes[0]).at);
  if (traceFile) saveRun(traceFile, crashed, describeRun(source, config, target));
  return reportFailure(source === 'recorded' ? crashed : run, config, failure, target);
}

/** What stands at the top of a run's trace file. */
export function describeRun(
  source: RunSource,
  { seed }: RunConfig,
  target: Pick<SimulatedTarget, 'name' | 'version' | 'dataDirectory'>,
): Pick<SavedTrace, 'target' | 'producer' | 'dataDirectory'> {
  return {
    target: `${target.name} ${target.version()}`,
    producer: `crashwright run --tier power, cycle seed ${seed}, ${source}`,
    dataDirectory: target.dataDirectory,
  };
}

/** All there is to be told of a failure. */
export async function reportFailure(
  run: TracedRun,
  config: RunConfig,
  failure: PowerFailure,
  target: SimulatedTarget,
): Promise<PowerFailureReport> {
  return {
    ...failure,
    trace: { events: run.events.length, digest: traceDigest(run.events) },
    verdicts: await verdictByModel(run, config, failure, target),
    story: await explain(run, config, failure, target),
  };
}
