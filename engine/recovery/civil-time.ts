const SECONDS_PER_DAY = 86_400;

/** Year, month and day of a count of days since 1970-01-01, in the proleptic Gregorian calendar. */
function civilDate(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Seconds since 1970 as log lines show a time: `2026-11-21 05:30:41 UTC`. */
export function formatTime(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const rest = Math.floor(seconds - days * SECONDS_PER_DAY);
  const { year, month, day } = civilDate(days);
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${clock} UTC`;
}

/** Microseconds between 1970-01-01 and 2000-01-01, where a TimestampTz of WAL records counts from. */
const POSTGRES_EPOCH_US = 946_684_800_000_000n;

/** Milliseconds since 1970 as a TimestampTz: microseconds since 2000-01-01. */
export function timestampFromMs(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) - POSTGRES_EPOCH_US;
}

/** A TimestampTz as log lines and pg_waldump show it, to the microsecond. */
export function formatTimestamp(timestamp: bigint): string {
  const us = timestamp + POSTGRES_EPOCH_US;
  const fraction = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = formatTime(Number((us - fraction) / 1_000_000n));
  return text.replace(' UTC', `.${String(fraction).padStart(6, '0')} UTC`);
}
