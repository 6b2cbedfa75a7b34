import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { SqlArray } from '../../types/array/sql-array.js';
import type { SqlType } from '../../types/sql-type.js';
import { types } from '../../types/type-table.js';
import type { CallEnvironment } from '../environment.js';
import { type CallTypes, type Code, type Implementation, bound } from '../signature.js';

/** Functions on arrays (utils/adt/arrayfuncs.c, array_userfuncs.c). */
type Nullable<V> = V | null;

/** SQLSTATE array_subscript_error. */
const SUBSCRIPT_ERROR = '2202E';

function elementTypeOf({ args }: CallTypes, index = 0): SqlType {
  return types.byOid(types.elementOf(args[index]));
}

/** Code that needs the element type of the call's argument `index`. */
function withElement(make: (element: SqlType) => Code, index = 0): Implementation {
  return bound((callTypes) => make(elementTypeOf(callTypes, index)));
}

function sameItem(element: SqlType, a: unknown, b: unknown): boolean {
  return a === null || b === null ? a === b : element.equals(a, b);
}

function requireOneDimension(array: SqlArray, message: string): void {
  if (array.dimensions > 1) throw error(SqlState.featureNotSupported, message);
}

function append(array: Nullable<SqlArray>, item: unknown): SqlArray {
  const { elements, lowerBounds } = array ?? SqlArray.of([]);
  if (array && array.dimensions > 1) throw notOneDimensional();
  return SqlArray.of([...elements, item], lowerBounds[0] ?? 1);
}

function prepend(item: unknown, array: Nullable<SqlArray>): SqlArray {
  const { elements, lowerBounds } = array ?? SqlArray.of([]);
  if (array && array.dimensions > 1) throw notOneDimensional();
  return SqlArray.of([item, ...elements], lowerBounds[0] ?? 1);
}

function notOneDimensional(): PgError {
  return error('22000', 'argument must be empty or one-dimensional array');
}

function incompatible(detail: string): PgError {
  return error(SUBSCRIPT_ERROR, 'cannot concatenate incompatible arrays', { detail });
}

/** Arrays of equal dimensions join along the first; one of one dimension less is an element of the other. */
function concatenate(a: Nullable<SqlArray>, b: Nullable<SqlArray>): Nullable<SqlArray> {
  if (a === null || b === null) return a ?? b;
  if (a.dimensions === 0) return b;
  if (b.dimensions === 0) return a;
  const elements = [...a.elements, ...b.elements];
  if (a.dimensions === b.dimensions) return joinAlike(a, b, elements);
  const [outer, inner] = a.dimensions > b.dimensions ? [a, b] : [b, a];
  if (outer.dimensions !== inner.dimensions + 1) {
    throw incompatible(
      `Arrays of ${a.dimensions} and ${b.dimensions} dimensions are not compatible for concatenation.`,
    );
  }
  if (!sameNumbers(outer.lengths.slice(1), inner.lengths)) {
    throw incompatible('Arrays with differing dimensions are not compatible for concatenation.');
  }
  return SqlArray.shaped(elements, [outer.lengths[0] + 1, ...inner.lengths], outer.lowerBounds);
}

