/**
 * Calendar arithmetic on days and microseconds since 2000-01-01 (the proleptic Gregorian calendar, utils/adt/datetime.c).
 *
 * Years are astronomical: 0 is 1 BC, -1 is 2 BC.
 */
export interface CivilDate {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  readonly day: number;
}

/** Days from 1970-01-01 to 2000-01-01. */
export const UNIX_EPOCH_DAYS = 10_957;
export const MICROS_PER_SECOND = 1_000_000n;
export const MICROS_PER_DAY = 86_400_000_000n;
export const UNIX_EPOCH_MICROS = BigInt(UNIX_EPOCH_DAYS) * MICROS_PER_DAY;

const DAYS_PER_ERA = 146_097;
const YEARS_PER_ERA = 400;
/** From 0000-03-01, where the eras of the computation begin, to 2000-01-01. */
const ERA_ORIGIN_DAYS = 730_425;

export function daysFromCivil({ year, month, day }: CivilDate): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / YEARS_PER_ERA);
  const yearOfEra = shifted - era * YEARS_PER_ERA;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - ERA_ORIGIN_DAYS;
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + ERA_ORIGIN_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * YEARS_PER_ERA + (month <= 2 ? 1 : 0), month, day };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : MONTH_DAYS[month - 1];
}

/** 0 Sunday .. 6 Saturday. */
export function dayOfWeek(days: number): number {
  return (((days + 6) % 7) + 7) % 7;
}

/** 1 = January 1st. */
export function dayOfYear(date: CivilDate): number {
  return daysFromCivil(date) - daysFromCivil({ year: date.year, month: 1, day: 1 }) + 1;
}

/** The day on which ISO week 1 of an ISO year begins: the Monday of the week with January 4th. */
export function isoYearStart(year: number): number {
  const fourth = daysFromCivil({ year, month: 1, day: 4 });
  return fourth - ((dayOfWeek(fourth) + 6) % 7);
}

export function isoWeek(days: number): { isoYear: number; week: number } {
  const { year } = civilFromDays(days);
  const isoYear = [year + 1, year, year - 1].find((candidate) => isoYearStart(candidate) <= days)!;
  return { isoYear, week: Math.floor((days - isoYearStart(isoYear)) / 7) + 1 };
}

/** Quotient and remainder with 0 <= remainder < divisor. */
export function floorDivide(value: bigint, divisor: bigint): [quotient: bigint, remainder: bigint] {
  let quotient = value / divisor;
  let remainder = value % divisor;
  if (remainder < 0n) {
    quotient--;
    remainder += divisor;
  }
  return [quotient, remainder];
}

/** `YYYY-MM-DD`, with ` BC` told apart so that a time of day can stand between. */
export function formatDate(days: number): { text: string; era: string } {
  const { year, month, day } = civilFromDays(days);
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return { text: `${shown}-${twoDigits(month)}-${twoDigits(day)}`, era: year > 0 ? '' : ' BC' };
}

/** `HH:MM:SS[.ffffff]` of a number of microseconds, without trailing zeros. */
export function formatTimeOfDay(micros: bigint): string {
  const seconds = Number(micros / MICROS_PER_SECOND);
  const text = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
  const fraction = Number(micros % MICROS_PER_SECOND);
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Rounds microseconds to `precision` digits of a second; ties go away from zero. */
export function roundMicros(micros: bigint, precision: number): bigint {
  if (precision < 0 || precision >= 6) return micros;
  const unit = 10n ** BigInt(6 - precision);
  const half = unit / 2n;
  return micros >= 0n ? ((micros + half) / unit) * unit : -((-micros + half) / unit) * unit;
}
