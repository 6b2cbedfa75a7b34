import type { SimulatedTarget } from '../adapters/simulated-target.js';
import { CrashSweep, type PendingChange } from '../disks/crash-sweep.js';
import type { DiskModel } from '../disks/disk-model.js';
import { isOrderKept } from '../disks/every-survivor-set.js';
import { parsePowerLoss, printPowerLoss } from '../disks/print-crash.js';
import { profiles } from '../disks/profiles.js';
import type { Survival, Survivors } from '../disks/survivors.js';
import type { Invariant, Violation } from '../oracles/oracle.js';
import { tryExactCrash } from '../runner/power/exact-crash.js';
import type { ExactCrash, PowerConfig, RunConfig, Search } from '../runner/power/power-config.js';
import { searchRun, type PowerFailure } from '../runner/power/search.js';
import { simulate } from '../runner/power/simulate.js';
import { runUpTo } from '../runner/power/save-run.js';
import type { TracedRun } from '../runner/power/traced-run.js';
import { powerReductions, powerSizeOf, transactionCount, type PowerReduction } from './power-reductions.js';

export interface PowerCase<Config extends RunConfig = PowerConfig> {
  readonly config: Config;
  readonly crash: ExactCrash;
}

export interface PowerShrinkOptions {
  readonly target: SimulatedTarget;
  readonly invariant: Invariant;
  readonly isOver: () => boolean;
  readonly onState: () => void;
  readonly onStep: (text: string) => void;
}

export interface PowerShrunk<Config extends RunConfig = PowerConfig> extends PowerCase<Config> {
  readonly violations: readonly Violation[];
  readonly isFinished: boolean;
}

const POINTS = 80;
const SURVIVOR_SETS = 6;

/**
 * Looks for a smaller run that fails the same way, and in it for a crash that takes less: fewer clients, transactions,
 * faults and turns first; then one crash instead of several; then fewer lost changes and fewer torn ones. Greedy, each
 * step a case that fails for the same invariant on the same disk.
 */
export class PowerShrinker {
  constructor(private readonly options: PowerShrinkOptions) {}

  async shrink(start: PowerCase): Promise<PowerShrunk | undefined> {
    let best = await this.fails(start.config, start.crash);
    if (!best) return undefined;
    for (let before = Infinity; powerSizeOf(best.config) < before && !this.options.isOver();) {
      before = powerSizeOf(best.config);
      for (const reduction of powerReductions) best = await this.reduce(best, reduction);
    }
    const isFinished = !this.options.isOver();
    return { ...(await this.smallerCrash(best, (await this.run(best.config))!)), isFinished };
  }

  /** What failed to fail once is not tried again before all other kinds have been. */
  private async reduce(found: PowerCase & PowerFailure, reduction: PowerReduction): Promise<PowerCase & PowerFailure> {
    let best = found;
    let passing = 0;
    for (let candidates = reduction(best.config); passing < candidates.length && !this.options.isOver();) {
      const failed = await this.search(candidates[passing], best.crash);
      if (!failed) {
        passing++;
        continue;
      }
      best = failed;
      candidates = reduction(best.config);
      this.options.onStep(
        `size ${powerSizeOf(best.config)}: ${best.config.clients.length} clients, ${transactionCount(best.config)} transactions`,
      );
    }
    return best;
  }

  /** Only an earlier crash of the same run, and one that takes less. */
  async shrinkCrash<Config extends RunConfig>(
    run: TracedRun,
    { config, crash }: PowerCase<Config>,
  ): Promise<PowerShrunk<Config> | undefined> {
    const violations = await this.violationsOf(run, config, crash);
    if (violations.length === 0) return undefined;
    let best: PowerCase<Config> & PowerFailure = { config, crash, violations };
    for (let failed; (failed = await this.searchBefore(run, best));) best = { config, ...failed };
    return { ...(await this.smallerCrash(best, run)), isFinished: !this.options.isOver() };
  }

  private async searchBefore(
    run: TracedRun,
    { config, crash }: PowerCase<RunConfig>,
  ): Promise<PowerFailure | undefined> {
    const { at } = parsePowerLoss(crash.crashes[0]);
    const isTried = at <= run.readyAt || this.options.isOver();
    return isTried ? undefined : this.searchRun(runUpTo(run, at - 1), config, crash);
  }

