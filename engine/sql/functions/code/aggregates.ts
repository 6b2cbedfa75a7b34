import { add, divide, multiply, subtract } from '../../types/numeric/arithmetic.js';
import { type Interval, addIntervals, divideInterval } from '../../types/datetime/interval-value.js';
import { SqlArray } from '../../types/array/sql-array.js';
import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { Numeric } from '../../types/numeric/numeric.js';
import { squareRootToScale } from '../../types/numeric/transcendental.js';
import { TypeOid } from '../../types/oids.js';
import { types } from '../../types/type-table.js';
import type { AggregateCode, AggregateState, CallTypes } from '../signature.js';
import { fitInt8 } from './integers.js';

/** The aggregate functions. A group without input gives null, but for count. */

/** An aggregate over non-null values: what the first one is, what the next does to it, what comes out. */
function folding<V, S>(
  first: (value: V) => S,
  next: (state: S, value: V) => S,
  result: (state: S) => unknown,
): AggregateCode {
  return {
    skipsNulls: true,
    start() {
      let state: { value: S } | undefined;
      return {
        step([value]) {
          if (state) state.value = next(state.value, value as V);
          else state = { value: first(value as V) };
        },
        result: () => (state ? result(state.value) : null),
      };
    },
  };
}

const same = <V>(value: V): V => value;

/** Chooses the code by the type of the argument. */
function byType(choices: Readonly<Record<number, AggregateCode>>): AggregateCode {
  const codeFor = ({ args }: CallTypes) => choices[args[0]];
  return { skipsNulls: true, start: (callTypes) => codeFor(callTypes).start(callTypes) };
}

/** As byType, for aggregates that look at rows with nulls themselves. */
function keepingNulls(choices: Readonly<Record<number, AggregateCode>>): AggregateCode {
  return { ...byType(choices), skipsNulls: false };
}

function extreme(direction: 1 | -1): AggregateCode {
  return {
    skipsNulls: true,
    start(callTypes) {
      const { compare } = types.byOid(callTypes.args[0]);
      const better = (best: unknown, value: unknown) => (compare(value, best) * direction > 0 ? value : best);
      return folding(same, better, same).start(callTypes);
    },
  };
}

function counting(skipsNulls: boolean): AggregateCode {
  return {
    skipsNulls,
    start() {
      let rows = 0;
      return { step: () => void rows++, result: () => BigInt(rows) };
    },
  };
}

const smallSum = folding(
  (value: number) => BigInt(value),
  (sum, value) => sum + BigInt(value),
  (sum) => fitInt8(sum),
);
const bigSum = folding<bigint, bigint>(
  same,
  (sum, value) => sum + value,
  (sum) => Numeric.fromInteger(sum),
);
const numericSum = folding<Numeric, Numeric>(same, add, same);

/** Sums of floats stay in the argument's type and raise no error but overflow. */
function floatSum(round: (value: number) => number): AggregateCode {
  return folding<number, number>(same, (sum, value) => checkedSum(round(sum + value), sum, value), same);
}

function checkedSum(sum: number, a: number, b: number): number {
  if (!Number.isFinite(sum) && Number.isFinite(a) && Number.isFinite(b)) {
    throw error(SqlState.numericValueOutOfRange, 'value out of range: overflow');
  }
  return sum;
}

const intervalSum = folding<Interval, Interval>(same, addIntervals, same);

interface Mean<S> {
  readonly sum: S;
  readonly count: number;
}

function mean<V, S>(
  first: (value: V) => S,
  plus: (sum: S, value: V) => S,
  quotient: (mean: Mean<S>) => unknown,
): AggregateCode {
  return folding<V, Mean<S>>(
    (value) => ({ sum: first(value), count: 1 }),
    ({ sum, count }, value) => ({ sum: plus(sum, value), count: count + 1 }),
    quotient,
  );
}

const numericQuotient = ({ sum, count }: Mean<Numeric>) => divide(sum, Numeric.fromInteger(count));

