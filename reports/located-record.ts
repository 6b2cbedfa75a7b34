import type { CycleRecord } from '../harness/results/cycle-record.js';
import type { RunResults } from '../harness/results/run-directory.js';

/** A cycle, and the run that it is of. */
export interface LocatedRecord {
  readonly record: CycleRecord;
  readonly run: RunResults;
}

/** By campaign, and then by the cycles' numbers, whichever shard each comes from. */
export function inOrder(results: readonly RunResults[]): LocatedRecord[] {
  return results
    .flatMap((run) => run.cycles.map((record) => ({ record, run })))
    .sort((a, b) => a.run.header.seed - b.run.header.seed || a.record.index - b.record.index);
}
