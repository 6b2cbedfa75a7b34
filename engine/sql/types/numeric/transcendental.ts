import { error, type PgError } from '../../../base/errors.js';
import {
  MAX_DISPLAY_SCALE,
  MIN_SIGNIFICANT_DIGITS,
  clampScale,
  compareNumeric,
  divideToScale,
  divisionByZero,
  leadingDigits,
  leadingGroup,
  modulo,
  multiply,
  subtract,
} from './arithmetic.js';
import { Numeric, decimalDigits, divideRounded, numericOverflow, pow10 } from './numeric.js';

/**
 * Roots, logarithms and powers of numeric (utils/adt/numeric.c). How many digits a result shows follows PostgreSQL's estimates;
 * the digits themselves are computed in fixed point with enough guard digits to be correctly rounded but for freak cases.
 */
const GUARD_DIGITS = 12;
/** Results with more digits than this on either side of the point are refused or 0. */
const MAX_RESULT_DIGITS = 2000;

/** SQLSTATE invalid_argument_for_power_function. */
function powerError(message: string): PgError {
  return error('2201F', message);
}

/** SQLSTATE invalid_argument_for_logarithm. */
function logarithmError(value: Numeric): PgError {
  return error('2201E', `cannot take logarithm of ${value.sign === 0 ? 'zero' : 'a negative number'}`);
}

export function squareRoot(value: Numeric): Numeric {
  if (value.isNaN) return value;
  if (value.sign < 0) throw powerError('cannot take square root of a negative number');
  if (value.isInfinite) return value;
  const rootExponent = Math.trunc(((leadingGroup(value).weight + 1) * 4) / 2) - 1;
  return squareRootToScale(value, clampScale(MIN_SIGNIFICANT_DIGITS - rootExponent, value.scale));
}

