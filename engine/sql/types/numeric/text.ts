import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { invalidInput } from '../sql-type.js';
import { DISPLAY_SCALE_MAX, INTEGER_DIGITS_MAX, Numeric, numericOverflow, pow10 } from './numeric.js';

const NUMBER = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?$/;
const SPECIAL = /^(?:(nan)|([+-]?)(?:infinity|inf))$/i;

/** Parses the text form of numeric. Errors 22P02, 22003 (utils/adt/numeric.c numeric_in). */
export function parseNumeric(text: string): Numeric {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  const match = NUMBER.exec(trimmed);
  if (!match) return parseSpecial(trimmed, text);
  const [, sign, whole = '', fraction = match[4] ?? '', , exponentText] = match;
  const exponent = Number(exponentText ?? 0);
  // numeric.c limits the exponent so that its own arithmetic cannot overflow.
  if (Math.abs(exponent) >= 0x3fff_ffff) throw numericOverflow();
  const unscaled = BigInt(sign + whole + fraction);
  return scaled(unscaled, fraction.length - exponent, whole.length + exponent);
}

function scaled(unscaled: bigint, scale: number, integerDigits: number): Numeric {
  if (scale > DISPLAY_SCALE_MAX) throw numericOverflow();
  if (scale >= 0) return Numeric.of(unscaled, scale);
  if (unscaled === 0n) return Numeric.zero;
  if (integerDigits > INTEGER_DIGITS_MAX * 2) throw numericOverflow();
  return Numeric.of(unscaled * pow10(-scale), 0);
}

function parseSpecial(trimmed: string, text: string): Numeric {
  const match = SPECIAL.exec(trimmed);
  if (!match) throw invalidInput('numeric', text);
  return match[1] ? Numeric.nan : Numeric.infinite(match[2] === '-');
}

const PRECISION_MAX = 1000;

/** Packs precision and scale as PostgreSQL 15 does: scale is 11 bits, signed (make_numeric_typmod). */
export function numericTypmod(precision: number, scale: number): number {
  if (precision < 1 || precision > PRECISION_MAX) {
    throw error(
      SqlState.invalidParameterValue,
      `NUMERIC precision ${precision} must be between 1 and ${PRECISION_MAX}`,
    );
  }
  if (scale < -1000 || scale > 1000) {
    throw error(SqlState.invalidParameterValue, `NUMERIC scale ${scale} must be between -1000 and 1000`);
  }
  return ((precision << 16) | (scale & 0x7ff)) + 4;
}

export function numericPrecision(typmod: number): { precision: number; scale: number } {
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

/** Rounds to the scale of numeric(p,s) and raises 22003 when the value needs more than p digits (apply_typmod). */
export function coerceNumeric(value: Numeric, typmod: number): Numeric {
  if (typmod < 4 || value.isNaN) return value;
  const { precision, scale } = numericPrecision(typmod);
  if (value.isInfinite)
    throw fieldOverflow(`A field with precision ${precision}, scale ${scale} cannot hold an infinite value.`);
  const rounded = value.round(scale);
  if (rounded.unscaled !== 0n && rounded.leadingExponent() >= precision - scale) {
    const digits = precision - scale;
    const limit = digits ? `10^${digits}` : '1';
    throw fieldOverflow(
      `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${limit}.`,
    );
  }
  return rounded;
}

function fieldOverflow(detail: string): Error {
  return error(SqlState.numericValueOutOfRange, 'numeric field overflow', { detail });
}
