import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { file } from 'tmp-promise';
import type { TargetAbilities, TargetFactory } from '../../adapters/target.js';
import { SEED_FILE_VERSION, traceBeside, writeSeedFile } from '../../corpus/seed-file.js';
import { workloadsFor } from '../../workloads/workload-table.js';
import type { CycleConfig } from '../cycle-config.js';
import { accountBeside, writeAccount } from '../../results/failure-account.js';
import { extensionsOf } from '../../extensions/load-extensions.js';
import type { CycleRecord } from '../../results/cycle-record.js';
import type { Summary } from '../../results/summary.js';
import { readablePath } from '../../results/readable-path.js';
import { recordOfPowerCycle } from '../records.js';
import { powerAccount } from './power-account.js';
import { powerFailureText } from './power-failure-text.js';
import type { PowerConfig, Search } from './power-config.js';
import { PowerWorker } from './power-pool.js';
import { drawRecordedConfig, recordRun } from './record-run.js';
import { describeRun, type PowerCycleResult } from './run-power-cycle.js';
import { runUpTo, saveRun } from './save-run.js';

export interface PowerOptions {
  /** Module that exports `openSimulation`. */
  readonly targetModule: string;
  /** The data directory's path on the disks of the simulation. */
  readonly dataDirectory: string;
  readonly targetName: string;
  readonly targetVersion: () => string;
  readonly search: Search;
  /** The one run to make, instead of one drawn for each cycle. */
  readonly config?: PowerConfig;
  /** Modules of mutants whose `powerFocus` narrows what is drawn: for each seed one of them, or none. */
  readonly focuses?: readonly (string | undefined)[];
}

interface CampaignPart {
  readonly factory: TargetFactory;
  readonly abilities: TargetAbilities;
  readonly adjust?: (config: CycleConfig) => CycleConfig;
  readonly mutants: readonly { readonly id: string; readonly module: string }[];
  readonly workloads?: readonly string[];
  readonly extensions?: readonly string[];
  readonly out: string;
  /** States of cycles that are under way are counted in it. */
  readonly summary: Summary;
  readonly timeLeftMs: () => number;
  readonly onProgress: () => void;
  readonly onText?: (text: string) => void;
}

const RECORDED_EVERY = 8;
/** Of simulated runs, one in so many is searched, and the others are glanced at. */
const SEARCHED_EVERY = 4;

/** Odd indexes, since a campaign of all tiers cuts the power at those. */
function isRecordedTurn(index: number): boolean {
  return index % RECORDED_EVERY === RECORDED_EVERY - 1;
}

/** The half of a campaign that cuts the power: one thread, a run and its crashes at a time. */
export class PowerSide {
  private readonly worker: PowerWorker;
  /** Of the cycle that is under way, in the summary already. */
  private statesSoFar = 0;

  constructor(
    private readonly power: PowerOptions,
    private readonly campaign: CampaignPart,
  ) {
    this.worker = new PowerWorker({
      target: power.targetModule,
      mutants: campaign.mutants.map(({ module }) => module),
      extensions: campaign.extensions,
    });
  }

  /** `index`: its number in the campaign; one in so many is a run of real processes. */
  async oneCycle(seed: number, index: number): Promise<CycleRecord> {
    const { summary } = this.campaign;
    this.statesSoFar = 0;
    try {
      const result = await (this.power.config === undefined && isRecordedTurn(index)
        ? this.recorded(seed)
        : this.simulated(seed, index));
      return recordOfPowerCycle(result, { index, seedFile: result.failure && this.save(result) });
    } finally {
      summary.crashStates -= this.statesSoFar;
    }
  }

  private isGlance(index: number): boolean {
    return this.power.config === undefined && Math.floor(index / 2) % SEARCHED_EVERY !== 0;
  }

