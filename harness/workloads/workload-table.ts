import { bank } from './bank.js';
import { bulk } from './bulk.js';
import { counters } from './counters.js';
import { databases } from './databases.js';
import { ddl } from './ddl.js';
import { index } from './indexes.js';
import { inserts } from './inserts.js';
import { lists } from './lists.js';
import { mix } from './mix.js';
import { savepoints } from './savepoints.js';
import { tpcb } from './tpcb.js';
import { twoPhase } from './two-phase.js';
import { vacuum } from './vacuum.js';
import { wraparound } from './wraparound.js';
import type { Feature, Workload } from './workload.js';

/** Every workload. A campaign draws one per cycle. */
export const workloads: readonly Workload[] = [
  bank,
  lists,
  counters,
  mix,
  ddl,
  inserts,
  index,
  savepoints,
  vacuum,
  twoPhase,
  tpcb,
  bulk,
  databases,
  wraparound,
] as unknown as readonly Workload[];

export function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (!found) throw new Error(`no workload "${name}"; there are ${workloads.map((each) => each.name).join(', ')}`);
  return found;
}

/** Names to draw from, for a target with these features. Most bugs show in work that needs none: it comes up twice. */
export function workloadsFor(features: readonly Feature[]): string[] {
  return workloads.flatMap(({ name, needs = [] }) => {
    if (needs.length === 0) return [name, name];
    return needs.every((need) => features.includes(need)) ? [name] : [];
  });
}
