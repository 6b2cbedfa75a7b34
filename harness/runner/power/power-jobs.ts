import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { PROFILE_NAMES } from '../../disks/disk-model.js';
import type { Invariant } from '../../oracles/oracle.js';
import { PowerShrinker } from '../../shrink/power-shrink.js';
import { AnotherTrace, traceDigest, tryExactCrash } from './exact-crash.js';
import { drawPowerConfig } from './draw-power-config.js';
import type { ExactCrash, PowerConfig, Search } from './power-config.js';
import { reportFailure, runPowerCycle, type PowerCycleResult, type PowerFailureReport } from './run-power-cycle.js';
import { simulate } from './simulate.js';

/** What a worker can be asked to do. Inputs and outputs are plain data, since they travel between threads. */
export interface CycleJob {
  readonly seed: number;
  readonly search: Search;
  /** A mutant's module whose `powerFocus` narrows what is drawn. */
  readonly focus?: string;
  /** Milliseconds of this job after which no further state is begun. */
  readonly budgetMs?: number;
}

export interface ReplayJob {
  readonly config: PowerConfig;
  readonly crash: ExactCrash;
  readonly trace: { readonly events: number; readonly digest: number };
}

export interface ReplayOutcome {
  readonly failure: PowerFailureReport | undefined;
  /** The run did to the disk what it did when the crash was found. */
  readonly isSameTrace: boolean;
  readonly crashStates: number;
}

export interface ShrinkJob {
  readonly config: PowerConfig;
  readonly crash: ExactCrash;
  readonly invariant: Invariant;
  readonly budgetMs: number;
}

export interface ShrinkOutcome {
  readonly config: PowerConfig;
  readonly failure: PowerFailureReport;
  readonly isFinished: boolean;
}

export interface JobContext {
  readonly target: SimulatedTarget;
  /** A state was checked. */
  readonly onState: () => void;
  /** Something for people to read. */
  readonly say: (text: string) => void;
}

const REPLAY_SEARCH: Omit<Search, 'profiles'> = { points: 40, survivorSets: 12, nestedDepth: 2, nestedEvery: 20 };

interface Focusing {
  readonly mutant: { readonly powerFocus?: (config: PowerConfig) => PowerConfig };
}

export async function cycleJob(job: CycleJob, { target, onState }: JobContext): Promise<PowerCycleResult> {
  const drawn = drawPowerConfig(job.seed);
  const focus = job.focus ? ((await import(job.focus)) as Focusing).mutant.powerFocus : undefined;
  const deadline = performance.now() + (job.budgetMs ?? Infinity);
  const isOver = (): boolean => performance.now() >= deadline;
  return runPowerCycle(focus ? focus(drawn) : drawn, target, { search: job.search, isOver, onState });
}

/** Makes the crash again. Where the engine does otherwise by now, the same run is searched for one like it. */
export async function replayJob(job: ReplayJob, { target, onState }: JobContext): Promise<ReplayOutcome> {
  const { config, crash } = job;
  const run = simulate(config, target);
  const tools = { target, settings: config.settings, workload: run.workload };
  const isSameTrace = run.events.length === job.trace.events && traceDigest(run.events) === job.trace.digest;
  try {
    onState();
    const violations = await tryExactCrash(run, tools, crash);
    if (isSameTrace || violations.length > 0) {
      const failure =
        violations.length > 0 ? await reportFailure(run, config, { crash, violations }, target) : undefined;
      return { failure, isSameTrace, crashStates: 1 };
    }
  } catch (thrown) {
    if (!(thrown instanceof AnotherTrace)) throw thrown;
  }
  const search = { ...REPLAY_SEARCH, profiles: PROFILE_NAMES.filter((name) => name === crash.profile) };
  const { crashStates, failure } = await runPowerCycle(config, target, { search, onState });
  return { failure, isSameTrace, crashStates };
}

/** Undefined when the case as it is does not fail. */
export async function shrinkJob(
  job: ShrinkJob,
  { target, onState, say }: JobContext,
): Promise<ShrinkOutcome | undefined> {
  const deadline = performance.now() + job.budgetMs;
  const isOver = (): boolean => performance.now() >= deadline;
  const shrinker = new PowerShrinker({ target, invariant: job.invariant, isOver, onState, onStep: say });
  const shrunk = await shrinker.shrink({ config: job.config, crash: job.crash });
  if (!shrunk) return undefined;
  const { config, crash, violations, isFinished } = shrunk;
  return {
    config,
    failure: await reportFailure(simulate(config, target), config, { crash, violations }, target),
    isFinished,
  };
}
