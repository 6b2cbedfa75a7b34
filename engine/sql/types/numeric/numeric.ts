import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';

/** Most digits after the point that a stored value may have (utils/numeric.h NUMERIC_DSCALE_MAX). */
export const DISPLAY_SCALE_MAX = 0x3fff;
/** Most digits before the point: 32768 groups of four. */
export const INTEGER_DIGITS_MAX = 131_072;

/**
 * A value of SQL numeric: unscaled / 10^scale, where scale is also the number of digits shown after the point; or NaN, ±Infinity.
 *
 * Immutable. 1.0 and 1.00 are equal and print differently, as in PostgreSQL.
 */
export class Numeric {
  static readonly zero = new Numeric(0n, 0);
  static readonly one = new Numeric(1n, 0);
  static readonly nan = new Numeric(0n, 0, NaN);
  static readonly infinity = new Numeric(0n, 0, Infinity);
  static readonly negativeInfinity = new Numeric(0n, 0, -Infinity);

  private constructor(
    /** value * 10^scale; 0 for NaN and the infinities. */
    readonly unscaled: bigint,
    readonly scale: number,
    /** 0 for finite values, else NaN, Infinity or -Infinity. */
    readonly special: number = 0,
  ) {}

  /** Throws 22003 when the value does not fit the stored format. */
  static of(unscaled: bigint, scale: number): Numeric {
    const value = new Numeric(unscaled, scale);
    if (scale > DISPLAY_SCALE_MAX || value.leadingExponent() >= INTEGER_DIGITS_MAX) throw numericOverflow();
    return value;
  }

  static fromInteger(value: number | bigint): Numeric {
    return new Numeric(BigInt(value), 0);
  }

  static infinite(negative: boolean): Numeric {
    return negative ? Numeric.negativeInfinity : Numeric.infinity;
  }

  get isFinite(): boolean {
    return this.special === 0;
  }

  get isNaN(): boolean {
    return Number.isNaN(this.special);
  }

  get isInfinite(): boolean {
    return this.special === Infinity || this.special === -Infinity;
  }

  /** -1, 0 or 1; NaN for NaN. */
  get sign(): number {
    if (this.special !== 0) return Math.sign(this.special);
    return this.unscaled === 0n ? 0 : this.unscaled < 0n ? -1 : 1;
  }

  negate(): Numeric {
    return this.special === 0 ? new Numeric(-this.unscaled, this.scale) : new Numeric(0n, 0, -this.special);
  }

  abs(): Numeric {
    return this.sign < 0 ? this.negate() : this;
  }

  /** The power of ten of the first significant digit; 0 for zero. */
  leadingExponent(): number {
    return this.unscaled === 0n ? 0 : decimalDigits(this.unscaled) - this.scale - 1;
  }

  /** The nearest value with `scale` digits after the point (before it, when negative); ties go away from zero. */
  round(scale: number): Numeric {
    if (!this.isFinite) return this;
    return this.rescale(scale, (value, divisor) => divideRounded(value, divisor));
  }

  trunc(scale: number): Numeric {
    if (!this.isFinite) return this;
    return this.rescale(scale, (value, divisor) => value / divisor);
  }

  floor(): Numeric {
    return this.whole((whole, exact) => (!exact && this.unscaled < 0n ? whole - 1n : whole));
  }

  ceil(): Numeric {
    return this.whole((whole, exact) => (!exact && this.unscaled > 0n ? whole + 1n : whole));
  }

  /** The same value showing at least `scale` digits after the point. */
  withScaleAtLeast(scale: number): Numeric {
    return scale <= this.scale || !this.isFinite ? this : new Numeric(this.unscaled * pow10(scale - this.scale), scale);
  }

  /** Without trailing zeros after the point. */
  trimScale(): Numeric {
    let { unscaled, scale } = this;
    while (scale > 0 && unscaled % 10n === 0n) {
      unscaled /= 10n;
      scale--;
    }
    return new Numeric(unscaled, scale, this.special);
  }

  toString(): string {
    if (this.special !== 0) return String(this.special);
    const digits = (this.unscaled < 0n ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    const sign = this.unscaled < 0n ? '-' : '';
    if (this.scale === 0) return sign + digits;
    return `${sign}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
  }

  /** The nearest double. */
  toNumber(): number {
    return this.special !== 0 ? this.special : Number(this.toString());
  }

  private rescale(scale: number, divide: (value: bigint, divisor: bigint) => bigint): Numeric {
    const shown = Math.max(scale, 0);
    if (scale >= this.scale) return Numeric.of(this.unscaled * pow10(scale - this.scale), shown);
    // Everything is cut away, and a smaller cut gives 0 as well: no need for a huge divisor.
    if (scale < -INTEGER_DIGITS_MAX) return new Numeric(0n, shown);
    const quotient = divide(this.unscaled, pow10(this.scale - scale));
    return Numeric.of(scale < 0 ? quotient * pow10(-scale) : quotient, shown);
  }

  private whole(adjust: (whole: bigint, exact: boolean) => bigint): Numeric {
    if (!this.isFinite) return this;
    const divisor = pow10(this.scale);
    return Numeric.of(adjust(this.unscaled / divisor, this.unscaled % divisor === 0n), 0);
  }
}

export function numericOverflow(): PgError {
  return error(SqlState.numericValueOutOfRange, 'value overflows numeric format');
}

const smallPowers = Array.from({ length: 64 }, (_, exponent) => 10n ** BigInt(exponent));

export function pow10(exponent: number): bigint {
  return smallPowers[exponent] ?? 10n ** BigInt(exponent);
}

/** value / divisor to the nearest integer, ties away from zero. */
export function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const remainder = value % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return value < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** How many decimal digits |value| has. */
export function decimalDigits(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude <= 9_007_199_254_740_991n) return String(Number(magnitude)).length;
  return magnitude.toString().length;
}
