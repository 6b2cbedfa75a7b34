import type { Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Analyser } from '../analyse/analyser.js';
import { coerceOrFail } from '../analyse/coerce.js';
import { deparse } from '../analyse/deparse.js';
import { requireBoolean, transformExpression } from '../analyse/expressions.js';
import { Parameters } from '../analyse/parameters.js';
import { Scope } from '../analyse/scope.js';
import { forEachPart } from '../analyse/walk.js';
import type { Column, Relation } from '../catalog/relation.js';
import { parseExpression } from '../plan/planned-statement.js';
import { types } from '../types/type-table.js';
import type { CommandContext } from './command.js';

function analyserFor({ parser, environment }: CommandContext): Analyser {
  return {
    context: {
      openRelation: () => {
        throw error(SqlState.featureNotSupported, 'cannot use subquery in this expression');
      },
      parameters: new Parameters([], false),
      text: environment,
      parseExpression: (text) => parseExpression(parser, text),
      noteLocking: () => {},
    },
  };
}

/** A column's default, checked and as the catalog keeps it. */
export function defaultText(context: CommandContext, column: Column, node: Node): string {
  const scope = new Scope(undefined);
  scope.clause = 'default';
  const value = transformExpression(analyserFor(context), scope, node);
  const coerced = coerceOrFail(value, column.type, column.typmod, 'assignment', (from) =>
    error(
      SqlState.datatypeMismatch,
      `column "${column.name}" is of type ${types.format(column.type)} but default expression is of type ${from}`,
      { hint: 'You will need to rewrite or cast the expression.' },
    ),
  );
  return deparse(coerced, { qualify: false });
}

/** A CHECK condition, checked and as the catalog keeps it, with the columns it reads. */
export function checkText(
  context: CommandContext,
  relation: Relation,
  node: Node,
): { text: string; columns: number[] } {
  const scope = new Scope(undefined);
  const columns = relation.columns.map(({ name, type, typmod }) => ({ name, type, typmod }));
  const source = scope.addSource(relation.name, columns, { kind: 'table', relation });
  scope.namespace = [scope.itemFor(source)];
  scope.clause = 'check';
  const condition = requireBoolean(transformExpression(analyserFor(context), scope, node), 'CHECK');
  const read = new Set<number>();
  forEachPart(condition, (part) => {
    if (part.kind === 'column') read.add(part.index + 1);
    if (part.kind === 'system-column') {
      throw error(
        SqlState.invalidColumnReference,
        `system column "${part.name}" reference in check constraint is invalid`,
      );
    }
  });
  return { text: deparse(condition, { qualify: false }), columns: [...read].sort((a, b) => a - b) };
}
