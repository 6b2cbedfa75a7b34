import { UNIX_EPOCH_DAYS, civilFromDays, twoDigits } from './calendar.js';

const SECONDS_PER_DAY = 86_400;

/** Seconds since 1970 as log lines show a time: `2026-11-21 05:30:41 UTC`. */
export function formatTime(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const rest = Math.floor(seconds - days * SECONDS_PER_DAY);
  const { year, month, day } = civilFromDays(days - UNIX_EPOCH_DAYS);
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(twoDigits).join(':');
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)} ${clock} UTC`;
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
