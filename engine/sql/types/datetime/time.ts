import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { TextEnvironment } from '../environment.js';
import { int8 } from '../integers.js';
import { precisionTypmod } from '../modifiers.js';
import { TypeOid } from '../oids.js';
import { type SqlType, defineType } from '../sql-type.js';
import { int64Storage } from '../storages.js';
import { MICROS_PER_DAY, floorDivide, formatTimeOfDay, roundMicros } from '../../../base/calendar.js';
import { invalidDateTime, parseDateTime } from './fields.js';
import { currentLocal } from './now.js';

/** time without time zone: microseconds since midnight, 0 .. 24:00:00 inclusive. */
function parse(text: string, env: TextEnvironment | undefined): bigint {
  const fields = parseDateTime(text, 'time');
  if (fields.moment === 'now') return floorDivide(currentLocal(env), MICROS_PER_DAY)[1];
  if (fields.moment || fields.timeOfDay === undefined) throw invalidDateTime('time', text);
  return requireTime(fields.timeOfDay);
}

export function requireTime(micros: bigint): bigint {
  if (micros >= 0n && micros <= MICROS_PER_DAY) return micros;
  throw error(SqlState.datetimeFieldOverflow, 'time out of range');
}

export function coerceTime(value: bigint, typmod: number): bigint {
  return typmod < 0 ? value : roundMicros(value, typmod);
}

export const time: SqlType<bigint> = defineType(TypeOid.time, {
  storage: int64Storage(TypeOid.time),
  input: (text, typmod, env) => coerceTime(parse(text, env), typmod),
  output: formatTimeOfDay,
  send: (value) => int8.send(value),
  receive: (bytes, typmod) => coerceTime(requireTime(int8.receive(bytes, -1)), typmod),
  compare: (a, b) => int8.compare(a, b),
  equals: (a, b) => a === b,
  hash: (value) => int8.hash(value),
  coerce: coerceTime,
  typmodIn: (modifiers) => precisionTypmod(modifiers, 'TIME'),
  typmodOut: (typmod) => `(${typmod})`,
});
