/**
 * Floats as PostgreSQL prints and reads them (common/d2s.c, common/f2s.c, utils/adt/float.c).
 *
 * Output is the shortest decimal strictly inside the rounding interval. JS's own shortest decimal may lie ON its border (a reader
 * that rounds ties to even accepts it); PostgreSQL avoids those, so they are detected and get one digit more.
 */
interface Decimal {
  readonly negative: boolean;
  /** Significant digits without trailing zeros; the value is 0.DIGITS * 10^point. */
  readonly digits: string;
  readonly point: number;
}

interface FloatFormat {
  /** From this power of ten on, and below 10^-4, the scientific form is used. */
  readonly fixedDigits: number;
  readonly mantissaBits: number;
  /** Enough significant digits to tell any two values apart. */
  readonly roundTripDigits: number;
  /** The nearest float of this format. */
  readonly round: (value: number) => number;
}

const DOUBLE: FloatFormat = { fixedDigits: 15, mantissaBits: 52, roundTripDigits: 17, round: (value) => value };
const SINGLE: FloatFormat = { fixedDigits: 6, mantissaBits: 23, roundTripDigits: 9, round: Math.fround };

export function formatFloat8(value: number): string {
  return formatSpecial(value) ?? layOut(shortestDouble(value), DOUBLE);
}

export function formatFloat4(value: number): string {
  return formatSpecial(value) ?? layOut(shortestInside(value, SINGLE), SINGLE);
}

function formatSpecial(value: number): string | undefined {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  return undefined;
}

function shortestDouble(value: number): Decimal {
  const shortest = decimalOf(value.toExponential());
  return mayTouchBorder(shortest) && isOnBorder(value, shortest, DOUBLE) ? shortestInside(value, DOUBLE) : shortest;
}

/** The decimal of the lowest precision that reads back as the same float and is not on a border. */
function shortestInside(value: number, format: FloatFormat): Decimal {
  for (let precision = 0; precision < format.roundTripDigits - 1; precision++) {
    const decimal = decimalOf(value.toExponential(precision));
    if (format.round(numberOf(decimal)) === value && !isOnBorder(value, decimal, format)) return decimal;
  }
  return decimalOf(value.toExponential(format.roundTripDigits - 1));
}

function numberOf(decimal: Decimal): number {
  return Number(`${decimal.negative ? '-' : ''}0.${decimal.digits}e${decimal.point}`);
}

function decimalOf(exponential: string): Decimal {
  const [mantissa, exponent] = exponential.split('e');
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '');
  return { negative, digits, point: Number(exponent) + 1 };
}

/** A fraction can be a dyadic rational only when its last digit is 5; short integers are exact. */
function mayTouchBorder({ digits, point }: Decimal): boolean {
  return point > 15 || (digits.length > point && digits.endsWith('5'));
}

/** Does the decimal lie exactly halfway between `value` and one of its neighbours? */
function isOnBorder(value: number, decimal: Decimal, format: FloatFormat): boolean {
  const { mantissa, exponent } = split(Math.abs(value), format);
  const halfUnits = 4n * mantissa;
  const lowerGap = mantissa === 1n << BigInt(format.mantissaBits) ? 1n : 2n;
  const [numerator, denominator] = inUnits(decimal, exponent - 2);
  const scaled = (offset: bigint) => (halfUnits + offset) * denominator;
  return numerator === scaled(2n) || numerator === scaled(-lowerGap);
}

/** The decimal as a fraction of 2^exponent. */
function inUnits({ digits, point }: Decimal, exponent: number): [numerator: bigint, denominator: bigint] {
  let numerator = BigInt(digits);
  let denominator = 1n;
  const power = point - digits.length;
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  if (exponent >= 0) denominator <<= BigInt(exponent);
  else numerator <<= BigInt(-exponent);
  return [numerator, denominator];
}

/** value = mantissa * 2^exponent, with the mantissa's bits full unless the value is subnormal. */
function split(value: number, format: FloatFormat): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  const fractionMask = (1n << BigInt(format.mantissaBits)) - 1n;
  let bits: bigint;
  if (format === DOUBLE) {
    view.setFloat64(0, value);
    bits = view.getBigUint64(0);
  } else {
    view.setFloat32(0, value);
    bits = BigInt(view.getUint32(0));
  }
  const biased = Number(bits >> BigInt(format.mantissaBits));
  const bias = format === DOUBLE ? 1075 : 150;
  if (biased === 0) return { mantissa: bits, exponent: 1 - bias };
  return { mantissa: (bits & fractionMask) | (fractionMask + 1n), exponent: biased - bias };
}

function layOut(decimal: Decimal, format: FloatFormat): string {
  const exponent = decimal.point - 1;
  const sign = decimal.negative ? '-' : '';
  if (exponent < -4 || exponent >= format.fixedDigits) return sign + scientific(decimal.digits, exponent);
  return sign + fixed(decimal.digits, decimal.point);
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixed(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

const NUMBER =
  /^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf(?:inity)?|nan))[ \t\n\v\f\r]*$/i;
const HEXADECIMAL = /^[ \t\n\v\f\r]*([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?[ \t\n\v\f\r]*$/i;

export type ParsedFloat = { readonly value: number; readonly digits: string } | undefined;

/** What strtod accepts; undefined for anything else. `digits` is the number without surrounding blanks. */
export function parseDouble(text: string): ParsedFloat {
  const match = NUMBER.exec(text);
  if (!match) return parseHexadecimal(text);
  const digits = match[1];
  if (/nan$/i.test(digits)) return { value: NaN, digits };
  if (/inf/i.test(digits)) return { value: digits.startsWith('-') ? -Infinity : Infinity, digits };
  return { value: Number(digits), digits };
}

function parseHexadecimal(text: string): ParsedFloat {
  const match = HEXADECIMAL.exec(text);
  if (!match || match[2] + match[3] === '') return undefined;
  const [, sign, whole, fraction, power = '0'] = match;
  const magnitude = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(power) - 4 * fraction.length);
  return { value: sign === '-' ? -magnitude : magnitude, digits: text.trim() };
}

/** Is the number written with any digit but 0? If so, reading it as 0 was an underflow. */
export function hasNonZeroDigit(digits: string): boolean {
  return /[1-9]/.test(digits.replace(/e.*$/i, ''));
}

/** The float4 nearest to a decimal: rounding twice would err when the double lies exactly between two floats. */
export function roundToSingle(value: number, digits: string): number {
  const rounded = Math.fround(value);
  if (rounded === value || !Number.isFinite(rounded)) return rounded;
  const other = neighbour(rounded, value > rounded);
  if (Math.abs(value - rounded) !== Math.abs(value - other)) return rounded;
  const side = compareWithDecimal(value, digits);
  if (side === 0) return rounded;
  return side < 0 ? Math.max(rounded, other) : Math.min(rounded, other);
}

function neighbour(value: number, above: boolean): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const step = value > 0 === above ? 1 : -1;
  view.setInt32(0, view.getInt32(0) + step);
  return view.getFloat32(0);
}

/** -1 when the double is below the decimal number that it was read from, 0 when equal. */
function compareWithDecimal(value: number, digits: string): number {
  const [mantissa, exponent = '0'] = digits.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const decimal = { negative: false, digits: whole + fraction || '0', point: whole.length + Number(exponent) };
  const parts = split(Math.abs(value), DOUBLE);
  const [numerator, denominator] = inUnits(decimal, parts.exponent);
  const difference = parts.mantissa * denominator - numerator;
  const side = difference === 0n ? 0 : difference < 0n ? -1 : 1;
  return value < 0 ? -side : side;
}
