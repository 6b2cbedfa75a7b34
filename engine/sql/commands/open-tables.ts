import type { RangeVar } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { LockMode } from '../../storage/locks/lock-mode.js';
import type { Relation } from '../catalog/relation.js';
import type { CommandContext } from './command.js';

/** Catalogs, indexes and built-in views stay as they are. */
export function requireOwnTable(relation: Relation): Relation {
  if (relation.kind !== 'table') throw error(SqlState.wrongObjectType, `"${relation.name}" is not a table`);
  if (relation.isCatalog)
    throw error(SqlState.insufficientPrivilege, `permission denied: "${relation.name}" is a system catalog`);
  return relation;
}

/** The same for IF EXISTS, which makes a notice of a table that is missing. */
export function openOwnTableIfExists(
  context: CommandContext,
  name: RangeVar,
  mode: LockMode,
  missingOk: boolean | undefined,
): Relation | undefined {
  if (!missingOk) return openOwnTable(context, name, mode);
  const found = context.catalog.openIfExists({ ...name, location: undefined }, mode);
  if (found) return requireOwnTable(found);
  const message = `relation "${name.relname}" does not exist, skipping`;
  context.notice({ severity: 'NOTICE', sqlState: SqlState.successfulCompletion, message });
  return undefined;
}

/** A user's table, locked. Errors of commands do not point into the statement. */
export function openOwnTable({ catalog }: CommandContext, name: RangeVar, mode: LockMode): Relation {
  return requireOwnTable(catalog.open({ ...name, location: undefined }, mode));
}
