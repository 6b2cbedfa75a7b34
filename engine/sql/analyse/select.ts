import type { Node, ResTarget, SelectStmt, WithClause } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, kindOf, namesOf, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Analyser } from './analyser.js';
import { coerce, commonType } from './coerce.js';
import type { Expression } from './expression.js';
import { booleanExpression, transformExpression } from './expressions.js';
import { analyseFrom } from './from.js';
import { applyGrouping, transformGroupBy } from './grouping.js';
import { transformLimits } from './limits.js';
import { transformLocking } from './locking.js';
import { figureColumnName } from './names.js';
import type { OutputColumn, Query, SelectQuery, ValuesQuery } from './query.js';
import { Scope } from './scope.js';
import { analyseSetOperation } from './set-operations.js';
import { sortOfTargets, type Target, TargetList, transformDistinct, transformOrderBy } from './targets.js';

export interface SelectOptions {
  /** Leave the types of literals open, for the columns of an INSERT to decide. */
  readonly keepUnknown?: boolean;
}

/** A query inside another; `outer` is the level whose columns it may use. */
export function analyseSubquery(analyser: Analyser, outer: Scope | undefined, node: Node, lexical = outer): Query {
  if (kindOf(node) !== 'SelectStmt') throw unsupported('a data-modifying statement here');
  return analyseSelect(analyser, bodyOf(node) as SelectStmt, new Scope(outer, lexical));
}

/** SELECT, VALUES, and their combinations with UNION, INTERSECT and EXCEPT. */
export function analyseSelect(analyser: Analyser, node: SelectStmt, scope: Scope, options: SelectOptions = {}): Query {
  const commonTables = analyseWith(analyser, scope, node.withClause);
  if (node.intoClause) throw unsupported('SELECT INTO');
  if (node.windowClause) throw unsupported('WINDOW');
  if (node.op && node.op !== 'SETOP_NONE') return { ...analyseSetOperation(analyser, node, scope), commonTables };
  if (node.valuesLists) return { ...analyseValues(analyser, node, scope, options), commonTables };
  return { ...analysePlainSelect(analyser, node, scope, options), commonTables };
}

export function analyseWith(analyser: Analyser, scope: Scope, clause: WithClause | undefined): Query['commonTables'] {
  if (!clause) return [];
  if (clause.recursive) throw unsupported('WITH RECURSIVE', clause.location);
  return (clause.ctes ?? []).map((node) => {
    const {
      ctename,
      ctequery,
      aliascolnames,
      search_clause: search,
      cycle_clause: cycle,
      location,
    } = (node as Extract<Node, { CommonTableExpr: unknown }>).CommonTableExpr;
    if (search || cycle) throw unsupported(search ? 'SEARCH' : 'CYCLE', location);
    if (scope.commonTables.has(ctename!)) {
      throw error(SqlState.duplicateAlias, `WITH query name "${ctename}" specified more than once`, at(location));
    }
    if (kindOf(ctequery!) !== 'SelectStmt') throw unsupported('a data-modifying statement in WITH', location);
    const query = analyseSubquery(analyser, scope.parent, ctequery!, scope);
    const names = namesOf(aliascolnames);
    if (names.length > query.columns.length) {
      throw error(
        SqlState.invalidColumnReference,
        `WITH query "${ctename}" has ${query.columns.length} columns available but ${names.length} columns specified`,
        at(location),
      );
    }
    const columns = query.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
    const table = { name: ctename!, columns, query };
    scope.commonTables.set(table.name, table);
    return table;
  });
}

function analysePlainSelect(analyser: Analyser, node: SelectStmt, scope: Scope, options: SelectOptions): SelectQuery {
  const from = analyseFrom(analyser, scope, node.fromClause ?? [], node.lockingClause ? 'RowShare' : 'AccessShare');
  const list = new TargetList(transformTargets(analyser, scope, node.targetList ?? []));
  const where = node.whereClause ? booleanExpression(analyser, scope, node.whereClause, 'where', 'WHERE') : null;
  const having = node.havingClause ? booleanExpression(analyser, scope, node.havingClause, 'having', 'HAVING') : null;
  const sort = transformOrderBy(analyser, scope, list, node.sortClause ?? []);
  const groupBy = transformGroupBy(analyser, scope, list, node.groupClause ?? []);
  const distinctOn = transformDistinct(analyser, scope, list, node.distinctClause, sort);
  const limits = transformLimits(analyser, scope, node);
  if (!options.keepUnknown) list.resolveUnknown();
  else list.resolveUnknown(list.shownCount);
  const grouped = applyGrouping(scope, list.expressions(), having, groupBy);
  const query: SelectQuery = {
    kind: 'select',
    scope,
    from,
    where,
    grouping: grouped.grouping,
    having: grouped.having,
    targets: grouped.targets,
    columns: list.columns(),
    distinctOn,
    orderBy: sortOfTargets(list, sort),
    limits,
    commonTables: [],
    locking: transformLocking(scope, node),
    setCalls: scope.setCalls,
  };
  if (query.setCalls.length > 0 && query.grouping) throw unsupported('a set-returning function with aggregation');
  if (query.locking) analyser.context.noteLocking(query);
  return query;
}