/** The root of a finite value that is not negative, with `scale` digits after the point. */
export function squareRootToScale(value: Numeric, scale: number): Numeric {
  // The integer root of value * 10^(2 scale), one digit further for rounding.
  const exact = toFixed(value, scale * 2 + 2);
  return Numeric.of(divideRounded(integerRoot(exact), 10n), scale);
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** value * 10^scale, cut to an integer. */
function toFixed(value: Numeric, scale: number): bigint {
  return scale >= value.scale
    ? value.unscaled * pow10(scale - value.scale)
    : value.unscaled / pow10(value.scale - scale);
}

export function exponential(value: Numeric): Numeric {
  if (!value.isFinite) return value.sign < 0 ? Numeric.zero : value;
  const exponent = clampDouble(value.toNumber() * Math.LOG10E, MAX_RESULT_DIGITS);
  return exponentialToScale(value, clampScale(MIN_SIGNIFICANT_DIGITS - Math.trunc(exponent), value.scale));
}

function clampDouble(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function exponentialToScale(value: Numeric, scale: number): Numeric {
  const approximate = value.toNumber();
  if (Math.abs(approximate) >= MAX_RESULT_DIGITS * 3) {
    if (approximate > 0) throw numericOverflow();
    return Numeric.of(0n, scale);
  }
  const integerDigits = Math.max(0, Math.ceil(approximate * Math.LOG10E));
  const precision = scale + integerDigits + GUARD_DIGITS;
  return fromFixed(expFixed(toFixed(value, precision), precision), precision, scale);
}

function fromFixed(fixed: bigint, precision: number, scale: number): Numeric {
  if (precision < scale) return Numeric.of(fixed * pow10(scale - precision), scale);
  return Numeric.of(divideRounded(fixed, pow10(precision - scale)), scale);
}

/** e^(x / 10^precision) * 10^precision, by Taylor's series of x halved until small, squared back. */
function expFixed(x: bigint, precision: number): bigint {
  const halvings = Math.max(0, decimalDigits(x) - precision) * 4 + 8;
  const extra = Math.ceil(halvings * 0.7) + GUARD_DIGITS;
  const one = pow10(precision + extra);
  const reduced = (x * pow10(extra)) >> BigInt(halvings);
  let sum = one;
  let term = one;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = (term * reduced) / (one * n);
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum = (sum * sum) / one;
  return sum / pow10(extra);
}

/** ln(x / 10^precision) * 10^precision for x > 0: x is brought near 1 by square roots, then atanh's series. */
function lnFixed(x: bigint, precision: number): bigint {
  const extra = GUARD_DIGITS + 8;
  const work = precision + extra;
  const one = pow10(work);
  let value = x * pow10(extra);
  let doublings = 0;
  while (value * 10n > one * 11n || value * 10n < one * 9n) {
    value = integerRoot(value * one);
    doublings++;
  }
  const ratio = ((value - one) * one) / (value + one);
  const square = (ratio * ratio) / one;
  let sum = 0n;
  for (let power = ratio, n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * square) / one;
  }
  return ((sum * 2n) << BigInt(doublings)) / pow10(extra);
}

export function naturalLogarithm(value: Numeric): Numeric {
  if (value.isNaN) return value;
  if (value.sign <= 0) throw logarithmError(value);
  if (value.isInfinite) return value;
  const scale = clampScale(MIN_SIGNIFICANT_DIGITS - logarithmExponent(value), value.scale);
  const precision = scale + GUARD_DIGITS + smallness(value);
  return fromFixed(lnFixed(toFixed(value, precision), precision), precision, scale);
}

/** Digits lost in fixed point because the value is small. */
function smallness(value: Numeric): number {
  return Math.max(0, -value.leadingExponent()) + Math.max(0, value.scale - MAX_DISPLAY_SCALE);
}

const POINT_NINE = Numeric.of(9n, 1);
const ONE_POINT_ONE = Numeric.of(11n, 1);

/** The estimated power of ten of ln(value) (estimate_ln_dweight). */
function logarithmExponent(value: Numeric): number {
  if (value.sign <= 0) return 0;
  if (compareNumeric(value, POINT_NINE) >= 0 && compareNumeric(value, ONE_POINT_ONE) <= 0) {
    const distance = leadingGroup(subtract(value, Numeric.one));
    return distance.digit === 0 ? 0 : distance.weight * 4 + Math.trunc(Math.log10(distance.digit));
  }
  const logarithm = Math.log(Number(leadingDigits(value, 17))) + (value.leadingExponent() - 16) * Math.LN10;
  return Math.trunc(Math.log10(Math.abs(logarithm)));
}

export function logarithm(base: Numeric, value: Numeric): Numeric {
  if (base.isNaN || value.isNaN) return Numeric.nan;
  // With an infinity, PostgreSQL looks for negative arguments before it looks for 0.
  if (!value.isFinite && value.sign < 0) throw logarithmError(value);
  if (base.sign <= 0) throw logarithmError(base);
  if (value.sign <= 0) throw logarithmError(value);
  if (base.isInfinite) return value.isInfinite ? Numeric.nan : Numeric.zero;
  if (value.isInfinite) return value;
  const baseExponent = logarithmExponent(base);
  const valueExponent = logarithmExponent(value);
  const scale = clampScale(MIN_SIGNIFICANT_DIGITS - (valueExponent - baseExponent), base.scale, value.scale);
  const precision =
    scale + GUARD_DIGITS + Math.abs(valueExponent) + Math.abs(baseExponent) * 2 + smallness(base) + smallness(value);
  const baseLog = lnFixed(toFixed(base, precision), precision);
  if (baseLog === 0n) throw divisionByZero();
  const quotient = (lnFixed(toFixed(value, precision), precision) * pow10(precision)) / baseLog;
  return fromFixed(quotient, precision, scale);
}

export function power(base: Numeric, exponent: Numeric): Numeric {
  if (!base.isFinite || !exponent.isFinite) return powerOfSpecial(base, exponent);
  if (base.sign === 0 && exponent.sign < 0) throw powerError('zero raised to a negative power is undefined');
  const whole = exponent.trimScale();
  if (whole.scale === 0 && whole.unscaled >= -0x8000_0000n && whole.unscaled <= 0x7fff_ffffn) {
    return integerPower(base, Number(whole.unscaled));
  }
  if (base.sign === 0) return Numeric.of(0n, MIN_SIGNIFICANT_DIGITS);
  if (base.sign > 0) return realPower(base, exponent);
  if (whole.scale !== 0) throw powerError('a negative number raised to a non-integer power yields a complex result');
  const magnitude = realPower(base.negate(), exponent);
  return whole.unscaled % 2n === 0n ? magnitude : magnitude.negate();
}

/** base^n with at least 16 digits after the point. */
function integerPower(base: Numeric, n: number): Numeric {
  const scale = clampScale(MIN_SIGNIFICANT_DIGITS, base.scale);
  if (n === 0 || base.sign === 0) return (n === 0 ? Numeric.one : Numeric.zero).withScaleAtLeast(scale);
  const resultExponent = Math.log10(leadingFraction(base)) * n + base.leadingExponent() * n;
  if (resultExponent > 131_072 + 1) throw numericOverflow();
  if (resultExponent + 1 < -scale) return Numeric.of(0n, scale);
  const digits = Math.ceil(Math.max(0, resultExponent)) + scale + GUARD_DIGITS + decimalDigits(BigInt(n));
  const magnitude = raise(base.abs(), Math.abs(n), n < 0 ? digits + Math.ceil(Math.abs(resultExponent)) : digits);
  const rounded = n < 0 ? divideToScale(Numeric.one, magnitude, scale) : magnitude.round(scale);
  return base.sign < 0 && n % 2 !== 0 ? rounded.negate() : rounded;
}

/** |value| as d.ddd, between 1 and 10. */
function leadingFraction(value: Numeric): number {
  return Number(leadingDigits(value, 17)) / 1e16;
}

/** value^n by squaring, keeping `digits` significant digits of the intermediate results. */
function raise(value: Numeric, n: number, digits: number): Numeric {
  let result = Numeric.one;
  let square = value;
  for (let rest = n; ;) {
    if (rest % 2 === 1) result = shortened(multiply(result, square), digits);
    rest = Math.floor(rest / 2);
    if (rest === 0) return result;
    square = shortened(multiply(square, square), digits);
  }
}

function shortened(value: Numeric, digits: number): Numeric {
  const surplus = decimalDigits(value.unscaled) - digits;
  return surplus > 0 && value.scale > 0 ? value.round(Math.max(0, value.scale - surplus)) : value;
}

function realPower(base: Numeric, exponent: Numeric): Numeric {
  const baseExponent = logarithmExponent(base);
  const rough = Math.log(leadingFraction(base)) + base.leadingExponent() * Math.LN10;
  const product = rough * exponent.toNumber();
  if (Math.abs(product) > MAX_RESULT_DIGITS * 3.01) {
    if (product > 0) throw numericOverflow();
    return Numeric.of(0n, MAX_DISPLAY_SCALE);
  }
  const resultExponent = product * Math.LOG10E;
  const scale = clampScale(MIN_SIGNIFICANT_DIGITS - Math.trunc(resultExponent), base.scale, exponent.scale);
  const precision =
    scale +
    GUARD_DIGITS * 2 +
    Math.ceil(Math.abs(resultExponent)) +
    Math.max(0, exponent.leadingExponent()) +
    smallness(base) +
    Math.abs(baseExponent);
  const logarithm = lnFixed(toFixed(base, precision), precision);
  const scaled = (logarithm * exponent.unscaled) / pow10(exponent.scale);
  return fromFixed(expFixed(scaled, precision), precision, scale);
}

/** NaN ^ 0 and 1 ^ NaN are 1, as in C's pow(). */
function powerOfSpecial(base: Numeric, exponent: Numeric): Numeric {
  if (base.isNaN) return exponent.sign === 0 && exponent.isFinite ? Numeric.one : base;
  if (exponent.isNaN) return compareNumeric(base, Numeric.one) === 0 ? Numeric.one : exponent;
  if (base.sign === 0 && exponent.sign < 0) throw powerError('zero raised to a negative power is undefined');
  if (base.sign < 0 && exponent.isFinite && exponent.trimScale().scale !== 0) {
    throw powerError('a negative number raised to a non-integer power yields a complex result');
  }
  if (exponent.isInfinite) return infinitePower(base, exponent.sign > 0);
  if (exponent.sign === 0) return Numeric.one;
  if (exponent.sign < 0) return Numeric.zero;
  const isOdd = modulo(exponent, Numeric.fromInteger(2)).sign !== 0;
  return Numeric.infinite(base.sign < 0 && isOdd);
}

function infinitePower(base: Numeric, isPositive: boolean): Numeric {
  const order = compareNumeric(base.abs(), Numeric.one);
  if (order === 0) return Numeric.one;
  return order > 0 === isPositive ? Numeric.infinity : Numeric.zero;
}