function joinAlike(a: SqlArray, b: SqlArray, elements: unknown[]): SqlArray {
  if (!sameNumbers(a.lengths.slice(1), b.lengths.slice(1))) {
    throw incompatible('Arrays with differing element dimensions are not compatible for concatenation.');
  }
  return SqlArray.shaped(elements, [a.lengths[0] + b.lengths[0], ...a.lengths.slice(1)], a.lowerBounds);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

function dimension<R>(array: SqlArray, number: number, read: (index: number) => R): R | null {
  return number >= 1 && number <= array.dimensions ? read(number - 1) : null;
}

function describeDimensions(array: SqlArray): string | null {
  if (array.dimensions === 0) return null;
  return array.lengths.map((length, d) => `[${array.lowerBounds[d]}:${array.lowerBounds[d] + length - 1}]`).join('');
}

function findPosition(
  element: SqlType,
  array: SqlArray,
  item: unknown,
  from = array.lowerBounds[0] ?? 1,
): number | null {
  requireOneDimension(array, 'searching for elements in multidimensional arrays is not supported');
  const lower = array.lowerBounds[0] ?? 1;
  for (let i = Math.max(from - lower, 0); i < array.elements.length; i++) {
    if (sameItem(element, array.elements[i], item)) return i + lower;
  }
  return null;
}

function findPositions(element: SqlType, array: SqlArray, item: unknown): SqlArray<number> {
  requireOneDimension(array, 'searching for elements in multidimensional arrays is not supported');
  const lower = array.lowerBounds[0] ?? 1;
  return SqlArray.of(array.elements.flatMap((candidate, i) => (sameItem(element, candidate, item) ? [i + lower] : [])));
}

function remove(element: SqlType, array: SqlArray, item: unknown): SqlArray {
  requireOneDimension(array, 'removing elements from multidimensional arrays is not supported');
  const kept = array.elements.filter((candidate) => !sameItem(element, candidate, item));
  return SqlArray.of(kept, array.lowerBounds[0]);
}

function replace(element: SqlType, array: SqlArray, from: unknown, to: unknown): SqlArray {
  const items = array.elements.map((candidate) => (sameItem(element, candidate, from) ? to : candidate));
  return SqlArray.shaped(items, array.lengths, array.lowerBounds);
}

/** Nulls contain nothing and are contained in nothing. */
function contains(element: SqlType, outer: SqlArray, inner: SqlArray): boolean {
  return inner.elements.every(
    (item) => item !== null && outer.elements.some((other) => other !== null && element.equals(other, item)),
  );
}

function overlap(element: SqlType, a: SqlArray, b: SqlArray): boolean {
  return a.elements.some(
    (item) => item !== null && b.elements.some((other) => other !== null && element.equals(item, other)),
  );
}

function join(
  element: SqlType,
  array: SqlArray,
  separator: string,
  nullText: string | null,
  env: CallEnvironment,
): string {
  const texts = array.elements.map((item) => (item === null ? nullText : element.output(item, env)));
  return texts.filter((text) => text !== null).join(separator);
}

function fill(item: unknown, lengths: Nullable<SqlArray<number>>, bounds?: Nullable<SqlArray<number>>): SqlArray {
  if (lengths === null || bounds === null) {
    throw error(SqlState.nullValueNotAllowed, 'dimension array or low bound array cannot be null');
  }
  if (bounds && bounds.elements.length !== lengths.elements.length)
    throw error(SUBSCRIPT_ERROR, 'wrong number of array subscripts');
  const sizes = lengths.elements.map(requireDimension);
  const lower = bounds ? bounds.elements.map(requireDimension) : sizes.map(() => 1);
  const count = sizes.length === 0 ? 0 : sizes.reduce((product, size) => product * size, 1);
  return SqlArray.shaped(
    Array.from({ length: count }, () => item),
    sizes,
    lower,
  );
}

function requireDimension(value: number | null): number {
  if (value === null) throw error(SqlState.nullValueNotAllowed, 'dimension values cannot be null');
  return value;
}

function trimmed(array: SqlArray, count: number): SqlArray {
  const length = array.lengths[0] ?? 0;
  if (count < 0 || count > length) {
    throw error(SUBSCRIPT_ERROR, `number of elements to trim must be between 0 and ${length}`);
  }
  const kept = length - count;
  const perItem = length === 0 ? 0 : array.elements.length / length;
  return SqlArray.shaped(array.elements.slice(0, kept * perItem), [kept, ...array.lengths.slice(1)], array.lowerBounds);
}

function subscripts(array: SqlArray, number: number, reversed = false): number[] {
  const length = dimension(array, number, (d) => array.lengths[d]) ?? 0;
  const lower = dimension(array, number, (d) => array.lowerBounds[d]) ?? 1;
  return Array.from({ length }, (_, i) => (reversed ? lower + length - 1 - i : lower + i));
}

export const arrayCode: Readonly<Record<string, Implementation>> = {
  array_append: append,
  array_prepend: prepend,
  array_cat: concatenate,
  array_cardinality: (array: SqlArray) => array.elements.length,
  array_length: (array: SqlArray, number: number) => dimension(array, number, (d) => array.lengths[d]),
  array_lower: (array: SqlArray, number: number) => dimension(array, number, (d) => array.lowerBounds[d]),
  array_upper: (array: SqlArray, number: number) =>
    dimension(array, number, (d) => array.lowerBounds[d] + array.lengths[d] - 1),
  array_ndims: (array: SqlArray) => array.dimensions || null,
  array_dims: describeDimensions,
  array_position: withElement(
    (element) => (array: Nullable<SqlArray>, item: unknown) =>
      array === null ? null : findPosition(element, array, item),
  ),
  array_position_start: withElement((element) => (array: Nullable<SqlArray>, item: unknown, from: number | null) => {
    if (from === null) throw error(SqlState.nullValueNotAllowed, 'initial position must not be null');
    return array === null ? null : findPosition(element, array, item, from);
  }),
  array_positions: withElement(
    (element) => (array: Nullable<SqlArray>, item: unknown) =>
      array === null ? null : findPositions(element, array, item),
  ),
  array_remove: withElement(
    (element) => (array: Nullable<SqlArray>, item: unknown) => (array === null ? null : remove(element, array, item)),
  ),
  array_replace: withElement(
    (element) => (array: Nullable<SqlArray>, from: unknown, to: unknown) =>
      array === null ? null : replace(element, array, from, to),
  ),
  arraycontains: withElement((element) => (a: SqlArray, b: SqlArray) => contains(element, a, b)),
  arraycontained: withElement((element) => (a: SqlArray, b: SqlArray) => contains(element, b, a)),
  arrayoverlap: withElement((element) => (a: SqlArray, b: SqlArray) => overlap(element, a, b)),
  array_to_text: withElement(
    (element) => (array: SqlArray, separator: string, env: CallEnvironment) =>
      join(element, array, separator, null, env),
  ),
  array_to_text_null: withElement(
    (element) =>
      (array: Nullable<SqlArray>, separator: string | null, nullText: string | null, env: CallEnvironment) =>
        array === null || separator === null ? null : join(element, array, separator, nullText, env),
  ),
  array_fill: (item: unknown, lengths: Nullable<SqlArray<number>>) => fill(item, lengths),
  array_fill_with_lower_bounds: fill,
  trim_array: trimmed,
  array_unnest: (array: SqlArray) => array.elements,
  generate_subscripts: subscripts,
  generate_subscripts_nodir: (array: SqlArray, number: number) => subscripts(array, number),
};
