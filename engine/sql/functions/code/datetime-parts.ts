import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import type { Oid } from '../../../base/block.js';
import {
  MICROS_PER_DAY,
  UNIX_EPOCH_MICROS,
  civilFromDays,
  dayOfWeek,
  dayOfYear,
  floorDivide,
  isoWeek,
} from '../../../base/calendar.js';
import { isFiniteDate } from '../../types/datetime/date.js';
import { JULIAN_2000 } from '../../types/datetime/fields.js';
import type { Interval } from '../../types/datetime/interval-value.js';
import { toLocal, zoneOf } from '../../types/datetime/now.js';
import { isFiniteTimestamp } from '../../types/datetime/timestamp.js';
import { unixSeconds } from '../../types/datetime/zone.js';
import { add, divide } from '../../types/numeric/arithmetic.js';
import { Numeric } from '../../types/numeric/numeric.js';
import { TypeOid } from '../../types/oids.js';
import { types } from '../../types/type-table.js';
import type { CallEnvironment } from '../environment.js';
import type { Code } from '../signature.js';
import { dateToTimestamp } from './datetime-arithmetic.js';
import { type Unit, unitOf } from './datetime-units.js';

/** extract() and date_part(): one field of a date, a time or an interval. */
type Fields = Partial<Record<Unit, () => Numeric>>;

function whole(value: number | bigint): Numeric {
  return Numeric.fromInteger(value);
}

export function unitError(unit: string, type: Oid): PgError {
  const known = unitOf(unit) !== undefined;
  const text = `unit "${unit.toLowerCase()}" not ${known ? 'supported' : 'recognized'} for type ${types.format(type)}`;
  return error(known ? SqlState.featureNotSupported : SqlState.invalidParameterValue, text);
}

function pick(fields: Fields, name: string, type: Oid): Numeric {
  const unit = unitOf(name);
  const field = unit && fields[unit];
  if (!field) throw unitError(name, type);
  return field();
}

function timeFields(micros: bigint): Fields {
  const inMinute = micros % 60_000_000n;
  return {
    microsecond: () => whole(inMinute),
    millisecond: () => Numeric.of(inMinute, 3),
    second: () => Numeric.of(inMinute, 6),
    minute: () => whole((micros / 60_000_000n) % 60n),
    hour: () => whole(micros / 3_600_000_000n),
  };
}

/** Centuries and millennia count from 1, without a year 0. */
function ordinalPeriod(year: number, years: number): number {
  return year > 0 ? Math.floor((year + years - 1) / years) : -Math.floor((years - year) / years);
}

function dateFields(days: number): Fields {
  const date = civilFromDays(days);
  const { year, month, day } = date;
  return {
    day: () => whole(day),
    month: () => whole(month),
    quarter: () => whole(Math.floor((month - 1) / 3) + 1),
    week: () => whole(isoWeek(days).week),
    year: () => whole(year > 0 ? year : year - 1),
    decade: () => whole(Math.floor(year / 10)),
    century: () => whole(ordinalPeriod(year, 100)),
    millennium: () => whole(ordinalPeriod(year, 1000)),
    isoyear: () => whole(nonZeroYear(isoWeek(days).isoYear)),
    dow: () => whole(dayOfWeek(days)),
    isodow: () => whole(dayOfWeek(days) || 7),
    doy: () => whole(dayOfYear(date)),
    julian: () => whole(days + JULIAN_2000),
  };
}

/** Year 0 is 1 BC, shown as -1. */
function nonZeroYear(year: number): number {
  return year > 0 ? year : year - 1;
}

/** Fields that grow with time are ±Infinity for the infinities; those that come round are NULL. */
const GROWING = new Set<Unit>(['year', 'decade', 'century', 'millennium', 'julian', 'isoyear', 'epoch']);

function ofInfinity(fields: Fields, name: string, type: Oid, negative: boolean): Numeric | null {
  pick(fields, name, type);
  return GROWING.has(unitOf(name)!) ? Numeric.infinite(negative) : null;
}

