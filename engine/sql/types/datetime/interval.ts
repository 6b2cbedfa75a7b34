import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { int8 } from '../integers.js';
import { MAX_FRACTIONAL_DIGITS, integerModifiers } from '../modifiers.js';
import { TypeOid } from '../oids.js';
import { type SqlType, defineType, requireBytes } from '../sql-type.js';
import { fixedStorage } from '../storages.js';
import { roundMicros } from '../../../base/calendar.js';
import { formatInterval, parseInterval } from './interval-text.js';
import { type Interval, spanOf } from './interval-value.js';

/**
 * An interval's typmod: which fields it keeps (high half, bits of utils/timestamp.h) and its precision (low half).
 */
const FULL_RANGE = 0x7fff;
const FULL_PRECISION = 0xffff;
const FieldBit = { month: 1 << 1, year: 1 << 2, day: 1 << 3, hour: 1 << 10, minute: 1 << 11, second: 1 << 12 } as const;
const FIELD_ORDER = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
type Field = (typeof FIELD_ORDER)[number];

function fieldsOf(range: number): Field[] {
  return range === FULL_RANGE ? [] : FIELD_ORDER.filter((field) => range & FieldBit[field]);
}

function lastFieldOf(typmod: number): Field | undefined {
  return typmod < 0 ? undefined : fieldsOf(typmod >> 16).at(-1);
}

const MICROS_OF: Partial<Record<Field, bigint>> = { hour: 3_600_000_000n, minute: 60_000_000n };

/** Drops what lies below the last field and rounds seconds (AdjustIntervalForTypmod). */
export function coerceInterval(value: Interval, typmod: number): Interval {
  if (typmod < 0) return value;
  const last = lastFieldOf(typmod);
  const precision = typmod & 0xffff;
  if (last === 'year') return { months: Math.trunc(value.months / 12) * 12 + 0, days: 0, micros: 0n };
  if (last === 'month') return { ...value, days: 0, micros: 0n };
  if (last === 'day') return { ...value, micros: 0n };
  const unit = last && MICROS_OF[last];
  if (unit) return { ...value, micros: (value.micros / unit) * unit };
  return precision === FULL_PRECISION ? value : { ...value, micros: roundMicros(value.micros, precision) };
}

function typmodIn(modifiers: string[]): number {
  const [range, precision, ...more] = integerModifiers(modifiers);
  if (range === undefined || more.length > 0)
    throw error(SqlState.invalidParameterValue, 'invalid INTERVAL type modifier');
  if (precision === undefined) return range === FULL_RANGE ? -1 : (range << 16) | FULL_PRECISION;
  if (precision < 0)
    throw error(SqlState.invalidParameterValue, `INTERVAL(${precision}) precision must not be negative`);
  return (range << 16) | Math.min(precision, MAX_FRACTIONAL_DIGITS);
}

function typmodOut(typmod: number): string {
  const fields = fieldsOf(typmod >> 16);
  const precision = typmod & 0xffff;
  const span = fields.length > 1 ? ` ${fields[0]} to ${fields.at(-1)}` : fields.length === 1 ? ` ${fields[0]}` : '';
  return precision === FULL_PRECISION ? span : `${span}(${precision})`;
}

export const interval: SqlType<Interval> = defineType(TypeOid.interval, {
  storage: fixedStorage<Interval>(TypeOid.interval, write, (source, at) => ({
    micros: source.readBigInt64LE(at),
    days: source.readInt32LE(at + 8),
    months: source.readInt32LE(at + 12),
  })),
  input: (text, typmod) => coerceInterval(parseInterval(text, lastFieldOf(typmod) ?? 'second'), typmod),
  output: formatInterval,
  send(value) {
    const bytes = Buffer.alloc(16);
    bytes.writeBigInt64BE(value.micros, 0);
    bytes.writeInt32BE(value.days, 8);
    bytes.writeInt32BE(value.months, 12);
    return bytes;
  },
  receive(bytes, typmod) {
    requireBytes(bytes, 16);
    const value = { micros: bytes.readBigInt64BE(0), days: bytes.readInt32BE(8), months: bytes.readInt32BE(12) };
    return coerceInterval(value, typmod);
  },
  compare: (a, b) => int8.compare(spanOf(a), spanOf(b)),
  hash: (value) => int8.hash(spanOf(value)),
  coerce: coerceInterval,
  typmodIn,
  typmodOut,
});

function write(value: Interval, target: Buffer, at: number): void {
  target.writeBigInt64LE(value.micros, at);
  target.writeInt32LE(value.days, at + 8);
  target.writeInt32LE(value.months, at + 12);
}
