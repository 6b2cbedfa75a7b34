import type { Oid } from '../../../base/block.js';
import { xidPrecedes, type Xid } from '../../../base/xid.js';

/** A database as the launcher sees it. */
export interface ScheduledDatabase {
  readonly oid: Oid;
  readonly frozenXid: Xid;
  /** Whether anything was counted in it: the others need no visits. */
  readonly isActive: boolean;
  /** When a worker last began on it, ms since 1970; 0: never. */
  readonly lastVisit: number;
}

/** Databases are visited no closer together than this (MIN_AUTOVAC_SLEEPTIME). */
const SHORTEST_MS = 100;
const LONGEST_MS = 300_000;

/**
 * When which database is to be visited (autovacuum.c): each once in every `naptimeMs`, spread evenly over that time.
 */
export class DatabaseSchedule {
  /** The next one to be visited stands first. */
  private entries: { readonly oid: Oid; nextAt: number }[] = [];

  constructor(private readonly naptimeMs: () => number) {}

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Makes the schedule anew from the databases there are; those known keep their order. */
  rebuild(databases: readonly ScheduledDatabase[], now: number): void {
    const active = databases.filter(({ isActive }) => isActive).map(({ oid }) => oid);
    const known = this.entries.map(({ oid }) => oid).filter((oid) => active.includes(oid));
    const order = [...known, ...active.filter((oid) => !known.includes(oid))];
    const interval = this.naptimeMs() / Math.max(1, order.length);
    const step = interval <= SHORTEST_MS ? SHORTEST_MS * 1.1 : interval;
    this.entries = order.map((oid, index) => ({ oid, nextAt: now + step * (index + 1) }));
  }

  /** Is it time for a visit? */
  isDue(now: number): boolean {
    return this.entries.length > 0 && now >= this.entries[0].nextAt;
  }

  /** A worker has been sent to the database; false when it is not in the schedule. */
  visited(oid: Oid, now: number): boolean {
    const at = this.entries.findIndex((entry) => entry.oid === oid);
    if (at < 0) return false;
    this.entries.splice(at, 1);
    this.entries.push({ oid, nextAt: now + this.naptimeMs() });
    return true;
  }

  /** How long there is nothing to do; `canStart`: whether a worker could be started. */
  sleepMs(now: number, canStart: boolean): number {
    if (!canStart || this.isEmpty) return this.naptimeMs();
    return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, this.entries[0].nextAt - now));
  }

  /** Was the database visited less than a round ago, as far as the schedule tells? */
  wasJustVisited(oid: Oid, now: number): boolean {
    const entry = this.entries.find((candidate) => candidate.oid === oid);
    return entry !== undefined && entry.nextAt > now && entry.nextAt < now + this.naptimeMs();
  }
}

/**
 * Where to send a worker (do_start_worker): to the database that is most endangered by wraparound, if any is; else to the
 * one that has waited longest for a visit.
 */
export function chooseDatabase(
  databases: readonly ScheduledDatabase[],
  schedule: DatabaseSchedule,
  now: number,
  wraparoundLimit: Xid,
): Oid | undefined {
  const endangered = databases.filter(({ frozenXid }) => xidPrecedes(frozenXid, wraparoundLimit));
  if (endangered.length > 0) {
    return endangered.reduce((oldest, each) => (xidPrecedes(each.frozenXid, oldest.frozenXid) ? each : oldest)).oid;
  }
  const waiting = databases.filter(({ oid, isActive }) => isActive && !schedule.wasJustVisited(oid, now));
  if (waiting.length === 0) return undefined;
  return waiting.reduce((longest, each) => (each.lastVisit < longest.lastVisit ? each : longest)).oid;
}
