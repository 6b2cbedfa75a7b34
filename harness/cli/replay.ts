import { readSeedFile } from '../corpus/seed-file.js';
import { mutantsNamed } from '../mutants/mutant-table.js';
import { runOneCycle } from '../runner/campaign.js';
import type { CycleResult } from '../runner/cycle.js';
import { failureText } from '../runner/failure-text.js';
import { openTarget } from './targets.js';

export interface ReplayOptions {
  readonly times: number;
  /** Tries for each time: how processes interleave is not decided by a seed. */
  readonly attempts: number;
  readonly json?: boolean;
  /** Replay against the engine without the mutants the seed was found with. */
  readonly withoutMutants?: boolean;
}

/** `crashwright replay FILE`; resolves to the exit code: 1 when the same invariant failed at least once. */
export async function replay(path: string, options: ReplayOptions): Promise<number> {
  const seedFile = readSeedFile(path);
  const target = openTarget(seedFile.target.name);
  const mutants = mutantsNamed(options.withoutMutants ? [] : seedFile.mutants);
  const results: { invariants: string[]; tries: number; elapsedMs: number }[] = [];
  try {
    for (let time = 1; time <= options.times; time++) {
      const runOnce = (): Promise<CycleResult> => runOneCycle(seedFile.config, { factory: target.factory, mutants });
      const { result, tries } = await tryUntilViolated(options.attempts, runOnce, seedFile.verdict.invariant);
      const invariants = [...new Set(result.violations.map(({ invariant }) => invariant))];
      results.push({ invariants, tries, elapsedMs: Math.round(result.elapsedMs) });
      const outcome = invariants.length > 0 ? `violated ${invariants.join(', ')}` : 'nothing violated';
      process.stderr.write(`${time}/${options.times}: ${outcome}${tries > 1 ? ` (try ${tries})` : ''}\n`);
      if (time === 1 && invariants.length > 0) process.stderr.write(`${failureText(result, path)}\n`);
    }
  } finally {
    target.dispose();
  }
  const reproduced = results.filter(({ invariants }) => invariants.includes(seedFile.verdict.invariant)).length;
  process.stderr.write(`${seedFile.verdict.invariant} failed in ${reproduced} of ${options.times} replays\n`);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ invariant: seedFile.verdict.invariant, times: options.times, reproduced, results })}\n`,
    );
  return results.some(({ invariants }) => invariants.length > 0) ? 1 : 0;
}

/** Runs until the wanted invariant is violated, or so many attempts have been made. */
async function tryUntilViolated(
  attempts: number,
  run: () => Promise<CycleResult>,
  wanted: string,
): Promise<{ result: CycleResult; tries: number }> {
  for (let tries = 1; ; tries++) {
    const result = await run();
    const isViolated = result.violations.some(({ invariant }) => invariant === wanted);
    if (isViolated || tries === attempts) return { result, tries };
  }
}
