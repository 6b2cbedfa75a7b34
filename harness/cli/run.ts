import { randomInt } from 'node:crypto';
import { runCampaign, type CampaignOptions } from '../runner/campaign.js';
import { openProgress } from '../runner/progress.js';
import { powerOptions } from './power-options.js';
import type { ProfileName } from '../disks/disk-model.js';
import { exitCodeOf, type Summary } from '../results/summary.js';
import type { Tier } from '../results/tier.js';
import { verdictText } from '../runner/verdict-text.js';
import { mutantsNamed } from '../mutants/mutant-table.js';
import { workloads } from '../workloads/workload-table.js';
import { openTarget } from './targets.js';
import { UsageError } from './usage-error.js';

export interface RunOptions {
  readonly cycles?: number;
  readonly time?: number;
  readonly seed?: number;
  readonly jobs: number;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly mutant?: readonly string[];
  readonly workload?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly target: string;
  readonly keepGoing?: boolean;
  readonly secondOpinion?: string;
  readonly tier: Tier;
  readonly profile?: readonly ProfileName[];
  readonly exhaustive?: boolean;
}

const DEFAULT_TIME_MS = 60_000;
/** What `--exhaustive` stands for: all crashes of one run, which is the same every time. */
const ONE_SMALL_RUN = { tier: 'power' as const, cycles: 1, jobs: 1, seed: 0 };

/** `crashwright run`; resolves to the exit code. */
export async function run(given: RunOptions): Promise<number> {
  const options = given.exhaustive ? { ...given, ...ONE_SMALL_RUN } : given;
  const seed = options.seed ?? randomInt(2 ** 31);
  const target = openTarget(options.target, { postgresTools: options.secondOpinion });
  const shard = options.shard ?? { index: 1, of: 1 };
  const limits =
    options.cycles === undefined
      ? { timeMs: options.time ?? DEFAULT_TIME_MS }
      : { cycles: options.cycles, timeMs: options.time };
  const progress = openProgress(limits);
  progress.say(
    `crashwright run --tier ${options.tier} --seed ${seed}: target ${target.factory.name}, ${options.jobs} jobs${shard.of > 1 ? `, shard ${shard.index}/${shard.of}` : ''}`,
  );
  const campaign: CampaignOptions = {
    ...limits,
    ...target,
    seed,
    jobs: options.jobs,
    shard,
    out: options.out,
    mutants: mutantsNamed(options.mutant ?? []),
    workloads: options.workload?.map(knownWorkload),
    tier: options.tier,
    power: options.tier === 'kill' ? undefined : powerOptions(target, options.profile, options.exhaustive),
    stopAfterViolations: options.keepGoing ? Infinity : 1,
    onProgress: (summary) => progress.update(summary),
    onText: (text) => progress.say(text),
  };
  try {
    return report(await runCampaign(campaign), options.json === true, progress.stop.bind(progress));
  } finally {
    target.dispose();
  }
}

function knownWorkload(name: string): string {
  const names = workloads.map((workload) => workload.name);
  if (!names.includes(name)) throw new UsageError(`no workload "${name}"; there are ${names.join(', ')}`);
  return name;
}

function report(summary: Summary, isJson: boolean, stopProgress: () => void): number {
  stopProgress();
  process.stderr.write(`${verdictText(summary)}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify(summary)}\n`);
  return exitCodeOf(summary);
}
