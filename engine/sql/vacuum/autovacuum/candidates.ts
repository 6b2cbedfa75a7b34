import type { Oid } from '../../../base/block.js';
import { xidOf, type Xid } from '../../../base/xid.js';
import { CatalogOid } from '../../catalog/catalog-table.js';
import type { StoredRow } from '../../catalog/catalog-store.js';
import type { SqlArray } from '../../types/array/sql-array.js';
import type { Maintenance } from '../maintenance.js';
import { autovacuumCosts } from '../vacuum-costs.js';
import { vacuumTables } from '../vacuum.js';
import { tableNeeds, type TableNeeds } from './table-needs.js';
import { tableOptions, type TableOptions } from './table-options.js';

/** A table that an autovacuum worker looks after. */
export interface Candidate {
  readonly oid: Oid;
  readonly isShared: boolean;
  readonly schema: string;
  readonly name: string;
}

export interface Job extends Candidate {
  readonly needs: TableNeeds;
  /** For pg_stat_activity. */
  readonly activity: string;
}

/** The tables of the database that need something now, in the order of their rows. In a transaction. */
export function candidates(context: Maintenance): Candidate[] {
  return context.catalog.store
    .all(CatalogOid.class)
    .filter((row) => row.get('relkind') === 'r' && isNeedy(needsOf(context, row)))
    .map((row) => candidateOf(context, row));
}

/** What the table needs by now: it may have been dropped, or another worker may have been here. In a transaction. */
export function recheck(context: Maintenance, candidate: Candidate): Job | undefined {
  const [row] = context.catalog.store.byFirst(CatalogOid.class, candidate.oid);
  if (!row) return undefined;
  const needs = needsOf(context, row);
  if (!isNeedy(needs)) return undefined;
  const { schema, name } = candidate;
  const verb = needs.vacuum ? (needs.analyze ? 'VACUUM ANALYZE' : 'VACUUM') : 'ANALYZE';
  const purpose = needs.isAgainstWraparound ? ' (to prevent wraparound)' : '';
  return { ...candidate, needs, activity: `autovacuum: ${verb} ${schema}.${name}${purpose}` };
}

/**
 * `isFrozenWhole`: nobody changes the database, so that everything in it can be frozen. `sharers`: how many workers share
 * the cost limit. In a transaction, as for `vacuumTables`.
 */
export function vacuumCandidate(
  context: Maintenance,
  { oid, needs }: Job,
  { isFrozenWhole }: { readonly isFrozenWhole: boolean },
  sharers: () => number,
): void {
  const { settings } = context;
  vacuumTables(
    context,
    [{ oid }],
    {
      vacuum: needs.vacuum,
      analyze: needs.analyze,
      freeze: isFrozenWhole,
      verbose: false,
      skipLocked: !needs.isAgainstWraparound,
      disablePageSkipping: false,
      indexCleanup: 'auto',
      truncate: true,
      automatic: needs.isAgainstWraparound ? 'against wraparound' : 'normal',
      logMinDurationMs: settings.get('log_autovacuum_min_duration'),
      costs: () => autovacuumCosts(settings, sharers()),
    },
    false,
  );
}

function isNeedy({ vacuum, analyze }: TableNeeds): boolean {
  return vacuum || analyze;
}

function candidateOf({ catalog }: Maintenance, row: StoredRow): Candidate {
  return {
    oid: row.get('oid') as Oid,
    isShared: row.get('relisshared') as boolean,
    schema: catalog.cache.schemaName(row.get('relnamespace') as Oid) ?? '',
    name: row.get('relname') as string,
  };
}

function needsOf({ engine, catalog, settings }: Maintenance, row: StoredRow): TableNeeds {
  const { statistics, ids } = engine.access;
  const database = row.get('relisshared') ? 0 : catalog.identity.databaseOid;
  const state = {
    frozenXid: row.get('relfrozenxid') as Xid,
    tuples: row.get('reltuples') as number,
    counters: statistics.relation(database, row.get('oid') as Oid),
  };
  return tableNeeds(state, optionsOf(row), xidOf(ids.nextFullXid()), settings);
}

function optionsOf(row: StoredRow): TableOptions {
  const texts = row.get('reloptions') as SqlArray | null;
  return tableOptions(texts ? (texts.elements as string[]) : []);
}
