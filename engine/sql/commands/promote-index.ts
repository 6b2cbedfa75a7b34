import type { Constraint } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Indexes } from '../catalog/indexes.js';
import { NewRelations } from '../catalog/new-relation.js';
import { defaultOperatorClass } from '../catalog/operator-classes.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import { at, unsupported } from '../parse/nodes.js';
import type { CommandContext } from './command.js';
import { refuseSecondPrimaryKey, refuseTakenConstraintName } from './keys.js';
import { requireNotNull } from './not-null.js';

/** ADD CONSTRAINT ... USING INDEX (parser/parse_utilcmd.c transformIndexConstraint). */
export function promoteIndex(context: CommandContext, table: Relation, body: Constraint): void {
  if (body.deferrable || body.initdeferred) throw unsupported('a deferrable constraint', body.location);
  const { engine, catalog } = context;
  const index = usableIndex(context, table, body);
  const name = body.conname ?? index.name;
  const isPrimary = body.contype === 'CONSTR_PRIMARY';
  if (isPrimary) refuseSecondPrimaryKey(table);
  if (name !== index.name) tellRenaming(context, table, index, name);
  refuseTakenConstraintName(catalog, table, name);
  catalog.lock(index.oid, 'AccessExclusive');
  if (isPrimary)
    requireNotNull(
      context,
      table,
      index.places.slice(0, index.keys.length).map((place) => place + 1),
    );
  new Indexes(engine, catalog).promote(table, index, name, isPrimary);
}

function usableIndex({ catalog }: CommandContext, table: Relation, { indexname, location }: Constraint): TableIndex {
  const named = catalog.cache.byName(table.schema, indexname!);
  if (!named) throw error(SqlState.undefinedObject, `index "${indexname}" does not exist`, at(location));
  if (named.kind !== 'index') throw error(SqlState.wrongObjectType, `"${indexname}" is not an index`, at(location));
  const index = table.indexes.find(({ oid }) => oid === named.oid);
  if (!index) throw notPrerequisite(`index "${indexname}" does not belong to table "${table.name}"`, location);
  if (index.constraint) throw notPrerequisite(`index "${indexname}" is already associated with a constraint`, location);
  refuseUnsuited(table, index, location);
  return index;
}

function notPrerequisite(message: string, location: number | undefined): Error {
  return error(SqlState.objectNotInPrerequisiteState, message, at(location));
}

function refuseUnsuited(table: Relation, { name, isUnique, keys, places }: TableIndex, location?: number): void {
  const refuse = (message: string): Error =>
    error(SqlState.wrongObjectType, `index "${name}" ${message}`, {
      detail: 'Cannot create a primary key or unique constraint using such an index.',
      ...at(location),
    });
  if (!isUnique)
    throw error(SqlState.wrongObjectType, `"${name}" is not a unique index`, {
      detail: 'Cannot create a primary key or unique constraint using such an index.',
      ...at(location),
    });
  keys.forEach(({ operatorClass, descending, nullsFirst }, column) => {
    const isDefaultClass = defaultOperatorClass(table.columns[places[column]].type)?.oid === operatorClass;
    if (descending || nullsFirst || !isDefaultClass)
      throw refuse(`column number ${column + 1} does not have default sorting behavior`);
  });
}

function tellRenaming(context: CommandContext, table: Relation, index: TableIndex, name: string): void {
  context.notice({
    severity: 'NOTICE',
    sqlState: SqlState.successfulCompletion,
    message: `ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index "${index.name}" to "${name}"`,
  });
  new NewRelations(context.engine, context.catalog).reserveName(table.schema, name);
  if (context.catalog.cache.byName(table.schema, name))
    throw error(SqlState.duplicateTable, `relation "${name}" already exists`);
}
