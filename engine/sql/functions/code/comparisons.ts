import { bool } from '../../types/bool.js';
import { bytea } from '../../types/bytea.js';
import { char } from '../../types/char.js';
import { date } from '../../types/datetime/date.js';
import { interval } from '../../types/datetime/interval.js';
import { compareFloat } from '../../types/floats.js';
import { int4, int8, oid } from '../../types/integers.js';
import { pgLsn } from '../../types/lsn.js';
import { compareNumeric } from '../../types/numeric/arithmetic.js';
import { bpchar, compareText } from '../../types/text.js';
import { tid } from '../../types/tid.js';
import { types } from '../../types/type-table.js';
import { TypeOid } from '../../types/oids.js';
import { uuid } from '../../types/uuid.js';
import { type Code, type Implementation, bound } from '../signature.js';

/** The six comparisons of each pair of types. */
type Compare<L, R = L> = (a: L, b: R, env: never) => number;
export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** `nameOf` gives the function's name, e.g. (op) => `int4${op}`. */
export function comparisons<L, R>(nameOf: (op: Comparison) => string, compare: Compare<L, R>): Record<string, Code> {
  return {
    [nameOf('eq')]: (a: L, b: R, env: never) => compare(a, b, env) === 0,
    [nameOf('ne')]: (a: L, b: R, env: never) => compare(a, b, env) !== 0,
    [nameOf('lt')]: (a: L, b: R, env: never) => compare(a, b, env) < 0,
    [nameOf('le')]: (a: L, b: R, env: never) => compare(a, b, env) <= 0,
    [nameOf('gt')]: (a: L, b: R, env: never) => compare(a, b, env) > 0,
    [nameOf('ge')]: (a: L, b: R, env: never) => compare(a, b, env) >= 0,
  };
}

function prefixed<L, R>(prefix: string, compare: Compare<L, R>): Record<string, Code> {
  return comparisons((op) => prefix + op, compare);
}

/** The four of an order; equality goes by another name. */
function ordering<V>(prefix: string, compare: Compare<V>): Record<string, Code> {
  const isOrder = ([name]: [string, Code]) => !name.endsWith('eq') && !name.endsWith('ne');
  return Object.fromEntries(Object.entries(prefixed(prefix, compare)).filter(isOrder));
}

function compareMixed(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const elementTypes = bound(({ args }) => {
  const type = types.byOid(args[0]);
  return (a: unknown, b: unknown) => type.compare(a, b);
});

/** The array comparisons, for the array type of the call. */
function arrayComparisons(): Record<string, Implementation> {
  const ops = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
  return Object.fromEntries(
    ops.map((op) => [
      `array_${op}`,
      bound((callTypes) => comparisons((name) => name, elementTypes.bind(callTypes) as Compare<unknown>)[op]),
    ]),
  );
}

const oidvector = types.byOid(TypeOid.oidvector);

export const comparisonCode: Readonly<Record<string, Implementation>> = {
  ...prefixed('bool', bool.compare),
  ...prefixed('int2', int4.compare),
  ...prefixed('int4', int4.compare),
  ...prefixed('int8', int8.compare),
  ...prefixed('int24', int4.compare),
  ...prefixed('int42', int4.compare),
  ...prefixed('int28', compareMixed),
  ...prefixed('int48', compareMixed),
  ...prefixed('int82', compareMixed),
  ...prefixed('int84', compareMixed),
  ...prefixed('float4', compareFloat),
  ...prefixed('float8', compareFloat),
  ...prefixed('float48', compareFloat),
  ...prefixed('float84', compareFloat),
  ...prefixed('numeric_', compareNumeric),
  ...prefixed('oid', oid.compare),
  ...prefixed('oidvector', oidvector.compare as Compare<unknown>),
  ...prefixed('xid8', int8.compare),
  xideq: (a: number, b: number) => a === b,
  xidneq: (a: number, b: number) => a !== b,
  cideq: (a: number, b: number) => a === b,
  ...prefixed('tid', tid.compare),
  ...prefixed('char', char.compare),
  ...prefixed('name', compareText),
  ...ordering('text_', compareText),
  texteq: (a: string, b: string) => a === b,
  textne: (a: string, b: string) => a !== b,
  ...comparisons((op) => `name${op}text`, compareText),
  ...comparisons((op) => `text${op}name`, compareText),
  ...ordering('text_pattern_', compareText),
  ...prefixed('bpchar', bpchar.compare),
  ...ordering('bpchar_pattern_', bpchar.compare),
  ...prefixed('bytea', bytea.compare),
  ...prefixed('date_', date.compare),
  ...prefixed('time_', int8.compare),
  ...prefixed('timestamp_', int8.compare),
  ...prefixed('interval_', interval.compare),
  ...prefixed('uuid_', uuid.compare),
  ...prefixed('pg_lsn_', pgLsn.compare),
  ...arrayComparisons(),
};
