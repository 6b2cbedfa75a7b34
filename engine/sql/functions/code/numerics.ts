import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import {
  add,
  compareNumeric,
  divide,
  divideTruncated,
  modulo,
  multiply,
  subtract,
} from '../../types/numeric/arithmetic.js';
import { Numeric } from '../../types/numeric/numeric.js';
import { exponential, logarithm, naturalLogarithm, power, squareRoot } from '../../types/numeric/transcendental.js';
import type { Code } from '../signature.js';

/** Rounding asked for beyond this is as good as none (utils/adt/numeric.c NUMERIC_MAX_RESULT_SCALE). */
const MAX_RESULT_SCALE = 2000;

function clamp(scale: number): number {
  return Math.min(Math.max(scale, -MAX_RESULT_SCALE), MAX_RESULT_SCALE);
}

function factorial(count: bigint): Numeric {
  if (count < 0n) throw error(SqlState.numericValueOutOfRange, 'factorial of a negative number is undefined');
  if (count > 32_177n) throw error(SqlState.numericValueOutOfRange, 'value overflows numeric format');
  let product = 1n;
  for (let factor = 2n; factor <= count; factor++) product *= factor;
  return Numeric.of(product, 0);
}

function greatestCommonDivisor(a: Numeric, b: Numeric): Numeric {
  if (!a.isFinite || !b.isFinite) return Numeric.nan;
  const scale = Math.max(a.scale, b.scale);
  let [x, y] = [a.withScaleAtLeast(scale).abs().unscaled, b.withScaleAtLeast(scale).abs().unscaled];
  while (y !== 0n) [x, y] = [y, x % y];
  return Numeric.of(x, scale);
}

function leastCommonMultiple(a: Numeric, b: Numeric): Numeric {
  if (!a.isFinite || !b.isFinite) return Numeric.nan;
  const scale = Math.max(a.scale, b.scale);
  if (a.sign === 0 || b.sign === 0) return Numeric.of(0n, scale);
  const divisor = greatestCommonDivisor(a, b);
  return multiply(divideTruncated(a, divisor), b).abs().round(scale);
}

function shownScale(value: Numeric): number | null {
  return value.isFinite ? value.scale : null;
}

const BOUND_ERROR = '2201G';

/** Which of `count` equal buckets between two bounds a value falls into: 0 below, count + 1 above. */
function widthBucket(value: Numeric, low: Numeric, high: Numeric, count: number): number {
  if (count <= 0) throw error(BOUND_ERROR, 'count must be greater than zero');
  if (value.isNaN || low.isNaN || high.isNaN)
    throw error(BOUND_ERROR, 'operand, lower bound, and upper bound cannot be NaN');
  if (!low.isFinite || !high.isFinite) throw error(BOUND_ERROR, 'lower and upper bounds must be finite');
  const direction = compareNumeric(low, high);
  if (direction === 0) throw error(BOUND_ERROR, 'lower bound cannot equal upper bound');
  const [from, to, at] = direction < 0 ? [low, high, value] : [low.negate(), high.negate(), value.negate()];
  if (compareNumeric(at, from) < 0) return 0;
  if (compareNumeric(at, to) >= 0) return count + 1;
  const position = multiply(subtract(at, from), Numeric.fromInteger(count));
  return Number(divideTruncated(position, subtract(to, from)).unscaled) + 1;
}

export const numericCode: Readonly<Record<string, Code>> = {
  numeric_add: add,
  numeric_sub: subtract,
  numeric_mul: multiply,
  numeric_div: divide,
  numeric_div_trunc: divideTruncated,
  numeric_mod: modulo,
  numeric_power: power,
  numeric_uminus: (value: Numeric) => value.negate(),
  numeric_uplus: (value: Numeric) => value,
  numeric_abs: (value: Numeric) => value.abs(),
  numeric_sign: (value: Numeric) => (value.isNaN ? Numeric.nan : Numeric.fromInteger(value.sign)),
  numeric_round: (value: Numeric, scale: number) => value.round(clamp(scale)),
  numeric_trunc: (value: Numeric, scale: number) => value.trunc(clamp(scale)),
  roundToInteger: (value: Numeric) => value.round(0),
  truncToInteger: (value: Numeric) => value.trunc(0),
  numeric_ceil: (value: Numeric) => value.ceil(),
  numeric_floor: (value: Numeric) => value.floor(),
  numeric_sqrt: squareRoot,
  numeric_exp: exponential,
  numeric_ln: naturalLogarithm,
  numeric_log: logarithm,
  decimalLogarithm: (value: Numeric) => logarithm(Numeric.fromInteger(10), value),
  numeric_fac: factorial,
  numeric_gcd: greatestCommonDivisor,
  numeric_lcm: leastCommonMultiple,
  numeric_scale: shownScale,
  numeric_min_scale: (value: Numeric) => shownScale(value.trimScale()),
  numeric_trim_scale: (value: Numeric) => value.trimScale(),
  numeric_inc: (value: Numeric) => add(value, Numeric.one),
  width_bucket_numeric: widthBucket,
};
