import type { A_Expr, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, kindOf, unqualifiedName, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { coerce } from './coerce.js';
import type { CaseOperand, Expression } from './expression.js';
import { arrayOf, transformExpression } from './expressions.js';
import { library } from './library.js';
import { arrayOperator, binaryOperator, equalityParts, prefixOperator } from './operators.js';
import type { Scope } from './scope.js';

const boolean = { type: TypeOid.bool, typmod: -1 } as const;

/** What the grammar makes of operators and of the constructs that mean one (parser/parse_expr.c). */
export function transformOperatorExpression(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  switch (body.kind) {
    case 'AEXPR_OP':
      return plainOperator(analyser, scope, body);
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return binary(analyser, scope, body);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return quantified(analyser, scope, body);
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return distinct(analyser, scope, body);
    case 'AEXPR_NULLIF':
      return nullIf(analyser, scope, body);
    case 'AEXPR_IN':
      return inList(analyser, scope, body);
    default:
      return between(analyser, scope, body);
  }
}

function operatorName(body: A_Expr): string {
  return unqualifiedName(body.name, 'an operator');
}

function refuseRows(...nodes: (Node | undefined)[]): void {
  const row = nodes.find((node) => node && kindOf(node) === 'RowExpr');
  if (row) throw unsupported('a row comparison', bodyOf(row).location as number | undefined);
}

/** The items of ROW(...) or (a, b); undefined for any other node. */
function rowItems(node: Node | undefined): Node[] | undefined {
  return node && kindOf(node) === 'RowExpr' ? ((bodyOf(node) as { args?: Node[] }).args ?? []) : undefined;
}

/** `(a, b) = (c, d)` and `<>`: column by column. */
function rowComparison(
  analyser: Analyser,
  scope: Scope,
  name: string,
  left: Node[],
  right: Node[],
  location?: number,
): Expression {
  if (name !== '=' && name !== '<>') throw unsupported(`a row comparison by ${name}`, location);
  if (left.length !== right.length)
    throw error(SqlState.syntaxError, 'unequal number of entries in row expressions', at(location));
  if (left.length === 0) throw error(SqlState.featureNotSupported, 'cannot compare rows of zero length', at(location));
  const args = left.map((item, index) =>
    binaryOperator(name, operand(analyser, scope, item), operand(analyser, scope, right[index]), location),
  );
  return args.length === 1 ? args[0] : { ...boolean, kind: name === '=' ? 'and' : 'or', args };
}

function operand(analyser: Analyser, scope: Scope, node: Node | undefined): Expression {
  return transformExpression(analyser, scope, node!);
}

function plainOperator(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  const [leftRow, rightRow] = [rowItems(body.lexpr), rowItems(body.rexpr)];
  if (leftRow && rightRow) return rowComparison(analyser, scope, operatorName(body), leftRow, rightRow, body.location);
  refuseRows(body.lexpr, body.rexpr);
  if (body.lexpr) return binary(analyser, scope, body);
  return prefixOperator(operatorName(body), operand(analyser, scope, body.rexpr), body.location);
}

function binary(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  const left = operand(analyser, scope, body.lexpr);
  const right = operand(analyser, scope, body.rexpr);
  return binaryOperator(operatorName(body), left, right, body.location);
}

function quantified(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  const left = operand(analyser, scope, body.lexpr);
  const array = operand(analyser, scope, body.rexpr);
  return arrayOperator(operatorName(body), body.kind === 'AEXPR_OP_ALL', left, array, body.location);
}

function distinct(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  refuseRows(body.lexpr, body.rexpr);
  const call = equalityParts(operand(analyser, scope, body.lexpr), operand(analyser, scope, body.rexpr), body.location);
  const [left, right] = call.args;
  return {
    ...boolean,
    kind: 'distinct',
    left,
    right,
    equality: call.caller,
    negated: body.kind === 'AEXPR_NOT_DISTINCT',
  };
}

function nullIf(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  const call = binaryOperator(
    '=',
    operand(analyser, scope, body.lexpr),
    operand(analyser, scope, body.rexpr),
    body.location,
  );
  if (call.type !== TypeOid.bool)
    throw error(SqlState.datatypeMismatch, 'NULLIF requires = operator to yield boolean', at(body.location));
  const [left, right] = call.args;
  return { kind: 'nullif', left, right, equality: call.caller, type: left.type, typmod: left.typmod };
}

/** A list of values of one type is looked through as an array; otherwise each is compared for itself. */
function inList(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  const negated = operatorName(body) === '<>';
  const leftRow = rowItems(body.lexpr);
  if (leftRow) return rowInList(analyser, scope, body, leftRow, negated);
  const left = operand(analyser, scope, body.lexpr);
  const items = ((bodyOf(body.rexpr!) as { items?: Node[] }).items ?? []).map((item) => operand(analyser, scope, item));
  const common = library.resolver.common.find([left, ...items].map(({ type }) => type));
  if (common !== undefined && items.length > 1 && items.every(isPlain) && types.arrayOf(common) !== 0) {
    const array = arrayOf(items.map((item) => coerce(item, common, -1, 'implicit')));
    return arrayOperator(operatorName(body), negated, left, array, body.location);
  }
  const comparisons = items.map((item) => binaryOperator(operatorName(body), left, item, body.location));
  return comparisons.length === 1 ? comparisons[0] : { ...boolean, kind: negated ? 'and' : 'or', args: comparisons };
}

function rowInList(analyser: Analyser, scope: Scope, body: A_Expr, left: Node[], negated: boolean): Expression {
  const items = (bodyOf(body.rexpr!) as { items?: Node[] }).items ?? [];
  const args = items.map((item) => {
    const right = rowItems(item);
    if (!right) throw unsupported('a comparison of a row with something else', body.location);
    return rowComparison(analyser, scope, negated ? '<>' : '=', left, right, body.location);
  });
  return args.length === 1 ? args[0] : { ...boolean, kind: negated ? 'and' : 'or', args };
}

function isPlain(expression: Expression): boolean {
  return types.elementOf(expression.type) === 0;
}

/** The tested value is computed once, whatever it costs or does. */
function between(analyser: Analyser, scope: Scope, body: A_Expr): Expression {
  const [low, high] = ((bodyOf(body.rexpr!) as { items?: Node[] }).items ?? []).map((item) =>
    operand(analyser, scope, item),
  );
  const tested = operand(analyser, scope, body.lexpr);
  const within = (value: Expression): Expression => rangeTest(body, value, low, high);
  if (tested.kind === 'column' || tested.kind === 'constant' || tested.kind === 'parameter') return within(tested);
  if (tested.type === TypeOid.unknown) return within(tested);
  const once: CaseOperand = { kind: 'case-operand', type: tested.type, typmod: tested.typmod };
  return { ...boolean, kind: 'case', subject: { value: tested, operand: once }, branches: [], otherwise: within(once) };
}

function rangeTest(body: A_Expr, value: Expression, low: Expression, high: Expression): Expression {
  const both = (a: Expression, b: Expression): Expression => ({
    ...boolean,
    kind: 'and',
    args: [binaryOperator('>=', value, a, body.location), binaryOperator('<=', value, b, body.location)],
  });
  const outside = (a: Expression, b: Expression): Expression => ({
    ...boolean,
    kind: 'or',
    args: [binaryOperator('<', value, a, body.location), binaryOperator('>', value, b, body.location)],
  });
  switch (body.kind) {
    case 'AEXPR_BETWEEN':
      return both(low, high);
    case 'AEXPR_NOT_BETWEEN':
      return outside(low, high);
    case 'AEXPR_BETWEEN_SYM':
      return { ...boolean, kind: 'or', args: [both(low, high), both(high, low)] };
    default:
      return { ...boolean, kind: 'and', args: [outside(low, high), outside(high, low)] };
  }
}
