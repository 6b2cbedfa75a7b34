import type { A_Const, A_Indirection, ColumnRef, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, kindOf, namesOf, stringOf, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { coerceOrFail, locationOf, unify } from './coerce.js';
import { transformCase, transformCoalesce, transformMinMax } from './conditionals.js';
import type { Constant, Expression } from './expression.js';
import { transformCall, transformSqlValue } from './functions.js';
import { transformOperatorExpression } from './operator-expressions.js';
import type { Clause, Scope } from './scope.js';
import { transformSubLink } from './sublinks.js';
import { castLiteral, transformTypeCast } from './type-casts.js';

type Transform = (analyser: Analyser, scope: Scope, body: never, node: Node) => Expression;

/** Every kind of expression node the engine understands (parser/parse_expr.c). All others raise 0A000. */
const TRANSFORMS: Partial<Record<string, Transform>> = {
  A_Const: (analyser, _scope, body: A_Const) => transformConstant(analyser, body),
  ColumnRef: (_analyser, scope, body: ColumnRef) => transformColumn(scope, body),
  ParamRef: (analyser, _scope, body: { number?: number; location?: number }) =>
    analyser.context.parameters.reference(body.number ?? 0, body.location),
  A_Expr: transformOperatorExpression,
  BoolExpr: transformLogic,
  NullTest: (analyser, scope, body: { arg: Node; nulltesttype: string }) => {
    const arg = transformExpression(analyser, scope, body.arg);
    return { kind: 'null-test', arg, isNull: body.nulltesttype === 'IS_NULL', type: TypeOid.bool, typmod: -1 };
  },
  BooleanTest: transformBooleanTest,
  FuncCall: transformCall,
  SQLValueFunction: transformSqlValue,
  TypeCast: transformTypeCast,
  CaseExpr: transformCase,
  CoalesceExpr: transformCoalesce,
  MinMaxExpr: transformMinMax,
  SubLink: transformSubLink,
  A_ArrayExpr: transformArray,
  A_Indirection: transformIndirection,
  CollateClause: transformCollate,
};

export function transformExpression(analyser: Analyser, scope: Scope, node: Node): Expression {
  const kind = kindOf(node);
  const body = bodyOf(node);
  const transform = TRANSFORMS[kind];
  if (!transform) throw unsupported(CONSTRUCTS[kind] ?? `the expression ${kind}`, body.location as number | undefined);
  return transform(analyser, scope, body as never, node);
}

const CONSTRUCTS: Partial<Record<string, string>> = {
  RowExpr: 'a row constructor',
  GroupingFunc: 'GROUPING',
  CurrentOfExpr: 'WHERE CURRENT OF',
  XmlExpr: 'XML',
  SetToDefault: 'DEFAULT in this context',
  MultiAssignRef: 'an assignment from a subquery to several columns',
};

/** A condition. `what` names it in the error 42804: `WHERE`, `JOIN/ON`, `AND`. */
export function booleanExpression(
  analyser: Analyser,
  scope: Scope,
  node: Node,
  clause: Clause,
  what: string,
): Expression {
  const before = scope.clause;
  scope.clause = clause;
  const expression = requireBoolean(transformExpression(analyser, scope, node), what);
  scope.clause = before;
  return expression;
}

export function requireBoolean(expression: Expression, what: string): Expression {
  return coerceOrFail(expression, TypeOid.bool, -1, 'implicit', (type) =>
    error(SqlState.datatypeMismatch, `argument of ${what} must be type boolean, not type ${type}`),
  );
}

function transformConstant(
  analyser: Analyser,
  { ival, fval, boolval, sval, bsval, isnull, location }: A_Const,
): Constant {
  const base = { kind: 'constant', typmod: -1, location } as const;
  if (isnull) return { ...base, type: TypeOid.unknown, value: null };
  if (ival) return { ...base, type: TypeOid.int4, value: ival.ival ?? 0 };
  if (boolval) return { ...base, type: TypeOid.bool, value: boolval.boolval ?? false };
  if (sval) return { ...base, type: TypeOid.unknown, value: sval.sval ?? '', environment: analyser.context.text };
  if (fval) return { ...base, ...numberLiteral(fval.fval ?? '0') };
  throw unsupported(bsval ? 'a bit string' : 'this kind of literal', location);
}

/** Integers too large for int4 come as text: int8 if they fit, numeric otherwise. */
function numberLiteral(text: string): { type: number; value: unknown } {
  const isInteger = /^\d+$/.test(text);
  const type = isInteger && BigInt(text) <= 0x7fff_ffff_ffff_ffffn ? TypeOid.int8 : TypeOid.numeric;
  return { type, value: types.byOid(type).input(text, -1) };
}

function transformColumn(scope: Scope, { fields = [], location }: ColumnRef): Expression {
  if ('A_Star' in fields[fields.length - 1])
    throw error(SqlState.featureNotSupported, 'row expansion via "*" is not supported here', at(location));
  const names = namesOf(fields);
  refuseColumnsIn(scope, names, location);
  if (names.length === 4) throw unsupported('a database in the name of a column', location);
  if (names.length > 4)
    throw error(
      SqlState.syntaxError,
      `improper qualified name (too many dotted names): ${names.join('.')}`,
      at(location),
    );
  const [name, table, schema] = [...names].reverse();
  if (table !== undefined) return scope.qualifiedColumn(schema, table, name, location);
  try {
    return scope.column(name, location);
  } catch (thrown) {
    if (scope.hasTable(name)) throw unsupported('a reference to a whole row', location);
    throw thrown;
  }
}

function refuseColumnsIn(scope: Scope, names: string[], location: number | undefined): void {
  if (scope.clause !== 'default' || names.length === 0) return;
  throw error(SqlState.featureNotSupported, 'cannot use column reference in DEFAULT expression', at(location));
}

function transformLogic(analyser: Analyser, scope: Scope, body: { boolop: string; args: Node[] }): Expression {
  const operator = body.boolop.slice(0, -'_EXPR'.length);
  const args = body.args.map((arg) => requireBoolean(transformExpression(analyser, scope, arg), operator));
  const base = { type: TypeOid.bool, typmod: -1 };
  return operator === 'NOT'
    ? { ...base, kind: 'not', arg: args[0] }
    : { ...base, kind: operator === 'AND' ? 'and' : 'or', args };
}

const BOOLEAN_TESTS: Record<string, { wanted: boolean | null; name: string }> = {
  TRUE: { wanted: true, name: 'IS TRUE' },
  FALSE: { wanted: false, name: 'IS FALSE' },
  UNKNOWN: { wanted: null, name: 'IS UNKNOWN' },
};

function transformBooleanTest(analyser: Analyser, scope: Scope, body: { arg: Node; booltesttype: string }): Expression {
  const negated = body.booltesttype.startsWith('IS_NOT_');
  const { wanted, name } = BOOLEAN_TESTS[body.booltesttype.replace(/^IS_(NOT_)?/, '')];
  const what = negated ? name.replace('IS', 'IS NOT') : name;
  const arg = requireBoolean(transformExpression(analyser, scope, body.arg), what);
  return { kind: 'boolean-test', arg, wanted, negated, type: TypeOid.bool, typmod: -1 };
}

function transformArray(analyser: Analyser, scope: Scope, body: { elements?: Node[]; location?: number }): Expression {
  const elements = (body.elements ?? []).map((element) => transformExpression(analyser, scope, element));
  if (elements.length === 0) {
    throw error(SqlState.indeterminateDatatype, 'cannot determine type of empty array', {
      ...at(body.location),
      hint: 'Explicitly cast to the desired type, for example ARRAY[]::integer[].',
    });
  }
  return arrayOf(elements);
}

export function arrayOf(elements: readonly Expression[]): Expression {
  const { type, args } = unify(elements, 'ARRAY');
  const array = types.arrayOf(type);
  if (types.elementOf(type) !== 0) throw unsupported('a multidimensional ARRAY[]');
  if (array === 0)
    throw error(SqlState.undefinedObject, `could not find array type for data type ${types.format(type)}`);
  return { kind: 'array', elements: args, type: array, typmod: -1 };
}

function transformIndirection(analyser: Analyser, scope: Scope, body: A_Indirection): Expression {
  let value = transformExpression(analyser, scope, body.arg!);
  for (const step of body.indirection ?? []) {
    if (!('A_Indices' in step)) throw unsupported('selection of a field');
    const { is_slice: isSlice, uidx } = step.A_Indices;
    if (isSlice) throw unsupported('an array slice');
    if (value.kind === 'subscript' && types.elementOf(value.type) === 0)
      throw unsupported('a subscript of several dimensions');
    value = subscript(value, transformExpression(analyser, scope, uidx!));
  }
  return value;
}

function subscript(array: Expression, index: Expression): Expression {
  const element = types.row(array.type).element;
  if (element === 0 || types.row(array.type).category !== 'A') {
    throw error(
      SqlState.datatypeMismatch,
      `cannot subscript type ${types.format(array.type)} because it does not support subscripting`,
      at(locationOf(array)),
    );
  }
  const position = coerceOrFail(index, TypeOid.int4, -1, 'assignment', () =>
    error(SqlState.datatypeMismatch, 'array subscript must have type integer'),
  );
  return { kind: 'subscript', array, index: position, type: element, typmod: array.typmod };
}

const COLLATIONS = new Set(['default', 'C', 'POSIX', 'ucs_basic']);

/** Every text is ordered by code point here, so the collations that mean this may be named and change nothing. */
function transformCollate(
  analyser: Analyser,
  scope: Scope,
  body: { arg: Node; collname: Node[]; location?: number },
): Expression {
  const name = stringOf(body.collname[body.collname.length - 1]);
  if (!COLLATIONS.has(name)) {
    throw error(SqlState.undefinedObject, `collation "${name}" for encoding "UTF8" does not exist`, at(body.location));
  }
  const arg = transformExpression(analyser, scope, body.arg);
  if (arg.type === TypeOid.unknown) return castLiteral(arg, TypeOid.text);
  if (types.row(arg.type).collation === 0) {
    throw error(
      SqlState.datatypeMismatch,
      `collations are not supported by type ${types.format(arg.type)}`,
      at(body.location),
    );
  }
  return arg;
}
