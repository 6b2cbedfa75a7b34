import {
  readSeedFile,
  traceBeside,
  writeSeedFile,
  type KillSeedFile,
  type PowerSeedFile,
  type SeedFile,
} from '../corpus/seed-file.js';
import { loadExtensions } from '../extensions/load-extensions.js';
import { mutantsNamed } from '../mutants/mutant-table.js';
import { accountBeside, writeAccount } from '../results/failure-account.js';
import { runOneCycle } from '../runner/campaign.js';
import { failureText } from '../runner/failure-text.js';
import { killAccount } from '../runner/kill-account.js';
import { powerAccount } from '../runner/power/power-account.js';
import { powerFailureText } from '../runner/power/power-failure-text.js';
import { PowerWorker } from '../runner/power/power-pool.js';
import { shrink } from '../shrink/shrink.js';
import { openTarget, type OpenTarget } from './targets.js';

export interface ShrinkLimits {
  readonly budget: number;
  readonly attempts: number;
}

export interface ShrinkCommandOptions extends ShrinkLimits {
  readonly out?: string;
}

/** `crashwright shrink FILE`: writes the smaller seed file beside it. Exit code 1 as long as it still fails. */
export async function shrinkCommand(path: string, options: ShrinkCommandOptions): Promise<number> {
  const out = options.out ?? path.replace(/(\.json)?$/, '.shrunk.json');
  const shrunk = await shrinkSeed(path, out, options);
  return shrunk ? 1 : 0;
}

/**
 * Writes the smallest seed file that fails the same way to `out`, its trace and its account beside it, and tells of it. Undefined
 * when nothing smaller failed (kill), or the case does not fail any more (power).
 */
export async function shrinkSeed(path: string, out: string, limits: ShrinkLimits): Promise<SeedFile | undefined> {
  const seedFile = readSeedFile(path);
  await loadExtensions(seedFile.extensions ?? []);
  const target = openTarget(seedFile.target.name);
  try {
    return seedFile.tier === 'power'
      ? await shrinkPower(path, seedFile, out, target, limits)
      : await shrinkKill(seedFile, out, target, limits);
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
  { budget, attempts }: ShrinkLimits,
): Promise<SeedFile | undefined> {
  const mutants = mutantsNamed(seedFile.mutants);
  const shrunk = await shrink(seedFile, {
    budgetMs: budget,
    attempts,
    runCycle: (config) => runOneCycle(config, { factory, mutants }),
    onStep: say,
  });
  if (!shrunk.result) {
    say(`nothing smaller violated ${seedFile.verdict.invariant} in ${shrunk.runs} runs`);
    return undefined;
  }
  const [{ invariant, promised, found }] = shrunk.result.violations;
  const smaller: SeedFile = {
    ...seedFile,
    config: structuredClone(shrunk.config) as typeof seedFile.config,
    verdict: { invariant, promised, found, round: shrunk.result.round },
  };
  writeSeedFile(out, smaller);
  writeAccount(accountBeside(out), killAccount(shrunk.result, seedFile.mutants));
  say(failureText(shrunk.result, out));
  say(`${shrunk.isFinished ? 'minimal' : 'budget used up'} after ${shrunk.runs} runs`);
  return smaller;
}

async function shrinkPower(
  path: string,
  seedFile: PowerSeedFile,
  out: string,
  { simulation }: OpenTarget,
  { budget }: ShrinkLimits,
): Promise<SeedFile | undefined> {
  const { verdict } = seedFile;
  const mutants = mutantsNamed(seedFile.mutants).map(({ module }) => module);
  const worker = new PowerWorker({ target: simulation!, mutants, extensions: seedFile.extensions }, say);
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
      return undefined;
    }
    const { failure, isFinished } = shrunk;
    const [{ invariant, promised, found }] = failure.violations;
    const smaller = {
      ...seedFile,
      config: structuredClone(shrunk.config) as never,
      crash: { profile: failure.crash.profile, crashes: [...failure.crash.crashes] },
      trace: failure.trace,
      verdict: { invariant, promised, found },
    };
    writeSeedFile(out, smaller);
    const failed = { ...seedFile, config: shrunk.config, failure };
    writeAccount(accountBeside(out), powerAccount(failed, seedFile.mutants));
    say(powerFailureText(failed, out));
    say(isFinished ? 'minimal' : 'budget used up: run it again on the smaller file to go on');
    return smaller;
  } finally {
    await worker.close();
  }
}
