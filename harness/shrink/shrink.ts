import type { KillSeedFile } from '../corpus/seed-file.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import type { CycleResult } from '../runner/cycle.js';
import { reductions, sizeOf } from './reductions.js';

export interface ShrinkOptions {
  readonly budgetMs: number;
  /** A run that does not fail is tried this often before a reduction is given up: schedules differ. */
  readonly attempts: number;
  runCycle(config: CycleConfig): Promise<CycleResult>;
  onStep?(message: string): void;
}

export interface Shrunk {
  readonly config: CycleConfig;
  /** The result of the smallest run that still failed; undefined when nothing smaller did. */
  readonly result: CycleResult | undefined;
  readonly runs: number;
  readonly isFinished: boolean;
}

/** Looks for a smaller cycle that violates the same invariant, greedily, until none does or the budget is used up. */
export async function shrink(seedFile: KillSeedFile, options: ShrinkOptions): Promise<Shrunk> {
  const { invariant } = seedFile.verdict;
  const deadline = performance.now() + options.budgetMs;
  let best: CycleConfig = seedFile.config;
  let result: CycleResult | undefined;
  let runs = 0;

  const failsStill = async (config: CycleConfig): Promise<CycleResult | undefined> => {
    for (let attempt = 0; attempt < options.attempts && performance.now() < deadline; attempt++) {
      runs++;
      const tried = await options.runCycle(config);
      if (tried.violations.some((violation) => violation.invariant === invariant)) return tried;
    }
    return undefined;
  };

  for (let progressed = true; progressed;) {
    progressed = false;
    for (const candidate of reductions(best)) {
      if (performance.now() >= deadline) return { config: best, result, runs, isFinished: false };
      const failed = await failsStill(candidate);
      if (!failed) continue;
      best = candidate;
      result = failed;
      progressed = true;
      options.onStep?.(
        `${runs} runs: size ${sizeOf(best)}: ${best.rounds.length} rounds, ${best.clients.length} clients, ${best.transactionsPerRound} transactions, ${best.rounds.reduce((sum, { faults }) => sum + faults.length, 0)} faults`,
      );
      break;
    }
  }
  return { config: best, result, runs, isFinished: true };
}
