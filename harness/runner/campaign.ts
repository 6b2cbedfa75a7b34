import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { dir } from 'tmp-promise';
import type { TargetAbilities, TargetFactory } from '../adapters/target.js';
import { SEED_FILE_VERSION, writeSeedFile } from '../corpus/seed-file.js';
import { extensionsOf, loadExtensions } from '../extensions/load-extensions.js';
import { deriveSeed } from '../workloads/derive-seed.js';
import { runCycle, type CycleResult } from './cycle.js';
import type { CycleConfig } from './cycle-config.js';
import { drawConfig } from './draw-config.js';
import { failureText } from './failure-text.js';
import { killAccount } from './kill-account.js';
import { PowerSide, type PowerOptions } from './power/power-side.js';
import { recordOfHarnessFailure, recordOfKillCycle } from './records.js';
import { accountBeside, writeAccount } from '../results/failure-account.js';
import type { CycleRecord } from '../results/cycle-record.js';
import { readablePath } from '../results/readable-path.js';
import { addRecord, emptySummary, type Summary } from '../results/summary.js';
import type { Tier, WorkingTier } from '../results/tier.js';

export interface CampaignOptions {
  readonly factory: TargetFactory;
  readonly abilities: TargetAbilities;
  /** Which kinds of crashes; with `all`, by turns. Default `kill`. */
  readonly tier?: Tier;
  /** How to simulate the target and what to try, for the tiers that cut its power. */
  readonly power?: PowerOptions;
  readonly seed: number;
  /** Stops at the first of these limits. Cycles are those of all shards together. */
  readonly cycles?: number;
  readonly timeMs?: number;
  readonly jobs: number;
  /** This machine's part, 1..of. */
  readonly shard: { readonly index: number; readonly of: number };
  /** Where seed files go; made when something is saved. */
  readonly out: string;
  readonly mutants: readonly { readonly id: string; readonly module: string }[];
  /** Modules of extensions: file URLs, or paths from the working directory. Seed files name them. */
  readonly extensions?: readonly string[];
  /** Names of the workloads to draw from; all that the target can do by default. */
  readonly workloads?: readonly string[];
  /** Stop after this many violating cycles. */
  readonly stopAfterViolations: number;
  /** Narrows what is drawn, for tests. */
  readonly adjust?: (config: CycleConfig) => CycleConfig;
  /** Told of every cycle that has ended. */
  readonly onRecord?: (record: CycleRecord) => void;
  /** Told when the summary has changed. */
  readonly onProgress?: (summary: Summary) => void;
  readonly onText?: (text: string) => void;
}

const MOST_HARNESS_FAILURES = 3;

/** The seed of cycle `index` of a campaign. Shards take every n-th index, so they never overlap. */
export function cycleSeed(masterSeed: number, index: number): number {
  return deriveSeed(masterSeed, 'cycle', index);
}

/** Runs cycles until a limit is reached. The summary is complete even when cycles failed. */
export async function runCampaign(options: CampaignOptions): Promise<Summary> {
  const { factory, seed, shard, jobs } = options;
  await loadExtensions(options.extensions ?? []);
  const started = performance.now();
  const summary = emptySummary(seed, factory.name, options.tier);
  let turn = 0;
  const nextIndex = (): number => turn * shard.of + shard.index - 1;
  const isOver = (): boolean =>
    (options.cycles !== undefined && nextIndex() >= options.cycles) ||
    (options.timeMs !== undefined && performance.now() - started >= options.timeMs) ||
    summary.violations.length >= options.stopAfterViolations ||
    summary.harnessFailures.length >= MOST_HARNESS_FAILURES;
  const tick = (): number => (summary.elapsedMs = Math.round(performance.now() - started));
  const onProgress = (): void => {
    tick();
    options.onProgress?.(summary);
  };
  const note = (record: CycleRecord): void => {
    addRecord(summary, record, options.out);
    options.onRecord?.(record);
    onProgress();
  };
  const job = async (): Promise<void> => {
    const timeLeftMs = (): number => (options.timeMs ?? Infinity) - tick();
    const power = options.power && new PowerSide(options.power, { ...options, timeLeftMs, summary, onProgress });
    try {
      while (!isOver()) {
        const index = nextIndex();
        turn++;
        const isPowerTurn = power && isPowerTurnOf(options.tier, index);
        const cycle = isPowerTurn ? power.oneCycle.bind(power) : oneKillCycle.bind(undefined, options);
        note(await attempt(cycle, cycleSeed(seed, index), index, isPowerTurn ? 'power' : 'kill', options));
      }
    } finally {
      await power?.close();
    }
  };
  await Promise.all(Array.from({ length: jobs }, job));
  tick();
  return summary;
}

