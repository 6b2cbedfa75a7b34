import type { CopyStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Relation } from '../catalog/relation.js';
import type { Analyser } from './analyser.js';
import { defaultOf } from './assignment.js';
import { checkConditions } from './constraints.js';
import { requireBoolean, transformExpression } from './expressions.js';
import type { Expression } from './expression.js';
import { placeTable } from './from.js';
import type { RowCheck } from './query.js';
import { Scope } from './scope.js';

/** A table that COPY FROM fills: conditions are over its columns. */
export interface CopyTargetStatement {
  readonly relation: Relation;
  readonly scope: object;
  /** By column; only those of columns that are not copied are used. */
  readonly defaults: readonly Expression[];
  readonly where: Expression | null;
  readonly checks: readonly RowCheck[];
}

/** The target of COPY FROM (commands/copyfrom.c BeginCopyFrom), locked. */
export function analyseCopyFrom(analyser: Analyser, { relation: name, whereClause }: CopyStmt): CopyTargetStatement {
  const scope = new Scope(undefined);
  const target = placeTable(analyser, scope, { ...name, location: undefined }, 'RowExclusive');
  const { relation } = target.body as { relation: Relation };
  refuseTarget(relation);
  scope.namespace = [scope.itemFor(target)];
  scope.clause = 'copy';
  return {
    relation,
    scope,
    defaults: relation.columns.map((column) => defaultOf(analyser, column)),
    where: whereClause ? requireBoolean(transformExpression(analyser, scope, whereClause), 'WHERE') : null,
    checks: checkConditions(analyser, scope, target, relation),
  };
}

function refuseTarget({ name, kind, isCatalog }: Relation): void {
  if (kind === 'view') {
    throw error(SqlState.wrongObjectType, `cannot copy to view "${name}"`, {
      hint: 'To enable copying to a view, provide an INSTEAD OF INSERT trigger.',
    });
  }
  if (isCatalog) throw error(SqlState.insufficientPrivilege, `permission denied: "${name}" is a system catalog`);
}
