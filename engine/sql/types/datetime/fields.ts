import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { type CivilDate, civilFromDays, daysFromCivil, daysInMonth } from './calendar.js';
import { type DateTimeToken, tokenize } from './tokens.js';
import { type TimeZone, abbreviationOffset, findTimeZone, fixedZone } from './zone.js';

/** A moment named by a word. */
export type SpecialMoment = 'now' | 'epoch' | 'infinity' | '-infinity';
export type SpecialDay = 'today' | 'tomorrow' | 'yesterday';

/** What a date/time text says; what it does not say is undefined. */
export interface DateTimeFields {
  moment?: SpecialMoment;
  specialDay?: SpecialDay;
  date?: CivilDate;
  /** Microseconds since midnight; 24:00 and second 60 reach into the next day. */
  timeOfDay?: bigint;
  zone?: TimeZone;
}

/** 22007, naming the type. */
export function invalidDateTime(typeName: string, text: string): PgError {
  return error(SqlState.invalidDatetimeFormat, `invalid input syntax for type ${typeName}: "${text}"`);
}

function fieldOutOfRange(text: string, hint?: string): PgError {
  return error(SqlState.datetimeFieldOverflow, `date/time field value out of range: "${text}"`, hint ? { hint } : {});
}

const DATESTYLE_HINT = 'Perhaps you need a different "datestyle" setting.';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES = 'january february march april may june july august september october november december'.split(' ');
const WEEKDAYS = new Set(
  'sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday'.split(' '),
);

function monthOf(word: string): number | undefined {
  if (word === 'sept') return 9;
  const index = Math.max(MONTHS.indexOf(word), MONTH_NAMES.indexOf(word));
  return index < 0 ? undefined : index + 1;
}

/**
 * Reads a date/time text with DateStyle `ISO, MDY`. `typeName` is for messages. Errors 22007, 22008, 22023
 * (utils/adt/datetime.c DecodeDateTime).
 */
export function parseDateTime(text: string, typeName: string): DateTimeFields {
  const tokens = tokenize(text);
  if (!tokens || tokens.length === 0) throw invalidDateTime(typeName, text);
  return new FieldReader(text, typeName, tokens).read();
}

class FieldReader {
  private readonly fields: DateTimeFields = {};
  private year: number | undefined;
  private yearHasTwoDigits = false;
  private month: number | undefined;
  private monthIsText = false;
  private day: number | undefined;
  private julianDay: number | undefined;
  private dayOfYear: number | undefined;
  private beforeChrist = false;
  private meridiem: 'am' | 'pm' | undefined;
  private hasWeekday = false;
  /** A `T` or `J` announces what the next number is. */
  private prefix: 'time' | 'julian' | undefined;

  constructor(
    private readonly text: string,
    private readonly typeName: string,
    private readonly tokens: DateTimeToken[],
  ) {}

  read(): DateTimeFields {
    this.tokens.forEach((token, index) => this.take(token, index));
    if (this.prefix) throw this.invalid();
    this.finishDate();
    this.finishTime();
    return this.fields;
  }

  private take(token: DateTimeToken, index: number): void {
    switch (token.kind) {
      case 'time':
        return this.takeTime(token.text);
      case 'date':
        return this.takeDate(token.text);
      case 'number':
        return this.takeNumber(token.text, index);
      case 'word':
        return this.takeWord(token.text);
      case 'zone':
        return this.setZone(this.numericZone(token.text));
      case 'special':
        return this.takeSigned(token.text);
    }
  }

  private takeSigned(text: string): void {
    if (!/^[+-]inf(inity)?$/.test(text)) throw this.invalid();
    this.setMoment(text.startsWith('-') ? '-infinity' : 'infinity');
  }

  private takeTime(text: string): void {
    const match = /^(\d+):(\d+)(?::(\d+(?:\.\d*)?))?(\.\d*)?$/.exec(text);
    if (!match || this.fields.timeOfDay !== undefined) throw this.invalid();
    this.prefix = undefined;
    const [, first, second, third, fraction] = match;
    // `MM:SS.fff` has no hours.
    if (third === undefined && fraction !== undefined) return this.setTime(0, Number(first), second + fraction);
    this.setTime(Number(first), Number(second), third ?? '0');
  }

  private setTime(hours: number, minutes: number, seconds: string): void {
    const micros = secondsToMicros(seconds);
    const isMidnight = hours === 24 && minutes === 0 && micros === 0n;
    if ((hours > 23 && !isMidnight) || minutes > 59 || micros > 60_000_000n) throw fieldOutOfRange(this.text);
    this.fields.timeOfDay = BigInt(hours * 60 + minutes) * 60_000_000n + micros;
  }

