import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { MICROS_PER_DAY, UNIX_EPOCH_MICROS, daysFromCivil, daysInMonth, floorDivide } from '../../../base/calendar.js';
import { DATE_INFINITY, DATE_MINUS_INFINITY, isFiniteDate, requireDate } from '../../types/datetime/date.js';
import { coerceInterval } from '../../types/datetime/interval.js';
import { formatInterval } from '../../types/datetime/interval-text.js';
import {
  type Interval,
  addIntervals,
  divideInterval,
  interval,
  justifyDays,
  justifyHours,
  justifyInterval,
  multiplyInterval,
  negateInterval,
  roundEven,
} from '../../types/datetime/interval-value.js';
import { toLocal, zoneOf } from '../../types/datetime/now.js';
import { coerceTime } from '../../types/datetime/time.js';
import {
  TIMESTAMP_INFINITY,
  TIMESTAMP_MINUS_INFINITY,
  coerceTimestamp,
  fromLocal,
  isFiniteTimestamp,
  requireTimestamp,
} from '../../types/datetime/timestamp.js';
import { type TimeZone, findTimeZone, fixedZone } from '../../types/datetime/zone.js';
import { formatFloat4, formatFloat8 } from '../../types/float-text.js';
import { int8 } from '../../types/integers.js';
import { divisionByZero } from '../../types/numeric/arithmetic.js';
import type { CallEnvironment } from '../environment.js';
import type { Code } from '../signature.js';
import { comparisons } from './comparisons.js';
import {
  addDays,
  addInterval,
  addIntervalInZone,
  age,
  bin,
  comparableTimestamp,
  dateToMoment,
  dateToTimestamp,
  daysBetween,
  timestampDifference,
} from './datetime-arithmetic.js';
import { truncateInterval, truncateTimestamp, truncateTimestamptz } from './datetime-truncation.js';

type Env = CallEnvironment;

/** A date beside a moment is its midnight in the session's zone. */
function comparableMoment(days: number, env: Env): bigint {
  const local = comparableTimestamp(days);
  return local < TIMESTAMP_INFINITY - 1n && isFiniteTimestamp(local) ? fromLocal(local, zoneOf(env)) : local;
}

function momentOf(local: bigint, zone: TimeZone): bigint {
  return isFiniteTimestamp(local) ? requireTimestamp(fromLocal(local, zone)) : local;
}

function localOf(moment: bigint, zone: TimeZone): bigint {
  return isFiniteTimestamp(moment) ? requireTimestamp(toLocal(moment, zone)) : moment;
}

const mixedComparisons: Record<string, Code> = {
  ...comparisons(
    (op) => `date_${op}_timestamp`,
    (a: number, b: bigint) => int8.compare(comparableTimestamp(a), b),
  ),
  ...comparisons(
    (op) => `timestamp_${op}_date`,
    (a: bigint, b: number) => int8.compare(a, comparableTimestamp(b)),
  ),
  ...comparisons(
    (op) => `date_${op}_timestamptz`,
    (a: number, b: bigint, env) => int8.compare(comparableMoment(a, env), b),
  ),
  ...comparisons(
    (op) => `timestamptz_${op}_date`,
    (a: bigint, b: number, env) => int8.compare(a, comparableMoment(b, env)),
  ),
  ...comparisons(
    (op) => `timestamp_${op}_timestamptz`,
    (a: bigint, b: bigint, env) => int8.compare(momentOf(a, zoneOf(env)), b),
  ),
  ...comparisons(
    (op) => `timestamptz_${op}_timestamp`,
    (a: bigint, b: bigint, env) => int8.compare(a, momentOf(b, zoneOf(env))),
  ),
};

function dayOfTimestamp(local: bigint): number {
  if (!isFiniteTimestamp(local)) return local > 0n ? DATE_INFINITY : DATE_MINUS_INFINITY;
  return Number(floorDivide(local, MICROS_PER_DAY)[0]);
}

function timeOfTimestamp(local: bigint): bigint | null {
  return isFiniteTimestamp(local) ? timeOfDay(local) : null;
}

function timeOfDay(micros: bigint): bigint {
  return floorDivide(micros, MICROS_PER_DAY)[1];
}

function withTime(days: number, micros: bigint): bigint {
  const midnight = dateToTimestamp(days);
  return isFiniteTimestamp(midnight) ? requireTimestamp(midnight + micros) : midnight;
}