function timestampFields(local: bigint, moment: bigint): Fields {
  const [day, micros] = floorDivide(local, MICROS_PER_DAY);
  const days = Number(day);
  return {
    ...timeFields(micros),
    ...dateFields(days),
    epoch: () => Numeric.of(moment + UNIX_EPOCH_MICROS, 6),
    julian: () => add(whole(days + JULIAN_2000), divide(whole(micros), whole(MICROS_PER_DAY))),
  };
}

export function extractTimestamp(name: string, value: bigint): Numeric | null {
  if (isFiniteTimestamp(value)) return pick(timestampFields(value, value), name, TypeOid.timestamp);
  return ofInfinity(timestampFields(0n, 0n), name, TypeOid.timestamp, value < 0n);
}

function momentFields(value: bigint, env: CallEnvironment): Fields {
  const zone = zoneOf(env);
  const offset = zone.offsetAt(unixSeconds(value));
  return {
    ...timestampFields(toLocal(value, zone), value),
    timezone: () => whole(offset),
    timezone_hour: () => whole(Math.trunc(offset / 3600)),
    timezone_minute: () => whole(Math.trunc((offset % 3600) / 60)),
  };
}

export function extractTimestamptz(name: string, value: bigint, env: CallEnvironment): Numeric | null {
  if (isFiniteTimestamp(value)) return pick(momentFields(value, env), name, TypeOid.timestamptz);
  return ofInfinity(momentFields(0n, env), name, TypeOid.timestamptz, value < 0n);
}

function extractDate(name: string, days: number): Numeric | null {
  const fields = (day: number): Fields => ({
    ...dateFields(day),
    epoch: () => whole(BigInt(day) * 86_400n + UNIX_EPOCH_MICROS / 1_000_000n),
  });
  if (isFiniteDate(days)) return pick(fields(days), name, TypeOid.date);
  return ofInfinity(fields(0), name, TypeOid.date, days < 0);
}

function extractTime(name: string, micros: bigint): Numeric {
  return pick({ ...timeFields(micros), epoch: () => Numeric.of(micros, 6) }, name, TypeOid.time);
}

/** A year of an interval counts 365.25 days, a month 30. */
function intervalEpoch({ months, days, micros }: Interval): Numeric {
  const years = Math.trunc(months / 12);
  const quarterDays = BigInt(years) * 1461n + BigInt((months - years * 12) * 30 + days) * 4n;
  return Numeric.of((quarterDays * MICROS_PER_DAY) / 4n + micros, 6);
}

function extractInterval(name: string, value: Interval): Numeric {
  const years = Math.trunc(value.months / 12);
  const months = value.months % 12;
  const fields: Fields = {
    ...timeFields(value.micros),
    day: () => whole(value.days),
    month: () => whole(months),
    quarter: () => whole(Math.trunc(months / 3) + 1),
    year: () => whole(years),
    decade: () => whole(Math.trunc(years / 10)),
    century: () => whole(Math.trunc(years / 100)),
    millennium: () => whole(Math.trunc(years / 1000)),
    epoch: () => intervalEpoch(value),
  };
  return pick(fields, name, TypeOid.interval);
}

/** date_part() gives what extract() does as double precision. */
function asFloat<A extends unknown[]>(extract: (...args: A) => Numeric | null): (...args: A) => number | null {
  return (...args) => extract(...args)?.toNumber() ?? null;
}

export const datetimePartCode: Readonly<Record<string, Code>> = {
  extract_timestamp: extractTimestamp,
  extract_timestamptz: extractTimestamptz,
  extract_date: extractDate,
  extract_time: extractTime,
  extract_interval: extractInterval,
  timestamp_part: asFloat(extractTimestamp),
  timestamptz_part: asFloat(extractTimestamptz),
  time_part: asFloat(extractTime),
  interval_part: asFloat(extractInterval),
  datePart: asFloat((name: string, days: number) => extractTimestamp(name, dateToTimestamp(days))),
};
