import { mutantFiles, mutantsNamed } from '../mutants/mutant-table.js';
import { scoreMutants, type Score } from '../mutants/score.js';
import { writeScore, type MutantScore } from '../results/score-file.js';
import { WORKING_TIERS, type WorkingTier } from '../results/tier.js';
import { updateTable } from '../mutants/score-table.js';
import type { Summary } from '../results/summary.js';
import { openRun } from './new-run.js';
import { writeReports } from './report.js';
import { powerOptions } from './power-options.js';
import { openTarget } from './targets.js';

export interface MutantsOptions {
  readonly only?: readonly string[];
  readonly budget: number;
  readonly seed: number;
  readonly jobs: number;
  /** Where results go; a new directory in reports/runs when it is not given. */
  readonly out?: string;
  readonly json?: boolean;
  /** A Markdown file whose table of mutants is to be made anew. */
  readonly table?: string;
}

/** `crashwright mutants`: 0 when every mutant was found and the control is clean, 1 otherwise. */
export async function mutants(options: MutantsOptions): Promise<number> {
  const target = openTarget('engine');
  const files = options.only ? mutantsNamed(options.only.flatMap((ids) => ids.split(','))) : mutantFiles();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const { seed, jobs, budget } = options;
  const results = openRun({
    target,
    tier: 'all',
    seed,
    shard: { index: 1, of: 1 },
    jobs,
    out: options.out,
    mutants: [],
    workloads: undefined,
  });
  try {
    const scored = await scoreMutants({
      ...target,
      power: powerOptions(target),
      seed,
      jobs,
      out: results.path,
      files,
      budgetMs: budget,
      onMutant: (score) => say(line(score)),
      onControl: (record) => results.append(record),
      onText: say,
    });
    for (const tier of WORKING_TIERS) say(controlLine(tier, scored.control[tier]));
    if (options.json) process.stdout.write(`${JSON.stringify(asJson(scored))}\n`);
    writeScore(results.path, scored.mutants);
    results.end();
    for (const file of await writeReports(results.path, ['html'])) say(`report: ${file}`);
    if (options.table) updateTable(options.table, scored);
    return isPassed(scored) ? 0 : 1;
  } finally {
    target.dispose();
  }
}

function isPassed({ mutants: scores, control }: Score): boolean {
  const isClean = WORKING_TIERS.every(
    (tier) => control[tier].violations.length === 0 && control[tier].harnessFailures.length === 0,
  );
  return isClean && scores.every(({ detected }) => detected);
}

function line({ id, title, tier, detected, invariant, ms, cycles, crashStates }: MutantScore): string {
  const outcome = detected ? `found by ${invariant}` : 'NOT FOUND';
  const tried = tier === 'power' ? `${crashStates} states` : `${cycles} cycles`;
  return `${id.padEnd(4)} ${tier.padEnd(5)} ${outcome.padEnd(30)} ${(ms / 1000).toFixed(1).padStart(6)} s ${tried.padStart(13)}  ${title}`;
}

function controlLine(tier: WorkingTier, { cycles, crashStates, violations }: Summary): string {
  const tried = tier === 'power' ? `${crashStates} crash states in ${cycles} runs` : `${cycles} cycles`;
  return `control, ${tier}: ${tried}, ${violations.length} violations`;
}

function asJson({ mutants: scores, control }: Score): object {
  const { kill, power } = control;
  return {
    mutants: scores,
    control: {
      cycles: kill.cycles,
      crashStates: power.crashStates,
      violations: kill.violations.length + power.violations.length,
    },
  };
}
