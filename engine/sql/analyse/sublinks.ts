import type { Node, SubLink } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, kindOf, unqualifiedName, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import type { CaseOperand, Expression } from './expression.js';
import { transformExpression } from './expressions.js';
import { binaryOperator } from './operators.js';
import type { Query } from './query.js';
import type { Scope } from './scope.js';
import { analyseSubquery } from './select.js';

const boolean = { type: TypeOid.bool, typmod: -1 } as const;

/** Subqueries in expressions. */
export function transformSubLink(analyser: Analyser, scope: Scope, body: SubLink): Expression {
  const place = NO_SUBQUERIES[scope.clause];
  if (place) throw error(SqlState.featureNotSupported, `cannot use subquery in ${place}`, at(body.location));
  const query = analyseSubquery(analyser, scope, body.subselect!);
  switch (body.subLinkType) {
    case 'EXISTS_SUBLINK':
      return { ...boolean, kind: 'exists', query };
    case 'EXPR_SUBLINK':
      return scalar(query, body.location);
    case 'ARRAY_SUBLINK':
      return arraySubquery(query, body.location);
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK':
      return quantified(analyser, scope, body, query);
    default:
      throw unsupported('a row comparison with a subquery', body.location);
  }
}

const NO_SUBQUERIES: Partial<Record<string, string>> = {
  default: 'DEFAULT expression',
  check: 'check constraint',
  copy: 'COPY FROM WHERE condition',
};

function requireOneColumn(query: Query, location: number | undefined): void {
  if (query.columns.length === 1) return;
  throw error(SqlState.syntaxError, 'subquery must return only one column', at(location));
}

function scalar(query: Query, location: number | undefined): Expression {
  requireOneColumn(query, location);
  const [{ type, typmod }] = query.columns;
  return { kind: 'scalar-subquery', query, type, typmod };
}

function arraySubquery(query: Query, location: number | undefined): Expression {
  requireOneColumn(query, location);
  const [{ type, typmod }] = query.columns;
  const array = types.arrayOf(type);
  if (array === 0)
    throw error(
      SqlState.undefinedObject,
      `could not find array type for data type ${types.format(type)}`,
      at(location),
    );
  return { kind: 'array-subquery', query, type: array, typmod };
}

/** `x op ANY (subquery)`, of which `x IN (subquery)` is the common form; also for rows of several columns. */
function quantified(analyser: Analyser, scope: Scope, body: SubLink, query: Query): Expression {
  const isRow = kindOf(body.testexpr!) === 'RowExpr';
  const nodes = isRow ? ((bodyOf(body.testexpr!) as { args?: Node[] }).args ?? []) : [body.testexpr!];
  const left = nodes.map((node) => transformExpression(analyser, scope, node));
  refuseCountMismatch(left.length, query.columns.length, body.location);
  const operator = body.operName ? unqualifiedName(body.operName, 'an operator') : '=';
  if (isRow && operator !== '=') throw unsupported('a row comparison other than IN', body.location);
  const lefts = left.map(({ type, typmod }, index) =>
    type === TypeOid.unknown ? fixed(left, index) : operandOf(type, typmod),
  );
  const rights = query.columns.map(({ type, typmod }) => operandOf(type, typmod));
  const comparisons = left.map((value, index) => {
    const side = value.type === TypeOid.unknown ? value : lefts[index];
    return binaryOperator(operator, side, rights[index], body.location);
  });
  if (comparisons.some(({ type }) => type !== TypeOid.bool)) {
    throw error(SqlState.datatypeMismatch, 'row comparison operator must yield type boolean', at(body.location));
  }
  return {
    ...boolean,
    kind: 'quantified-subquery',
    all: body.subLinkType === 'ALL_SUBLINK',
    query,
    left,
    lefts,
    rights,
    comparison: comparisons.length === 1 ? comparisons[0] : { ...boolean, kind: 'and', args: comparisons },
    hashable:
      operator === '=' &&
      body.subLinkType === 'ANY_SUBLINK' &&
      left.length === 1 &&
      comparesPlainly(comparisons[0], lefts[0], rights[0]),
  };
}

function operandOf(type: number, typmod: number): CaseOperand {
  return { kind: 'case-operand', type, typmod };
}

/** An untyped literal stands in the comparison itself, so its operand is never read. */
function fixed(left: readonly Expression[], index: number): CaseOperand {
  return operandOf(left[index].type, -1);
}

/** Both sides are of one type whose own equality it is: then a hash table of the subquery's values decides. */
function comparesPlainly(comparison: Expression, left: CaseOperand, right: CaseOperand): boolean {
  if (comparison.kind !== 'call') return false;
  const [a, b] = comparison.args;
  return a === left && b === right && left.type === right.type && types.byOid(left.type).ordered;
}

function refuseCountMismatch(left: number, right: number, location: number | undefined): void {
  if (left < right) throw error(SqlState.syntaxError, 'subquery has too many columns', at(location));
  if (left > right) throw error(SqlState.syntaxError, 'subquery has too few columns', at(location));
}
