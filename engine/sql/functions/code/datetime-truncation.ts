import type { Oid } from '../../../base/block.js';
import { MICROS_PER_DAY, civilFromDays, dayOfWeek, daysFromCivil, floorDivide } from '../../../base/calendar.js';
import type { Interval } from '../../types/datetime/interval-value.js';
import { toLocal } from '../../types/datetime/now.js';
import { fromLocal, isFiniteTimestamp, requireTimestamp } from '../../types/datetime/timestamp.js';
import type { TimeZone } from '../../types/datetime/zone.js';
import { TypeOid } from '../../types/oids.js';
import { type Unit, unitOf } from './datetime-units.js';
import { unitError } from './datetime-parts.js';

/** date_trunc(): the start of the unit in which a time lies. */
const MICROS: Partial<Record<Unit, bigint>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: MICROS_PER_DAY,
};

const YEARS: Partial<Record<Unit, number>> = { year: 1, decade: 10, century: 100, millennium: 1000 };

function truncateDay(unit: Unit, days: number): number | undefined {
  const { year, month } = civilFromDays(days);
  const firstOf = (y: number, m = 1) => daysFromCivil({ year: y, month: m, day: 1 });
  switch (unit) {
    case 'week':
      return days - ((dayOfWeek(days) + 6) % 7);
    case 'month':
      return firstOf(year, month);
    case 'quarter':
      return firstOf(year, month - ((month - 1) % 3));
    default:
      return YEARS[unit] === undefined ? undefined : firstOf(firstYear(year, YEARS[unit]));
  }
}

/** Decades begin with a year ending in 0, centuries and millennia with one ending in 1. */
function firstYear(year: number, years: number): number {
  if (years <= 10) return Math.floor(year / years) * years;
  return Math.floor((year - 1) / years) * years + 1;
}

function truncateLocal(name: string, local: bigint, type: Oid): bigint {
  const unit = unitOf(name);
  if (!unit) throw unitError(name, type);
  const size = MICROS[unit];
  if (size !== undefined) return floorDivide(local, size)[0] * size;
  const day = truncateDay(unit, Number(floorDivide(local, MICROS_PER_DAY)[0]));
  if (day === undefined) throw unitError(name, type);
  return requireTimestamp(BigInt(day) * MICROS_PER_DAY);
}

export function truncateTimestamp(name: string, local: bigint): bigint {
  return isFiniteTimestamp(local) ? truncateLocal(name, local, TypeOid.timestamp) : local;
}

/** Below the day the moment itself is cut, so that a repeated hour stays the one it was. */
export function truncateTimestamptz(name: string, moment: bigint, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(moment)) return moment;
  const local = toLocal(moment, zone);
  const truncated = truncateLocal(name, local, TypeOid.timestamptz);
  const size = MICROS[unitOf(name)!];
  if (size !== undefined && size < MICROS_PER_DAY) return moment - (local - truncated);
  return requireTimestamp(fromLocal(truncated, zone));
}

const MONTHS: Partial<Record<Unit, number>> = {
  month: 1,
  quarter: 3,
  year: 12,
  decade: 120,
  century: 1200,
  millennium: 12_000,
};

export function truncateInterval(name: string, value: Interval): Interval {
  const unit = unitOf(name);
  const months = unit && MONTHS[unit];
  if (months) return { months: Math.trunc(value.months / months) * months + 0, days: 0, micros: 0n };
  const size = unit && MICROS[unit];
  if (size === undefined) throw unitError(name, TypeOid.interval);
  return size === MICROS_PER_DAY ? { ...value, micros: 0n } : { ...value, micros: (value.micros / size) * size };
}
