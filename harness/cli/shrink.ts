import { readSeedFile, writeSeedFile } from '../corpus/seed-file.js';
import { mutantsNamed } from '../mutants/mutant-table.js';
import { runOneCycle } from '../runner/campaign.js';
import { failureText } from '../runner/failure-text.js';
import { shrink } from '../shrink/shrink.js';
import { openTarget } from './targets.js';

export interface ShrinkCommandOptions {
  readonly budget: number;
  readonly attempts: number;
  readonly out?: string;
}

/** `crashwright shrink FILE`: writes the smaller seed file beside it. Exit code 1 as long as it still fails. */
export async function shrinkCommand(path: string, options: ShrinkCommandOptions): Promise<number> {
  const seedFile = readSeedFile(path);
  const target = openTarget(seedFile.target.name);
  const mutants = mutantsNamed(seedFile.mutants);
  try {
    const shrunk = await shrink(seedFile, {
      budgetMs: options.budget,
      attempts: options.attempts,
      runCycle: (config) => runOneCycle(config, { factory: target.factory, mutants }),
      onStep: (message) => process.stderr.write(`${message}\n`),
    });
    if (!shrunk.result) {
      process.stderr.write(`nothing smaller violated ${seedFile.verdict.invariant} in ${shrunk.runs} runs\n`);
      return 0;
    }
    const out = options.out ?? path.replace(/(\.json)?$/, '.shrunk.json');
    const [violation] = shrunk.result.violations;
    writeSeedFile(out, {
      ...seedFile,
      config: structuredClone(shrunk.config) as typeof seedFile.config,
      verdict: { ...violation, round: shrunk.result.round },
    });
    process.stderr.write(
      `${failureText(shrunk.result, out)}\n${shrunk.isFinished ? 'minimal' : 'budget used up'} after ${shrunk.runs} runs\n`,
    );
    return 1;
  } finally {
    target.dispose();
  }
}