  /** Joined fields: a date, or a zone name such as `america/new_york`. */
  private takeDate(text: string): void {
    if (this.hasDate() || (/^[a-z]/.test(text) && monthOf(text.split(/[-/.]/)[0].replace(/\d+$/, '')) === undefined)) {
      return this.setZone(this.namedZone(text));
    }
    const parts = text.split(/[-/.]/).flatMap((part) => part.match(/[a-z]+|\d+/g) ?? []);
    if (parts.length > 3) throw this.invalid();
    const isMonth = (part: string) => /[a-z]/.test(part);
    for (const part of parts.filter(isMonth)) this.setMonthName(part);
    for (const part of parts.filter((candidate) => !isMonth(candidate))) this.takeDatePart(part);
  }

  private setMonthName(word: string): void {
    const month = monthOf(word);
    if (month === undefined) throw this.invalid();
    // A month in words makes the number read as one a day: `1 Feb 2000`.
    if (this.month !== undefined && !this.monthIsText && this.day === undefined && this.month <= 31) this.day = this.month;
    else if (this.month !== undefined) throw this.invalid();
    this.month = month;
    this.monthIsText = true;
  }

  /** One number of a date, whose meaning follows from what is known already (DecodeNumber). */
  private takeDatePart(digits: string): void {
    const isYear = digits.length >= 3;
    if (this.year === undefined && this.month === undefined && this.day === undefined) {
      return isYear ? this.setYear(digits) : this.setMonth(digits);
    }
    if (this.month === undefined) return this.setMonth(digits);
    if (this.day === undefined && !(isYear && this.year === undefined && this.monthIsText)) return this.setDay(digits);
    if (this.year === undefined) return this.setYear(digits);
    throw this.invalid();
  }

  private setYear(digits: string): void {
    this.year = Number(digits);
    this.yearHasTwoDigits = digits.length <= 2;
  }

  private setMonth(digits: string): void {
    this.month = Number(digits);
  }

  private setDay(digits: string): void {
    // `Feb 99 5`: what cannot be a day is the year.
    this.day = Number(digits);
  }

  private takeNumber(text: string, index: number): void {
    const [whole, fraction] = text.split('.');
    if (this.prefix === 'julian') return this.takeJulian(whole, fraction);
    if (this.prefix === 'time') return this.takeCompactTime(whole, fraction);
    if (fraction !== undefined && !this.hasDate() && whole.length === 7) throw this.invalid();
    if (this.meridiemFollows(index) && whole.length <= 2) return this.setTime(Number(whole), 0, '0');
    if (this.hasDate() && this.fields.timeOfDay === undefined) return this.takeCompactTime(whole, fraction);
    if (fraction !== undefined) throw this.invalid();
    if (whole.length === 8 || whole.length === 6) return this.takeCompactDate(whole);
    if (whole.length === 7 && this.month === undefined) return this.takeOrdinalDate(whole);
    this.takeDatePart(whole);
  }

  private meridiemFollows(index: number): boolean {
    const next = this.tokens[index + 1]?.text;
    return next === 'am' || next === 'pm' || next === 'a.m.' || next === 'p.m.';
  }

  private takeJulian(whole: string, fraction: string | undefined): void {
    this.prefix = undefined;
    this.julianDay = Number(whole);
    if (fraction) this.fields.timeOfDay = BigInt(Math.round(Number(`0.${fraction}`) * 86_400_000_000));
  }

  /** `HHMMSS`, `HHMM` or `HH`. */
  private takeCompactTime(whole: string, fraction: string | undefined): void {
    this.prefix = undefined;
    if (![2, 4, 6].includes(whole.length) || this.fields.timeOfDay !== undefined) throw this.invalid();
    const seconds = whole.slice(4, 6) || '0';
    this.setTime(Number(whole.slice(0, 2)), Number(whole.slice(2, 4)), fraction ? `${seconds}.${fraction}` : seconds);
  }

  /** `YYYYMMDD` or `YYMMDD`. */
  private takeCompactDate(digits: string): void {
    if (this.hasDate() || this.month !== undefined) throw this.invalid();
    this.setYear(digits.slice(0, -4));
    this.month = Number(digits.slice(-4, -2));
    this.day = Number(digits.slice(-2));
  }

  /** `YYYYDDD` */
  private takeOrdinalDate(digits: string): void {
    if (this.hasDate()) throw this.invalid();
    this.setYear(digits.slice(0, 4));
    this.dayOfYear = Number(digits.slice(4));
  }

  private takeWord(word: string): void {
    if (monthOf(word) !== undefined) return this.setMonthName(word);
    if (WEEKDAYS.has(word)) {
      this.hasWeekday = true;
      return;
    }
    switch (word) {
      case 'now':
      case 'epoch':
        return this.setMoment(word);
      case 'infinity':
      case 'inf':
        return this.setMoment('infinity');
      case 'today':
      case 'tomorrow':
      case 'yesterday':
        if (this.hasDate()) throw this.invalid();
        this.fields.specialDay = word;
        return;
      case 'allballs':
        this.fields.timeOfDay = 0n;
        return this.setZone(fixedZone('UTC', 0));
      case 'am':
      case 'pm':
        this.meridiem = word;
        return;
      case 'bc':
      case 'ad':
        this.beforeChrist = word === 'bc';
        return;
      case 't':
        if (!this.hasDate()) throw this.invalid();
        this.prefix = 'time';
        return;
      case 'j':
      case 'jd':
        this.prefix = 'julian';
        return;
      case 'at':
      case 'on':
      case 'dst':
        return;
      default:
        this.setZone(this.namedZone(word));
    }
  }

