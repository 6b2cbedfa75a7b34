import type { Notice } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { xidOf, type Xid } from '../../base/xid.js';
import { ProcessFlag } from '../../memory/process-slots.js';
import { computeFreezeLimits, isFailsafeDue, type FreezeLimits } from '../../access/transactions/freeze-limits.js';
import type { VacuumOutcome, VacuumRequest } from '../../access/vacuum/vacuum-request.js';
import type { StoredRow } from '../catalog/catalog-store.js';
import type { Relation } from '../catalog/relation.js';
import type { Maintenance } from './maintenance.js';
import { vacuumProgress } from './progress.js';
import { updateRelationNumbers } from './relation-numbers.js';
import { ResourceUsage } from './resource-usage.js';
import { lockTagOf, lockTarget, type LockedTarget, type VacuumTarget } from './target-relation.js';
import type { VacuumOptions } from './vacuum-options.js';
import { vacuumCosts } from './vacuum-costs.js';
import { vacuumedIndexes } from './vacuumed-indexes.js';
import { vacuumReport } from './vacuum-report.js';

const KILOBYTE = 1024;

/** VACUUM of one table, in a transaction of its own (commands/vacuum.c vacuum_rel). False when it was passed over. */
export function vacuumRelation(context: Maintenance, target: VacuumTarget, options: VacuumOptions): boolean {
  context.begin();
  const locked = lockTarget(context, target, 'vacuum', options);
  if (locked) vacuumLocked(context, locked, options);
  context.commit();
  return locked !== undefined;
}

function vacuumLocked(context: Maintenance, { relation, row }: LockedTarget, options: VacuumOptions): void {
  const { engine, catalog } = context;
  const { slots, activity } = engine.memory;
  const usage = new ResourceUsage(engine);
  const limits = freezeLimits(context, row, options);
  const title = `${catalog.identity.database}.${relation.schemaName}.${relation.name}`;
  inform(context, options, `${limits.isAggressive ? 'aggressively ' : ''}vacuuming "${title}"`);
  const request = requestFor(context, { relation, row }, limits, options);
  activity.startProgress('VACUUM', relation.oid);
  try {
    // Only while no catalog is read: what such a transaction might still want to see may be removed.
    slots.setFlags(flagsFor(options));
    const outcome = engine.access.vacuum(request);
    slots.setFlags(flagsFor(options) & ~ProcessFlag.vacuuming);
    const advanced = record(context, relation, outcome, options);
    const nextXid = xidOf(engine.access.ids.nextFullXid());
    const text = vacuumReport({ title, outcome, nextXid, advanced, ...limits }, usage, options);
    inform(context, options, text);
    logIfSlow(context, text, usage, options);
  } finally {
    activity.endProgress();
  }
}

function requestFor(
  context: Maintenance,
  { relation, row }: LockedTarget,
  { freezeLimit, oldestXmin, isAggressive }: Limits,
  options: VacuumOptions,
): VacuumRequest {
  const { engine, settings, notice } = context;
  const relFrozenXid = row.get('relfrozenxid') as Xid;
  const failsafeAge = settings.get('vacuum_failsafe_age');
  const maxAge = settings.get('autovacuum_freeze_max_age');
  return {
    file: relation.file,
    name: relation.name,
    lock: lockTagOf(context, relation.oid),
    indexes: vacuumedIndexes(context, relation),
    relFrozenXid,
    freezeLimit,
    oldestXmin,
    isAggressive,
    usesMap: !options.disablePageSkipping,
    indexCleanup: options.indexCleanup,
    // Catalogs are read without a lock that would keep their end from being cut off.
    truncates: options.truncate && !relation.isCatalog,
    before: { pages: row.get('relpages') as number, tuples: row.get('reltuples') as number },
    workMemoryBytes: settings.get('maintenance_work_mem') * KILOBYTE,
    costs: options.costs ?? (() => vacuumCosts(settings)),
    isFailsafeDue: () => isFailsafeDue(relFrozenXid, xidOf(engine.access.ids.nextFullXid()), failsafeAge, maxAge),
    progress: vacuumProgress(engine.memory.activity),
    notice: (told) => {
      if (told.severity !== 'INFO' || options.verbose) notice(told);
    },
  };
}

/** What the table is like now: for the planner, for autovacuum, for the age of ids. By how many ids that advanced. */
function record(
  context: Maintenance,
  { oid, isShared, indexes }: Relation,
  outcome: VacuumOutcome,
  { automatic }: VacuumOptions,
): number | undefined {
  const { catalog, engine } = context;
  const { pages, liveTuples, allVisiblePages, newRelFrozenXid, recentlyDeadTuples, missedDeadTuples } = outcome;
  const advanced = updateRelationNumbers(context, oid, {
    pages,
    tuples: liveTuples,
    allVisible: allVisiblePages,
    hasIndex: indexes.length > 0,
    frozenXid: newRelFrozenXid,
  });
  for (const { name, stats } of outcome.indexes) {
    const index = indexes.find((candidate) => candidate.name === name)!;
    const numbers = { pages: stats.pages, tuples: stats.entries, allVisible: 0 };
    if (!stats.isEstimate) updateRelationNumbers(context, index.oid, numbers);
  }
  const rows = { live: Math.max(0, liveTuples), dead: recentlyDeadTuples + missedDeadTuples };
  const database = isShared ? 0 : catalog.identity.databaseOid;
  engine.access.statistics.reportVacuum(database, oid, rows, automatic !== undefined);
  return advanced;
}

function inform({ notice }: Maintenance, { verbose }: VacuumOptions, message: string): void {
  if (verbose) notice({ severity: 'INFO', sqlState: SqlState.successfulCompletion, message });
}

function logIfSlow(
  { notice }: Maintenance,
  message: string,
  usage: ResourceUsage,
  { automatic, logMinDurationMs }: VacuumOptions,
): void {
  if (!automatic || logMinDurationMs < 0 || usage.elapsedMs < logMinDurationMs) return;
  notice({ severity: 'LOG', sqlState: SqlState.successfulCompletion, message });
}

function flagsFor({ automatic }: VacuumOptions): number {
  if (!automatic) return ProcessFlag.vacuuming;
  const urgent = automatic === 'against wraparound' ? ProcessFlag.againstWraparound : 0;
  return ProcessFlag.vacuuming | ProcessFlag.autovacuum | urgent;
}

type Limits = FreezeLimits & { readonly oldestXmin: Xid };

function freezeLimits(context: Maintenance, row: StoredRow, options: VacuumOptions): Limits {
  const { settings, engine } = context;
  const relFrozenXid = row.get('relfrozenxid') as Xid;
  const { transactions, ids } = engine.access;
  const oldestXmin = transactions.oldestXmin();
  const limits = computeFreezeLimits(
    { oldestXmin, nextXid: xidOf(ids.nextFullXid()), relFrozenXid },
    {
      freezeMinAge: options.freeze ? 0 : settings.get('vacuum_freeze_min_age'),
      freezeTableAge: options.freeze ? 0 : settings.get('vacuum_freeze_table_age'),
      freezeMaxAge: settings.get('autovacuum_freeze_max_age'),
    },
  );
  if (limits.isXminFarPast) context.notice(xminFarPast);
  return { ...limits, oldestXmin, isAggressive: limits.isAggressive || options.disablePageSkipping };
}

const xminFarPast: Notice = {
  severity: 'WARNING',
  sqlState: SqlState.warning,
  message: 'oldest xmin is far in the past',
  details: {
    hint:
      'Close open transactions soon to avoid wraparound problems.\n' +
      'You might also need to commit or roll back old prepared transactions, or drop stale replication slots.',
  },
};
