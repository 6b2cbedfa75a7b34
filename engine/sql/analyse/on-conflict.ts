import type { IndexElem, InferClause, OnConflictClause } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import { at, bodyOf } from '../parse/nodes.js';
import type { Analyser } from './analyser.js';
import { booleanExpression } from './expressions.js';
import { transformAssignments } from './modify.js';
import type { OnConflict } from './query.js';
import type { Scope } from './scope.js';
import type { Source } from './source.js';

/** ON CONFLICT (parser/parse_clause.c transformOnConflictArbiter, analyze.c transformOnConflictClause). */
export function transformOnConflict(
  analyser: Analyser,
  scope: Scope,
  target: Source,
  relation: Relation,
  clause: OnConflictClause,
): OnConflict {
  const { action, infer, location } = clause;
  if (action === 'ONCONFLICT_UPDATE' && !infer) {
    throw error(SqlState.syntaxError, 'ON CONFLICT DO UPDATE requires inference specification or constraint name', {
      hint: 'For example, ON CONFLICT (column_name).',
      ...at(location),
    });
  }
  const update = action === 'ONCONFLICT_UPDATE' ? transformUpdate(analyser, scope, target, relation, clause) : null;
  const arbiters = infer ? inferArbiters(relation, infer) : relation.indexes.filter(({ isUnique }) => isUnique);
  return { arbiters, isInferred: infer !== undefined, update };
}

/** `excluded` is the row that was to be inserted: a second source of all the table's columns. */
function transformUpdate(
  analyser: Analyser,
  scope: Scope,
  target: Source,
  relation: Relation,
  { targetList, whereClause }: OnConflictClause,
): NonNullable<OnConflict['update']> {
  target.used.fill(true);
  const excluded = scope.addSource('excluded', target.columns, { kind: 'table', relation });
  scope.namespace = [scope.itemFor(target), scope.itemFor(excluded)];
  const assignments = transformAssignments(analyser, scope, relation, targetList ?? []);
  const where = whereClause ? booleanExpression(analyser, scope, whereClause, 'where', 'WHERE') : null;
  scope.namespace = [scope.itemFor(target)];
  return { excluded, assignments, where };
}

/** The unique indexes that are meant (optimizer/util/plancat.c infer_arbiter_indexes): all with just these columns. */
function inferArbiters(relation: Relation, { conname, indexElems, location }: InferClause): readonly TableIndex[] {
  if (conname !== undefined) return [constraintIndex(relation, conname)];
  const places = new Set((indexElems ?? []).map((node) => placeOf(relation, bodyOf(node) as IndexElem, location)));
  const found = relation.indexes.filter(
    ({ isUnique, places: all, keys }) =>
      isUnique &&
      new Set(all.slice(0, keys.length)).size === places.size &&
      all.slice(0, keys.length).every((place) => places.has(place)),
  );
  if (found.length > 0) return found;
  throw noArbiter();
}

function noArbiter(): Error {
  return error(
    SqlState.invalidColumnReference,
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
  );
}

function constraintIndex(relation: Relation, name: string): TableIndex {
  const found = relation.indexes.find(({ constraint }) => constraint?.name === name);
  if (found) return found;
  const isCheck = relation.checks.some((check) => check.name === name);
  if (isCheck) throw error(SqlState.wrongObjectType, 'constraint in ON CONFLICT clause has no associated index');
  throw error(SqlState.undefinedObject, `constraint "${name}" for table "${relation.name}" does not exist`);
}

/** No index is on an expression, so none can be meant by one. */
function placeOf(relation: Relation, { name, expr }: IndexElem, location: number | undefined): number {
  if (expr || name === undefined) throw noArbiter();
  const place = relation.columns.findIndex((column) => column.name === name);
  if (place >= 0) return place;
  throw error(SqlState.undefinedColumn, `column "${name}" does not exist`, at(location));
}
