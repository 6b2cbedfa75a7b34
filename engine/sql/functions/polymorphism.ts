import type { Oid } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { error, type PgError } from '../../base/errors.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';

/**
 * Polymorphic pseudo-types: what `anyelement` and its relatives stand for in one call (parser/parse_coerce.c
 * enforce_generic_type_consistency).
 *
 * The `any*` family wants one element type throughout; the `anycompatible*` family a common type of its arguments.
 */
const EXACT = new Set<Oid>([TypeOid.anyelement, TypeOid.anyarray, TypeOid.anynonarray]);
const COMPATIBLE = new Set<Oid>([TypeOid.anycompatible, TypeOid.anycompatiblearray, TypeOid.anycompatiblenonarray]);
const ARRAYS = new Set<Oid>([TypeOid.anyarray, TypeOid.anycompatiblearray]);
const NON_ARRAYS = new Set<Oid>([TypeOid.anynonarray, TypeOid.anycompatiblenonarray]);

export function isPolymorphic(type: Oid): boolean {
  return EXACT.has(type) || COMPATIBLE.has(type);
}

/** Finds the common type of several, undefined when there is none. */
export type CommonType = (candidates: readonly Oid[]) => Oid | undefined;

export interface PolymorphicTypes {
  readonly args: readonly Oid[];
  readonly returns: Oid;
}

/** Can the declared arguments take the actual types? Says nothing of arguments that are not polymorphic. */
export function isConsistent(declared: readonly Oid[], actual: readonly Oid[], commonType: CommonType): boolean {
  if (!declared.some(isPolymorphic)) return true;
  return (
    isFamilyConsistent(EXACT, declared, actual, oneType) && isFamilyConsistent(COMPATIBLE, declared, actual, commonType)
  );
}

/** Literals of unknown type are consistent with anything. */
function isFamilyConsistent(
  family: ReadonlySet<Oid>,
  declared: readonly Oid[],
  actual: readonly Oid[],
  combine: CommonType,
): boolean {
  const known = declared
    .map((type, i) => ({ type, given: actual[i] }))
    .filter((arg) => family.has(arg.type) && arg.given !== TypeOid.unknown);
  if (known.length === 0) return true;
  const elements = known.map(({ type, given }) => (ARRAYS.has(type) ? types.elementOf(given) : given));
  const element = elements.includes(0) ? undefined : combine(elements);
  if (element === undefined) return false;
  return !declared.some((type) => family.has(type) && NON_ARRAYS.has(type)) || types.elementOf(element) === 0;
}

/** The declared types with every polymorphic one replaced. Errors 42804 when that is not possible. */
export function resolvePolymorphic(
  declared: readonly Oid[],
  actual: readonly Oid[],
  returns: Oid,
  commonType: CommonType,
): PolymorphicTypes {
  if (!declared.some(isPolymorphic)) return { args: declared, returns };
  const exact = elementOfFamily(EXACT, declared, actual, oneType);
  const compatible = elementOfFamily(COMPATIBLE, declared, actual, commonType);
  const replace = (type: Oid, given?: Oid): Oid => {
    if (!isPolymorphic(type)) return type;
    const element = EXACT.has(type) ? exact : compatible;
    if (element === undefined) return unresolved();
    if (!ARRAYS.has(type)) return element;
    // A vector type is taken as it is: no array type over its elements is meant.
    if (given !== undefined && EXACT.has(type) && types.elementOf(given) === element) return given;
    return arrayOver(element);
  };
  // `anyarray` gives back what it was given, a vector type too.
  const givenArray = actual.find((type, i) => declared[i] === TypeOid.anyarray && type !== TypeOid.unknown);
  return { args: declared.map((type, i) => replace(type, actual[i])), returns: replace(returns, givenArray) };
}

function arrayOver(element: Oid): Oid {
  const array = types.arrayOf(element);
  if (array === 0)
    throw error(SqlState.undefinedObject, `could not find array type for data type ${types.format(element)}`);
  return array;
}

/** The element type of one family; undefined when no argument belongs to it. */
function elementOfFamily(
  family: ReadonlySet<Oid>,
  declared: readonly Oid[],
  actual: readonly Oid[],
  combine: CommonType,
): Oid | undefined {
  const members = declared.map((type, i) => ({ type, given: actual[i] })).filter(({ type }) => family.has(type));
  if (members.length === 0) return undefined;
  const known = members.filter(({ given }) => given !== TypeOid.unknown);
  if (known.length === 0) return family === COMPATIBLE ? TypeOid.text : unresolved();
  const element = combine(known.map(({ type, given }) => (ARRAYS.has(type) ? elementOf(type, given) : given)));
  if (element === undefined) throw mismatch('arguments of polymorphic type are not all alike');
  if (members.some(({ type }) => NON_ARRAYS.has(type)) && types.elementOf(element) !== 0) {
    throw mismatch(`type matched to anynonarray is an array type: ${types.format(element)}`);
  }
  return element;
}

function elementOf(declared: Oid, given: Oid): Oid {
  const element = given === TypeOid.anyarray ? 0 : types.elementOf(given);
  if (element !== 0) return element;
  throw mismatch(`argument declared ${types.format(declared)} is not an array but type ${types.format(given)}`);
}

const oneType: CommonType = (candidates) =>
  candidates.every((type) => type === candidates[0]) ? candidates[0] : undefined;

function mismatch(message: string): PgError {
  return error(SqlState.datatypeMismatch, message);
}

function unresolved(): never {
  throw mismatch('could not determine polymorphic type because input has type unknown');
}