const conversions: Record<string, Code> = {
  date_timestamp: dateToTimestamp,
  date_timestamptz: (days: number, env: Env) => dateToMoment(days, zoneOf(env)),
  timestamp_date: dayOfTimestamp,
  timestamptz_date: (moment: bigint, env: Env) => dayOfTimestamp(localOf(moment, zoneOf(env))),
  timestamp_timestamptz: (local: bigint, env: Env) => momentOf(local, zoneOf(env)),
  timestamptz_timestamp: (moment: bigint, env: Env) => localOf(moment, zoneOf(env)),
  timestamp_time: timeOfTimestamp,
  timestamptz_time: (moment: bigint, env: Env) => timeOfTimestamp(localOf(moment, zoneOf(env))),
  time_interval: (micros: bigint) => interval(0, 0, micros),
  interval_time: (value: Interval) => timeOfDay(value.micros),
  time_scale: coerceTime,
  timestamp_scale: coerceTimestamp,
  timestamptz_scale: coerceTimestamp,
  interval_scale: coerceInterval,
  datetime_timestamp: withTime,
  timedate_pl: (micros: bigint, days: number) => withTime(days, micros),
  dateAndTimeToMoment: (days: number, micros: bigint, env: Env) => momentOf(withTime(days, micros), zoneOf(env)),
};

function dividedInterval(value: Interval, divisor: number): Interval {
  if (divisor === 0) throw divisionByZero();
  return divideInterval(value, divisor);
}

const arithmetic: Record<string, Code> = {
  date_pli: addDays,
  date_mii: (days: number, count: number) => addDays(days, -count),
  integer_pl_date: (count: number, days: number) => addDays(days, count),
  date_mi: daysBetween,
  date_pl_interval: (days: number, step: Interval) => addInterval(dateToTimestamp(days), step),
  date_mi_interval: (days: number, step: Interval) => addInterval(dateToTimestamp(days), negateInterval(step)),
  interval_pl_date: (step: Interval, days: number) => addInterval(dateToTimestamp(days), step),
  time_mi_time: (a: bigint, b: bigint) => interval(0, 0, a - b),
  time_pl_interval: (micros: bigint, step: Interval) => timeOfDay(micros + step.micros),
  time_mi_interval: (micros: bigint, step: Interval) => timeOfDay(micros - step.micros),
  interval_pl_time: (step: Interval, micros: bigint) => timeOfDay(micros + step.micros),
  timestamp_mi: timestampDifference,
  timestamp_pl_interval: addInterval,
  timestamp_mi_interval: (local: bigint, step: Interval) => addInterval(local, negateInterval(step)),
  interval_pl_timestamp: (step: Interval, local: bigint) => addInterval(local, step),
  timestamptz_pl_interval: (moment: bigint, step: Interval, env: Env) => addIntervalInZone(moment, step, zoneOf(env)),
  timestamptz_mi_interval: (moment: bigint, step: Interval, env: Env) =>
    addIntervalInZone(moment, negateInterval(step), zoneOf(env)),
  interval_pl_timestamptz: (step: Interval, moment: bigint, env: Env) => addIntervalInZone(moment, step, zoneOf(env)),
  interval_pl: addIntervals,
  interval_mi: (a: Interval, b: Interval) => addIntervals(a, negateInterval(b)),
  interval_um: negateInterval,
  interval_mul: multiplyInterval,
  mul_d_interval: (factor: number, value: Interval) => multiplyInterval(value, factor),
  interval_div: dividedInterval,
  timestamp_age: age,
  timestamptz_age: (a: bigint, b: bigint, env: Env) => age(localOf(a, zoneOf(env)), localOf(b, zoneOf(env))),
  ageOfTimestamp: (local: bigint, env: Env) => age(today(env), local),
  ageOfTimestamptz: (moment: bigint, env: Env) => age(today(env), localOf(moment, zoneOf(env))),
  timestamp_bin: bin,
  timestamptz_bin: bin,
};

/** Midnight of the current day, local. */
function today(env: Env): bigint {
  const local = toLocal(env.now(), zoneOf(env));
  return local - timeOfDay(local);
}