  private simulated(seed: number, index: number): Promise<PowerCycleResult> {
    const { focuses, config } = this.power;
    const { workloads = workloadsFor(this.campaign.abilities) } = this.campaign;
    const focus = focuses?.[seed % focuses.length];
    return this.worker.run(
      'cycle',
      { seed, workloads, focus, config, ...this.jobOf(config?.seed ?? seed), isGlance: this.isGlance(index) },
      this.countStates,
    );
  }

  /** The run takes place here; its crashes are tried in the thread, which reads it from a file. */
  private async recorded(seed: number): Promise<PowerCycleResult> {
    const { power, campaign } = this;
    const { factory, abilities, workloads, adjust } = campaign;
    const config = drawRecordedConfig(seed, abilities, workloads, adjust);
    const preload = campaign.mutants.map(({ module }) => module);
    const run = await recordRun(config, { factory, preload, dataDirectory: power.dataDirectory });
    const { path: recording, cleanup } = await file({ prefix: 'crashwright', postfix: '.trace', tmpdir: tmpdir() });
    try {
      const version = (): string => factory.version();
      const about = { name: factory.name, version, dataDirectory: power.dataDirectory };
      saveRun(recording, runUpTo(run, run.endedAt), describeRun('recorded', config, about));
      const result = await this.worker.run('recorded', { config, recording, ...this.jobOf(seed) }, this.countStates);
      return { ...result, faults: run.faults };
    } finally {
      await cleanup();
    }
  }

  private jobOf(seed: number): { search: Search; budgetMs: number | undefined; traceFile: string } {
    const budgetMs = this.campaign.timeLeftMs();
    return {
      search: this.power.search,
      budgetMs: Number.isFinite(budgetMs) ? budgetMs : undefined,
      traceFile: tracePathFor(this.campaign.out, seed),
    };
  }

  /** Others count into the same summary meanwhile. */
  private readonly countStates = (states: number): void => {
    const { summary, onProgress } = this.campaign;
    summary.crashStates += states - this.statesSoFar;
    this.statesSoFar = states;
    onProgress();
  };

  async close(): Promise<void> {
    await this.worker.close();
  }

  /** Returns the seed file's name in the campaign's directory. */
  private save(result: PowerCycleResult): string {
    const { power, campaign } = this;
    const target = { name: power.targetName, version: power.targetVersion() };
    const mutants = campaign.mutants.map(({ id }) => id);
    const seedFile = savePowerSeed(result, { target, mutants, out: campaign.out, extensions: campaign.extensions });
    writeAccount(accountBeside(seedFile), powerAccount(result, mutants));
    campaign.onText?.(powerFailureText(result, seedFile));
    return path.basename(seedFile);
  }
}

export interface SeedOrigin {
  readonly target: { readonly name: string; readonly version: string };
  readonly mutants: readonly string[];
  readonly extensions?: readonly string[] | undefined;
  /** A directory, made when it is missing. */
  readonly out: string;
}

/** Where a failed run's trace is written before its seed file has a name. */
function tracePathFor(out: string, seed: number): string {
  return path.join(out, `power-${seed}.trace`);
}

/** Writes the seed file of a failed cycle, its trace beside it; returns its path. */
export function savePowerSeed(
  { source, config, failure }: PowerCycleResult,
  { target, mutants, out, extensions }: SeedOrigin,
): string {
  fs.mkdirSync(out, { recursive: true });
  const { crash, trace, violations } = failure!;
  const [{ invariant, promised, found }] = violations;
  const seedFile = path.join(out, `${[...mutants, 'power', invariant, config.seed].join('-')}.json`);
  writeSeedFile(seedFile, {
    version: SEED_FILE_VERSION,
    tier: 'power',
    source,
    target,
    mutants: [...mutants],
    ...extensionsOf(extensions),
    config: structuredClone(config) as never,
    crash: { profile: crash.profile, crashes: [...crash.crashes] },
    trace,
    verdict: { invariant, promised, found },
  });
  fs.renameSync(tracePathFor(out, config.seed), traceBeside(seedFile));
  return readablePath(seedFile);
}