/** By turns, so that a campaign of any length has both. */
function isPowerTurnOf(tier: Tier | undefined, index: number): boolean {
  return tier === 'power' || (tier === 'all' && index % 2 === 1);
}

/** The record of a cycle, also when the harness could not carry it out. */
async function attempt(
  cycle: (seed: number, index: number) => Promise<CycleRecord>,
  seed: number,
  index: number,
  tier: WorkingTier,
  { onText }: CampaignOptions,
): Promise<CycleRecord> {
  try {
    return await cycle(seed, index);
  } catch (thrown) {
    onText?.(`harness failure, seed ${seed}: ${(thrown as Error).stack}`);
    return recordOfHarnessFailure(seed, index, tier, thrown as Error);
  }
}

async function oneKillCycle(options: CampaignOptions, seed: number, index: number): Promise<CycleRecord> {
  const drawn = drawConfig(seed, options.abilities, options.workloads);
  const result = await runOneCycle(options.adjust ? options.adjust(drawn) : drawn, options);
  const seedFile = result.violations.length > 0 ? save(result, options) : undefined;
  return recordOfKillCycle(result, { index, seedFile });
}

/** Runs one cycle in a temporary directory of its own. */
export async function runOneCycle(
  config: CycleConfig,
  { factory, mutants }: Pick<CampaignOptions, 'factory' | 'mutants'>,
): Promise<CycleResult> {
  const directory = await dir({ unsafeCleanup: true, prefix: 'crashwright', tmpdir: os.tmpdir() });
  try {
    return await runCycle(config, { factory, directory: directory.path, preload: mutants.map(({ module }) => module) });
  } finally {
    await directory.cleanup();
  }
}

/** Returns the seed file's name in the campaign's directory. */
function save(result: CycleResult, options: CampaignOptions): string {
  const seedFile = saveSeedFile(result, options, options.out);
  writeAccount(
    accountBeside(seedFile),
    killAccount(
      result,
      options.mutants.map(({ id }) => id),
    ),
  );
  options.onText?.(failureText(result, seedFile));
  return path.basename(seedFile);
}

/** Writes the seed file of a violating cycle; returns its path. */
export function saveSeedFile(
  result: CycleResult,
  { factory, mutants, extensions }: Pick<CampaignOptions, 'factory' | 'mutants' | 'extensions'>,
  out: string,
): string {
  fs.mkdirSync(out, { recursive: true });
  const [violation] = result.violations;
  const name = [...mutants.map(({ id }) => id), violation.invariant, result.config.seed].join('-');
  const file = path.join(out, `${name}.json`);
  writeSeedFile(file, {
    version: SEED_FILE_VERSION,
    tier: 'kill',
    target: { name: factory.name, version: factory.version() },
    mutants: mutants.map(({ id }) => id),
    ...extensionsOf(extensions),
    config: structuredClone({ ...result.exactConfig, rounds: replayableRounds(result) }) as never,
    drawnFaults: result.config.rounds.map(({ faults }) => [...faults]),
    verdict: {
      invariant: violation.invariant,
      promised: violation.promised,
      found: violation.found,
      round: result.round,
    },
  });
  return readablePath(file);
}

/** Rounds after the violation never ran; those before it with their exact moments. */
function replayableRounds({ config, exactConfig }: CycleResult): CycleConfig['rounds'] {
  return exactConfig.rounds.length > 0 ? exactConfig.rounds : config.rounds;
}
