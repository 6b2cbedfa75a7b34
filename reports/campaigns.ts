import { groupBy } from '../harness/results/group-by.js';
import type { RunResults } from '../harness/results/run-directory.js';
import { campaignKey } from './read-results.js';
import type { Campaign, Run } from './report-model.js';

/** The campaigns that the runs are parts of. */
export function campaignsOf(results: readonly RunResults[]): Campaign[] {
  return [...groupBy(results, campaignKey).values()].map(campaignOf).sort((a, b) => a.seed - b.seed);
}

function campaignOf(runs: readonly RunResults[]): Campaign {
  const { seed, tier, target, mutants, workloads } = runs[0].header;
  return {
    seed,
    tier,
    target,
    mutants,
    workloads,
    cycles: runs.reduce((sum, { cycles }) => sum + cycles.length, 0),
    runs: runs.map(runOf).sort((a, b) => a.shard.localeCompare(b.shard, 'en', { numeric: true })),
    missingShards: missingShards(runs),
  };
}

function runOf({ directory, header }: RunResults): Run {
  const { shard, jobs, crashwright, startedAt, endedAt } = header;
  return { directory, shard: `${shard.index}/${shard.of}`, jobs, crashwright, startedAt, endedAt };
}

/** Of the largest number of shards that any run tells of. */
function missingShards(runs: readonly RunResults[]): string[] {
  const of = Math.max(...runs.map(({ header }) => header.shard.of));
  const there = new Set(runs.filter(({ header }) => header.shard.of === of).map(({ header }) => header.shard.index));
  return Array.from({ length: of }, (_, shard) => shard + 1).flatMap((index) =>
    there.has(index) ? [] : [`${index}/${of}`],
  );
}
