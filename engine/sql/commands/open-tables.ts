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

/** A user's table, locked. Errors of commands do not point into the statement. */
export function openOwnTable({ catalog }: CommandContext, name: RangeVar, mode: LockMode): Relation {
  return requireOwnTable(catalog.open({ ...name, location: undefined }, mode));
}
