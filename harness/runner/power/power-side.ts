import * as fs from 'node:fs';
import * as path from 'node:path';
import { SEED_FILE_VERSION, writeSeedFile } from '../../corpus/seed-file.js';
import { addPowerCycle, type Summary } from '../summary.js';
import { powerFailureText } from './power-failure-text.js';
import type { Search } from './power-config.js';
import { PowerWorker } from './power-pool.js';
import type { PowerCycleResult } from './run-power-cycle.js';

export interface PowerOptions {
  /** Module that exports `openSimulation`. */
  readonly targetModule: string;
  readonly targetName: string;
  readonly targetVersion: () => string;
  readonly search: Search;
  /** Modules of mutants whose `powerFocus` narrows what is drawn: for each seed one of them, or none. */
  readonly focuses?: readonly (string | undefined)[];
}

interface CampaignPart {
  readonly mutants: readonly { readonly id: string; readonly module: string }[];
  readonly out: string;
  readonly onCycle?: (summary: Summary, result: PowerCycleResult | undefined) => void;
  readonly onText?: (text: string) => void;
}

/** The half of a campaign that cuts the power: one thread, a simulated run and its crashes at a time. */
export class PowerSide {
  private readonly worker: PowerWorker;

  constructor(
    private readonly power: PowerOptions,
    private readonly campaign: CampaignPart,
    private readonly summary: Summary,
    private readonly timeLeftMs: () => number,
  ) {
    this.worker = new PowerWorker({
      target: power.targetModule,
      mutants: campaign.mutants.map(({ module }) => module),
    });
  }

  async oneCycle(seed: number): Promise<void> {
    const { power, summary, campaign } = this;
    const focus = power.focuses?.[seed % power.focuses.length];
    const before = summary.crashStates;
    try {
      const budgetMs = this.timeLeftMs();
      const input = { seed, search: power.search, focus, budgetMs: Number.isFinite(budgetMs) ? budgetMs : undefined };
      const result = await this.worker.run('cycle', input, (states) => {
        summary.crashStates = Math.max(summary.crashStates, before + states);
        campaign.onCycle?.(summary, undefined);
      });
      summary.crashStates = before;
      addPowerCycle(summary, result);
      if (result.failure) this.save(result);
      campaign.onCycle?.(summary, result);
    } catch (thrown) {
      summary.harnessFailures.push(`seed ${seed}: ${(thrown as Error).message.split('\n')[0]}`);
      campaign.onText?.(`harness failure, seed ${seed}: ${(thrown as Error).stack}`);
      campaign.onCycle?.(summary, undefined);
    }
  }

  async close(): Promise<void> {
    await this.worker.close();
  }

  private save(result: PowerCycleResult): void {
    const { power, campaign, summary } = this;
    const target = { name: power.targetName, version: power.targetVersion() };
    const file = savePowerSeed(result, { target, mutants: campaign.mutants.map(({ id }) => id), out: campaign.out });
    for (const invariant of new Set(result.failure!.violations.map((violation) => violation.invariant))) {
      summary.violations.push({ invariant, seedFile: file, seed: result.config.seed });
    }
    campaign.onText?.(powerFailureText(result, file));
  }
}

export interface SeedOrigin {
  readonly target: { readonly name: string; readonly version: string };
  readonly mutants: readonly string[];
  /** A directory, made when it is missing. */
  readonly out: string;
}

/** Writes the seed file of a failed cycle; returns its path, relative to the working directory where that is short. */
export function savePowerSeed({ config, failure }: PowerCycleResult, { target, mutants, out }: SeedOrigin): string {
  fs.mkdirSync(out, { recursive: true });
  const { crash, trace, violations } = failure!;
  const [{ invariant, promised, found }] = violations;
  const file = path.join(out, `${[...mutants, 'power', invariant, config.seed].join('-')}.json`);
  writeSeedFile(file, {
    version: SEED_FILE_VERSION,
    tier: 'power',
    target,
    mutants: [...mutants],
    config: structuredClone(config) as never,
    crash: { profile: crash.profile, crashes: [...crash.crashes] },
    trace,
    verdict: { invariant, promised, found },
  });
  return path.relative(process.cwd(), file) || file;
}