  private async run(config: PowerConfig): Promise<TracedRun | undefined> {
    try {
      return await simulate(config, this.options.target);
    } catch {
      return undefined; // What cannot be run is no smaller case.
    }
  }

  private async fails(config: PowerConfig, crash: ExactCrash): Promise<(PowerCase & PowerFailure) | undefined> {
    const run = await this.run(config);
    if (!run) return undefined;
    const violations = await this.violationsOf(run, config, crash);
    return violations.length > 0 ? { config, crash, violations } : undefined;
  }

  private async violationsOf(run: TracedRun, config: RunConfig, crash: ExactCrash): Promise<Violation[]> {
    const { target, invariant, onState } = this.options;
    onState();
    const tools = { target, settings: config.settings, workload: run.workload };
    const violations = await tryExactCrash(run, tools, crash);
    return violations.some((violation) => violation.invariant === invariant) ? violations : [];
  }

  /** Does the smaller run fail too, anywhere? */
  private async search(config: PowerConfig, like: ExactCrash): Promise<(PowerCase & PowerFailure) | undefined> {
    const run = await this.run(config);
    const failure = run && (await this.searchRun(run, config, like));
    return failure && { config, ...failure };
  }

  private async searchRun(run: TracedRun, config: RunConfig, like: ExactCrash): Promise<PowerFailure | undefined> {
    const { target, invariant, isOver, onState } = this.options;
    const depth = like.crashes.length - 1;
    const plain: Search = {
      profiles: [like.profile],
      points: POINTS,
      survivorSets: SURVIVOR_SETS,
      nestedDepth: 0,
      nestedEvery: 1,
    };
    for (const search of depth > 0 ? [plain, { ...plain, nestedDepth: depth, nestedEvery: 4 }] : [plain]) {
      const { failure } = await searchRun(run, { config, search, target, wanted: invariant, isOver, onState });
      if (failure) return failure;
    }
    return undefined;
  }

  /** A state for each attempt: the time that the runs have taken does not count. */
  private async smallerCrash<Config extends RunConfig>(
    found: PowerCase<Config> & PowerFailure,
    run: TracedRun,
  ): Promise<PowerCase<Config> & PowerFailure> {
    let best = found;
    const keepIfFailing = async (crashes: readonly string[]): Promise<boolean> => {
      const crash = { ...best.crash, crashes };
      const violations = await this.violationsOf(run, found.config, crash);
      if (violations.length === 0) return false;
      best = { ...best, crash, violations };
      return true;
    };
    if (best.crash.crashes.length > 1) await keepIfFailing(best.crash.crashes.slice(0, 1));
    if (best.crash.crashes.length === 1) await this.fewerLosses(run, () => best.crash, keepIfFailing);
    return best;
  }

  private async fewerLosses(
    run: TracedRun,
    crash: () => ExactCrash,
    keepIfFailing: (crashes: readonly string[]) => Promise<boolean>,
  ): Promise<void> {
    const model = profiles[crash().profile];
    const { at } = parsePowerLoss(crash().crashes[0]);
    const sweep = new CrashSweep(run.base, run.events, model);
    sweep.advanceTo(at);
    for (let progressed = true; progressed;) {
      progressed = false;
      const { survivors } = parsePowerLoss(crash().crashes[0]);
      for (const candidate of milder(survivors, sweep.pending, model)) {
        if (!(await keepIfFailing([printPowerLoss({ at, survivors: candidate })]))) continue;
        progressed = true;
        break;
      }
    }
  }
}

/** The same crash with one loss less: a change kept that was lost, whole that was torn. Halves of the losses first. */
function milder(survivors: Survivors, pending: readonly PendingChange[], model: DiskModel): Survivors[] {
  const damaged = pending.map(({ event }) => event.start).filter((start) => survivors.get(start) !== 'whole');
  const groups = [
    damaged.slice(0, damaged.length / 2),
    damaged.slice(damaged.length / 2),
    ...damaged.map((start) => [start]),
  ];
  return groups
    .filter((group) => group.length > 0)
    .map(
      (group) =>
        new Map<number, Survival>([...survivors, ...group.map((start): [number, Survival] => [start, 'whole'])]),
    )
    .filter((candidate) => isOrderKept(candidate, pending, model));
}
