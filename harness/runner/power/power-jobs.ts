import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { PROFILE_NAMES } from '../../disks/disk-model.js';
import type { Invariant, Violation } from '../../oracles/oracle.js';
import { PowerShrinker } from '../../shrink/power-shrink.js';
import type { CycleConfig } from '../cycle-config.js';
import { AnotherTrace, traceDigest, tryExactCrash } from './exact-crash.js';
import { drawPowerConfig } from './draw-power-config.js';
import type { ExactCrash, PowerConfig, Search } from './power-config.js';
import {
  reportCrashed,
  reportFailure,
  runPowerCycle,
  searchRecordedRun,
  type PowerCycleResult,
  type PowerFailureReport,
} from './run-power-cycle.js';
import { openRun } from './save-run.js';
import { searchRun, type PowerFailure } from './search.js';
import { simulate } from './simulate.js';
import type { TracedRun } from './traced-run.js';

/** What a worker can be asked to do. Inputs and outputs are plain data, since they travel between threads. */
export interface CycleJob {
  readonly seed: number;
  /** Names to draw from. */
  readonly workloads?: readonly string[];
  /** Instead of the one that the seed draws. */
  readonly config?: PowerConfig;
  readonly search: Search;
  /** Is the run to be glanced at only? */
  readonly isGlance?: boolean;
  /** A mutant's module whose `powerFocus` narrows what is drawn. */
  readonly focus?: string;
  /** Milliseconds of this job after which no further state is begun. */
  readonly budgetMs?: number;
  /** Where to write the trace up to the crash, when one fails. */
  readonly traceFile?: string;
}

export interface RecordedJob {
  readonly config: CycleConfig;
  /** The trace file that has the run. */
  readonly recording: string;
  readonly search: Search;
  readonly budgetMs?: number;
  readonly traceFile?: string;
}

/** The run that failed: made again from its configuration, or read from where it was recorded. */
export type FailedRun =
  | { readonly source?: 'simulated'; readonly config: PowerConfig }
  | { readonly source: 'recorded'; readonly config: CycleConfig; readonly recording: string };

export type ReplayJob = FailedRun & {
  readonly crash: ExactCrash;
  readonly trace: { readonly events: number; readonly digest: number };
  /** What was found. */
  readonly verdict: { readonly invariant: Invariant };
  /** Milliseconds after which no further state is begun, where the run has to be searched. */
  readonly budgetMs?: number;
  /** Only what was violated is asked for: there is no report. */
  readonly isBrief?: boolean;
};

export interface ReplayOutcome {
  readonly violations: readonly Violation[];
  /** Undefined where nothing was violated, and where no report was asked for. */
  readonly failure: PowerFailureReport | undefined;
  /** The run did to the disk what it did when the crash was found, or the recording is still the same. */
  readonly isSameTrace: boolean;
  readonly crashStates: number;
}

export type ShrinkJob = FailedRun & {
  readonly crash: ExactCrash;
  readonly invariant: Invariant;
  readonly budgetMs: number;
  /** Where to write the smaller case's trace. */
  readonly traceFile?: string;
};

