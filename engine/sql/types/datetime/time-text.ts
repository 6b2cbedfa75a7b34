import { error } from '../../../base/errors.js';

/** `12.3456789` seconds as microseconds, rounded. */
export function secondsToMicros(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  const rounded =
    fraction.length <= 6 ? Number(fraction.padEnd(6, '0')) : Math.round(Number(`0.${fraction}`) * 1_000_000);
  return BigInt(whole || '0') * 1_000_000n + BigInt(rounded);
}

/** SQLSTATE invalid_time_zone_displacement_value. */
const ZONE_DISPLACEMENT = '22009';

/** `+HH`, `+HHMM`, `+HH:MM[:SS]` in seconds east (the ISO sign); undefined when it is none of these. 22009 for too much. */
export function decodeOffset(text: string, wholeText: string): number | undefined {
  const match = /^[+-](\d+)(?::(\d+))?(?::(\d+))?$/.exec(text);
  if (!match) return undefined;
  let [, hours, minutes = '0'] = match;
  const seconds = Number(match[3] ?? 0);
  if (match[2] === undefined && hours.length > 2) {
    minutes = hours.slice(-2);
    hours = hours.slice(0, -2);
  }
  if (Number(hours) > 15 || Number(minutes) > 59 || seconds > 59) {
    throw error(ZONE_DISPLACEMENT, `time zone displacement out of range: "${wholeText}"`);
  }
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + seconds;
  return text.startsWith('-') ? -offset : offset;
}
