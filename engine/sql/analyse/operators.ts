import type { Oid } from '../../base/block.js';
import { error, PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { coerce } from './coerce.js';
import type { Call, Expression } from './expression.js';
import { library } from './library.js';

/** Adds the position to what the resolver raises. */
export function located<T>(location: number | undefined, body: () => T): T {
  try {
    return body();
  } catch (thrown) {
    if (!(thrown instanceof PgError) || thrown.details.position !== undefined) throw thrown;
    throw new PgError(thrown.severity, thrown.sqlState, thrown.message, { ...thrown.details, ...at(location) });
  }
}

/** An argument as the chosen function wants it; `any` takes it as it is, text instead of an untyped literal. */
export function fitArgument(argument: Expression, type: Oid): Expression {
  if (type === TypeOid.unknown || (type === TypeOid.any && argument.type !== TypeOid.unknown)) return argument;
  return coerce(argument, type === TypeOid.any ? TypeOid.text : type, -1, 'implicit');
}

export function binaryOperator(name: string, left: Expression, right: Expression, location?: number): Call {
  const resolved = located(location, () => library.resolver.resolveOperator(name, left.type, right.type));
  return {
    kind: 'call',
    signature: resolved.operator.procedure,
    caller: resolved.call,
    args: [fitArgument(left, resolved.leftType!), fitArgument(right, resolved.rightType)],
    operator: name,
    type: resolved.returns,
    typmod: -1,
    location,
  };
}

export function prefixOperator(name: string, operand: Expression, location?: number): Call {
  const resolved = located(location, () => library.resolver.resolveOperator(name, null, operand.type));
  const args = [fitArgument(operand, resolved.rightType)];
  return {
    kind: 'call',
    signature: resolved.operator.procedure,
    caller: resolved.call,
    args,
    operator: name,
    type: resolved.returns,
    typmod: -1,
    location,
  } as Call;
}

/** `left = right`. */
export function equalityOf(left: Expression, right: Expression): Expression {
  return binaryOperator('=', left, right);
}

/** `left name ANY|ALL (array)`. */
export function arrayOperator(
  name: string,
  all: boolean,
  left: Expression,
  array: Expression,
  location?: number,
): Expression {
  const given = array.type === TypeOid.unknown ? arrayFor(left, array) : array;
  const element = types.row(given.type).category === 'A' ? types.row(given.type).element : 0;
  if (element === 0)
    throw error(SqlState.wrongObjectType, 'op ANY/ALL (array) requires array on right side', at(location));
  const resolved = located(location, () => library.resolver.resolveOperator(name, left.type, element));
  if (resolved.returns !== TypeOid.bool) {
    throw error(SqlState.wrongObjectType, 'op ANY/ALL (array) requires operator to yield boolean', at(location));
  }
  return {
    kind: 'array-comparison',
    caller: resolved.call,
    operator: name,
    all,
    left: fitArgument(left, resolved.leftType!),
    array: resolved.rightType === element ? given : coerce(given, types.arrayOf(resolved.rightType), -1, 'implicit'),
    type: TypeOid.bool,
    typmod: -1,
  };
}

/** An untyped array literal is an array of what it is compared with. */
function arrayFor(left: Expression, array: Expression): Expression {
  const element = left.type === TypeOid.unknown ? TypeOid.text : left.type;
  return coerce(array, types.arrayOf(element) || TypeOid.textArray, -1, 'implicit');
}

/** Both operands of an equality, in its types, and how to compare them. */
export function equalityParts(left: Expression, right: Expression, location?: number): Call {
  const call = binaryOperator('=', left, right, location);
  if (call.type !== TypeOid.bool)
    throw error(SqlState.datatypeMismatch, 'IS DISTINCT FROM requires = operator to yield boolean', at(location));
  return call;
}
