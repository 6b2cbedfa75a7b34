import fc from 'fast-check';
import { deriveSeed } from './derive-seed.js';
import { workloadNamed } from './workload-table.js';
import type { Settings } from './workload.js';
import type { XidCourse } from './xid-course.js';

export interface DrawnWorkload {
  readonly name: string;
  readonly settings: Settings;
  readonly xids: XidCourse;
}

const NO_JUMPS: XidCourse = { jumps: [] };

/**
 * One of the workloads, the settings of the target it is tried with, and the course of its transaction ids: apart from
 * whatever else a seed decides.
 */
export function drawWorkload(seed: number, names: readonly string[]): DrawnWorkload {
  const drawOne = <T>(values: fc.Arbitrary<T>, what: string): T =>
    fc.sample(fc.noBias(values), { seed: deriveSeed(seed, what), numRuns: 1 })[0];
  const name = drawOne(fc.constantFrom(...names), 'workload');
  const { settings, xids } = workloadNamed(name);
  return {
    name,
    settings: settings ? drawOne(settings, 'settings') : {},
    xids: xids ? drawOne(xids, 'xids') : NO_JUMPS,
  };
}
