import { mutantFiles, mutantsNamed } from '../mutants/mutant-table.js';
import { scoreMutants, type MutantScore, type Score } from '../mutants/score.js';
import { openTarget } from './targets.js';

export interface MutantsOptions {
  readonly only?: readonly string[];
  readonly budget: number;
  readonly seed: number;
  readonly jobs: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `crashwright mutants`: 0 when every mutant was found and the control is clean, 1 otherwise. */
export async function mutants(options: MutantsOptions): Promise<number> {
  const target = openTarget('engine');
  const files = options.only ? mutantsNamed(options.only) : mutantFiles();
  try {
    const { seed, jobs, out } = options;
    const scored = await scoreMutants({
      ...target,
      seed,
      jobs,
      out,
      files,
      budgetMs: options.budget,
      onMutant: (score) => process.stderr.write(`${line(score)}\n`),
    });
    process.stderr.write(`control: ${scored.control.cycles} cycles, ${scored.control.violations} violations\n`);
    if (options.json) process.stdout.write(`${JSON.stringify(asJson(scored))}\n`);
    return scored.mutants.every(({ detected }) => detected) && scored.control.violations === 0 ? 0 : 1;
  } finally {
    target.dispose();
  }
}

function line({ id, title, detected, invariant, ms, cycles }: MutantScore): string {
  const outcome = detected ? `found by ${invariant}` : 'NOT FOUND';
  return `${id.padEnd(4)} ${outcome.padEnd(32)} ${(ms / 1000).toFixed(1).padStart(6)} s ${String(cycles).padStart(4)} cycles  ${title}`;
}

function asJson({ mutants: scores, control }: Score): object {
  return { mutants: scores, control: { cycles: control.cycles, violations: control.violations } };
}