export interface ShrinkOutcome {
  readonly config: PowerConfig | CycleConfig;
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

/**
 * Most simulated runs are only glanced at: what needs a rare meeting of processes shows in many runs, what needs a rare loss
 * in many states of one. A run that took long to make is searched for long: most of the time would go into making it.
 */
const GLANCE = { points: 4, survivorSets: 4 };
const LONG_RUN_TRANSACTIONS = 1000;
const LONG_RUN_POINTS = 4;

interface Focusing {
  readonly mutant: { readonly powerFocus?: (config: PowerConfig) => PowerConfig };
}

export async function cycleJob(job: CycleJob, { target, onState }: JobContext): Promise<PowerCycleResult> {
  const drawn = job.config ?? drawPowerConfig(job.seed, job.workloads);
  const focus = job.focus ? ((await import(job.focus)) as Focusing).mutant.powerFocus : undefined;
  const config = focus ? focus(drawn) : drawn;
  const { traceFile } = job;
  const search = searchOf(job, config);
  const isOver = isOverAfter(job.budgetMs ?? Infinity);
  return runPowerCycle(config, target, { search, isOver, onState, traceFile });
}

function searchOf({ search, isGlance }: CycleJob, { clients, transactionsPerClient }: PowerConfig): Search {
  const isLong = clients.length * transactionsPerClient >= LONG_RUN_TRANSACTIONS;
  if (isLong) return { ...search, points: LONG_RUN_POINTS * search.points };
  return isGlance ? { ...search, ...GLANCE } : search;
}

/** Searches a run of real processes, which its file holds. */
export async function recordedJob(job: RecordedJob, { target, onState }: JobContext): Promise<PowerCycleResult> {
  const { config, recording, search, traceFile } = job;
  const isOver = isOverAfter(job.budgetMs ?? Infinity);
  return searchRecordedRun({ config, trace: recording }, target, { search, isOver, onState, traceFile });
}

/**
 * Makes the crash again. Where the engine does otherwise by now, the same run is searched: for any crash that fails, and, if that
 * breaks another promise, for one that breaks the same.
 */
export async function replayJob(job: ReplayJob, { target, onState }: JobContext): Promise<ReplayOutcome> {
  const { config, crash } = job;
  const run = await failedRun(job, target);
  const tools = { target, settings: config.settings, workload: run.workload, jumpedTo: run.jumpedTo };
  const isSameTrace = run.events.length === job.trace.events && traceDigest(run.events) === job.trace.digest;
  const outcome = async (found: PowerFailure | undefined, crashStates: number): Promise<ReplayOutcome> => ({
    violations: found?.violations ?? [],
    failure: found && !job.isBrief ? await reportFailure(run, config, found, target) : undefined,
    isSameTrace,
    crashStates,
  });
  try {
    onState();
    const violations = await tryExactCrash(run, tools, crash);
    const isFound = violations.length > 0;
    if (isSameTrace || isFound) {
      return await outcome(isFound ? { crash, violations } : undefined, 1);
    }
  } catch (thrown) {
    if (!(thrown instanceof AnotherTrace)) throw thrown;
  }
  const search = { ...REPLAY_SEARCH, profiles: PROFILE_NAMES.filter((name) => name === crash.profile) };
  const isOver = isOverAfter(job.budgetMs ?? Infinity);
  const find = (wanted?: Invariant) => searchRun(run, { config, search, target, onState, wanted, isOver });
  const first = await find();
  const broken = job.verdict.invariant;
  const isAnother = first.failure && !first.failure.violations.some(({ invariant }) => invariant === broken);
  const like = isAnother ? await find(broken) : undefined;
  const crashStates = first.crashStates + (like?.crashStates ?? 0);
  return outcome(like?.failure ?? first.failure, crashStates);
}

async function failedRun(job: FailedRun, target: SimulatedTarget): Promise<TracedRun> {
  return job.source === 'recorded' ? openRun(job.recording, job.config, target) : simulate(job.config, target);
}

/** Undefined when the case as it is does not fail. Of a recorded run only the crash can be made smaller. */
export async function shrinkJob(
  job: ShrinkJob,
  { target, onState, say }: JobContext,
): Promise<ShrinkOutcome | undefined> {
  const isOver = isOverAfter(job.budgetMs);
  const shrinker = new PowerShrinker({ target, invariant: job.invariant, isOver, onState, onStep: say });
  const shrunk =
    job.source === 'recorded'
      ? await shrinker.shrinkCrash(await failedRun(job, target), { config: job.config, crash: job.crash })
      : await shrinker.shrink({ config: job.config, crash: job.crash });
  if (!shrunk) return undefined;
  const { config, crash, violations, isFinished } = shrunk;
  const smaller = { ...job, config } as FailedRun;
  const failure = await reportCrashed(
    await failedRun(smaller, target),
    smaller,
    { crash, violations },
    target,
    job.traceFile,
  );
  return { config, failure, isFinished };
}

function isOverAfter(budgetMs: number): () => boolean {
  const deadline = performance.now() + budgetMs;
  return () => performance.now() >= deadline;
}
