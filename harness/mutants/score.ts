import type { CampaignOptions } from '../runner/campaign.js';
import { runCampaign } from '../runner/campaign.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import type { Summary } from '../runner/summary.js';
import type { Mutant } from './mutant.js';
import { loadMutant, type MutantFile } from './mutant-table.js';

export interface MutantScore {
  readonly id: string;
  readonly title: string;
  readonly detected: boolean;
  /** What caught it; empty when nothing did. */
  readonly invariant: string;
  readonly tier: 'kill';
  readonly ms: number;
  readonly cycles: number;
  readonly seedFile: string;
}

export interface Score {
  readonly mutants: MutantScore[];
  readonly control: { cycles: number; violations: number; summary: Summary };
}

export interface ScoreOptions extends Pick<CampaignOptions, 'factory' | 'abilities' | 'seed' | 'jobs' | 'out'> {
  readonly budgetMs: number;
  readonly files: readonly MutantFile[];
  readonly onMutant?: (score: MutantScore) => void;
}

/**
 * Hunts each mutant for at most the budget; then the unmutated engine as long for each, in the same ways, on which
 * nothing may be found.
 */
export async function scoreMutants(options: ScoreOptions): Promise<Score> {
  const mutants: MutantScore[] = [];
  for (const file of options.files) {
    const score = await huntMutant(file, options);
    mutants.push(score);
    options.onMutant?.(score);
  }
  const summary = await runCampaign({
    ...campaignFor([], undefined, options),
    adjust: await everyFocus(options.files),
  });
  return { mutants, control: { cycles: summary.cycles, violations: summary.violations.length, summary } };
}

/** For the control: each cycle narrowed as for one of the mutants, or not at all. */
async function everyFocus(files: readonly MutantFile[]): Promise<(config: CycleConfig) => CycleConfig> {
  const mutants = await Promise.all(files.map(loadMutant));
  return (config) => mutants[config.seed % (mutants.length + 1)]?.focus?.(config) ?? config;
}

async function huntMutant(file: MutantFile, options: ScoreOptions): Promise<MutantScore> {
  const mutant = await loadMutant(file);
  const summary = await runCampaign(campaignFor([file], mutant, options));
  const [violation] = summary.violations;
  return {
    id: file.id,
    title: mutant.title,
    detected: violation !== undefined,
    invariant: violation?.invariant ?? '',
    tier: 'kill',
    ms: summary.elapsedMs,
    cycles: summary.cycles,
    seedFile: violation?.seedFile ?? '',
  };
}

function campaignFor(
  mutants: readonly MutantFile[],
  mutant: Mutant | undefined,
  options: ScoreOptions,
): CampaignOptions {
  return {
    factory: options.factory,
    abilities: options.abilities,
    seed: options.seed,
    jobs: options.jobs,
    out: options.out,
    mutants,
    timeMs: options.budgetMs,
    shard: { index: 1, of: 1 },
    stopAfterViolations: 1,
    adjust: mutant?.focus,
  };
}
