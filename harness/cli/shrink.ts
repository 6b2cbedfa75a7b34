import {
  readSeedFile,
  traceBeside,
  writeSeedFile,
  type KillSeedFile,
  type PowerSeedFile,
} from '../corpus/seed-file.js';
import { mutantsNamed } from '../mutants/mutant-table.js';
import { runOneCycle } from '../runner/campaign.js';
import { failureText } from '../runner/failure-text.js';
import { shrink } from '../shrink/shrink.js';
import { powerFailureText } from '../runner/power/power-failure-text.js';
import { PowerWorker } from '../runner/power/power-pool.js';
import { openTarget, type OpenTarget } from './targets.js';

export interface ShrinkCommandOptions {
  readonly budget: number;
  readonly attempts: number;
  readonly out?: string;
}

/** `crashwright shrink FILE`: writes the smaller seed file beside it. Exit code 1 as long as it still fails. */
export async function shrinkCommand(path: string, options: ShrinkCommandOptions): Promise<number> {
  const seedFile = readSeedFile(path);
  const target = openTarget(seedFile.target.name);
  const out = options.out ?? path.replace(/(\.json)?$/, '.shrunk.json');
  try {
    return seedFile.tier === 'power'
      ? await shrinkPower(path, seedFile, out, target, options)
      : await shrinkKill(seedFile, out, target, options);
  } finally {
    target.dispose();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function shrinkKill(
  seedFile: KillSeedFile,
  out: string,
  { factory }: OpenTarget,
  { budget, attempts }: ShrinkCommandOptions,
): Promise<number> {
  const mutants = mutantsNamed(seedFile.mutants);
  const shrunk = await shrink(seedFile, {
    budgetMs: budget,
    attempts,
    runCycle: (config) => runOneCycle(config, { factory, mutants }),
    onStep: say,
  });
  if (!shrunk.result) {
    say(`nothing smaller violated ${seedFile.verdict.invariant} in ${shrunk.runs} runs`);
    return 0;
  }
  const [violation] = shrunk.result.violations;
  writeSeedFile(out, {
    ...seedFile,
    config: structuredClone(shrunk.config) as typeof seedFile.config,
    verdict: { ...violation, round: shrunk.result.round },
  });
  say(failureText(shrunk.result, out));
  say(`${shrunk.isFinished ? 'minimal' : 'budget used up'} after ${shrunk.runs} runs`);
  return 1;
}

async function shrinkPower(
  path: string,
  seedFile: PowerSeedFile,
  out: string,
  { simulation }: OpenTarget,
  { budget }: ShrinkCommandOptions,
): Promise<number> {
  const { verdict } = seedFile;
  const mutants = mutantsNamed(seedFile.mutants).map(({ module }) => module);
  const worker = new PowerWorker({ target: simulation!, mutants }, say);
  try {
    const files = { recording: traceBeside(path), traceFile: traceBeside(out) };
    const shrunk = await worker.run('shrink', {
      ...seedFile,
      ...files,
      invariant: verdict.invariant,
      budgetMs: budget,
    });
    if (!shrunk) {
      say(`${verdict.invariant} is not violated by this crash`);
      return 0;
    }
    const { failure, isFinished } = shrunk;
    const [{ invariant, promised, found }] = failure.violations;
    writeSeedFile(out, {
      ...seedFile,
      config: structuredClone(shrunk.config) as never,
      crash: { profile: failure.crash.profile, crashes: [...failure.crash.crashes] },
      trace: failure.trace,
      verdict: { invariant, promised, found },
    });
    say(powerFailureText({ ...seedFile, config: shrunk.config, failure }, out));
    say(isFinished ? 'minimal' : 'budget used up: run it again on the smaller file to go on');
    return 1;
  } finally {
    await worker.close();
  }
}
