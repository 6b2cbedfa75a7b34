import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { TextEnvironment } from '../environment.js';
import { INT8_MAX, INT8_MIN, int8 } from '../integers.js';
import { precisionTypmod } from '../modifiers.js';
import { TypeOid } from '../oids.js';
import { type SqlType, type TypeDefinition, defineType } from '../sql-type.js';
import { int64Storage } from '../storages.js';
import {
  MICROS_PER_DAY,
  UNIX_EPOCH_MICROS,
  floorDivide,
  formatDate,
  formatTimeOfDay,
  roundMicros,
} from '../../../base/calendar.js';
import { dayOf } from './date.js';
import { type DateTimeFields, invalidDateTime, parseDateTime } from './fields.js';
import { currentLocal, currentMoment, toLocal, zoneOf } from './now.js';
import { type TimeZone, formatOffset, offsetAtLocal, unixSeconds } from './zone.js';

/**
 * timestamp: microseconds since 2000-01-01 00:00 of no particular zone. timestamptz: the same since that moment in UTC.
 *
 * These two values stand for the infinities, as on disk (datatype/timestamp.h).
 */
export const TIMESTAMP_INFINITY = INT8_MAX;
export const TIMESTAMP_MINUS_INFINITY = INT8_MIN;

/** 4714-11-24 BC. */
const FIRST_TIMESTAMP = -211_813_488_000_000_000n;
/** One past the end of 294276 AD. */
const END_TIMESTAMP = 9_223_371_331_200_000_000n;

export function isFiniteTimestamp(value: bigint): boolean {
  return value !== TIMESTAMP_INFINITY && value !== TIMESTAMP_MINUS_INFINITY;
}

/** 22008 outside 4714-11-24 BC .. 294276-12-31. */
export function requireTimestamp(value: bigint, shown?: string): bigint {
  if (value >= FIRST_TIMESTAMP && value < END_TIMESTAMP) return value;
  const message = shown === undefined ? 'timestamp out of range' : `timestamp out of range: "${shown}"`;
  throw error(SqlState.datetimeFieldOverflow, message);
}

/** The moment at which a zone's clocks show a local time. */
export function fromLocal(local: bigint, zone: TimeZone): bigint {
  return local - BigInt(offsetAtLocal(zone, unixSeconds(local))) * 1_000_000n;
}

function specialMoment(fields: DateTimeFields, now: () => bigint): bigint | undefined {
  switch (fields.moment) {
    case 'infinity':
      return TIMESTAMP_INFINITY;
    case '-infinity':
      return TIMESTAMP_MINUS_INFINITY;
    case 'epoch':
      return -UNIX_EPOCH_MICROS;
    case 'now':
      return now();
    case undefined:
      return undefined;
  }
}

function localOf(fields: DateTimeFields, env: TextEnvironment | undefined, typeName: string, text: string): bigint {
  const day = dayOf(fields, env);
  if (day === undefined) throw invalidDateTime(typeName, text);
  return BigInt(day) * MICROS_PER_DAY + (fields.timeOfDay ?? 0n);
}

function parseTimestamp(text: string, env: TextEnvironment | undefined): bigint {
  const fields = parseDateTime(text, 'timestamp');
  const special = specialMoment(fields, () => currentLocal(env));
  return special ?? requireTimestamp(localOf(fields, env, 'timestamp', text), text);
}

function parseTimestamptz(text: string, env: TextEnvironment | undefined): bigint {
  const fields = parseDateTime(text, 'timestamp with time zone');
  const special = specialMoment(fields, () => currentMoment(env));
  if (special !== undefined) return special;
  const local = localOf(fields, env, 'timestamp with time zone', text);
  return requireTimestamp(fromLocal(local, fields.zone ?? zoneOf(env)), text);
}

function formatTimestamp(value: bigint, suffix: string): string {
  const [days, micros] = floorDivide(value, MICROS_PER_DAY);
  const { text, era } = formatDate(Number(days));
  return `${text} ${formatTimeOfDay(micros)}${suffix}${era}`;
}

function formatInfinity(value: bigint): string | undefined {
  if (isFiniteTimestamp(value)) return undefined;
  return value > 0n ? 'infinity' : '-infinity';
}

export function coerceTimestamp(value: bigint, typmod: number): bigint {
  if (typmod < 0 || !isFiniteTimestamp(value)) return value;
  return requireTimestamp(roundMicros(value, typmod));
}

function definition(oid: number, typeName: string): Omit<TypeDefinition<bigint>, 'input' | 'output'> {
  return {
    storage: int64Storage(oid),
    send: (value) => int8.send(value),
    receive: (bytes, typmod) => coerceTimestamp(requireStored(int8.receive(bytes, -1)), typmod),
    compare: (a, b) => int8.compare(a, b),
    equals: (a, b) => a === b,
    hash: (value) => int8.hash(value),
    coerce: coerceTimestamp,
    typmodIn: (modifiers) => precisionTypmod(modifiers, typeName),
    typmodOut: (typmod) => `(${typmod})`,
  };
}

function requireStored(value: bigint): bigint {
  return isFiniteTimestamp(value) ? requireTimestamp(value) : value;
}

export const timestamp: SqlType<bigint> = defineType(TypeOid.timestamp, {
  ...definition(TypeOid.timestamp, 'TIMESTAMP'),
  input: (text, typmod, env) => coerceTimestamp(parseTimestamp(text, env), typmod),
  output: (value) => formatInfinity(value) ?? formatTimestamp(value, ''),
});

export const timestamptz: SqlType<bigint> = defineType(TypeOid.timestamptz, {
  ...definition(TypeOid.timestamptz, 'TIMESTAMP'),
  input: (text, typmod, env) => coerceTimestamp(parseTimestamptz(text, env), typmod),
  output(value, env) {
    const zone = zoneOf(env);
    return (
      formatInfinity(value) ?? formatTimestamp(toLocal(value, zone), formatOffset(zone.offsetAt(unixSeconds(value))))
    );
  },
});
