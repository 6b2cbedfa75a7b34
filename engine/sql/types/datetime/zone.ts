import { floorDivide } from '../../../base/calendar.js';

/** A time zone: how far local time is ahead of UTC. */
export interface TimeZone {
  /** As it was named, in the spelling of the zone database. */
  readonly name: string;
  /** Seconds east of UTC at a moment, given in seconds since 1970 UTC. */
  offsetAt(utcSeconds: number): number;
}

export const utc: TimeZone = { name: 'UTC', offsetAt: () => 0 };

export function fixedZone(name: string, offsetSeconds: number): TimeZone {
  return { name, offsetAt: () => offsetSeconds };
}

/** The abbreviations PostgreSQL knows by default that need no zone database (timezonesets/Default), in hours east. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  utc: 0,
  gmt: 0,
  z: 0,
  zulu: 0,
  ut: 0,
  wet: 0,
  uct: 0,
  bst: 1,
  cet: 1,
  met: 1,
  west: 1,
  mez: 1,
  cest: 2,
  mest: 2,
  eet: 2,
  mesz: 2,
  sast: 2,
  eest: 3,
  msk: 3,
  ist: 2,
  jst: 9,
  kst: 9,
  hkt: 8,
  awst: 8,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  adt: -3,
  brt: -3,
  ast: -4,
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
  akdt: -8,
  akst: -9,
  hst: -10,
};

/** Seconds east of UTC of an abbreviation in lower case, e.g. `cest`. */
export function abbreviationOffset(name: string): number | undefined {
  return Object.hasOwn(ABBREVIATIONS, name) ? ABBREVIATIONS[name] * 3600 : undefined;
}

/**
 * Finds what SET TimeZone and AT TIME ZONE accept: an IANA name, an abbreviation, or a POSIX form such as `UTC-5`, whose
 * sign means WEST of Greenwich; undefined when unknown.
 */
export function findTimeZone(name: string): TimeZone | undefined {
  const lower = name.toLowerCase();
  if (lower === 'utc') return utc;
  return abbreviationZone(name, lower) ?? posixZone(name) ?? ianaZone(name);
}

function abbreviationZone(name: string, lower: string): TimeZone | undefined {
  const offset = abbreviationOffset(lower);
  return offset === undefined ? undefined : fixedZone(name, offset);
}

function posixZone(name: string): TimeZone | undefined {
  const match = /^(?:[A-Za-z]{3,}|<[^>]+>)?([+-]?)(\d{1,3})(?::(\d{1,2})(?::(\d{1,2}))?)?$/.exec(name);
  if (!match) return undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = match;
  const west = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return fixedZone(name, sign === '-' ? west : -west + 0);
}

function ianaZone(name: string): TimeZone | undefined {
  // Newer engines also take `+02:00` here, with the other sign; PostgreSQL's zone database does not.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  } catch {
    return undefined;
  }
  return { name: format.resolvedOptions().timeZone, offsetAt: (utcSeconds) => offsetFrom(format, utcSeconds) };
}

/** The range of ECMAScript times, in seconds: outside, the offset at its border is taken. */
const TIME_LIMIT = 8_640_000_000_000;

function offsetFrom(format: Intl.DateTimeFormat, utcSeconds: number): number {
  const clamped = Math.max(-TIME_LIMIT, Math.min(TIME_LIMIT, utcSeconds));
  const shown = format.formatToParts(clamped * 1000).find((part) => part.type === 'timeZoneName')!.value;
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(shown);
  if (!match) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? -seconds : seconds;
}

const DAY_SECONDS = 86_400;

/**
 * The offset that holds at a local time, in seconds since 1970 local. In a gap the one before it counts, and of a repeated hour
 * the second (utils/adt/datetime.c DetermineTimeZoneOffset).
 */
export function offsetAtLocal(zone: TimeZone, localSeconds: number): number {
  const before = zone.offsetAt(localSeconds - DAY_SECONDS);
  const after = zone.offsetAt(localSeconds + DAY_SECONDS);
  if (before === after) return before;
  const holds = (offset: number) => zone.offsetAt(localSeconds - offset) === offset;
  return holds(after) ? after : before;
}

/** `+HH[:MM[:SS]]` */
export function formatOffset(seconds: number): string {
  const magnitude = Math.abs(seconds);
  const parts = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return (seconds < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Whole seconds since 1970 of microseconds since 2000. */
export function unixSeconds(micros: bigint): number {
  return Number(floorDivide(micros, 1_000_000n)[0]) + 946_684_800;
}
