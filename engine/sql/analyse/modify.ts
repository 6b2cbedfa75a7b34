import type { DeleteStmt, InsertStmt, Node, RangeVar, ResTarget, ReturningClause, UpdateStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Relation } from '../catalog/relation.js';
import { at, bodyOf, kindOf, unsupported } from '../parse/nodes.js';
import type { Analyser } from './analyser.js';
import { checkConditions } from './constraints.js';
import { transformInsertSource } from './insert.js';
import { assignTo, transformAssigned } from './assignment.js';
import { transformOnConflict } from './on-conflict.js';
import { booleanExpression } from './expressions.js';
import { analyseFrom, placeTable } from './from.js';
import type { DeleteStatement, FromItem, InsertStatement, ModifyStatement, UpdateStatement } from './query.js';
import { Scope } from './scope.js';
import { analyseWith, transformTargets } from './select.js';
import type { Source } from './source.js';
import { TargetList } from './targets.js';

/** INSERT (parser/analyze.c transformInsertStmt). */
export function analyseInsert(analyser: Analyser, body: InsertStmt): InsertStatement {
  if (body.override && body.override !== 'OVERRIDING_NOT_SET') throw unsupported('OVERRIDING');
  const scope = new Scope(undefined);
  const commonTables = analyseWith(analyser, scope, body.withClause);
  const { target, relation } = placeTarget(analyser, scope, body.relation!, 'insert into');
  const source = transformInsertSource(analyser, scope, relation, body);
  scope.namespace = [scope.itemFor(target)];
  const { onConflictClause } = body;
  return {
    kind: 'insert',
    relation,
    target,
    scope,
    commonTables,
    ...source,
    onConflict: onConflictClause ? transformOnConflict(analyser, scope, target, relation, onConflictClause) : null,
    checks: checkConditions(analyser, scope, target, relation),
    returning: transformReturning(analyser, scope, body.returningClause),
  };
}

export function analyseUpdate(analyser: Analyser, body: UpdateStmt): UpdateStatement {
  const scope = new Scope(undefined);
  const commonTables = analyseWith(analyser, scope, body.withClause);
  const { target, relation } = placeTarget(analyser, scope, body.relation!, 'update');
  target.used.fill(true);
  const from = withTarget(analyser, scope, target, body.fromClause ?? []);
  const where = body.whereClause ? booleanExpression(analyser, scope, body.whereClause, 'where', 'WHERE') : null;
  const assignments = transformAssignments(analyser, scope, relation, body.targetList ?? []);
  return {
    kind: 'update',
    relation,
    target,
    scope,
    commonTables,
    from,
    where,
    assignments,
    checks: checkConditions(analyser, scope, target, relation),
    returning: transformReturning(analyser, scope, body.returningClause),
  };
}

export function analyseDelete(analyser: Analyser, body: DeleteStmt): DeleteStatement {
  const scope = new Scope(undefined);
  const commonTables = analyseWith(analyser, scope, body.withClause);
  const { target, relation } = placeTarget(analyser, scope, body.relation!, 'delete from');
  const from = withTarget(analyser, scope, target, body.usingClause ?? []);
  const where = body.whereClause ? booleanExpression(analyser, scope, body.whereClause, 'where', 'WHERE') : null;
  const returning = transformReturning(analyser, scope, body.returningClause);
  return {
    kind: 'delete',
    relation,
    target,
    scope,
    commonTables,
    from,
    where,
    checks: [],
    returning,
  };
}

function placeTarget(
  analyser: Analyser,
  scope: Scope,
  name: RangeVar,
  verb: string,
): { target: Source; relation: Relation } {
  const target = placeTable(analyser, scope, name, 'RowExclusive');
  const { body } = target;
  if (body.kind !== 'table') throw new TypeError('a target is a table');
  const { relation } = body;
  if (relation.kind === 'view')
    throw error(SqlState.objectNotInPrerequisiteState, `cannot ${verb} view "${relation.name}"`);
  if (relation.isCatalog) {
    throw error(SqlState.insufficientPrivilege, `permission denied: "${relation.name}" is a system catalog`);
  }
  target.usesSystemColumns = true;
  return { target, relation };
}

function withTarget(analyser: Analyser, scope: Scope, target: Source, others: readonly Node[]): FromItem {
  const own: FromItem = { kind: 'source', source: target };
  const item = scope.itemFor(target);
  scope.namespace = [{ ...item, barred: 'target' }];
  const rest = analyseFrom(analyser, scope, others);
  scope.namespace = [item, ...scope.namespace.slice(1)];
  return rest === null ? own : { kind: 'join', join: 'inner', left: own, right: rest, on: null };
}

export function transformAssignments(
  analyser: Analyser,
  scope: Scope,
  relation: Relation,
  nodes: readonly Node[],
): UpdateStatement['assignments'] {
  const assigned = new Set<number>();
  return nodes.map((node) => {
    const { name, val, indirection, location } = bodyOf(node) as ResTarget;
    if (indirection) throw unsupported('an assignment to part of a column', location);
    const index = columnIndex(relation, name!, location);
    if (assigned.has(index)) throw error(SqlState.syntaxError, `multiple assignments to same column "${name}"`);
    assigned.add(index);
    scope.clause = 'update';
    const value = transformAssigned(analyser, scope, relation.columns[index], assignedNode(val!));
    return { index, value: assignTo(relation.columns[index], value) };
  });
}

/** `(a, b) = (1, 2)` gives each column its part of the row. */
function assignedNode(node: Node): Node {
  if (!('MultiAssignRef' in node)) return node;
  const { source, colno } = node.MultiAssignRef;
  if (kindOf(source!) !== 'RowExpr') throw unsupported('an assignment from a subquery to several columns');
  const args = (bodyOf(source!) as { args?: Node[] }).args ?? [];
  if (args.length !== node.MultiAssignRef.ncolumns) {
    throw error(
      SqlState.syntaxError,
      'number of columns does not match number of values',
      at(bodyOf(source!).location as number),
    );
  }
  return args[colno! - 1];
}

export function columnIndex(relation: Relation, name: string, location: number | undefined): number {
  const index = relation.columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  throw error(SqlState.undefinedColumn, `column "${name}" of relation "${relation.name}" does not exist`, at(location));
}

function transformReturning(
  analyser: Analyser,
  scope: Scope,
  clause: ReturningClause | undefined,
): ModifyStatement['returning'] {
  if (!clause) return null;
  if (clause.options) throw unsupported('RETURNING WITH');
  const list = new TargetList(transformTargets(analyser, scope, clause.exprs ?? [], 'returning'));
  list.resolveUnknown();
  return { targets: list.expressions(), columns: list.columns() };
}