/** The target list, stars expanded (parser/parse_target.c). */
export function transformTargets(
  analyser: Analyser,
  scope: Scope,
  nodes: readonly Node[],
  clause: Scope['clause'] = 'select',
): Target[] {
  return nodes.flatMap((node) => {
    const target = bodyOf(node) as ResTarget;
    const star = expandStar(scope, target.val!);
    if (star) return star;
    scope.clause = clause;
    const expression = transformExpression(analyser, scope, target.val!);
    return [{ name: target.name ?? figureColumnName(target.val!), expression }];
  });
}

function expandStar(scope: Scope, node: Node): Target[] | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const fields = node.ColumnRef.fields ?? [];
  if (!('A_Star' in fields[fields.length - 1])) return undefined;
  const names = namesOf(fields.slice(0, -1));
  const items =
    names.length === 0
      ? scope.namespace.filter((item) => item.unqualified)
      : [scope.requireItem(names[names.length - 2], names[names.length - 1], node.ColumnRef.location)];
  if (items.length === 0)
    throw error(SqlState.syntaxError, 'SELECT * with no tables specified is not valid', at(node.ColumnRef.location));
  return items.flatMap((item) =>
    item.columns.map(({ name, expression }) => ({ name, expression: usedColumn(expression) })),
  );
}

function usedColumn(expression: Expression): Expression {
  if (expression.kind === 'column') expression.source.used[expression.index] = true;
  else if (expression.kind === 'coalesce') expression.args.forEach(usedColumn);
  else if ('arg' in expression) usedColumn(expression.arg);
  return expression;
}

function analyseValues(analyser: Analyser, node: SelectStmt, scope: Scope, options: SelectOptions): ValuesQuery {
  const lists = node.valuesLists!.map((list) => (bodyOf(list) as { items?: Node[] }).items ?? []);
  const wrong = lists.find((items) => items.length !== lists[0].length);
  if (wrong)
    throw error(
      SqlState.syntaxError,
      'VALUES lists must all be the same length',
      at(wrong.length ? rawLocation(wrong[0]) : undefined),
    );
  scope.clause = 'values';
  const raw = lists.map((items) => items.map((item) => transformExpression(analyser, scope, item)));
  const typesOf = raw[0].map((_, column) => valuesType(raw, column, options));
  const rows = raw.map((row) => row.map((value, column) => coerce(value, typesOf[column], -1, 'implicit')));
  const columns = typesOf.map((type, index): OutputColumn => ({
    name: `column${index + 1}`,
    type,
    table: 0,
    attribute: 0,
    typmod: commonTypmod(rows, index),
  }));
  const list = new TargetList(
    columns.map(({ name, type, typmod }, index) => ({ name, expression: { kind: 'slot', index, type, typmod } })),
  );
  const sort = transformOrderBy(analyser, scope, list, node.sortClause ?? []);
  if (list.expressions().length > columns.length) throw unsupported('an expression in ORDER BY of VALUES');
  return {
    kind: 'values',
    rows,
    columns,
    orderBy: sortOfTargets(list, sort),
    limits: transformLimits(analyser, scope, node),
    commonTables: [],
  };
}

function valuesType(rows: Expression[][], column: number, options: SelectOptions): Oid {
  const values = rows.map((row) => row[column]);
  if (options.keepUnknown && values.every(({ type }) => type === TypeOid.unknown)) return TypeOid.unknown;
  return commonType(values, 'VALUES');
}

function commonTypmod(rows: Expression[][], column: number): number {
  const [{ typmod }] = rows[0].slice(column);
  return rows.every((row) => row[column].typmod === typmod) ? typmod : -1;
}

function rawLocation(node: Node): number | undefined {
  return bodyOf(node).location as number | undefined;
}
