import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from '../harness/cli/usage-error.js';
import { isRunDirectory, readRunDirectory, type RunResults } from '../harness/results/run-directory.js';

/**
 * The results of all runs in the given directories: each is a run's own, or has such directories in it, at any depth. Raises a
 * usage error where there is none, or where two of them have the same cycle of the same campaign.
 */
export function readResults(directories: readonly string[]): RunResults[] {
  const found = new Set(directories.flatMap(runDirectoriesIn).map((directory) => path.normalize(directory)));
  if (found.size === 0) throw new UsageError(`no results of a run in ${directories.join(', ')}`);
  const results = [...found].map(readRunDirectory);
  refuseOverlap(results);
  return results;
}

function runDirectoriesIn(directory: string): string[] {
  if (!fs.existsSync(directory)) throw new UsageError(`no directory ${directory}`);
  const inside = fs.readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const below = inside.flatMap(({ name }) => runDirectoriesIn(path.join(directory, name)));
  return isRunDirectory(directory) ? [directory, ...below] : below;
}

/** What two runs must have in common to be shards of one campaign. */
export function campaignKey({ header: { seed, tier, target, mutants, workloads } }: RunResults): string {
  return JSON.stringify([seed, tier, target.name, mutants, workloads ?? 'all']);
}

function refuseOverlap(results: readonly RunResults[]): void {
  const owners = new Map<string, string>();
  for (const run of results) {
    for (const { tier, index } of run.cycles) {
      const cycle = `${campaignKey(run)} ${tier} ${index}`;
      const owner = owners.get(cycle);
      if (owner !== undefined) {
        throw new UsageError(
          `cycle ${index} of seed ${run.header.seed} is in ${owner} and in ${run.directory}: reports merge shards, which have no cycle in common`,
        );
      }
      owners.set(cycle, run.directory);
    }
  }
}
