import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { MICROS_PER_DAY, civilFromDays, daysFromCivil, daysInMonth, floorDivide } from '../../../base/calendar.js';
import { DATE_MINUS_INFINITY, isFiniteDate, requireDate } from '../../types/datetime/date.js';
import { type Interval, interval, justifyHours, negateInterval } from '../../types/datetime/interval-value.js';
import { toLocal } from '../../types/datetime/now.js';
import {
  TIMESTAMP_INFINITY,
  TIMESTAMP_MINUS_INFINITY,
  fromLocal,
  isFiniteTimestamp,
  requireTimestamp,
} from '../../types/datetime/timestamp.js';
import type { TimeZone } from '../../types/datetime/zone.js';

/** Moving along the calendar (utils/adt/timestamp.c, date.c). Local times and moments are microseconds since 2000. */
export function dateToTimestamp(days: number): bigint {
  if (!isFiniteDate(days)) return days === DATE_MINUS_INFINITY ? TIMESTAMP_MINUS_INFINITY : TIMESTAMP_INFINITY;
  try {
    return requireTimestamp(BigInt(days) * MICROS_PER_DAY);
  } catch {
    throw error(SqlState.datetimeFieldOverflow, 'date out of range for timestamp');
  }
}

/** A date as it compares with timestamps: one beyond their range is still earlier or later than all of them. */
export function comparableTimestamp(days: number): bigint {
  if (!isFiniteDate(days)) return dateToTimestamp(days);
  const local = BigInt(days) * MICROS_PER_DAY;
  return local < TIMESTAMP_INFINITY ? local : TIMESTAMP_INFINITY - 1n;
}

export function dateToMoment(days: number, zone: TimeZone): bigint {
  const local = dateToTimestamp(days);
  return isFiniteTimestamp(local) ? requireTimestamp(fromLocal(local, zone)) : local;
}

export function addDays(days: number, count: number): number {
  return isFiniteDate(days) ? requireDate(days + count) : days;
}

export function daysBetween(a: number, b: number): number {
  if (isFiniteDate(a) && isFiniteDate(b)) return a - b;
  throw error(SqlState.datetimeFieldOverflow, 'cannot subtract infinite dates');
}

/** Months keep the day of the month, or its last day; then days; then time. */
export function addInterval(local: bigint, step: Interval): bigint {
  if (!isFiniteTimestamp(local)) return local;
  const moved = addDaysAndMonths(local, step);
  return requireTimestamp(moved + step.micros);
}

/** As addInterval, with months and days counted on a zone's calendar. */
export function addIntervalInZone(moment: bigint, step: Interval, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(moment)) return moment;
  if (step.months === 0 && step.days === 0) return requireTimestamp(moment + step.micros);
  const moved = addDaysAndMonths(toLocal(moment, zone), step);
  return requireTimestamp(requireTimestamp(fromLocal(moved, zone)) + step.micros);
}

function addDaysAndMonths(local: bigint, step: Interval): bigint {
  const [day, time] = floorDivide(local, MICROS_PER_DAY);
  const moved = BigInt(addMonths(Number(day), step.months) + step.days) * MICROS_PER_DAY + time;
  return requireTimestamp(moved);
}

function addMonths(days: number, count: number): number {
  if (count === 0) return days;
  const date = civilFromDays(days);
  const months = date.year * 12 + date.month - 1 + count;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  return daysFromCivil({ year, month, day: Math.min(date.day, daysInMonth(year, month)) });
}

/** The difference in days and time. */
export function timestampDifference(a: bigint, b: bigint): Interval {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) {
    throw error(SqlState.datetimeFieldOverflow, 'cannot subtract infinite timestamps');
  }
  return justifyHours(interval(0, 0, a - b));
}

/** The difference in years, months, days and time, as a calendar counts it: age(). */
export function age(a: bigint, b: bigint): Interval {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) {
    throw error(SqlState.datetimeFieldOverflow, 'timestamp out of range');
  }
  return a < b ? negateInterval(calendarDistance(b, a)) : calendarDistance(a, b);
}

function calendarDistance(later: bigint, earlier: bigint): Interval {
  const [lateDay, lateTime] = floorDivide(later, MICROS_PER_DAY);
  const [earlyDay, earlyTime] = floorDivide(earlier, MICROS_PER_DAY);
  const late = civilFromDays(Number(lateDay));
  const early = civilFromDays(Number(earlyDay));
  let months = (late.year - early.year) * 12 + late.month - early.month;
  let days = late.day - early.day;
  let micros = lateTime - earlyTime;
  if (micros < 0n) {
    micros += MICROS_PER_DAY;
    days--;
  }
  if (days < 0) {
    days += daysInMonth(early.year, early.month);
    months--;
  }
  return interval(months, days, micros);
}

/** The start of the stride, counted from an origin, in which a time lies: date_bin(). */
export function bin(stride: Interval, value: bigint, origin: bigint): bigint {
  if (!isFiniteTimestamp(value)) return value;
  if (!isFiniteTimestamp(origin)) throw error(SqlState.datetimeFieldOverflow, 'origin out of range');
  if (stride.months !== 0) {
    throw error(SqlState.featureNotSupported, 'timestamps cannot be binned into intervals containing months or years');
  }
  const width = BigInt(stride.days) * MICROS_PER_DAY + stride.micros;
  if (width <= 0n) throw error(SqlState.datetimeFieldOverflow, 'stride must be greater than zero');
  return origin + floorDivide(value - origin, width)[0] * width;
}
