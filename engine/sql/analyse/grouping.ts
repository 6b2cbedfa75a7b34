import type { Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, kindOf, unsupported } from '../parse/nodes.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { sameExpression } from './equal.js';
import type { AggregateCall, Expression } from './expression.js';
import type { Grouping } from './query.js';
import type { Scope } from './scope.js';
import type { Source } from './source.js';
import { findTarget, type TargetList } from './targets.js';
import { mapChildren } from './walk.js';

/** Places of the grouping expressions in the target list; null without GROUP BY. */
export function transformGroupBy(
  analyser: Analyser,
  scope: Scope,
  list: TargetList,
  nodes: readonly Node[],
): number[] | null {
  if (nodes.length === 0) return null;
  const places = nodes.map((node) => {
    if (kindOf(node) === 'GroupingSet') throw unsupported('GROUPING SETS, ROLLUP or CUBE');
    return findTarget(analyser, scope, list, node, 'GROUP BY');
  });
  return [...new Set(places)];
}

export interface Grouped {
  readonly grouping: Grouping | null;
  readonly targets: readonly Expression[];
  readonly having: Expression | null;
}

/**
 * When the query groups, rewrites its targets and HAVING so that they speak of the grouped row: grouping expressions,
 * then aggregates. A column that is neither raises 42803 (parser/parse_agg.c parseCheckAggregates).
 */
export function applyGrouping(
  scope: Scope,
  targets: readonly Expression[],
  having: Expression | null,
  groupBy: number[] | null,
): Grouped {
  if (groupBy === null && having === null && scope.aggregates.length === 0) return { grouping: null, targets, having };
  const named = (groupBy ?? []).map((index) => targets[index]);
  for (const key of named) checkKey(key);
  const keys = [...named, ...dependents(scope, named, having ? [...targets, having] : targets)];
  const aggregates = distinctAggregates(scope.aggregates);
  const rewrite = groupedRewriter(scope, keys, aggregates);
  return {
    grouping: { keys, named: named.length, aggregates },
    targets: targets.map(rewrite),
    having: having && rewrite(having),
  };
}

/**
 * The columns used beside the keys of which each group can have only one value, since it is of one row of their table:
 * the table's primary key is among the keys. They make no more groups when they are keys too.
 */
function dependents(scope: Scope, keys: readonly Expression[], used: readonly Expression[]): Expression[] {
  const found: Expression[] = [];
  const look = (part: Expression): Expression => {
    if (part.kind === 'aggregate' || [...keys, ...found].some((key) => sameExpression(key, part))) return part;
    if (part.kind === 'column' && part.source.scope === scope && hasOneRow(part.source, keys)) found.push(part);
    return mapChildren(part, look);
  };
  for (const expression of used) look(expression);
  return found;
}

function hasOneRow(source: Source, keys: readonly Expression[]): boolean {
  if (source.body.kind !== 'table') return false;
  const primary = source.body.relation.indexes.find((index) => index.isPrimary);
  if (primary === undefined) return false;
  const isKey = (place: number): boolean =>
    keys.some((key) => key.kind === 'column' && key.source === source && key.index === place);
  return primary.places.slice(0, primary.keys.length).every(isKey);
}

function checkKey(key: Expression): void {
  const aggregate = findAggregate(key);
  if (aggregate)
    throw error(SqlState.groupingError, 'aggregate functions are not allowed in GROUP BY', at(aggregate.location));
  if (types.byOid(key.type).ordered) return;
  throw error(SqlState.undefinedFunction, `could not identify an equality operator for type ${types.format(key.type)}`);
}

function findAggregate(expression: Expression): AggregateCall | undefined {
  let found: AggregateCall | undefined;
  const look = (part: Expression): Expression => {
    if (part.kind === 'aggregate') found ??= part;
    return mapChildren(part, look);
  };
  look(expression);
  return found;
}

function distinctAggregates(calls: readonly AggregateCall[]): AggregateCall[] {
  const distinct: AggregateCall[] = [];
  for (const call of calls) if (!distinct.some((other) => sameExpression(other, call))) distinct.push(call);
  return distinct;
}

function groupedRewriter(
  scope: Scope,
  keys: readonly Expression[],
  aggregates: readonly AggregateCall[],
): (e: Expression) => Expression {
  const reference = (index: number, original: Expression): Expression => ({
    kind: 'grouped',
    scope,
    index,
    original,
    type: original.type,
    typmod: original.typmod,
  });
  const rewrite = (expression: Expression): Expression => {
    const key = keys.findIndex((candidate) => sameExpression(candidate, expression));
    if (key >= 0) return reference(key, expression);
    if (expression.kind === 'aggregate') {
      const index = aggregates.findIndex((candidate) => sameExpression(candidate, expression));
      if (index >= 0) return reference(keys.length + index, expression);
    }
    if ((expression.kind === 'column' || expression.kind === 'system-column') && expression.source.scope === scope) {
      throw ungrouped(expression);
    }
    return mapChildren(expression, rewrite);
  };
  return rewrite;
}

function ungrouped(column: Extract<Expression, { kind: 'column' | 'system-column' }>): Error {
  const name = `${column.source.alias}.${column.name}`;
  const message = `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`;
  return error(SqlState.groupingError, message, at(column.location));
}
