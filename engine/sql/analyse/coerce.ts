import type { Oid } from '../../base/block.js';
import { error, PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { CastContext } from '../functions/cast-table.js';
import { at } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { Expression } from './expression.js';
import { library } from './library.js';

/**
 * Conversions between types (parser/parse_coerce.c). A literal takes the type that is wanted of it by being read as
 * that type, a parameter by being declared so, everything else by a cast.
 */

/** Where the expression begins in the statement's text. */
export function locationOf(expression: Expression): number | undefined {
  if (expression.kind === 'call' && expression.operator !== undefined)
    return leftmost([expression.location, ...expression.args.map(locationOf)]);
  if (expression.kind === 'and' || expression.kind === 'or') return leftmost(expression.args.map(locationOf));
  if ('location' in expression && expression.location !== undefined) return expression.location;
  if (expression.kind === 'cast' || expression.kind === 'modify') return locationOf(expression.arg);
  return undefined;
}

function leftmost(locations: readonly (number | undefined)[]): number | undefined {
  const known = locations.filter((location) => location !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** The expression as another type, or undefined when the context does not allow that. */
export function tryCoerce(
  expression: Expression,
  type: Oid,
  typmod: number,
  context: CastContext,
): Expression | undefined {
  const converted = convert(expression, type, context, readAs(type, typmod));
  return converted && applyTypmod(converted, typmod, context);
}

/** Like tryCoerce, where the caller has made sure that it is possible. */
export function coerce(expression: Expression, type: Oid, typmod: number, context: CastContext): Expression {
  return coerceOrFail(expression, type, typmod, context, (from) =>
    error(SqlState.cannotCoerce, `cannot cast type ${from} to ${types.format(type)}`, at(locationOf(expression))),
  );
}

export function coerceOrFail(
  expression: Expression,
  type: Oid,
  typmod: number,
  context: CastContext,
  fail: (from: string) => PgError,
): Expression {
  const coerced = tryCoerce(expression, type, typmod, context);
  if (!coerced) throw withPosition(fail(types.format(expression.type)), locationOf(expression));
  return coerced;
}

function withPosition(failure: PgError, location: number | undefined): PgError {
  if (failure.details.position !== undefined || location === undefined) return failure;
  return new PgError(failure.severity, failure.sqlState, failure.message, { ...failure.details, ...at(location) });
}

function convert(expression: Expression, type: Oid, context: CastContext, typmod = -1): Expression | undefined {
  if (expression.type === type || PSEUDO_TARGETS.has(type)) return expression;
  if (expression.type === TypeOid.unknown) return resolveAs(expression, type, typmod);
  const cast = library.casts.find(expression.type, type, context);
  return cast && { kind: 'cast', cast, arg: expression, explicit: context === 'explicit', type, typmod: -1 };
}

const PSEUDO_TARGETS = new Set<Oid>([
  TypeOid.any,
  TypeOid.anyelement,
  TypeOid.anyarray,
  TypeOid.anynonarray,
  TypeOid.anycompatible,
]);

/** The modifier that a literal is read with: only an interval's fields say what its numbers mean, the rest comes after. */
export function readAs(type: Oid, typmod: number): number {
  return type === TypeOid.interval ? typmod : -1;
}

function resolveAs(expression: Expression, type: Oid, typmod: number): Expression | undefined {
  if (expression.kind === 'parameter') {
    return expression.open ? expression.open.decide(expression, type) : { ...expression, type };
  }
  if (expression.kind === 'constant') return { ...expression, type, value: readLiteral(expression, type, typmod) };
  return convert({ ...expression, type: TypeOid.text }, type, 'explicit');
}

function readLiteral(literal: Extract<Expression, { kind: 'constant' }>, type: Oid, typmod: number): unknown {
  if (literal.value === null) return null;
  try {
    return types.byOid(type).input(literal.value as string, typmod, literal.environment);
  } catch (thrown) {
    throw thrown instanceof PgError ? withPosition(thrown, literal.location) : thrown;
  }
}

/** Cuts or checks a value by its type modifier; constants at once. */
export function applyTypmod(expression: Expression, typmod: number, context: CastContext): Expression {
  const type = types.byOid(expression.type);
  if (typmod < 0 || !type.coerce || expression.typmod === typmod) return expression;
  if (expression.kind === 'constant') {
    const value = expression.value === null ? null : type.coerce(expression.value, typmod, context === 'explicit');
    return { ...expression, value, typmod };
  }
  return { kind: 'modify', arg: expression, explicit: context === 'explicit', type: expression.type, typmod };
}

/** A literal or parameter that nothing gave a type is text. */
export function resolveUnknown(expression: Expression): Expression {
  return expression.type === TypeOid.unknown
    ? (convert(expression, TypeOid.text, 'implicit') ?? expression)
    : expression;
}

/** The one type of several expressions, for CASE, VALUES and the like; 42804 at the one that does not fit. */
export function commonType(expressions: readonly Expression[], construct: string): Oid {
  try {
    return library.commonTypes.require(
      expressions.map(({ type }) => type),
      construct,
    );
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    throw withPosition(thrown, clashLocation(expressions));
  }
}

function clashLocation(expressions: readonly Expression[]): number | undefined {
  for (let count = 2; count <= expressions.length; count++) {
    const seen = expressions.slice(0, count);
    if (library.commonTypes.find(seen.map(({ type }) => type)) === undefined) return locationOf(seen[count - 1]);
  }
  return undefined;
}

/** Brings all to their common type. */
export function unify(
  expressions: readonly Expression[],
  construct: string,
): { type: Oid; typmod: number; args: Expression[] } {
  const type = commonType(expressions, construct);
  const args = expressions.map((expression) => coerce(expression, type, -1, 'implicit'));
  const [{ typmod }] = args;
  return { type, typmod: args.every((arg) => arg.typmod === typmod) ? typmod : -1, args };
}
