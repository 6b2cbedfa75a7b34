import type { Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Column } from '../catalog/relation.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { coerceOrFail } from './coerce.js';
import type { Expression } from './expression.js';
import { transformExpression } from './expressions.js';
import { Scope } from './scope.js';

/** A value as a column stores it: assignment casts and the column's type modifier. Raises 42804. */
export function assignTo(column: Column, value: Expression): Expression {
  return coerceOrFail(value, column.type, column.typmod, 'assignment', (from) =>
    error(
      SqlState.datatypeMismatch,
      `column "${column.name}" is of type ${types.format(column.type)} but expression is of type ${from}`,
      { hint: 'You will need to rewrite or cast the expression.' },
    ),
  );
}

/** The value written for a column, where DEFAULT may stand for it. */
export function transformAssigned(analyser: Analyser, scope: Scope, column: Column, node: Node): Expression {
  return 'SetToDefault' in node ? defaultOf(analyser, column) : transformExpression(analyser, scope, node);
}

/** The column's default as the catalog keeps it; NULL when it has none. */
export function defaultOf(analyser: Analyser, column: Column): Expression {
  if (column.defaultText === undefined)
    return { kind: 'constant', value: null, type: column.type, typmod: column.typmod };
  const scope = new Scope(undefined);
  scope.clause = 'default';
  return assignTo(column, transformExpression(analyser, scope, analyser.context.parseExpression(column.defaultText)));
}
