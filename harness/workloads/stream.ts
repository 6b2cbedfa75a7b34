import fc from 'fast-check';
import { deriveSeed } from './derive-seed.js';
import type { Envelope, Shape, Workload } from './workload.js';

/** One transaction before it runs. */
export interface PlannedTransaction {
  readonly effect: unknown;
  readonly commits: boolean;
  readonly synchronous: boolean;
}

/** The first `length` transactions of one client: a pure function of its arguments. */
export function drawStream(
  workload: Workload,
  shape: Shape,
  seed: number,
  client: number,
  length: number,
): PlannedTransaction[] {
  const share = (chance: number): fc.Arbitrary<boolean> =>
    fc.integer({ min: 0, max: 999 }).map((value) => value < chance * 1000);
  const planned = fc.record({
    effect: workload.effect(shape, client),
    commits: share(shape.rollbackShare).map((rollsBack) => !rollsBack),
    synchronous: share(shape.asyncShare).map((asynchronous) => !asynchronous),
  });
  return fc
    .sample(fc.noBias(planned), { seed: deriveSeed(seed, 'client', client), numRuns: length })
    .map((each, at) => settled(each, workload.envelope?.(each.effect, at + 1)));
}

/** What stands alone commits by itself; that, and what is prepared, is on disk when it is acknowledged. */
function settled(planned: PlannedTransaction, envelope: Envelope = 'block'): PlannedTransaction {
  if (envelope === 'block') return planned;
  return { ...planned, synchronous: true, commits: planned.commits || envelope === 'alone' };
}
