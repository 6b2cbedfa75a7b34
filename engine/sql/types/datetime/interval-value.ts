import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { INT4_MAX, INT4_MIN, INT8_MAX, INT8_MIN } from '../integers.js';
import { MICROS_PER_DAY } from '../../../base/calendar.js';

/** An interval: three counts that do not convert into each other (datatype/timestamp.h Interval). */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

export const DAYS_PER_MONTH = 30;

/** Raises 22008 when a count does not fit. */
export function interval(months: number, days: number, micros: bigint): Interval {
  if (!fitsInt4(months) || !fitsInt4(days) || micros > INT8_MAX || micros < INT8_MIN) throw intervalOutOfRange();
  return { months: months + 0, days: days + 0, micros };
}

function fitsInt4(value: number): boolean {
  return value >= INT4_MIN && value <= INT4_MAX;
}

export function intervalOutOfRange(): PgError {
  return error(SqlState.datetimeFieldOverflow, 'interval out of range');
}

/** The length by which intervals compare: months of 30 days, days of 24 hours. */
export function spanOf({ months, days, micros }: Interval): bigint {
  return BigInt(months * DAYS_PER_MONTH + days) * MICROS_PER_DAY + micros;
}

export function addIntervals(a: Interval, b: Interval): Interval {
  return interval(a.months + b.months, a.days + b.days, a.micros + b.micros);
}

export function negateInterval({ months, days, micros }: Interval): Interval {
  return interval(-months, -days, -micros);
}

/**
 * Times a factor: the fraction of a month becomes days, the fraction of a day becomes time (utils/adt/timestamp.c
 * interval_mul).
 */
export function multiplyInterval(value: Interval, factor: number): Interval {
  return scaleInterval(value, (count) => count * factor);
}

export function divideInterval(value: Interval, divisor: number): Interval {
  return scaleInterval(value, (count) => count / divisor);
}

function scaleInterval(value: Interval, scale: (count: number) => number): Interval {
  const months = wholePart(scale(value.months));
  const days = wholePart(scale(value.days));
  const monthDays = roundToMicros((scale(value.months) - months) * DAYS_PER_MONTH);
  let seconds = roundToMicros((scale(value.days) - days + monthDays - Math.trunc(monthDays)) * 86_400);
  let extraDays = 0;
  if (Math.abs(seconds) >= 86_400) {
    extraDays = Math.trunc(seconds / 86_400);
    seconds -= extraDays * 86_400;
  }
  const micros = roundEven(scale(Number(value.micros)) + seconds * 1_000_000);
  if (!Number.isFinite(micros)) throw intervalOutOfRange();
  return interval(months, days + Math.trunc(monthDays) + extraDays, BigInt(micros));
}

function wholePart(count: number): number {
  if (Number.isNaN(count) || !fitsInt4(count)) throw intervalOutOfRange();
  return Math.trunc(count);
}

/** To six digits after the point, which hides what binary fractions get wrong (TSROUND). */
function roundToMicros(value: number): number {
  return roundEven(value * 1_000_000) / 1_000_000;
}

/** rint(): to the nearest integer, ties to even. */
export function roundEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

export function justifyHours({ months, days, micros }: Interval): Interval {
  let whole = Number(micros / MICROS_PER_DAY);
  let rest = micros % MICROS_PER_DAY;
  if (days + whole > 0 && rest < 0n) {
    rest += MICROS_PER_DAY;
    whole--;
  } else if (days + whole < 0 && rest > 0n) {
    rest -= MICROS_PER_DAY;
    whole++;
  }
  return interval(months, days + whole, rest);
}

export function justifyDays({ months, days, micros }: Interval): Interval {
  let whole = Math.trunc(days / DAYS_PER_MONTH);
  let rest = days - whole * DAYS_PER_MONTH;
  if (months + whole > 0 && rest < 0) {
    rest += DAYS_PER_MONTH;
    whole--;
  } else if (months + whole < 0 && rest > 0) {
    rest -= DAYS_PER_MONTH;
    whole++;
  }
  return interval(months + whole, rest, micros);
}

/** Hours to days, days to months, and one sign for all. */
export function justifyInterval(value: Interval): Interval {
  const carried = interval(
    value.months,
    value.days + Number(value.micros / MICROS_PER_DAY),
    value.micros % MICROS_PER_DAY,
  );
  let months = carried.months + Math.trunc(carried.days / DAYS_PER_MONTH);
  let days = carried.days % DAYS_PER_MONTH;
  let { micros } = carried;
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) {
    days += DAYS_PER_MONTH;
    months--;
  } else if (months < 0 && (days > 0 || (days === 0 && micros > 0n))) {
    days -= DAYS_PER_MONTH;
    months++;
  }
  if (days > 0 && micros < 0n) {
    micros += MICROS_PER_DAY;
    days--;
  } else if (days < 0 && micros > 0n) {
    micros -= MICROS_PER_DAY;
    days++;
  }
  return interval(months, days, micros);
}