function makeDate(year: number, month: number, day: number): number {
  const astronomical = year < 0 ? year + 1 : year;
  if (year === 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(astronomical, month)) {
    const shown = `${astronomical}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    throw error(SqlState.datetimeFieldOverflow, `date field value out of range: ${shown}`);
  }
  return requireDate(daysFromCivil({ year: astronomical, month, day }));
}

function makeTime(hour: number, minute: number, second: number): bigint {
  const micros =
    BigInt(hour * 60 + minute) * 60_000_000n + (Number.isFinite(second) ? BigInt(roundEven(second * 1e6)) : -1n);
  if (hour < 0 || minute < 0 || minute > 59 || !(second >= 0 && second <= 60) || micros > MICROS_PER_DAY) {
    const shown = `${hour}:${String(minute).padStart(2, '0')}:${formatFloat8(second).padStart(2, '0')}`;
    throw error(SqlState.datetimeFieldOverflow, `time field value out of range: ${shown}`);
  }
  return micros;
}

function makeTimestamp(year: number, month: number, day: number, hour: number, minute: number, second: number): bigint {
  return requireTimestamp(BigInt(makeDate(year, month, day)) * MICROS_PER_DAY + makeTime(hour, minute, second));
}

function makeInterval(...parts: number[]): Interval {
  const [years, months, weeks, days, hours, minutes, seconds] = parts;
  if (!Number.isFinite(seconds)) throw error(SqlState.datetimeFieldOverflow, 'interval out of range');
  const micros = BigInt(hours * 3600 + minutes * 60) * 1_000_000n + BigInt(roundEven(seconds * 1e6));
  return interval(years * 12 + months, weeks * 7 + days, micros);
}

function fromUnixSeconds(seconds: number): bigint {
  if (seconds === Infinity) return TIMESTAMP_INFINITY;
  if (seconds === -Infinity) return TIMESTAMP_MINUS_INFINITY;
  if (Number.isNaN(seconds)) throw error(SqlState.datetimeFieldOverflow, 'timestamp cannot be NaN');
  const shown = formatFloat4(seconds);
  if (Math.abs(seconds) > 1e13) throw error(SqlState.datetimeFieldOverflow, `timestamp out of range: "${shown}"`);
  return requireTimestamp(BigInt(roundEven((seconds - Number(UNIX_EPOCH_MICROS / 1_000_000n)) * 1e6)), shown);
}

function requireZone(name: string): TimeZone {
  const zone = findTimeZone(name);
  if (!zone) throw error(SqlState.invalidParameterValue, `time zone "${name}" not recognized`);
  return zone;
}

function zoneOfInterval(offset: Interval): TimeZone {
  if (offset.months !== 0 || offset.days !== 0) {
    throw error(
      SqlState.invalidParameterValue,
      `interval time zone "${formatInterval(offset)}" must not include months or days`,
    );
  }
  return fixedZone('', Number(offset.micros / 1_000_000n));
}

/** OVERLAPS: an end may be null, or lie before its start. */
function overlaps(
  start1: bigint | null,
  end1: bigint | null,
  start2: bigint | null,
  end2: bigint | null,
): boolean | null {
  const [a, aEnd] = ordered(start1, end1);
  const [b, bEnd] = ordered(start2, end2);
  if (a === null || b === null) return null;
  if (a > b) return inside(a, bEnd, aEnd);
  if (a < b) return inside(b, aEnd, bEnd);
  return aEnd === null || bEnd === null ? null : true;
}

/** Does the later start lie before the earlier one's end? */
function inside(later: bigint, earlierEnd: bigint | null, laterEnd: bigint | null): boolean | null {
  if (earlierEnd === null) return null;
  if (later < earlierEnd) return true;
  return laterEnd === null ? null : false;
}

function ordered(start: bigint | null, end: bigint | null): [bigint | null, bigint | null] {
  if (start === null) return [end, null];
  return end !== null && end < start ? [end, start] : [start, end];
}

export const datetimeCode: Readonly<Record<string, Code>> = {
  ...mixedComparisons,
  ...conversions,
  ...arithmetic,
  timestamp_trunc: truncateTimestamp,
  timestamptz_trunc: (name: string, moment: bigint, env: Env) => truncateTimestamptz(name, moment, zoneOf(env)),
  timestamptz_trunc_zone: (name: string, moment: bigint, zone: string) =>
    isFiniteTimestamp(moment) ? truncateTimestamptz(name, moment, requireZone(zone)) : moment,
  interval_trunc: truncateInterval,
  interval_justify_hours: justifyHours,
  interval_justify_days: justifyDays,
  interval_justify_interval: justifyInterval,
  make_date: makeDate,
  make_time: makeTime,
  make_timestamp: makeTimestamp,
  make_timestamptz: (y: number, mo: number, d: number, h: number, mi: number, s: number, env: Env) =>
    momentOf(makeTimestamp(y, mo, d, h, mi, s), zoneOf(env)),
  make_timestamptz_at_timezone: (y: number, mo: number, d: number, h: number, mi: number, s: number, zone: string) =>
    momentOf(makeTimestamp(y, mo, d, h, mi, s), requireZone(zone)),
  make_interval: (y: number, mo: number, w: number, d: number, h: number, mi: number, s: number) =>
    makeInterval(y, mo, w, d, h, mi, s),
  float8_timestamptz: fromUnixSeconds,
  date_finite: isFiniteDate,
  timestamp_finite: isFiniteTimestamp,
  interval_finite: () => true,
  timestamp_zone: (zone: string, local: bigint) =>
    isFiniteTimestamp(local) ? momentOf(local, requireZone(zone)) : local,
  timestamptz_zone: (zone: string, moment: bigint) =>
    isFiniteTimestamp(moment) ? localOf(moment, requireZone(zone)) : moment,
  timestamp_izone: (offset: Interval, local: bigint) =>
    isFiniteTimestamp(local) ? momentOf(local, zoneOfInterval(offset)) : local,
  timestamptz_izone: (offset: Interval, moment: bigint) =>
    isFiniteTimestamp(moment) ? localOf(moment, zoneOfInterval(offset)) : moment,
  overlaps_timestamp: overlaps,
  overlaps_time: overlaps,
};
