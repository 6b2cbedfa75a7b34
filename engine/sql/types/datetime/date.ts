import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { TextEnvironment } from '../environment.js';
import { int4 } from '../integers.js';
import { TypeOid } from '../oids.js';
import { type SqlType, defineType } from '../sql-type.js';
import { int32Storage } from '../storages.js';
import { MICROS_PER_DAY, daysFromCivil, floorDivide, formatDate } from '../../../base/calendar.js';
import { type DateTimeFields, invalidDateTime, parseDateTime } from './fields.js';
import { currentLocal } from './now.js';

/** Values are days since 2000-01-01; these two stand for the infinities, as on disk (utils/date.h). */
export const DATE_INFINITY = 0x7fff_ffff;
export const DATE_MINUS_INFINITY = -0x8000_0000;

/** 4714-11-24 BC, Julian day 0. */
const FIRST_DATE = -2_451_545;
/** One past 5874897-12-31. */
const END_DATE = 2_145_031_949;

export function isFiniteDate(days: number): boolean {
  return days !== DATE_INFINITY && days !== DATE_MINUS_INFINITY;
}

/** 22008 outside 4714-11-24 BC .. 5874897-12-31. */
export function requireDate(days: number, shown?: string): number {
  if (days >= FIRST_DATE && days < END_DATE) return days;
  throw error(
    SqlState.datetimeFieldOverflow,
    shown === undefined ? 'date out of range' : `date out of range: "${shown}"`,
  );
}

function parse(text: string, env: TextEnvironment | undefined): number {
  const fields = parseDateTime(text, 'date');
  switch (fields.moment) {
    case 'infinity':
      return DATE_INFINITY;
    case '-infinity':
      return DATE_MINUS_INFINITY;
    case 'epoch':
      return daysFromCivil({ year: 1970, month: 1, day: 1 });
    case 'now':
      return today(env);
    case undefined:
      return requireDate(dayOf(fields, env) ?? failed(text), text);
  }
}

function failed(text: string): never {
  throw invalidDateTime('date', text);
}

function today(env: TextEnvironment | undefined): number {
  return Number(floorDivide(currentLocal(env), MICROS_PER_DAY)[0]);
}

/** The day that fields name: a date, or one near today. */
export function dayOf(fields: DateTimeFields, env: TextEnvironment | undefined): number | undefined {
  if (fields.date) return daysFromCivil(fields.date);
  if (!fields.specialDay) return undefined;
  return today(env) + { yesterday: -1, today: 0, tomorrow: 1 }[fields.specialDay];
}

function format(days: number): string {
  if (!isFiniteDate(days)) return days > 0 ? 'infinity' : '-infinity';
  const { text, era } = formatDate(days);
  return text + era;
}

export const date: SqlType<number> = defineType(TypeOid.date, {
  storage: int32Storage(TypeOid.date),
  input: (text, _typmod, env) => parse(text, env),
  output: format,
  send: (value) => int4.send(value),
  receive: (bytes) => int4.receive(bytes, -1),
  compare: (a, b) => a - b,
  equals: (a, b) => a === b,
  hash: (value) => int4.hash(value),
});
