import type { TargetAbilities } from '../adapters/target.js';
import { ownWorkloads } from '../extensions/loaded.js';
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
import type { Workload } from './workload.js';

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
];

export function workloadNamed(name: string): Workload {
  const known = allWorkloads();
  const found = known.find((workload) => workload.name === name);
  if (!found) throw new Error(`no workload "${name}"; there are ${known.map((each) => each.name).join(', ')}`);
  return found;
}

/** Those of extensions, too. */
export function allWorkloads(): readonly Workload[] {
  return [...workloads, ...ownWorkloads()];
}

/** Names to draw from, for such a target; without transactions, those of extensions. Most bugs show in work that needs none: it comes up twice. */
export function workloadsFor({ features, transactions }: Pick<TargetAbilities, 'features' | 'transactions'>): string[] {
  if (!transactions) return ownWorkloads().map(({ name }) => name);
  return allWorkloads().flatMap(({ name, needs = [] }) => {
    if (needs.length === 0) return [name, name];
    return needs.every((need) => features.includes(need)) ? [name] : [];
  });
}
