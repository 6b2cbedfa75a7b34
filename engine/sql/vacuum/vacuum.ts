import type { RangeVar, VacuumRelation } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import { FrozenXids } from '../catalog/frozen-xids.js';
import { namesOf } from '../parse/nodes.js';
import { analyzeRelation } from './analyze-relation.js';
import type { Maintenance } from './maintenance.js';
import { refusalOf, type VacuumTarget, type Verb } from './target-relation.js';
import type { VacuumOptions } from './vacuum-options.js';
import { vacuumRelation } from './vacuum-relation.js';

/** The tables named; those of the database when none is (expand_vacuum_rel, get_all_vacuum_rels). */
export function vacuumTargets(
  context: Maintenance,
  relations: readonly VacuumRelation[],
  options: VacuumOptions,
): VacuumTarget[] {
  const verb: Verb = options.vacuum ? 'vacuum' : 'analyze';
  if (relations.length === 0) return allTargets(context);
  return relations.flatMap((named) => {
    const columns = named.va_cols && namesOf(named.va_cols);
    if (columns && !options.analyze) {
      const message = 'ANALYZE option must be specified when a column list is provided';
      throw error(SqlState.featureNotSupported, message);
    }
    const target = namedTarget(context, named.relation!, verb);
    return target ? [{ ...target, columns }] : [];
  });
}

function namedTarget(context: Maintenance, name: RangeVar, verb: Verb): VacuumTarget | undefined {
  const { catalog } = context;
  catalog.cache.refresh();
  const found = catalog.find({ ...name, location: undefined });
  const shown = name.schemaname ? `${name.schemaname}.${name.relname}` : name.relname;
  if (!found) throw error(SqlState.undefinedTable, `relation "${shown}" does not exist`);
  const [row] = catalog.store.byFirst(CatalogOid.class, found.oid);
  const refusal = row && refusalOf(context, row, verb);
  if (!refusal) return { oid: found.oid, givenName: name.relname };
  context.notice(refusal);
  return undefined;
}

/** Those of others are not mentioned. */
function allTargets(context: Maintenance): VacuumTarget[] {
  const { isSuperuser, roleOid, catalog } = context;
  return catalog.store
    .all(CatalogOid.class)
    .filter((row) => row.get('relkind') === 'r' && (isSuperuser || row.get('relowner') === roleOid))
    .map((row) => ({ oid: row.get('oid') as Oid }));
}

/**
 * VACUUM, ANALYZE or both of some tables (commands/vacuum.c vacuum). Begun in the statement's transaction, which is
 * committed for the tables' own; ends in a further one. A lone ANALYZE stays in the one it is in.
 */
export function vacuumTables(
  context: Maintenance,
  targets: readonly VacuumTarget[],
  options: VacuumOptions,
  isInBlock: boolean,
): void {
  const usesOwn = options.vacuum || (!isInBlock && targets.length > 1);
  if (usesOwn) context.commit();
  // What was counted before must not be added to what will be found.
  if (usesOwn) context.engine.access.statistics.report(true);
  for (const target of targets) {
    if (options.vacuum && !vacuumRelation(context, target, options)) continue;
    if (!options.analyze) continue;
    if (usesOwn) context.begin();
    analyzeRelation(context, target, options);
    if (usesOwn) context.commit();
    else context.engine.access.transactions.incrementCommand();
  }
  if (usesOwn) context.begin();
  if (options.vacuum && !options.automatic) advanceDatabase(context);
}

/** The database's oldest unfrozen id follows its tables'. */
export function advanceDatabase({ engine, catalog, notice }: Maintenance): void {
  new FrozenXids(engine, catalog.store, notice).updateDatabaseFrozenXid();
}
