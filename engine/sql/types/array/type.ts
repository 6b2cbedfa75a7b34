import type { Oid } from '../../../base/block.js';
import { TypeOid } from '../oids.js';
import { type SqlType, defineType, mix } from '../sql-type.js';
import { arrayStorage, receiveArray, sendArray } from './format.js';
import { formatArray, parseArray } from './literal.js';
import { SqlArray } from './sql-array.js';

/** The array type over an element type. */
export function arrayType<V>(oid: Oid, element: SqlType<V>): SqlType<SqlArray<V>> {
  const type = defineType<SqlArray<V>>(oid, {
    storage: arrayStorage(element),
    input: (text, typmod, env) => parseArray(text, (item) => element.input(item, typmod, env)),
    output: (array, env) => formatArray(array, (item) => element.output(item, env)),
    send: (array) => sendArray(element, array),
    receive: (bytes, typmod) => receiveArray(element, bytes, typmod),
    compare: (a, b) => compareArrays(element, a, b),
    hash: (array) =>
      array.elements.reduce<number>((hash, item) => mix((hash * 31) ^ (item === null ? 0 : element.hash(item))), 1),
    coerce: element.coerce && ((array, typmod, explicit) => coerceElements(element, array, typmod, explicit)),
    typmodIn: element.typmodIn?.bind(element),
    typmodOut: element.typmodOut?.bind(element),
  });
  return element.ordered ? type : { ...type, ordered: false };
}

function coerceElements<V>(element: SqlType<V>, array: SqlArray<V>, typmod: number, explicit: boolean): SqlArray<V> {
  const items = array.elements.map((item) => (item === null ? null : element.coerce!(item, typmod, explicit)));
  return SqlArray.shaped(items, array.lengths, array.lowerBounds);
}

/** Element by element, NULL last; then the shorter one first, then by shape (utils/adt/arrayfuncs.c array_cmp). */
function compareArrays<V>(element: SqlType<V>, a: SqlArray<V>, b: SqlArray<V>): number {
  const shorter = Math.min(a.elements.length, b.elements.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareNullable(element, a.elements[i], b.elements[i]);
    if (order !== 0) return order;
  }
  return a.elements.length - b.elements.length || a.dimensions - b.dimensions || compareShapes(a, b);
}

function compareNullable<V>(element: SqlType<V>, a: V | null, b: V | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return element.compare(a, b);
}

function compareShapes(a: SqlArray, b: SqlArray): number {
  const left = [...a.lengths, ...a.lowerBounds];
  const right = [...b.lengths, ...b.lowerBounds];
  return left.map((number, i) => number - right[i]).find((difference) => difference !== 0) ?? 0;
}

/** int2vector and oidvector: one dimension from subscript 0, printed as numbers between blanks (utils/adt/int.c, oid.c). */
export function vectorType(oid: Oid, element: SqlType<number>): SqlType<SqlArray<number>> {
  const array = arrayType(oid === TypeOid.oidvector ? TypeOid.oidArray : INT2_ARRAY, element);
  return defineType<SqlArray<number>>(oid, {
    ...array,
    storage: {
      ...array.storage,
      align: 4,
      read: (source, at, byteLength) => SqlArray.vector(array.storage.read(source, at, byteLength).elements),
    },
    receive: (bytes, typmod) => SqlArray.vector(array.receive(bytes, typmod).elements),
    input: (text) => {
      const words = text.trim().split(/\s+/);
      return SqlArray.vector(words[0] === '' ? [] : words.map((word) => element.input(word, -1)));
    },
    output: (value) => value.elements.join(' '),
  });
}

const INT2_ARRAY = 1005;