const integerMean = mean(
  (value: number | bigint) => BigInt(value),
  (sum, value) => sum + BigInt(value),
  ({ sum, count }) => numericQuotient({ sum: Numeric.fromInteger(sum), count }),
);
const numericMean = mean<Numeric, Numeric>(same, add, numericQuotient);
const floatMean = mean<number, number>(
  same,
  (sum, value) => checkedSum(sum + value, sum, value),
  ({ sum, count }) => sum / count,
);
const intervalMean = mean<Interval, Interval>(same, addIntervals, ({ sum, count }) => divideInterval(sum, count));

type Spread = 'variance' | 'deviation';

interface Moments<V> {
  readonly count: number;
  readonly sum: V;
  readonly squares: V;
}

/** Exact: n * sum(x^2) - sum(x)^2 over n * n, or n * (n - 1) for a sample. */
function numericSpread(spread: Spread, isSample: boolean): AggregateCode {
  return folding<Numeric | number | bigint, Moments<Numeric>>(
    (value) => ({ count: 1, sum: toNumeric(value), squares: multiply(toNumeric(value), toNumeric(value)) }),
    ({ count, sum, squares }, value) => {
      const number = toNumeric(value);
      return { count: count + 1, sum: add(sum, number), squares: add(squares, multiply(number, number)) };
    },
    (moments) => numericResult(moments, spread, isSample),
  );
}

function toNumeric(value: Numeric | number | bigint): Numeric {
  return value instanceof Numeric ? value : Numeric.fromInteger(value);
}

function numericResult({ count, sum, squares }: Moments<Numeric>, spread: Spread, isSample: boolean): Numeric | null {
  if (isSample && count < 2) return null;
  if (!sum.isFinite) return Numeric.nan;
  const n = Numeric.fromInteger(count);
  const numerator = subtract(multiply(n, squares), multiply(sum, sum));
  if (numerator.sign <= 0) return Numeric.zero;
  const variance = divide(numerator, multiply(n, isSample ? Numeric.fromInteger(count - 1) : n));
  return spread === 'variance' ? variance : squareRootToScale(variance, variance.scale);
}

/** The algorithm of Youngs and Cramer, as utils/adt/float.c float8_accum. */
function floatSpread(spread: Spread, isSample: boolean): AggregateCode {
  return folding<number, Moments<number>>(
    (value) => ({ count: 1, sum: value, squares: Number.isFinite(value) ? 0 : NaN }),
    ({ count, sum, squares }, value) => {
      const n = count + 1;
      const total = sum + value;
      const step = value * n - total;
      return { count: n, sum: total, squares: squares + (step * step) / (n * count) };
    },
    ({ count, squares }) => {
      if (isSample && count < 2) return null;
      const variance = squares / (isSample ? count - 1 : count);
      return spread === 'variance' ? variance : Math.sqrt(variance);
    },
  );
}

function spreadOf(spread: Spread, isSample: boolean): AggregateCode {
  const [exact, approximate] = [numericSpread(spread, isSample), floatSpread(spread, isSample)];
  return byType({
    [TypeOid.int2]: exact,
    [TypeOid.int4]: exact,
    [TypeOid.int8]: exact,
    [TypeOid.numeric]: exact,
    [TypeOid.float4]: approximate,
    [TypeOid.float8]: approximate,
  });
}

/** Bits of whatever integer type: numbers and bigints have the same operators. */
function bitwise(combine: (a: bigint, b: bigint) => bigint): AggregateCode {
  return folding<number | bigint, number | bigint>(
    same,
    (a, b) => {
      const bits = combine(BigInt(a), BigInt(b));
      return typeof a === 'bigint' ? bits : Number(bits);
    },
    same,
  );
}

