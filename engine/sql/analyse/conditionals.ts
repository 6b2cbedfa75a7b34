import type { CaseExpr, CaseWhen, Node } from '@pgsql/types';
import { bodyOf } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Analyser } from './analyser.js';
import { resolveUnknown, unify } from './coerce.js';
import type { CaseOperand, Expression } from './expression.js';
import { requireBoolean, transformExpression } from './expressions.js';
import { binaryOperator } from './operators.js';
import type { Scope } from './scope.js';

export function transformCase(analyser: Analyser, scope: Scope, body: CaseExpr): Expression {
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
  const args = body.args.map((arg) => transformExpression(analyser, scope, arg));
  return { kind: 'coalesce', ...unify(args, 'COALESCE') };
}

export function transformMinMax(analyser: Analyser, scope: Scope, body: { args: Node[]; op: string }): Expression {
  const isGreatest = body.op === 'IS_GREATEST';
  const args = body.args.map((arg) => transformExpression(analyser, scope, arg));
  return { kind: isGreatest ? 'greatest' : 'least', ...unify(args, isGreatest ? 'GREATEST' : 'LEAST') };
}
