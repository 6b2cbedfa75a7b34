import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import type { FaultStatus } from '../../trace/trace-area.js';
import { traceDigest } from './exact-crash.js';
import { explain, type PowerStory } from './explain.js';
import type { ExactCrash, PowerConfig, Search } from './power-config.js';
import { searchRun, type PowerFailure } from './search.js';
import { simulate } from './simulate.js';
import type { TracedRun } from './traced-run.js';
import { verdictByModel, type ModelVerdict } from './verdict-by-model.js';
import type { Violation } from '../../oracles/oracle.js';

/** What one simulated run and its crash states came to. Plain data. */
export interface PowerCycleResult {
  readonly config: PowerConfig;
  /** Changes and syncs of the run. */
  readonly events: number;
  readonly crashStates: number;
  readonly nestedStates: readonly number[];
  readonly commits: { readonly acknowledged: number; readonly unknown: number; readonly failed: number };
  readonly faults: readonly FaultStatus[];
  readonly failure: PowerFailureReport | undefined;
  readonly elapsedMs: number;
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
}

/** Simulates a configuration and tries crash states of it. Throws only where the harness itself failed. */
export async function runPowerCycle(
  config: PowerConfig,
  target: SimulatedTarget,
  { search, isOver, onState }: PowerCycleOptions,
): Promise<PowerCycleResult> {
  const started = performance.now();
  const run = simulate(config, target);
  const { crashStates, nestedStates, failure } = await searchRun(run, { config, search, target, isOver, onState });
  const { history } = run;
  return {
    config,
    events: run.events.length,
    crashStates,
    nestedStates,
    commits: { acknowledged: history.count('ok'), unknown: history.count('unknown'), failed: history.count('fail') },
    faults: run.faults,
    failure: failure && (await reportFailure(run, config, failure, target)),
    elapsedMs: performance.now() - started,
  };
}

/** All there is to be told of a failure. */
export async function reportFailure(
  run: TracedRun,
  config: PowerConfig,
  failure: PowerFailure,
  target: SimulatedTarget,
): Promise<PowerFailureReport> {
  return {
    ...failure,
    trace: { events: run.events.length, digest: traceDigest(run.events) },
    verdicts: await verdictByModel(run, config, failure, target),
    story: await explain(run, config, failure.crash, target),
  };
}
