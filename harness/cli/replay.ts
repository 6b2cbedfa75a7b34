import {
  readSeedFile,
  traceBeside,
  type KillSeedFile,
  type PowerSeedFile,
  type SeedFile,
} from '../corpus/seed-file.js';
import { loadExtensions } from '../extensions/load-extensions.js';
import { mutantsNamed, type MutantFile } from '../mutants/mutant-table.js';
import { runOneCycle } from '../runner/campaign.js';
import type { CycleResult } from '../runner/cycle.js';
import { failureText } from '../runner/failure-text.js';
import { powerFailureText } from '../runner/power/power-failure-text.js';
import { PowerWorker } from '../runner/power/power-pool.js';
import { openTarget, type OpenTarget } from './targets.js';

export interface ReplayOptions {
  readonly times: number;
  /** Tries for each time: how processes interleave is not decided by a seed. */
  readonly attempts: number;
  readonly json?: boolean;
  /** Replay against the engine without the mutants the seed was found with. */
  readonly withoutMutants?: boolean;
}

export interface Replay {
  readonly invariants: readonly string[];
  readonly tries: number;
  readonly elapsedMs: number;
}

/** `crashwright replay FILE`; resolves to the exit code: 1 when anything was violated at least once. */
export async function replay(path: string, options: ReplayOptions): Promise<number> {
  const seedFile = readSeedFile(path);
  return report(seedFile.verdict.invariant, await violatedBy(path, seedFile, options), options);
}

/** Runs the cycle of a seed file so often, and tells what each run violated. */
export async function violatedBy(path: string, seedFile: SeedFile, options: ReplayOptions): Promise<Replay[]> {
  const mutants = mutantsNamed(options.withoutMutants ? [] : seedFile.mutants);
  await loadExtensions(seedFile.extensions ?? []);
  const target = openTarget(seedFile.target.name);
  try {
    return seedFile.tier === 'power'
      ? await replayPower(path, seedFile, target, mutants, options)
      : await replayKill(path, seedFile, target, mutants, options);
  } finally {
    target.dispose();
  }
}

function report(invariant: string, results: readonly Replay[], { times, json }: ReplayOptions): number {
  const reproduced = results.filter(({ invariants }) => invariants.includes(invariant)).length;
  process.stderr.write(`${invariant} failed in ${reproduced} of ${times} replays\n`);
  if (json) process.stdout.write(`${JSON.stringify({ invariant, times, reproduced, results })}\n`);
  return results.some(({ invariants }) => invariants.length > 0) ? 1 : 0;
}

function tell(time: number, times: number, { invariants, tries }: Replay): void {
  const outcome = invariants.length > 0 ? `violated ${invariants.join(', ')}` : 'nothing violated';
  process.stderr.write(`${time}/${times}: ${outcome}${tries > 1 ? ` (try ${tries})` : ''}\n`);
}

async function replayKill(
  path: string,
  seedFile: KillSeedFile,
  { factory }: OpenTarget,
  mutants: readonly MutantFile[],
  { times, attempts }: ReplayOptions,
): Promise<Replay[]> {
  const replays: Replay[] = [];
  for (let time = 1; time <= times; time++) {
    const runOnce = (): Promise<CycleResult> => runOneCycle(seedFile.config, { factory, mutants });
    const { result, tries } = await tryUntilViolated(attempts, runOnce, seedFile.verdict.invariant);
    const invariants = [...new Set(result.violations.map(({ invariant }) => invariant))];
    replays.push({ invariants, tries, elapsedMs: Math.round(result.elapsedMs) });
    tell(time, times, replays.at(-1)!);
    if (time === 1 && invariants.length > 0) process.stderr.write(`${failureText(result, path)}\n`);
  }
  return replays;
}

/** One try each: a simulated run does the same every time, and a recorded one is read from its file. */
async function replayPower(
  path: string,
  seedFile: PowerSeedFile,
  { simulation }: OpenTarget,
  mutants: readonly MutantFile[],
  { times }: ReplayOptions,
): Promise<Replay[]> {
  const { extensions } = seedFile;
  const worker = new PowerWorker({ target: simulation!, mutants: mutants.map(({ module }) => module), extensions });
  const job = { ...seedFile, recording: traceBeside(path) };
  const replays: Replay[] = [];
  try {
    for (let time = 1; time <= times; time++) {
      const started = performance.now();
      const { violations, failure, isSameTrace } = await worker.run('replay', job);
      const invariants = [...new Set(violations.map(({ invariant }) => invariant))];
      replays.push({ invariants, tries: 1, elapsedMs: Math.round(performance.now() - started) });
      tell(time, times, replays.at(-1)!);
      if (time > 1) continue;
      if (!isSameTrace) process.stderr.write('the run is not the one the crash was found on: it was searched again\n');
      if (failure) process.stderr.write(`${powerFailureText({ ...seedFile, failure }, path)}\n`);
    }
    return replays;
  } finally {
    await worker.close();
  }
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
