import type { Oid } from '../../base/block.js';
import type { Notice } from '../../base/errors.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';
import { SqlState } from '../../base/sqlstate.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { StoredRow } from '../catalog/catalog-store.js';
import type { Relation } from '../catalog/relation.js';
import type { Maintenance } from './maintenance.js';
import type { VacuumOptions } from './vacuum-options.js';

export type Verb = 'vacuum' | 'analyze';

/** A table to be vacuumed or analysed: named by the user (the name as given), or one of all there are. */
export interface VacuumTarget {
  readonly oid: Oid;
  readonly givenName?: string;
  /** Of the columns to analyse; all without. */
  readonly columns?: readonly string[];
}

export interface LockedTarget {
  readonly relation: Relation;
  /** Its row of pg_class. */
  readonly row: StoredRow;
}

/**
 * Locks the table, so that nobody else vacuums it or changes what it is like (vacuum_open_relation); undefined, mostly
 * with a warning, when it is not to be had or not ours to look after.
 */
export function lockTarget(
  context: Maintenance,
  { oid, givenName }: VacuumTarget,
  verb: Verb,
  { skipLocked, automatic, logMinDurationMs }: VacuumOptions,
): LockedTarget | undefined {
  const { engine, catalog } = context;
  const isTold = automatic ? logMinDurationMs >= 0 : givenName !== undefined;
  const skip = (sqlState: string, reason: string): undefined => {
    const message = `skipping ${verb} of "${givenName ?? oid}" --- ${reason}`;
    if (isTold) context.notice({ severity: automatic ? 'LOG' : 'WARNING', sqlState, message });
  };
  if (!engine.storage.locks.acquire(lockTagOf(context, oid), 'ShareUpdateExclusive', { wait: !skipLocked })) {
    return skip(SqlState.lockNotAvailable, 'lock not available');
  }
  catalog.cache.refresh();
  const [row] = catalog.store.byFirst(CatalogOid.class, oid);
  const relation = row && catalog.cache.byOid(oid);
  if (!relation) return skip(SqlState.undefinedTable, 'relation no longer exists');
  const refusal = refusalOf(context, row, verb);
  if (!refusal) return { relation, row };
  context.notice(refusal);
  return undefined;
}

/** Catalogs that all databases share are locked for all of them. */
export function lockTagOf({ catalog }: Maintenance, relation: Oid): LockTag {
  const isShared = catalog.cache.byOid(relation)?.isShared === true;
  return { kind: 'relation', database: isShared ? 0 : catalog.identity.databaseOid, relation };
}

/** Why this user may not, or nobody can (vacuum_is_relation_owner). */
export function refusalOf({ isSuperuser, roleOid }: Maintenance, row: StoredRow, verb: Verb): Notice | undefined {
  const name = row.get('relname') as string;
  const warning = (reason: string): Notice => ({
    severity: 'WARNING',
    sqlState: SqlState.warning,
    message: `skipping "${name}" --- ${reason}`,
  });
  if (!isSuperuser && row.get('relowner') !== roleOid) {
    return warning(
      row.get('relisshared') ? `only superuser can ${verb} it` : `only table or database owner can ${verb} it`,
    );
  }
  return row.get('relkind') === 'r' ? undefined : warning(`cannot ${verb} non-tables or special system tables`);
}