  private setMoment(moment: SpecialMoment): void {
    if (this.fields.moment || this.hasDate() || this.hasWeekday) throw this.invalid();
    this.fields.moment = moment;
  }

  private setZone(zone: TimeZone): void {
    // `EST+3` and a second zone are refused alike.
    if (this.fields.zone) throw this.invalid();
    this.fields.zone = zone;
  }

  private namedZone(word: string): TimeZone {
    const offset = abbreviationOffset(word);
    if (offset !== undefined) return fixedZone(word, offset);
    const zone = /^[a-z]+$/.test(word) && word.length < 3 ? undefined : findTimeZone(word);
    if (zone) return zone;
    if (/[-/]/.test(word) && /^[a-z]/.test(word)) throw error(SqlState.invalidParameterValue, `time zone "${word}" not recognized`);
    throw this.invalid();
  }

  /** `+HH`, `+HHMM`, `+HH:MM[:SS]`: the ISO sign, east is positive. */
  private numericZone(text: string): TimeZone {
    const match = /^[+-](\d+)(?::(\d+))?(?::(\d+))?$/.exec(text);
    if (!match) throw this.invalid();
    let [, hours, minutes = '0'] = match;
    if (match[2] === undefined && hours.length > 2) {
      minutes = hours.slice(-2);
      hours = hours.slice(0, -2);
    }
    const seconds = Number(match[3] ?? 0);
    if (Number(hours) > 15 || Number(minutes) > 59 || seconds > 59) {
      throw error(ZONE_DISPLACEMENT, `time zone displacement out of range: "${this.text}"`);
    }
    const offset = Number(hours) * 3600 + Number(minutes) * 60 + seconds;
    return fixedZone(text, text.startsWith('-') ? -offset : offset);
  }

  private hasDate(): boolean {
    const complete = this.year !== undefined && this.month !== undefined && this.day !== undefined;
    return complete || this.julianDay !== undefined || this.dayOfYear !== undefined || this.fields.specialDay !== undefined;
  }

  private finishDate(): void {
    if (this.julianDay !== undefined) {
      this.fields.date = civilFromDays(this.julianDay - JULIAN_2000);
      return;
    }
    const year = this.finishYear();
    if (this.dayOfYear !== undefined && year !== undefined) {
      this.fields.date = civilFromDays(daysFromCivil({ year, month: 1, day: 1 }) + this.dayOfYear - 1);
      return;
    }
    const { month, day } = this;
    if (year === undefined && month === undefined && day === undefined) return;
    if (month !== undefined && (month < 1 || month > 12)) throw fieldOutOfRange(this.text, DATESTYLE_HINT);
    if (day !== undefined && (day < 1 || day > 31)) throw fieldOutOfRange(this.text, DATESTYLE_HINT);
    if (year === undefined || month === undefined || day === undefined) throw this.invalid();
    if (day > daysInMonth(year, month)) throw fieldOutOfRange(this.text);
    this.fields.date = { year, month, day };
  }

  private finishYear(): number | undefined {
    if (this.year === undefined) return undefined;
    if (this.beforeChrist) {
      if (this.year <= 0) throw fieldOutOfRange(this.text);
      return 1 - this.year;
    }
    if (this.yearHasTwoDigits) return this.year < 70 ? this.year + 2000 : this.year + 1900;
    if (this.year === 0) throw fieldOutOfRange(this.text);
    return this.year;
  }

  private finishTime(): void {
    if (!this.meridiem) return;
    const { timeOfDay } = this.fields;
    if (timeOfDay === undefined || timeOfDay >= 13n * HOUR_MICROS) throw fieldOutOfRange(this.text);
    const isTwelve = timeOfDay >= 12n * HOUR_MICROS;
    if (this.meridiem === 'am' && isTwelve) this.fields.timeOfDay = timeOfDay - 12n * HOUR_MICROS;
    if (this.meridiem === 'pm' && !isTwelve) this.fields.timeOfDay = timeOfDay + 12n * HOUR_MICROS;
  }

  private invalid(): PgError {
    return invalidDateTime(this.typeName, this.text);
  }
}

const HOUR_MICROS = 3_600_000_000n;
/** The Julian day of 2000-01-01. */
export const JULIAN_2000 = 2_451_545;
/** SQLSTATE invalid_time_zone_displacement_value. */
const ZONE_DISPLACEMENT = '22009';

/** `12.3456789` seconds as microseconds, rounded. */
export function secondsToMicros(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  const rounded = fraction.length <= 6 ? Number(fraction.padEnd(6, '0')) : Math.round(Number(`0.${fraction}`) * 1_000_000);
  return BigInt(whole || '0') * 1_000_000n + BigInt(rounded);
}
