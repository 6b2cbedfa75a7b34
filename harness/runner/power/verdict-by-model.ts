import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { CrashSweep, type PendingChange } from '../../disks/crash-sweep.js';
import { PROFILE_NAMES, type DiskModel, type ProfileName } from '../../disks/disk-model.js';
import { drawSurvivors } from '../../disks/draw-survivors.js';
import { parsePowerLoss } from '../../disks/print-crash.js';
import { profiles } from '../../disks/profiles.js';
import { materialise, type Survival, type Survivors } from '../../disks/survivors.js';
import { historyAt } from '../../history/history-at.js';
import { SeededRandom } from '../../schedulers/seeded-random.js';
import { deriveSeed } from '../../workloads/derive-seed.js';
import { KnownDisks } from './known-disks.js';
import { judgePages, recoverAndRead, type RecoveryTools } from './judge-state.js';
import { judge } from './judgements.js';
import { crashInRecovery, type NestedCrash } from './nested.js';
import type { RunConfig } from './power-config.js';
import type { PowerFailure } from './search.js';
import type { TracedRun } from './traced-run.js';

/** Whether a crash at the same moment can do the same harm on another disk. */
export interface ModelVerdict {
  readonly profile: ProfileName;
  readonly fails: boolean;
  /** How many states of that moment were tried until it failed, or in all. */
  readonly states: number;
}

const STATES = 120;
const STATES_WITH_NESTED = 12;

/** Tries the moment of a failure on every disk model. A pass says that none of so many states failed. */
export async function verdictByModel(
  run: TracedRun,
  config: RunConfig,
  failure: PowerFailure,
  target: SimulatedTarget,
): Promise<ModelVerdict[]> {
  const tools = { target, settings: config.settings, workload: run.workload, jumpedTo: run.jumpedTo };
  const invariants = new Set(failure.violations.map(({ invariant }) => invariant));
  const verdicts: ModelVerdict[] = [];
  for (const profile of PROFILE_NAMES) {
    const states =
      profile === failure.crash.profile
        ? 1
        : await statesUntilFailure(run, tools, failure, profiles[profile], invariants);
    const most = failure.crash.crashes.length > 1 ? STATES_WITH_NESTED : STATES;
    verdicts.push({ profile, fails: states !== undefined, states: states ?? most });
  }
  return verdicts;
}

async function statesUntilFailure(
  run: TracedRun,
  tools: RecoveryTools,
  { crash }: PowerFailure,
  model: DiskModel,
  invariants: ReadonlySet<string>,
): Promise<number | undefined> {
  const loss = parsePowerLoss(crash.crashes[0]);
  const random = new SeededRandom(deriveSeed(loss.at, 'verdict', model.name));
  const sweep = new CrashSweep(run.base, run.events, model);
  sweep.advanceTo(loss.at);
  const history = historyAt(run.history, loss.at);
  const depth = crash.crashes.length - 1;
  const most = depth > 0 ? STATES_WITH_NESTED : STATES;
  for (let tried = 1; tried <= most; tried++) {
    const survivors =
      tried === 1
        ? allowed(loss.survivors, sweep.pending, model)
        : drawSurvivors(random, sweep.image, sweep.pending, model);
    const disk = materialise(sweep.image, sweep.pending, survivors);
    const recovered = await recoverAndRead(tools, disk.fork(), { examine: () => true });
    const found = [...judge(recovered, history, run), ...judgePages(tools, sweep.pending, survivors, recovered)];
    if (found.some(({ invariant }) => invariants.has(invariant))) return tried;
    if (depth > 0 && recovered.contents && (await failsNested(tools, model, random, disk, recovered.contents, depth)))
      return tried;
  }
  return undefined;
}

async function failsNested(
  tools: RecoveryTools,
  model: DiskModel,
  random: SeededRandom,
  disk: ReturnType<typeof materialise>,
  first: Parameters<typeof crashInRecovery>[0]['first'],
  depth: number,
): Promise<boolean> {
  let failed = false;
  const onCrash = ({ recovered }: NestedCrash): boolean => (failed ||= recovered.failure !== undefined);
  const disks = new KnownDisks(tools);
  const differs = await crashInRecovery({ tools, disks, model, random, first, onCrash }, disk, depth);
  return failed || differs !== undefined;
}

/** The same survivors, as far as the model can lose and keep them so. */
function allowed(survivors: Survivors, pending: readonly PendingChange[], model: DiskModel): Survivors {
  const kept = new Map<number, Survival>();
  let isJournalLost = false;
  for (const { event } of pending) {
    const survival = survivors.get(event.start);
    if (event.kind === 'write') {
      const isTorn = typeof survival === 'object' && model.atomicBytes > 512;
      if (survival !== undefined && survival !== 'size') kept.set(event.start, isTorn ? 'whole' : survival);
    } else if (survival === undefined) isJournalLost = model.names === 'journaled' || isJournalLost;
    else if (!isJournalLost) kept.set(event.start, model.renameIsAtomic ? 'whole' : survival);
  }
  return kept;
}
