import type { CaseExpr, CaseWhen, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Analyser } from './analyser.js';
import { resolveUnknown, unify } from './coerce.js';
import type { CaseOperand, Expression } from './expression.js';
import { requireBoolean, transformExpression } from './expressions.js';
import { binaryOperator } from './operators.js';
import type { Scope } from './scope.js';

/** Sets cannot be made by halves: what CASE and COALESCE leave out would have to be left out of the set. */
function withoutSets<T>(scope: Scope, construct: string, transform: () => T): T {
  const before = scope.setCalls.length;
  const result = transform();
  if (scope.setCalls.length === before) return result;
  throw error(SqlState.featureNotSupported, `set-returning functions are not allowed in ${construct}`, {
    ...at(scope.setCalls.at(-1)!.location),
    hint: 'You might be able to move the set-returning function into a LATERAL FROM item.',
  });
}

export function transformCase(analyser: Analyser, scope: Scope, body: CaseExpr): Expression {
  return withoutSets(scope, 'CASE', () => caseExpression(analyser, scope, body));
}

function caseExpression(analyser: Analyser, scope: Scope, body: CaseExpr): Expression {
  const value = body.arg && resolveUnknown(transformExpression(analyser, scope, body.arg));
  const operand: CaseOperand | undefined = value && { kind: 'case-operand', type: value.type, typmod: value.typmod };
  const branches = (body.args ?? []).map((node) => {
    const when = bodyOf(node) as CaseWhen;
    return {
      condition: caseCondition(analyser, scope, operand, when.expr!, when.location),
      result: transformExpression(analyser, scope, when.result!),
    };
  });
  const otherwise: Expression = body.defresult
    ? transformExpression(analyser, scope, body.defresult)
    : { kind: 'constant', value: null, type: TypeOid.unknown, typmod: -1 };
  const unified = unify([otherwise, ...branches.map(({ result }) => result)], 'CASE');
  return {
    kind: 'case',
    subject: value && operand && { value, operand },
    branches: branches.map(({ condition }, index) => ({ condition, result: unified.args[index + 1] })),
    otherwise: unified.args[0],
    type: unified.type,
    typmod: unified.typmod,
  };
}

function caseCondition(
  analyser: Analyser,
  scope: Scope,
  operand: CaseOperand | undefined,
  node: Node,
  location?: number,
): Expression {
  const tested = transformExpression(analyser, scope, node);
  return requireBoolean(operand ? binaryOperator('=', operand, tested, location) : tested, 'CASE/WHEN');
}

export function transformCoalesce(analyser: Analyser, scope: Scope, body: { args: Node[] }): Expression {
  const args = withoutSets(scope, 'COALESCE', () => body.args.map((arg) => transformExpression(analyser, scope, arg)));
  return { kind: 'coalesce', ...unify(args, 'COALESCE') };
}

export function transformMinMax(analyser: Analyser, scope: Scope, body: { args: Node[]; op: string }): Expression {
  const isGreatest = body.op === 'IS_GREATEST';
  const args = body.args.map((arg) => transformExpression(analyser, scope, arg));
  return { kind: isGreatest ? 'greatest' : 'least', ...unify(args, isGreatest ? 'GREATEST' : 'LEAST') };
}
