import fc from 'fast-check';
import { deriveSeed } from './derive-seed.js';
import { workloadNamed } from './workload-table.js';
import type { Settings } from './workload.js';

/** One of the workloads, and the settings of the target it is tried with: apart from whatever else a seed decides. */
export function drawWorkload(seed: number, names: readonly string[]): { name: string; settings: Settings } {
  const drawOne = <T>(values: fc.Arbitrary<T>, what: string): T =>
    fc.sample(fc.noBias(values), { seed: deriveSeed(seed, what), numRuns: 1 })[0];
  const name = drawOne(fc.constantFrom(...names), 'workload');
  const { settings } = workloadNamed(name);
  return { name, settings: settings ? drawOne(settings, 'settings') : {} };
}
