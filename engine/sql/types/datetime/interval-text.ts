import { error, type PgError } from '../../../base/errors.js';
import { MICROS_PER_DAY, formatTimeOfDay } from '../../../base/calendar.js';
import { invalidDateTime } from './fields.js';
import { type Interval, interval, roundEven } from './interval-value.js';
import { secondsToMicros } from './time-text.js';

/** What one unit adds, for a whole count of it. Each may be named once in an interval. */
interface Unit {
  readonly name: string;
  readonly months?: number;
  readonly days?: number;
  readonly micros?: bigint;
}

const MICROSECOND: Unit = { name: 'microsecond', micros: 1n };
const MILLISECOND: Unit = { name: 'millisecond', micros: 1000n };
const SECOND: Unit = { name: 'second', micros: 1_000_000n };
const MINUTE: Unit = { name: 'minute', micros: 60_000_000n };
const HOUR: Unit = { name: 'hour', micros: 3_600_000_000n };
const DAY: Unit = { name: 'day', days: 1 };
const WEEK: Unit = { name: 'week', days: 7 };
const MONTH: Unit = { name: 'month', months: 1 };

function years(count: number): Unit {
  return { name: `${count} years`, months: 12 * count };
}

/** The words for units (utils/adt/datetime.c deltatktbl). */
const UNITS = new Map<string, Unit>(
  (
    [
      ['us usec usecs usecond useconds microsecond microsecon', MICROSECOND],
      ['ms msec msecs msecond mseconds millisecond millisecon', MILLISECOND],
      ['s sec secs second seconds', SECOND],
      ['m min mins minute minutes', MINUTE],
      ['h hr hrs hour hours', HOUR],
      ['d day days', DAY],
      ['w week weeks', WEEK],
      ['mon mons month months', MONTH],
      ['y yr yrs year years', years(1)],
      ['dec decs decade decades', years(10)],
      ['c cent century centuries', years(100)],
      ['mil mils millennia millennium', years(1000)],
    ] as const
  ).flatMap(([words, unit]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** The unit of a word; words are known by their first ten letters. */
export function intervalUnit(word: string): Unit | undefined {
  return UNITS.get(word) ?? UNITS.get(word.slice(0, 11)) ?? UNITS.get(word.slice(0, 10));
}

const TOKEN =
  /[\s@,]*(?:([+-]?)\s*(\d+:\d*(?::\d*)?(?:\.\d*)?)|([+-]?)\s*(\d+)-(\d+)(?![\d.])|([+-]?)\s*(\d*\.?\d*)|)\s*([a-zA-Z]*)[\s,]*/y;

/** Reads an interval. Errors 22007, 22015. `lastUnit`: what a number without a unit at the end means, e.g. `INTERVAL '1' DAY`. */
export function parseInterval(text: string, lastUnit: string): Interval {
  return parseIso(text) ?? new IntervalReader(text, lastUnit).read();
}

class IntervalReader {
  private months = 0;
  private days = 0;
  private micros = 0n;
  private ago = false;
  /** What has been given so far. */
  private readonly named = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly lastUnit: string,
  ) {}

  read(): Interval {
    let at = 0;
    while (at < this.text.length) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(this.text);
      if (!match || match[0] === '') throw invalidDateTime('interval', this.text);
      at += match[0].length;
      this.take(match, this.text.slice(at));
    }
    if (this.named.size === 0) throw invalidDateTime('interval', this.text);
    if (this.ago) return interval(-this.months, -this.days, -this.micros);
    return this.checked();
  }

  private checked(): Interval {
    try {
      return interval(this.months, this.days, this.micros);
    } catch {
      throw fieldOverflow(this.text);
    }
  }

  private take(match: RegExpExecArray, rest: string): void {
    const [, timeSign, time, rangeSign, rangeYears, rangeMonths, numberSign, number, word] = match;
    if (time !== undefined) return this.takeTime(timeSign, time, word);
    if (rangeYears !== undefined) return this.takeYearsMonths(rangeSign, Number(rangeYears), Number(rangeMonths));
    if (number) return this.takeNumber(numberSign, number, word.toLowerCase(), rest);
    this.takeWord(word.toLowerCase(), numberSign);
  }

  private takeTime(sign: string, time: string, word: string): void {
    if (word) throw invalidDateTime('interval', this.text);
    const parts = time.split(':');
    const [hours, minutes, seconds] = parts.length === 2 && parts[1].includes('.') ? ['0', ...parts] : [...parts, '0'];
    if (Number(minutes) > 59 || Number(seconds) > 60) throw fieldOverflow(this.text);
    const micros =
      BigInt(hours) * 3_600_000_000n + BigInt(minutes || '0') * 60_000_000n + secondsToMicros(seconds || '0');
    this.micros += sign === '-' ? -micros : micros;
    this.once('hour', 'minute', 'second');
  }

  private takeYearsMonths(sign: string, yearCount: number, monthCount: number): void {
    if (monthCount >= 12) throw fieldOverflow(this.text);
    const months = yearCount * 12 + monthCount;
    this.months += sign === '-' ? -months : months;
    this.once('month');
  }

  private takeNumber(sign: string, number: string, word: string, rest: string): void {
    if (number === '.') throw invalidDateTime('interval', this.text);
    const isAgo = word === 'ago';
    const unit = intervalUnit(isAgo || word === '' ? this.impliedUnit(isAgo ? '' : rest) : word);
    if (!unit) throw invalidDateTime('interval', this.text);
    this.addUnits(sign + number, unit);
    this.once(unit.name);
    this.ago ||= isAgo;
  }

  /** A number alone means the last field of the interval's type, or days when a time follows: `1 12:00`. */
  private impliedUnit(rest: string): string {
    if (/^[+-]?\s*\d+:/.test(rest)) return 'day';
    return /^(ago[\s,]*)?$/i.test(rest) ? this.lastUnit : '';
  }

  private once(...names: string[]): void {
    for (const name of names) {
      if (this.named.has(name)) throw invalidDateTime('interval', this.text);
      this.named.add(name);
    }
  }

  private takeWord(word: string, sign: string): void {
    if (word === 'ago' && !sign) this.ago = true;
    else if (word !== '' || sign) throw invalidDateTime('interval', this.text);
  }

  private addUnits(number: string, unit: Unit): void {
    const { months, days, micros } = scaleUnit(number, unit);
    this.months += months;
    this.days += days;
    this.micros += micros;
  }
}

/** A decimal count of a unit: the fraction of years rounds to months, of months and weeks to days and time, of days to time. */
function scaleUnit(number: string, unit: Unit): Interval {
  const negative = number.startsWith('-');
  const [wholeText, fractionText = ''] = number.replace(/^[+-]/, '').split('.');
  const whole = Number(wholeText || '0');
  const fraction = Number(`0.${fractionText || '0'}`);
  const parts = { months: 0, days: 0, micros: 0n };
  if (unit.micros !== undefined) {
    parts.micros = BigInt(wholeText || '0') * unit.micros + BigInt(roundEven(fraction * Number(unit.micros)));
  } else if (unit.days !== undefined) {
    addFractionalDays(parts, whole * unit.days, fraction * unit.days);
  } else if (unit.months === 1) {
    parts.months = whole;
    addFractionalDays(parts, 0, fraction * 30);
  } else {
    parts.months = whole * unit.months! + roundEven(fraction * unit.months!);
  }
  return negative ? { months: -parts.months, days: -parts.days, micros: -parts.micros } : parts;
}

function addFractionalDays(parts: { days: number; micros: bigint }, whole: number, fraction: number): void {
  const extra = Math.trunc(fraction);
  parts.days = whole + extra;
  parts.micros = BigInt(roundEven((fraction - extra) * Number(MICROS_PER_DAY)));
}

const ISO =
  /^P(?:([+-]?[\d.]+)Y)?(?:([+-]?[\d.]+)M)?(?:([+-]?[\d.]+)W)?(?:([+-]?[\d.]+)D)?(?:T(?:([+-]?[\d.]+)H)?(?:([+-]?[\d.]+)M)?(?:([+-]?[\d.]+)S)?)?$/i;

/** ISO 8601's form with designators: `P1Y2M3DT4H5M6.7S`. */
function parseIso(text: string): Interval | undefined {
  const match = ISO.exec(text.trim());
  if (!match || match.slice(1).every((part) => part === undefined)) return undefined;
  const units = [years(1), MONTH, WEEK, DAY, HOUR, MINUTE, SECOND];
  const parts = match.slice(1).map((part, i) => (part === undefined ? undefined : scaleUnit(part, units[i])));
  return parts.reduce<Interval>(
    (sum, part) => (part ? interval(sum.months + part.months, sum.days + part.days, sum.micros + part.micros) : sum),
    { months: 0, days: 0, micros: 0n },
  );
}

/** SQLSTATE interval_field_overflow. */
function fieldOverflow(text: string): PgError {
  return error('22015', `interval field value out of range: "${text}"`);
}

/** IntervalStyle `postgres`: `1 year 2 mons -3 days +04:05:06`. */
export function formatInterval({ months, days, micros }: Interval): string {
  const parts: string[] = [];
  let previousNegative = false;
  const counts = [
    [Math.trunc(months / 12), 'year'],
    [months % 12, 'mon'],
    [days, 'day'],
  ] as const;
  for (const [count, unit] of counts) {
    if (count === 0) continue;
    parts.push(`${previousNegative && count > 0 ? '+' : ''}${count} ${unit}${count === 1 ? '' : 's'}`);
    previousNegative = count < 0;
  }
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : previousNegative ? '+' : '';
    parts.push(sign + formatTimeOfDay(micros < 0n ? -micros : micros));
  }
  return parts.join(' ');
}
