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
import { Scope } from './scope.js';

/** LIMIT and OFFSET: bigint expressions that may use no columns of this query. */
export function transformLimits(analyser: Analyser, node: SelectStmt): Limits {
  const withTies = node.limitOption === 'LIMIT_OPTION_WITH_TIES';
  if (withTies && !node.sortClause) {
    throw error(SqlState.syntaxError, 'WITH TIES cannot be specified without ORDER BY clause');
  }
  return {
    limit: node.limitCount && countOf(analyser, node.limitCount, 'LIMIT'),
    offset: node.limitOffset && countOf(analyser, node.limitOffset, 'OFFSET'),
    withTies,
  };
}

function countOf(analyser: Analyser, node: Node, what: 'LIMIT' | 'OFFSET'): Expression | undefined {
  if ('A_Const' in node && node.A_Const.isnull) return undefined;
  refuseColumns(node, what);
  const scope = new Scope(undefined);
  scope.clause = what === 'LIMIT' ? 'limit' : 'offset';
  return coerceOrFail(transformExpression(analyser, scope, node), TypeOid.int8, -1, 'assignment', (type) =>
    error(SqlState.datatypeMismatch, `argument of ${what} must be type bigint, not type ${type}`),
  );
}

function refuseColumns(node: Node, what: string): void {
  if ('ColumnRef' in node) {
    throw error(
      SqlState.invalidColumnReference,
      `argument of ${what} must not contain variables`,
      at(node.ColumnRef.location),
    );
  }
}
