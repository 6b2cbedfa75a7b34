import fc from 'fast-check';
import type { TargetAbilities } from '../adapters/target.js';
import type { Feature } from '../workloads/workload.js';
import { ioFault, ioFaultInRecovery } from './draw-io-fault.js';
import { ownActions } from '../extensions/loaded.js';
import { deriveSeed } from '../workloads/derive-seed.js';
import type { ActFault, Fault, KillFault, KillMoment, KillSet, ProcessName, Site } from './fault.js';
import { featureSites, killSites, recoverySites, stallSites, type SiteEntry } from './sites.js';

/**
 * Draws the faults of one round: a kill that ends the workload; sometimes stalls, which widen the windows between two
 * steps of a process; sometimes I/O that fails; sometimes a kill or a failing call inside the recovery that follows.
 * `needs`: the features that the clients' work makes use of.
 */
export function drawRoundPlan(
  seed: number,
  abilities: TargetAbilities,
  clients: number,
  needs: readonly Feature[] = [],
): Fault[] {
  const plan = abilities.trace
    ? tracedPlan(abilities, clients, needs)
    : timedKill('all').map((fault): Fault[] => [fault]);
  const drawn = fc.sample(fc.noBias(plan), { seed, numRuns: 1 })[0];
  return [...drawn, ...fc.sample(fc.noBias(acts()), { seed: deriveSeed(seed, 'acts'), numRuns: 1 })[0]];
}

function tracedPlan(abilities: TargetAbilities, clients: number, needs: readonly Feature[]): fc.Arbitrary<Fault[]> {
  const known = (sites: readonly SiteEntry[]): SiteEntry[] =>
    sites.filter(({ process }) => abilities.processTypes.includes(process));
  const passed = killSites.concat(needs.flatMap((feature) => featureSites[feature] ?? []));
  const main: fc.Arbitrary<Fault> = fc.oneof(
    { weight: 6, arbitrary: siteKill(known(passed), clients) },
    { weight: 2, arbitrary: fc.oneof(timedKill('all'), victimSet(abilities, clients).chain(timedKill)) },
  );
  const stalls = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fault[]>([]) },
    { weight: 2, arbitrary: fc.array(stall(known(stallSites), clients), { minLength: 1, maxLength: 3 }) },
  );
  const broken = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Fault[]>([]) },
    { weight: 2, arbitrary: fc.array(ioFault(abilities.processTypes), { minLength: 1, maxLength: 2 }) },
  );
  const inRecovery = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fault[]>([]) },
    { weight: 2, arbitrary: siteKill(known(recoverySites), clients).map((fault) => [fault]) },
    { weight: 1, arbitrary: ioFaultInRecovery(abilities.processTypes).map((fault) => [fault]) },
  );
  return fc
    .tuple(stalls, broken, main, inRecovery)
    .map(([slow, failing, kill, last]) => slow.concat(failing, kill, last));
}

/** What extensions can do, besides. */
function acts(): fc.Arbitrary<ActFault[]> {
  const names = ownActions().map(({ name }) => name);
  if (names.length === 0) return fc.constant([]);
  const act = fc.record({
    kind: fc.constant('act' as const),
    name: fc.constantFrom(...names),
    seconds: fc.integer({ min: 5, max: 300 }).map((ms) => ms / 1000),
  });
  return fc.array(act, { maxLength: 2 });
}

function timedKill(victims: KillSet): fc.Arbitrary<KillFault> {
  return fc
    .integer({ min: 20, max: 500 })
    .map((ms) => ({ kind: 'kill', victims, trigger: { kind: 'time', seconds: ms / 1000 } }));
}

/** Backends are named by their ordinal; the others are there too rarely, or are all there is. */
const NOT_NAMED = new Set(['startup', 'backend', 'postmaster', 'autovaclauncher', 'autovacworker']);

function victimSet({ processTypes }: TargetAbilities, clients: number): fc.Arbitrary<ProcessName[]> {
  const mortal = processTypes.filter((type) => !NOT_NAMED.has(type));
  const backend = fc.integer({ min: 1, max: clients }).map((ordinal): ProcessName => ({ type: 'backend', ordinal }));
  const name = fc.oneof(
    fc.constantFrom(...mortal).map((type): ProcessName => ({ type })),
    backend,
  );
  return fc.uniqueArray(name, { minLength: 1, maxLength: 3, selector: ({ type, ordinal }) => `${type}${ordinal}` });
}

/** Half of the kills take everything with them: only then is nothing saved by a process that lives on. */
function siteKill(sites: readonly SiteEntry[], clients: number): fc.Arbitrary<KillFault> {
  return fc.constantFrom(...sites).chain((entry) =>
    fc
      .record({
        process: processOf(entry, clients),
        site: siteOf(entry),
        moment: momentOf(entry),
        all: fc.constantFrom(true, true, false),
      })
      .map(({ process, site, moment, all }): KillFault => {
        const trigger = { kind: 'site' as const, process, site, moment };
        return all ? { kind: 'kill', victims: 'all', trigger } : { kind: 'kill', trigger };
      }),
  );
}

function stall(sites: readonly SiteEntry[], clients: number): fc.Arbitrary<Fault> {
  return fc.constantFrom(...sites).chain((entry) =>
    fc
      .record({
        process: processOf(entry, clients),
        site: siteOf(entry),
        milliseconds: fc.constantFrom(5, 20, 60, 150),
      })
      .map(({ process, site, milliseconds }) => ({ kind: 'stall' as const, process, site, milliseconds })),
  );
}

function processOf({ process }: SiteEntry, clients: number): fc.Arbitrary<ProcessName> {
  const anyOfType = fc.constant<ProcessName>({ type: process });
  if (process !== 'backend') return anyOfType;
  return fc.oneof(
    { weight: 2, arbitrary: anyOfType },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: clients }).map((ordinal) => ({ type: process, ordinal })) },
  );
}

function siteOf(entry: SiteEntry): fc.Arbitrary<Site> {
  return fc
    .integer({ min: 1, max: entry.upTo })
    .map((count) =>
      'point' in entry
        ? { kind: 'point', point: entry.point, occasion: { kind: 'nth', count } }
        : { kind: 'call', operation: entry.operation, fileClass: entry.fileClass, occasion: { kind: 'nth', count } },
    );
}

/** A killed write of several memory pages stops between two of them: Linux looks for the signal at each. */
function momentOf(entry: SiteEntry): fc.Arbitrary<KillMoment> {
  const plain: fc.Arbitrary<KillMoment> = fc.constantFrom('before' as const, 'after' as const);
  if ('point' in entry) return fc.constant('before');
  if (entry.operation !== 'pwrite' || entry.fileClass === 'control') return plain;
  return fc.oneof(
    { weight: 1, arbitrary: plain },
    { weight: 1, arbitrary: fc.constantFrom<KillMoment>({ tornBytes: 4096 }, { tornBytes: 8192 }) },
  );
}
