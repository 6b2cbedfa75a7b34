import { randomInt } from 'node:crypto';
import { runCampaign, type CampaignOptions } from '../runner/campaign.js';
import { painted } from '../runner/painted.js';
import { openProgress, type ProgressOptions } from '../runner/progress.js';
import { powerOptions } from './power-options.js';
import type { ProfileName } from '../disks/disk-model.js';
import { exitCodeOf, type Summary } from '../results/summary.js';
import type { Tier } from '../results/tier.js';
import { verdictText } from '../runner/verdict-text.js';
import { loadExtensions } from '../extensions/load-extensions.js';
import { mutantsNamed } from '../mutants/mutant-table.js';
import { allWorkloads } from '../workloads/workload-table.js';
import { openRun } from './new-run.js';
import type { Shard } from './options.js';
import type { Format } from './report-formats.js';
import { writeReports } from './report.js';
import { openTarget } from './targets.js';
import { UsageError } from './usage-error.js';

export interface RunOptions {
  readonly cycles?: number;
  readonly time?: number;
  readonly seed?: number;
  readonly jobs: number;
  readonly shard?: Shard;
  readonly mutant?: readonly string[];
  readonly workload?: readonly string[];
  /** Modules of extensions. */
  readonly extension?: readonly string[];
  /** Where results go; a new directory in reports/runs when it is not given. */
  readonly out?: string;
  readonly quiet?: boolean;
  /** Reports to write beside the results at the end. */
  readonly report: readonly Format[];
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
  const { seed = randomInt(2 ** 31), tier, jobs, out, shard = { index: 1, of: 1 } } = options;
  await loadExtensions(options.extension ?? []).catch(asMistake);
  const target = openTarget(options.target, { postgresTools: options.secondOpinion });
  const workloads = options.workload?.map(knownWorkload);
  const mutants = mutantsNamed(options.mutant ?? []);
  const power = tier === 'kill' ? undefined : powerOptions(target, options.profile, options.exhaustive);
  const limits = limitsOf(options);
  const results = openRun({ target, tier, seed, shard, jobs, out, workloads, mutants: mutants.map(({ id }) => id) });
  const progress = openProgress({ goal: goalOf(limits, shard), isQuiet: options.quiet });
  progress.say(
    `crashwright run --tier ${tier} --seed ${seed}: target ${target.factory.name}, ${jobs} jobs${shard.of > 1 ? `, shard ${shard.index}/${shard.of}` : ''}; results in ${results.path}`,
  );
  const campaign: CampaignOptions = {
    ...limits,
    ...target,
    seed,
    jobs,
    shard,
    out: results.path,
    mutants,
    workloads,
    extensions: options.extension,
    tier,
    power,
    stopAfterViolations: options.keepGoing ? Infinity : 1,
    onRecord: (record) => results.append(record),
    onProgress: (summary) => progress.update(summary),
    onText: (text) => progress.say(text),
  };
  try {
    const summary = await runCampaign(campaign);
    results.end();
    progress.stop();
    const files = await writeReports(results.path, options.report);
    return tell(summary, files, options.json === true);
  } finally {
    target.dispose();
  }
}

function limitsOf({ cycles, time }: RunOptions): Pick<CampaignOptions, 'cycles' | 'timeMs'> {
  return cycles === undefined ? { timeMs: time ?? DEFAULT_TIME_MS } : { cycles, timeMs: time };
}

/** Of the cycles this shard has its part to do. */
function goalOf({ cycles, timeMs }: ReturnType<typeof limitsOf>, { index, of }: Shard): ProgressOptions['goal'] {
  return { timeMs, cycles: cycles === undefined ? undefined : Math.ceil((cycles - index + 1) / of) };
}

function asMistake(thrown: Error): never {
  throw new UsageError(`cannot load an extension: ${thrown.message}`);
}

function knownWorkload(name: string): string {
  const names = allWorkloads().map((workload) => workload.name);
  if (!names.includes(name)) throw new UsageError(`no workload "${name}"; there are ${names.join(', ')}`);
  return name;
}

function tell(summary: Summary, reports: readonly string[], isJson: boolean): number {
  process.stderr.write(`${painted(verdictText(summary), process.stderr)}\n`);
  for (const file of reports) process.stderr.write(`  report: ${file}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify(summary)}\n`);
  return exitCodeOf(summary);
}
