import type { Node, SelectStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Analyser } from './analyser.js';
import { coerceOrFail } from './coerce.js';
import type { Expression } from './expression.js';
import { transformExpression } from './expressions.js';
import type { Limits } from './query.js';
import type { Scope } from './scope.js';
import { forEachPart } from './walk.js';

/** LIMIT and OFFSET: bigint expressions that may use no columns of this query, but those of queries around it. */
export function transformLimits(analyser: Analyser, scope: Scope, node: SelectStmt): Limits {
  const withTies = node.limitOption === 'LIMIT_OPTION_WITH_TIES';
  if (withTies && !node.sortClause) {
    throw error(SqlState.syntaxError, 'WITH TIES cannot be specified without ORDER BY clause');
  }
  return {
    limit: node.limitCount && countOf(analyser, scope, node.limitCount, 'LIMIT'),
    offset: node.limitOffset && countOf(analyser, scope, node.limitOffset, 'OFFSET'),
    withTies,
  };
}

function countOf(analyser: Analyser, scope: Scope, node: Node, what: 'LIMIT' | 'OFFSET'): Expression | undefined {
  if ('A_Const' in node && node.A_Const.isnull) return undefined;
  scope.clause = what === 'LIMIT' ? 'limit' : 'offset';
  const expression = transformExpression(analyser, scope, node);
  refuseColumns(scope, expression, what);
  return coerceOrFail(expression, TypeOid.int8, -1, 'assignment', (type) =>
    error(SqlState.datatypeMismatch, `argument of ${what} must be type bigint, not type ${type}`),
  );
}

function refuseColumns(scope: Scope, expression: Expression, what: string): void {
  forEachPart(expression, (part) => {
    if ((part.kind !== 'column' && part.kind !== 'system-column') || part.source.scope !== scope) return;
    const message = `argument of ${what} must not contain variables`;
    throw error(SqlState.invalidColumnReference, message, at(part.location));
  });
}
