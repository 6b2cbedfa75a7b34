import type { CampaignOptions } from '../runner/campaign.js';
import { runCampaign } from '../runner/campaign.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import type { PowerOptions } from '../runner/power/power-side.js';
import type { CycleRecord } from '../results/cycle-record.js';
import type { MutantScore } from '../results/score-file.js';
import { emptySummary, type Summary } from '../results/summary.js';
import { type Mutant } from './mutant.js';
import { WORKING_TIERS, type WorkingTier } from '../results/tier.js';
import { loadMutant, type MutantFile } from './mutant-table.js';

export interface Score {
  readonly mutants: MutantScore[];
  /** The engine without mutants, hunted in the same ways. */
  readonly control: Readonly<Record<WorkingTier, Summary>>;
}

export interface ScoreOptions extends Pick<CampaignOptions, 'factory' | 'abilities' | 'seed' | 'jobs' | 'out'> {
  readonly power: PowerOptions;
  readonly budgetMs: number;
  /** How long each tier's control takes; by default the budget of one mutant. */
  readonly controlMs?: number;
  readonly files: readonly MutantFile[];
  readonly onMutant?: (score: MutantScore) => void;
  /** Told of every cycle of the engine without mutants. */
  readonly onControl?: (record: CycleRecord) => void;
  readonly onText?: (text: string) => void;
}

/**
 * Hunts each mutant, in the tier that can see it, for at most the budget; then the unmutated engine as long in each
 * tier, narrowed in the same ways, on which nothing may be found.
 */
export async function scoreMutants(options: ScoreOptions): Promise<Score> {
  const mutants: MutantScore[] = [];
  for (const file of options.files) {
    const score = await huntMutant(file, options);
    mutants.push(score);
    options.onMutant?.(score);
  }
  return { mutants, control: await hunted(options) };
}

async function hunted(options: ScoreOptions): Promise<Score['control']> {
  const loaded = await Promise.all(options.files.map(async (file) => ({ file, mutant: await loadMutant(file) })));
  const control = {
    kill: emptySummary(options.seed, 'engine', 'kill'),
    power: emptySummary(options.seed, 'engine', 'power'),
  };
  for (const tier of WORKING_TIERS) {
    const ofTier = loaded.filter(({ mutant }) => mutant.tier === tier);
    if (ofTier.length === 0) continue;
    const focuses = [undefined, ...ofTier.filter(({ mutant }) => mutant.powerFocus).map(({ file }) => file.module)];
    control[tier] = await runCampaign({
      ...campaignFor([], tier, options),
      timeMs: options.controlMs ?? options.budgetMs,
      power: { ...options.power, focuses },
      onRecord: options.onControl,
      adjust: everyFocus(ofTier.map(({ mutant }) => mutant)),
    });
  }
  return control;
}

/** For the control: each cycle narrowed as for one of the mutants, or not at all. */
function everyFocus(mutants: readonly Mutant[]): (config: CycleConfig) => CycleConfig {
  return (config) => mutants[config.seed % (mutants.length + 1)]?.focus?.(config) ?? config;
}

async function huntMutant(file: MutantFile, options: ScoreOptions): Promise<MutantScore> {
  const { id, title, precedent, tier, focus, powerFocus } = await loadMutant(file);
  const summary = await runCampaign({
    ...campaignFor([file], tier, options),
    power: { ...options.power, focuses: [powerFocus && file.module] },
    adjust: focus,
  });
  const [violation] = summary.violations;
  return {
    id,
    title,
    precedent,
    detected: violation !== undefined,
    invariant: violation?.invariant ?? '',
    tier,
    ms: summary.elapsedMs,
    cycles: summary.cycles,
    crashStates: summary.crashStates,
    seedFile: violation?.seedFile ?? '',
  };
}

function campaignFor(mutants: readonly MutantFile[], tier: WorkingTier, options: ScoreOptions): CampaignOptions {
  const { factory, abilities, seed, jobs, out, budgetMs, onText } = options;
  return {
    factory,
    abilities,
    seed,
    jobs,
    out,
    mutants,
    tier,
    power: options.power,
    timeMs: budgetMs,
    shard: { index: 1, of: 1 },
    stopAfterViolations: 1,
    onText: mutants.length === 0 ? onText : undefined,
  };
}
