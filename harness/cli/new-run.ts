import * as path from 'node:path';
import { RunDirectory, type RunHeader } from '../results/run-directory.js';
import { crashwrightVersion } from '../version.js';
import type { OpenTarget } from './targets.js';

const RUNS = 'reports/runs';

/** What a run is asked for, as its results have it. */
export interface NewRun extends Pick<RunHeader, 'tier' | 'seed' | 'shard' | 'jobs' | 'mutants' | 'workloads'> {
  readonly target: OpenTarget;
  /** A directory without results; one named by time and seed otherwise. */
  readonly out: string | undefined;
}

/** Where a run's results go. Raises a usage error when there are results already. */
export function openRun({ target: { factory }, out, ...asked }: NewRun): RunDirectory {
  return RunDirectory.create(out ?? path.join(RUNS, nameOf(asked)), {
    crashwright: crashwrightVersion(),
    target: { name: factory.name, version: factory.version() },
    ...asked,
  });
}

/** `20261122-061500-seed-17`, `20261122-061500-seed-17-shard-2-of-4` */
function nameOf({ seed, shard }: Pick<RunHeader, 'seed' | 'shard'>): string {
  const [day, time] = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `${day}-${time}-seed-${seed}${shard.of > 1 ? `-shard-${shard.index}-of-${shard.of}` : ''}`;
}
