import type { TextEnvironment } from '../environment.js';
import { UNIX_EPOCH_MICROS } from '../../../base/calendar.js';
import { type TimeZone, unixSeconds, utc } from './zone.js';

/** Start of the transaction, µs since 2000 UTC. Without an environment it is 1970, never the machine's clock. */
export function currentMoment(env: TextEnvironment | undefined): bigint {
  return env?.now?.() ?? -UNIX_EPOCH_MICROS;
}

export function zoneOf(env: TextEnvironment | undefined): TimeZone {
  return env?.timeZone ?? utc;
}

/** A moment (µs since 2000 UTC) as local time, counted the same way. */
export function toLocal(moment: bigint, zone: TimeZone): bigint {
  return moment + BigInt(zone.offsetAt(unixSeconds(moment))) * 1_000_000n;
}

export function currentLocal(env: TextEnvironment | undefined): bigint {
  return toLocal(currentMoment(env), zoneOf(env));
}
