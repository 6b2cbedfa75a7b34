import { bank } from './bank.js';
import { counters } from './counters.js';
import { ddl } from './ddl.js';
import { inserts } from './inserts.js';
import { lists } from './lists.js';
import { mix } from './mix.js';
import type { Workload } from './workload.js';

/** Every workload. A campaign draws one per cycle. */
export const workloads: readonly Workload[] = [
  bank,
  lists,
  counters,
  mix,
  ddl,
  inserts,
] as unknown as readonly Workload[];

export function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (!found) throw new Error(`no workload "${name}"; there are ${workloads.map((each) => each.name).join(', ')}`);
  return found;
}
