import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { roundEven } from '../../types/datetime/interval-value.js';
import { divisionByZero } from '../../types/numeric/arithmetic.js';
import { outOfRange } from '../../types/sql-type.js';
import type { CallEnvironment } from '../environment.js';
import type { Code } from '../signature.js';

/** Floating-point arithmetic that raises 22003 where IEEE would give infinity or lose everything (utils/float.h). */
function overflowChecked(result: number, ...inputs: number[]): number {
  if (!Number.isFinite(result) && !Number.isNaN(result) && inputs.every(Number.isFinite)) {
    throw outOfRange('value out of range: overflow');
  }
  return result;
}

function underflowChecked(result: number, isZeroExpected: boolean): number {
  if (result === 0 && !isZeroExpected) throw outOfRange('value out of range: underflow');
  return result;
}

function operations(prefix: string, round: (value: number) => number): Record<string, Code> {
  return {
    [`${prefix}pl`]: (a: number, b: number) => overflowChecked(round(a + b), a, b),
    [`${prefix}mi`]: (a: number, b: number) => overflowChecked(round(a - b), a, b),
    [`${prefix}mul`]: (a: number, b: number) =>
      underflowChecked(overflowChecked(round(a * b), a, b), a === 0 || b === 0),
    [`${prefix}div`](a: number, b: number) {
      if (b === 0 && !Number.isNaN(a)) throw divisionByZero();
      return underflowChecked(overflowChecked(round(a / b), a, b), a === 0 || !Number.isFinite(b));
    },
  };
}

const same = (value: number): number => value;

function signs(prefix: string): Record<string, Code> {
  return {
    [`${prefix}um`]: (a: number) => -a,
    [`${prefix}up`]: same,
    [`${prefix}abs`]: (a: number) => Math.abs(a),
  };
}

/** SQLSTATE invalid_argument_for_power_function. */
const POWER_ERROR = '2201F';
/** SQLSTATE invalid_argument_for_logarithm. */
const LOGARITHM_ERROR = '2201E';

/** C's pow(), which JS's `**` differs from for 1 ^ NaN and ±1 ^ Infinity. */
function pow(base: number, exponent: number): number {
  return base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) ? 1 : base ** exponent;
}

function power(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) throw error(POWER_ERROR, 'zero raised to a negative power is undefined');
  if (base < 0 && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    throw error(POWER_ERROR, 'a negative number raised to a non-integer power yields a complex result');
  }
  const result = overflowChecked(pow(base, exponent), base, exponent);
  const isZeroExpected = base === 0 || !Number.isFinite(base) || !Number.isFinite(exponent);
  return underflowChecked(result, isZeroExpected);
}

function squareRoot(value: number): number {
  if (value < 0) throw error(POWER_ERROR, 'cannot take square root of a negative number');
  return Math.sqrt(value);
}

function logarithm(compute: (value: number) => number): (value: number) => number {
  return (value) => {
    if (value === 0) throw error(LOGARITHM_ERROR, 'cannot take logarithm of zero');
    if (value < 0) throw error(LOGARITHM_ERROR, 'cannot take logarithm of a negative number');
    return compute(value);
  };
}

function exponential(value: number): number {
  return underflowChecked(overflowChecked(Math.exp(value), value), value === -Infinity);
}

/** A function that is only defined on part of the numbers; NaN passes through. */
function within(isInside: (value: number) => boolean, compute: (value: number) => number): (value: number) => number {
  return (value) => {
    if (!Number.isNaN(value) && !isInside(value)) throw outOfRange('input is out of range');
    return compute(value);
  };
}

const finite = (compute: (value: number) => number) => within(Number.isFinite, compute);
const unitRange = (compute: (value: number) => number) => within((value) => value >= -1 && value <= 1, compute);

const DEGREE = Math.PI / 180;

export const floatCode: Readonly<Record<string, Code>> = {
  ...operations('float4', Math.fround),
  ...operations('float8', same),
  ...operations('float48', same),
  ...operations('float84', same),
  ...signs('float4'),
  ...signs('float8'),
  dpow: power,
  dsqrt: squareRoot,
  dcbrt: (value: number) => Math.cbrt(value),
  dexp: exponential,
  dlog1: logarithm(Math.log),
  dlog10: logarithm(Math.log10),
  dround: (value: number) => (Number.isFinite(value) ? signed(roundEven(value), value) : value),
  dceil: (value: number) => Math.ceil(value),
  dfloor: (value: number) => Math.floor(value),
  dtrunc: (value: number) => Math.trunc(value),
  dsign: (value: number) => (value > 0 ? 1 : value < 0 ? -1 : 0),
  dsin: finite(Math.sin),
  dcos: finite(Math.cos),
  dtan: finite(Math.tan),
  dcot: finite((value) => 1 / Math.tan(value)),
  dasin: unitRange(Math.asin),
  dacos: unitRange(Math.acos),
  datan: (value: number) => Math.atan(value),
  datan2: (y: number, x: number) => Math.atan2(y, x),
  dsinh: (value: number) => Math.sinh(value),
  dcosh: (value: number) => Math.cosh(value),
  dtanh: (value: number) => Math.tanh(value),
  dasinh: (value: number) => Math.asinh(value),
  dacosh: within((value) => value >= 1, Math.acosh),
  datanh: unitRange(Math.atanh),
  degrees: (radians: number) => overflowChecked(radians / DEGREE, radians),
  radians: (degrees: number) => degrees * DEGREE,
  dpi: () => Math.PI,
  drandom: (env: CallEnvironment) => env.random(),
};

/** Rounding keeps the sign of zero. */
function signed(result: number, value: number): number {
  return result === 0 && (value < 0 || Object.is(value, -0)) ? -0 : result;
}

/** rint() of a value that must fit an integer type. */
export function roundedInteger(value: number, typeName: string, lowest: number, end: number): number {
  const rounded = roundEven(value);
  if (!(rounded >= lowest && rounded < end)) throw error(SqlState.numericValueOutOfRange, `${typeName} out of range`);
  return rounded + 0;
}
