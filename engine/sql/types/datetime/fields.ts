import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { type CivilDate, civilFromDays, daysFromCivil, daysInMonth } from '../../../base/calendar.js';
import { decodeOffset, secondsToMicros } from './time-text.js';
import { type DateTimeToken, tokenize } from './tokens.js';
import { wordOf } from './words.js';
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
const HOUR_MICROS = 3_600_000_000n;
/** The Julian day of 2000-01-01. */
export const JULIAN_2000 = 2_451_545;

/**
 * Reads a date/time text with DateStyle `ISO, MDY`. `typeName` is for messages; for `time`, numbers are times of day.
 * Errors 22007, 22008, 22009, 22023 (utils/adt/datetime.c DecodeDateTime, DecodeTimeOnly).
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
  private beforeChrist: boolean | undefined;
  private isAfternoon: boolean | undefined;
  private hasWeekday = false;
  /** A word such as `T` or `J` says what the next number is. */
  private unit: string | undefined;

  constructor(
    private readonly text: string,
    private readonly typeName: string,
    private readonly tokens: DateTimeToken[],
  ) {}

  read(): DateTimeFields {
    this.tokens.forEach((token, index) => this.take(token, index));
    this.finishDate();
    this.finishTime();
    return this.fields;
  }

  private take({ kind, text }: DateTimeToken, index: number): void {
    switch (kind) {
      case 'time':
        return this.takeTime(text);
      case 'date':
        return this.takeDate(text, index);
      case 'number':
        return this.takeNumber(text);
      case 'word':
        return this.takeWord(text, index);
      case 'zone':
        return this.setZone(fixedZone(text, decodeOffset(text, this.text) ?? this.fail()));
      case 'special':
        if (text !== '-infinity' && text !== '+infinity') throw this.invalid();
        return this.setMoment(text === '-infinity' ? '-infinity' : 'infinity');
    }
  }

  private takeTime(text: string): void {
    if (this.unit !== undefined && this.unit !== 't') throw this.invalid();
    this.unit = undefined;
    const match = /^(\d+):(\d+)(?::(\d+(?:\.\d*)?))?(\.\d*)?$/.exec(text);
    if (!match) throw this.invalid();
    const [, first, second, third, fraction] = match;
    // `MM:SS.fff` has no hours.
    if (third === undefined && fraction !== undefined) this.setTime(0, Number(first), second + fraction);
    else this.setTime(Number(first), Number(second), third ?? '0');
  }

  private setTime(hours: number, minutes: number, seconds: string): void {
    if (this.fields.timeOfDay !== undefined) throw this.invalid();
    const micros = secondsToMicros(seconds);
    const isMidnight = hours === 24 && minutes === 0 && micros === 0n;
    if ((hours > 23 && !isMidnight) || minutes > 59 || micros > 60_000_000n) throw fieldOutOfRange(this.text);
    this.fields.timeOfDay = BigInt(hours * 60 + minutes) * 60_000_000n + micros;
  }

  /** Joined fields: a date; once there is one, a zone's name or a run-together time with a zone, `hhmmss-zz`. */
  private takeDate(text: string, index: number): void {
    const isTimeFirst =
      this.typeName === 'time' && !(index === 0 && this.tokens.length >= 2 && this.isDateBeforeTime());
    if (this.unit === undefined && !isTimeFirst && !(this.month !== undefined && this.day !== undefined)) {
      return this.decodeDate(text);
    }
    if (!/^\d/.test(text) && this.unit === undefined) return this.setZone(this.requireZone(text));
    const match = /^(\d+(?:\.\d*)?)(-.*)$/.exec(text);
    if (!match || (this.unit !== undefined && this.unit !== 't')) throw this.invalid();
    this.unit = undefined;
    this.takeCompact(match[1]);
    this.setZone(fixedZone(match[2], decodeOffset(match[2], this.text) ?? this.fail()));
  }

  private isDateBeforeTime(): boolean {
    return this.tokens[1].kind === 'time' || this.tokens.at(-1)!.kind === 'date';
  }

  /** Months in words first, so that numbers are understood around them (DecodeDate). */
  private decodeDate(text: string): void {
    const parts = text.match(/[a-z]+|\d+/g) ?? [];
    if (parts.length === 0 || parts.length > 3) throw this.invalid();
    const isWord = (part: string) => /[a-z]/.test(part);
    for (const part of parts.filter(isWord)) {
      const word = wordOf(part);
      if (word?.kind !== 'month' || this.month !== undefined) throw this.invalid();
      this.month = word.month;
      this.monthIsText = true;
    }
    for (const part of parts.filter((candidate) => !isWord(candidate))) this.takeDatePart(part);
  }

  /** One number of a date, whose meaning follows from what is known already (DecodeNumber). */
  private takeDatePart(digits: string): void {
    const { year, month, day } = this;
    const value = Number(digits);
    const isLong = digits.length >= 3;
    const isDayOfYear = digits.length === 3 && value >= 1 && value <= 366;
    if (isDayOfYear && year !== undefined && month === undefined && day === undefined && this.dayOfYear === undefined) {
      this.dayOfYear = value;
    } else if (year === undefined && month === undefined && day === undefined) {
      if (isLong) this.setYear(digits);
      else this.month = value;
    } else if (month === undefined) {
      this.month = value;
    } else if (day === undefined) {
      this.takeAfterMonth(digits, value, isLong);
    } else if (year === undefined) {
      this.setYear(digits);
    } else {
      this.takeCompact(digits);
    }
  }

  private takeAfterMonth(digits: string, value: number, isLong: boolean): void {
    if (this.monthIsText && isLong && this.year === undefined) return this.setYear(digits);
    if (this.monthIsText && isLong && this.yearHasTwoDigits) {
      // `08-Jan-1999`: what was taken for the year was the day.
      this.day = this.year;
      return this.setYear(digits);
    }
    this.day = value;
  }

  private setYear(digits: string): void {
    this.year = Number(digits);
    this.yearHasTwoDigits = digits.length <= 2;
  }

  private takeNumber(text: string): void {
    if (this.unit !== undefined) return this.takeLabelled(text);
    const [whole, fraction] = text.split('.');
    const wantsTime = this.typeName === 'time';
    if (fraction !== undefined && !wantsTime && !this.hasAnyDate()) return this.decodeDate(text);
    if (fraction !== undefined && whole.length > 2) return this.takeCompact(text);
    if (wantsTime || (whole.length >= 6 && (!this.hasAnyDate() || this.fields.timeOfDay === undefined))) {
      return this.takeCompact(text);
    }
    if (fraction !== undefined) throw this.invalid();
    this.takeDatePart(whole);
  }

  /** `HHMMSS[.fff]` or `HHMM`; while there is no date, `YYYYMMDD` or `YYMMDD` (DecodeNumberField). */
  private takeCompact(text: string): void {
    const [digits, fraction] = text.split('.');
    if (fraction === undefined && !this.hasDate() && this.typeName !== 'time' && digits.length >= 6) {
      if (this.hasAnyDate()) throw this.invalid();
      this.setYear(digits.slice(0, -4));
      this.month = Number(digits.slice(-4, -2));
      this.day = Number(digits.slice(-2));
      return;
    }
    if (digits.length !== 6 && digits.length !== 4) throw this.invalid();
    const seconds = digits.slice(4) || '0';
    this.setTime(Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), fraction ? `${seconds}.${fraction}` : seconds);
  }

  private takeLabelled(text: string): void {
    const { unit } = this;
    this.unit = undefined;
    const [whole, fraction] = text.split('.');
    if (unit === 't') return this.takeCompact(text);
    if (unit !== 'j' && unit !== 'jd' && unit !== 'julian') throw this.invalid();
    if (this.hasAnyDate()) throw this.invalid();
    this.julianDay = Number(whole);
    if (fraction) this.fields.timeOfDay = BigInt(Math.round(Number(`0.${fraction}`) * 86_400_000_000));
  }

  private takeWord(text: string, index: number): void {
    // Abbreviations of zones go before all other words.
    const offset = abbreviationOffset(text);
    if (offset !== undefined) return this.setZone(fixedZone(text, offset));
    const word = wordOf(text);
    switch (word?.kind) {
      case 'month':
        return this.takeMonthName(word.month);
      case 'moment':
        return this.takeMoment(word.moment);
      case 'unit':
        this.unit = word.unit;
        return;
      case 'meridiem':
        if (this.isAfternoon !== undefined) throw this.invalid();
        this.isAfternoon = word.isAfternoon;
        return;
      case 'era':
        if (this.beforeChrist !== undefined) throw this.invalid();
        this.beforeChrist = word.beforeChrist;
        return;
      case 'weekday':
        if (this.hasWeekday) throw this.invalid();
        this.hasWeekday = true;
        return;
      case 'time-follows':
        return this.expectTime(index);
      case 'ignored':
        return;
      case undefined:
        return this.setZone(findTimeZone(text) ?? this.fail());
    }
  }

  private expectTime(index: number): void {
    const next = this.tokens[index + 1]?.kind;
    const isFollowed = next === 'number' || next === 'time' || next === 'date';
    if (!isFollowed || (this.typeName !== 'time' && !this.hasDate())) throw this.invalid();
    this.unit = 't';
  }

  /** A month after a number makes that number the day: `5 January`. */
  private takeMonthName(month: number): void {
    const isDay =
      this.month !== undefined && !this.monthIsText && this.day === undefined && this.month >= 1 && this.month <= 31;
    if (isDay) this.day = this.month;
    else if (this.month !== undefined) throw this.invalid();
    this.month = month;
    this.monthIsText = true;
  }

  private takeMoment(word: string): void {
    if (word === 'today' || word === 'tomorrow' || word === 'yesterday') {
      if (this.hasAnyDate()) throw this.invalid();
      this.fields.specialDay = word;
    } else if (word === 'allballs') {
      if (this.fields.timeOfDay !== undefined) throw this.invalid();
      this.fields.timeOfDay = 0n;
      this.setZone(fixedZone('utc', 0));
    } else {
      this.setMoment(word as SpecialMoment);
    }
  }

  private setMoment(moment: SpecialMoment): void {
    const isNow = moment === 'now';
    if (
      this.fields.moment ||
      this.hasAnyDate() ||
      (isNow && (this.fields.timeOfDay !== undefined || this.fields.zone))
    ) {
      throw this.invalid();
    }
    this.fields.moment = moment;
  }

  private setZone(zone: TimeZone): void {
    if (this.fields.zone || this.fields.moment === 'now') throw this.invalid();
    this.fields.zone = zone;
  }

  private requireZone(name: string): TimeZone {
    const zone = findTimeZone(name);
    if (!zone) throw error(SqlState.invalidParameterValue, `time zone "${name}" not recognized`);
    return zone;
  }

  private hasAnyDate(): boolean {
    return this.year !== undefined || this.month !== undefined || this.day !== undefined || this.hasDate();
  }

  private hasDate(): boolean {
    const complete = this.year !== undefined && this.month !== undefined && this.day !== undefined;
    const { specialDay, moment } = this.fields;
    return (
      complete ||
      this.julianDay !== undefined ||
      this.dayOfYear !== undefined ||
      specialDay !== undefined ||
      moment === 'now'
    );
  }

  private finishDate(): void {
    if (this.julianDay !== undefined) {
      this.fields.date = civilFromDays(this.julianDay - JULIAN_2000);
      return;
    }
    const year = this.finishYear();
    if (this.dayOfYear !== undefined) {
      this.fields.date = civilFromDays(daysFromCivil({ year: year!, month: 1, day: 1 }) + this.dayOfYear - 1);
      return;
    }
    const { month, day } = this;
    if (month !== undefined && (month < 1 || month > 12)) throw fieldOutOfRange(this.text, DATESTYLE_HINT);
    if (day !== undefined && (day < 1 || day > 31)) throw fieldOutOfRange(this.text, DATESTYLE_HINT);
    if (year === undefined && month === undefined && day === undefined) return;
    if (year === undefined || month === undefined || day === undefined) throw this.invalid();
    if (day > daysInMonth(year, month)) throw fieldOutOfRange(this.text);
    this.fields.date = { year, month, day };
  }

  /** There is no year 0; two digits mean 1970..2069. */
  private finishYear(): number | undefined {
    if (this.year === undefined) return undefined;
    if (this.year <= 0 && (this.beforeChrist || !this.yearHasTwoDigits)) throw fieldOutOfRange(this.text);
    if (this.beforeChrist) return 1 - this.year;
    if (!this.yearHasTwoDigits) return this.year;
    return this.year < 70 ? this.year + 2000 : this.year + 1900;
  }

  private finishTime(): void {
    if (this.isAfternoon === undefined) return;
    const timeOfDay = this.fields.timeOfDay ?? 0n;
    if (timeOfDay >= 13n * HOUR_MICROS) throw fieldOutOfRange(this.text);
    const isTwelve = timeOfDay >= 12n * HOUR_MICROS;
    if (!this.isAfternoon && isTwelve) this.fields.timeOfDay = timeOfDay - 12n * HOUR_MICROS;
    if (this.isAfternoon && !isTwelve) this.fields.timeOfDay = timeOfDay + 12n * HOUR_MICROS;
  }

  private fail(): never {
    throw this.invalid();
  }

  private invalid(): PgError {
    return invalidDateTime(this.typeName, this.text);
  }
}