/** string_agg(): the delimiter of each row but the first goes before its value; null values are passed over. */
function stringAggregate(join: (parts: unknown[]) => unknown): AggregateCode {
  return {
    skipsNulls: false,
    start(): AggregateState {
      const parts: unknown[] = [];
      return {
        step([value, delimiter]) {
          if (value === null) return;
          if (parts.length > 0 && delimiter !== null) parts.push(delimiter);
          parts.push(value);
        },
        result: () => (parts.length === 0 ? null : join(parts)),
      };
    },
  };
}

const textAggregate = stringAggregate((parts) => parts.join(''));
const bytesAggregate = stringAggregate((parts) => Buffer.concat(parts as Buffer[]));

/** array_agg() keeps nulls; arrays become one array of one dimension more. */
const arrayAggregate: AggregateCode = {
  skipsNulls: false,
  start({ args: [type] }) {
    const items: unknown[] = [];
    const ofArrays = types.elementOf(type) !== 0;
    return {
      step: ([value]) => void items.push(value),
      result() {
        if (items.length === 0) return null;
        return ofArrays ? stacked(items as (SqlArray | null)[]) : SqlArray.of(items);
      },
    };
  },
};

function stacked(arrays: (SqlArray | null)[]): SqlArray {
  if (arrays.includes(null)) throw error(SqlState.nullValueNotAllowed, 'cannot accumulate null arrays');
  const [first, ...rest] = arrays as SqlArray[];
  if (first.dimensions === 0) throw error('2202E', 'cannot accumulate empty arrays');
  if (rest.some(({ lengths }) => lengths.join() !== first.lengths.join())) {
    throw error('2202E', 'cannot accumulate arrays of different dimensionality');
  }
  const elements = (arrays as SqlArray[]).flatMap((array) => array.elements);
  return SqlArray.shaped(elements, [arrays.length, ...first.lengths], [1, ...first.lowerBounds]);
}

const conjunction = folding<boolean, boolean>(same, (all, value) => all && value, same);
const disjunction = folding<boolean, boolean>(same, (some, value) => some || value, same);

/** By the names of the aggregates, whose rows all share one implementation that looks at the type. */
export const aggregateCode: Readonly<Record<string, AggregateCode>> = {
  'aggregate:count': { skipsNulls: true, start: (callTypes) => counting(callTypes.args.length > 0).start(callTypes) },
  'aggregate:min': extreme(-1),
  'aggregate:max': extreme(1),
  'aggregate:sum': byType({
    [TypeOid.int2]: smallSum,
    [TypeOid.int4]: smallSum,
    [TypeOid.int8]: bigSum,
    [TypeOid.numeric]: numericSum,
    [TypeOid.float4]: floatSum(Math.fround),
    [TypeOid.float8]: floatSum(same),
    [TypeOid.interval]: intervalSum,
  }),
  'aggregate:avg': byType({
    [TypeOid.int2]: integerMean,
    [TypeOid.int4]: integerMean,
    [TypeOid.int8]: integerMean,
    [TypeOid.numeric]: numericMean,
    [TypeOid.float4]: floatMean,
    [TypeOid.float8]: floatMean,
    [TypeOid.interval]: intervalMean,
  }),
  'aggregate:var_pop': spreadOf('variance', false),
  'aggregate:var_samp': spreadOf('variance', true),
  'aggregate:variance': spreadOf('variance', true),
  'aggregate:stddev_pop': spreadOf('deviation', false),
  'aggregate:stddev_samp': spreadOf('deviation', true),
  'aggregate:stddev': spreadOf('deviation', true),
  'aggregate:bool_and': conjunction,
  'aggregate:bool_or': disjunction,
  'aggregate:every': conjunction,
  'aggregate:bit_and': bitwise((a, b) => a & b),
  'aggregate:bit_or': bitwise((a, b) => a | b),
  'aggregate:bit_xor': bitwise((a, b) => a ^ b),
  'aggregate:string_agg': keepingNulls({ [TypeOid.text]: textAggregate, [TypeOid.bytea]: bytesAggregate }),
  'aggregate:array_agg': arrayAggregate,
};
