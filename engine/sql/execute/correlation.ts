import type { Expression } from '../analyse/expression.js';
import type { FromItem, Query } from '../analyse/query.js';
import type { Source } from '../analyse/source.js';
import { forEachPart } from '../analyse/walk.js';

/** Does the query read rows of a level around it, or do something that must happen anew each time? */
export function usesOuterRows(query: Query): boolean {
  const owned = new Set<object>();
  gatherScopes(query, owned);
  let found = false;
  forEachExpression(query, (expression) => {
    if ((expression.kind === 'column' || expression.kind === 'system-column') && !owned.has(expression.source.scope))
      found = true;
    if (expression.kind === 'grouped' && !owned.has(expression.scope)) found = true;
    if (expression.kind === 'call' && expression.signature.volatility === 'volatile') found = true;
  });
  return found;
}

/** The sources of a query level that a part of its FROM refers to from within: LATERAL subqueries, arguments of functions. */
export function lateralSources(item: FromItem, scope: object): Set<Source> {
  const found = new Set<Source>();
  const note = (expression: Expression): void => {
    if ((expression.kind === 'column' || expression.kind === 'system-column') && expression.source.scope === scope)
      found.add(expression.source);
  };
  forEachSource(item, ({ body }) => {
    if (body.kind === 'subquery') forEachExpression(body.query, note);
    if (body.kind === 'function') for (const arg of body.args) forEachDeepPart(arg, note);
  });
  return found;
}

function forEachDeepPart(expression: Expression, visit: (part: Expression) => void): void {
  forEachPart(expression, (part) => {
    visit(part);
    if ('query' in part) forEachExpression(part.query, visit);
  });
}

function gatherScopes(query: Query, owned: Set<object>): void {
  if (query.kind === 'select') owned.add(query.scope);
  forEachQueryIn(query, (inner) => gatherScopes(inner, owned));
}

/** Direct subqueries: in FROM, in WITH, the branches of a set operation, and those in expressions. */
function forEachQueryIn(query: Query, visit: (inner: Query) => void): void {
  for (const table of query.commonTables) visit(table.query);
  if (query.kind === 'set-operation') [query.left, query.right].forEach(visit);
  if (query.kind === 'select' && query.from)
    forEachSource(query.from, ({ body }) => body.kind === 'subquery' && visit(body.query));
  for (const expression of ownExpressions(query))
    forEachPart(expression, (part) => 'query' in part && visit(part.query));
}

function forEachSource(item: FromItem, visit: (source: Source) => void): void {
  if (item.kind === 'join') [item.left, item.right].forEach((side) => forEachSource(side, visit));
  else visit(item.source);
}

function forEachExpression(query: Query, visit: (expression: Expression) => void): void {
  for (const expression of ownExpressions(query)) forEachPart(expression, visit);
  forEachQueryIn(query, (inner) => forEachExpression(inner, visit));
}

function ownExpressions(query: Query): Expression[] {
  const { limit, offset } = query.limits;
  const found = [limit, offset].filter((part) => part !== undefined);
  if (query.kind === 'values') found.push(...query.rows.flat());
  if (query.kind !== 'select') return found;
  const { where, having, targets, grouping, from } = query;
  found.push(
    ...query.setCalls.flatMap(({ args }) => args),
    ...targets,
    ...(grouping?.keys ?? []),
    ...(grouping?.aggregates ?? []),
  );
  for (const part of [where, having]) if (part) found.push(part);
  if (from) gatherFrom(from, found);
  return found;
}

function gatherFrom(item: FromItem, found: Expression[]): void {
  if (item.kind === 'source') {
    if (item.source.body.kind === 'function') found.push(...item.source.body.args);
    return;
  }
  if (item.on) found.push(item.on);
  gatherFrom(item.left, found);
  gatherFrom(item.right, found);
}
