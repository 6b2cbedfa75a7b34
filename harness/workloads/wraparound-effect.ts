import type { Tag } from '../history/history.js';
import type { Decision } from './fate.js';
import { splitTag } from './workload.js';

export const TABLES = ['frozen', 'half', 'still'] as const;
export type TableKind = (typeof TABLES)[number];
const PERIOD = 5;

/**
 * Each client keeps three tables, of which one is frozen, one partly, one hardly ever, and notes in other databases, which
 * age. Every fifth transaction is prepared and decided later, or never: it and long readings hold the horizon.
 */
export interface WraparoundEffect {
  readonly role: 'write' | 'note' | 'decide' | 'read' | 'vacuum' | 'freeze all' | 'spare';
  readonly table: TableKind;
  readonly change: 'put' | 'sign' | 'delete';
  readonly from: number;
  readonly rows: number;
  readonly padding: number;
  /** Of another database: which one. */
  readonly database: number;
  readonly isFreezing: boolean;
  readonly decision: Decision['kind'];
  /** How many prepared transactions it is back. */
  readonly back: number;
  /** How often a long reading reads. */
  readonly readings: number;
}

export type Role = WraparoundEffect['role'] | 'prepare';

export function roleOf({ role }: WraparoundEffect, number: number): Role {
  return number % PERIOD === 1 ? 'prepare' : role;
}

export function tableOf(table: TableKind, client: number): string {
  return `${table}_${client}`;
}

/** What the transaction decides about. */
export function aboutOf({ back }: WraparoundEffect, tag: Tag): Tag {
  const { client, number } = splitTag(tag);
  const latest = number - ((number - 1) % PERIOD);
  return `${client}.${latest > back * PERIOD ? latest - back * PERIOD : latest}`;
}

export function keysOf({ from, rows }: WraparoundEffect): number[] {
  return Array.from({ length: rows }, (_, at) => from + at);
}
