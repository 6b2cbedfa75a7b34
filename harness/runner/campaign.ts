import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { dir } from 'tmp-promise';
import type { TargetAbilities, TargetFactory } from '../adapters/target.js';
import { SEED_FILE_VERSION, writeSeedFile } from '../corpus/seed-file.js';
import { deriveSeed } from '../workloads/derive-seed.js';
import { runCycle, type CycleResult } from './cycle.js';
import type { CycleConfig } from './cycle-config.js';
import { drawConfig } from './draw-config.js';
import { failureText } from './failure-text.js';
import { PowerSide, type PowerOptions } from './power/power-side.js';
import type { PowerCycleResult } from './power/run-power-cycle.js';
import { addCycle, emptySummary, type Summary, type Tier } from './summary.js';

export interface CampaignOptions {
  readonly factory: TargetFactory;
  readonly abilities: TargetAbilities;
  /** Which kinds of crashes; with `all`, by turns. Default `kill`. */
  readonly tier?: Tier;
  /** How to simulate the target and what to try, for the tiers that cut its power. */
  readonly power?: PowerOptions;
  readonly seed: number;
  /** Stops at the first of these limits. */
  readonly cycles?: number;
  readonly timeMs?: number;
  readonly jobs: number;
  /** This machine's part, 1..of. */
  readonly shard: { readonly index: number; readonly of: number };
  /** Where seed files go; made when something is saved. */
  readonly out: string;
  readonly mutants: readonly { readonly id: string; readonly module: string }[];
  /** Names of the workloads to draw from; all that the target can do by default. */
  readonly workloads?: readonly string[];
  /** Stop after this many violating cycles. */
  readonly stopAfterViolations: number;
  /** Narrows what is drawn, for tests. */
  readonly adjust?: (config: CycleConfig) => CycleConfig;
  readonly onCycle?: (summary: Summary, result: CycleResult | PowerCycleResult | undefined) => void;
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
  const started = performance.now();
  const summary = emptySummary(seed, factory.name, options.tier);
  let next = 0;
  const isOver = (): boolean =>
    (options.cycles !== undefined && next >= options.cycles) ||
    (options.timeMs !== undefined && performance.now() - started >= options.timeMs) ||
    summary.violations.length >= options.stopAfterViolations ||
    summary.harnessFailures.length >= MOST_HARNESS_FAILURES;
  const tick = (): number => (summary.elapsedMs = Math.round(performance.now() - started));
  const job = async (): Promise<void> => {
    const power =
      options.power && new PowerSide(options.power, options, summary, () => (options.timeMs ?? Infinity) - tick());
    try {
      while (!isOver()) {
        const index = next++ * shard.of + shard.index - 1;
        if (power && isPowerTurn(options.tier, index)) await power.oneCycle(cycleSeed(seed, index), index);
        else await oneCycle(cycleSeed(seed, index), options, summary);
        tick();
      }
    } finally {
      await power?.close();
    }
  };
  await Promise.all(Array.from({ length: jobs }, job));
  return summary;
}

/** By turns, so that a campaign of any length has both. */
function isPowerTurn(tier: Tier | undefined, index: number): boolean {
  return tier === 'power' || (tier === 'all' && index % 2 === 1);
}

async function oneCycle(seed: number, options: CampaignOptions, summary: Summary): Promise<void> {
  const drawn = drawConfig(seed, options.abilities, options.workloads);
  const config = options.adjust ? options.adjust(drawn) : drawn;
  try {
    const result = await runOneCycle(config, options);
    addCycle(summary, result);
    if (result.violations.length > 0) save(result, options, summary);
    options.onCycle?.(summary, result);
  } catch (thrown) {
    summary.harnessFailures.push(`seed ${seed}: ${(thrown as Error).message}`);
    options.onText?.(`harness failure, seed ${seed}: ${(thrown as Error).stack}`);
    options.onCycle?.(summary, undefined);
  }
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

function save(result: CycleResult, options: CampaignOptions, summary: Summary): void {
  const seedFile = saveSeedFile(result, options, options.out);
  for (const invariant of new Set(result.violations.map((violation) => violation.invariant))) {
    summary.violations.push({ invariant, seedFile, seed: result.config.seed });
  }
  fs.writeFileSync(seedFile.replace(/\.json$/, '.log'), result.log);
  options.onText?.(failureText(result, seedFile));
}

/** Writes the seed file of a violating cycle; returns its path, relative to the working directory where that is short. */
export function saveSeedFile(
  result: CycleResult,
  { factory, mutants }: Pick<CampaignOptions, 'factory' | 'mutants'>,
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
    config: structuredClone({ ...result.exactConfig, rounds: replayableRounds(result) }) as never,
    drawnFaults: result.config.rounds.map(({ faults }) => [...faults]),
    verdict: {
      invariant: violation.invariant,
      promised: violation.promised,
      found: violation.found,
      round: result.round,
    },
  });
  return path.relative(process.cwd(), file) || file;
}

/** Rounds after the violation never ran; those before it with their exact moments. */
function replayableRounds({ config, exactConfig }: CycleResult): CycleConfig['rounds'] {
  return exactConfig.rounds.length > 0 ? exactConfig.rounds : config.rounds;
}
