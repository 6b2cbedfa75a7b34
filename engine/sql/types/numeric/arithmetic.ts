import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { DISPLAY_SCALE_MAX, Numeric, divideRounded, pow10 } from './numeric.js';

/** Scale rules of utils/adt/numeric.c: a quotient shows at least 16 significant digits and at most 1000 after the point. */
export const MIN_SIGNIFICANT_DIGITS = 16;
export const MAX_DISPLAY_SCALE = 1000;

export function clampScale(...candidates: number[]): number {
  return Math.min(Math.max(0, ...candidates), MAX_DISPLAY_SCALE);
}

export function compareNumeric(a: Numeric, b: Numeric): number {
  if (a.isFinite && b.isFinite) return compareFinite(a, b);
  return rank(a) - rank(b);
}

/** NaN is equal to itself and above all, the infinities enclose the finite values. */
function rank(value: Numeric): number {
  if (value.isNaN) return 2;
  return value.isFinite ? 0 : value.sign;
}

function compareFinite(a: Numeric, b: Numeric): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.unscaled * pow10(scale - a.scale);
  const right = b.unscaled * pow10(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function add(a: Numeric, b: Numeric): Numeric {
  if (!a.isFinite || !b.isFinite) return fromSpecial(special(a) + special(b));
  const scale = Math.max(a.scale, b.scale);
  return Numeric.of(a.unscaled * pow10(scale - a.scale) + b.unscaled * pow10(scale - b.scale), scale);
}

export function subtract(a: Numeric, b: Numeric): Numeric {
  return add(a, b.negate());
}

export function multiply(a: Numeric, b: Numeric): Numeric {
  if (!a.isFinite || !b.isFinite) return fromSpecial(special(a) * special(b));
  const scale = a.scale + b.scale;
  const product = a.unscaled * b.unscaled;
  if (scale <= DISPLAY_SCALE_MAX) return Numeric.of(product, scale);
  return Numeric.of(divideRounded(product, pow10(scale - DISPLAY_SCALE_MAX)), DISPLAY_SCALE_MAX);
}

export function divide(a: Numeric, b: Numeric): Numeric {
  const unusual = divideSpecial(a, b);
  return unusual ?? divideToScale(a, b, quotientScale(a, b));
}

/** a / b rounded to `scale` digits after the point. Both finite, b not 0. */
export function divideToScale(a: Numeric, b: Numeric, scale: number): Numeric {
  const shift = scale + b.scale - a.scale;
  if (shift >= 0) return Numeric.of(divideRounded(a.unscaled * pow10(shift), b.unscaled), scale);
  return Numeric.of(divideRounded(a.unscaled, b.unscaled * pow10(-shift)), scale);
}

/** The integer part of a / b: SQL's div(). */
export function divideTruncated(a: Numeric, b: Numeric): Numeric {
  return divideSpecial(a, b) ?? Numeric.of(truncatedQuotient(a, b), 0);
}

export function modulo(a: Numeric, b: Numeric): Numeric {
  if (a.isNaN || b.isNaN || (a.isInfinite && b.sign !== 0)) return Numeric.nan;
  if (b.sign === 0) throw divisionByZero();
  if (b.isInfinite) return a;
  return subtract(a, multiply(Numeric.of(truncatedQuotient(a, b), 0), b));
}

function truncatedQuotient(a: Numeric, b: Numeric): bigint {
  return (a.unscaled * pow10(b.scale)) / (b.unscaled * pow10(a.scale));
}

export function divisionByZero(): Error {
  return error(SqlState.divisionByZero, 'division by zero');
}

function divideSpecial(a: Numeric, b: Numeric): Numeric | undefined {
  if (a.isNaN || b.isNaN) return Numeric.nan;
  if (b.sign === 0) throw divisionByZero();
  if (a.isInfinite) return b.isInfinite ? Numeric.nan : Numeric.infinite(a.sign !== b.sign);
  return b.isInfinite ? Numeric.zero : undefined;
}

/** select_div_scale: enough digits to be at least as precise as float8. */
function quotientScale(a: Numeric, b: Numeric): number {
  const left = leadingGroup(a);
  const right = leadingGroup(b);
  const weight = left.weight - right.weight - (left.digit <= right.digit ? 1 : 0);
  return clampScale(MIN_SIGNIFICANT_DIGITS - weight * 4, a.scale, b.scale);
}

/** The first non-zero base-10000 digit and its weight, which PostgreSQL's estimates are made from. */
export function leadingGroup(value: Numeric): { weight: number; digit: number } {
  if (value.unscaled === 0n) return { weight: 0, digit: 0 };
  const exponent = value.leadingExponent();
  const weight = Math.floor(exponent / 4);
  return { weight, digit: Number(leadingDigits(value, exponent - weight * 4 + 1)) };
}

/** The first `count` decimal digits of |value|, filled with zeros. */
export function leadingDigits(value: Numeric, count: number): string {
  const magnitude = value.unscaled < 0n ? -value.unscaled : value.unscaled;
  return magnitude.toString().slice(0, count).padEnd(count, '0');
}

/** A stand-in for arithmetic in which one operand is not finite: only its sign matters. */
function special(value: Numeric): number {
  return value.isFinite ? value.sign : value.special;
}

function fromSpecial(value: number): Numeric {
  if (Number.isNaN(value)) return Numeric.nan;
  return Numeric.infinite(value < 0);
}
