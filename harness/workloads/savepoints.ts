import fc from 'fast-check';
import type { Tag } from '../history/history.js';
import {
  isPresent,
  splitTag,
  type Mismatch,
  type Presence,
  type Row,
  type Statement,
  type WrongAnswer,
  type Workload,
} from './workload.js';

/**
 * Transactions in transactions: savepoints, nested, released and rolled back to, with rows and updates at every level.
 * The amounts that one transaction leaves behind have the sum zero, so every snapshot of all of them has.
 */
export type SavepointStep =
  | { readonly kind: 'insert'; readonly amounts: readonly number[] }
  /** Adds to a row that only this client changes, or to the one that all change. */
  | { readonly kind: 'add'; readonly amount: number; readonly isShared: boolean }
  | { readonly kind: 'savepoint' }
  /** Of the savepoint so many levels up. */
  | { readonly kind: 'release' | 'rollback'; readonly levels: number }
  /** A statement that fails inside a savepoint of its own. */
  | { readonly kind: 'fail' }
  /** Reads what the transaction has done so far. */
  | { readonly kind: 'look' }
  /** More subtransactions than a process keeps in shared memory. */
  | { readonly kind: 'burst'; readonly count: number };

export interface SavepointsEffect {
  readonly steps: readonly SavepointStep[];
  readonly audits: boolean;
}

const DIVISION_BY_ZERO = '22012';
const SHARED = 0;

const amount = fc.integer({ min: -50, max: 50 });
const levels = fc.constantFrom(1, 1, 1, 2, 3);

const step: fc.Arbitrary<SavepointStep> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ kind: fc.constant('insert'), amounts: fc.array(amount, { minLength: 1, maxLength: 4 }) }),
  },
  {
    weight: 20,
    arbitrary: fc.record({ kind: fc.constant('add'), amount, isShared: fc.constantFrom(false, false, true) }),
  },
  { weight: 40, arbitrary: fc.constant({ kind: 'savepoint' }) },
  { weight: 15, arbitrary: fc.record({ kind: fc.constant('release'), levels }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('rollback'), levels }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'fail' }) },
  { weight: 5, arbitrary: fc.constant({ kind: 'look' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('burst'), count: fc.constantFrom(10, 66, 80) }) },
) as fc.Arbitrary<SavepointStep>;

export const savepoints: Workload<SavepointsEffect> = {
  name: 'savepoints',
  about: 'subtransactions: which of them count, for others and after a crash',
  needs: ['savepoints'],

  effect: () =>
    fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 14 }),
      audits: fc.constantFrom(true, false, false, false),
    }),

  setup: ({ clients }) => [
    'CREATE TABLE pieces (client int, number int, part int, amount int)',
    'CREATE TABLE tallies (client int, value int)',
    `INSERT INTO tallies VALUES ${Array.from({ length: clients + 1 }, (_, client) => `(${client}, 0)`).join(', ')}`,
  ],

  statements(tag, { steps, audits }) {
    const play = new Play(tag);
    for (const each of steps) play.take(each);
    const audit = { sql: 'SELECT coalesce(sum(amount), 0) AS total FROM pieces', expect: auditFinding };
    return [...(audits ? [audit] : []), ...play.statements, play.balance()];
  },

  async read(query) {
    return {
      pieces: await query('SELECT client, number, part, amount FROM pieces'),
      tallies: await query('SELECT client, value FROM tallies'),
    };
  },

  examine(contents, transactions) {
    const found = new Map<Tag, Row[]>();
    for (const row of contents.pieces) {
      const tag = `${String(row.client)}.${String(row.number)}`;
      found.set(tag, [...(found.get(tag) ?? []), row]);
    }
    const presence = new Map<Tag, Presence>();
    const mismatches: Mismatch[] = [];
    const tallies = new Map(contents.tallies.map(({ client }) => [Number(client), 0]));
    for (const { tag, client, effect } of transactions) {
      const play = played(tag, effect);
      const rows = found.get(tag) ?? [];
      const isKept = (row: Row): boolean => play.parts.get(Number(row.part)) === Number(row.amount);
      presence.set(tag, { parts: rows.filter(isKept).length, of: play.parts.size });
      mismatches.push(
        ...undone(
          tag,
          rows.filter((row) => !isKept(row)),
        ),
      );
      if (!isPresent(presence.get(tag))) continue;
      tallies.set(client, (tallies.get(client) ?? 0) + play.added);
      tallies.set(SHARED, (tallies.get(SHARED) ?? 0) + play.addedShared);
    }
    return { presence, mismatches: [...mismatches, ...compareTallies(tallies, contents.tallies)] };
  },
};

/** Of transactions played before: those of one run are asked about again for every crash state. */
const known = new WeakMap<SavepointsEffect, Play>();

function played(tag: Tag, effect: SavepointsEffect): Play {
  const before = known.get(effect);
  if (before) return before;
  const play = new Play(tag);
  for (const each of effect.steps) play.take(each);
  play.balance();
  known.set(effect, play);
  return play;
}

/** What a level had done when it began; going back to it undoes what came since. */
interface Mark {
  readonly parts: number;
  readonly added: number;
  readonly addedShared: number;
}

/** Plays a transaction's steps: the statements they come to, and what is left in the end. */
class Play {
  readonly statements: Statement[] = [];
  /** part → amount, of the rows that are left. */
  readonly parts = new Map<number, number>();
  added = 0;
  addedShared = 0;
  private readonly marks: Mark[] = [];
  private next = 1;
  private readonly client: number;
  private readonly number: number;

  constructor(tag: Tag) {
    ({ client: this.client, number: this.number } = splitTag(tag));
  }

  take(step: SavepointStep): void {
    switch (step.kind) {
      case 'insert':
        return this.insert(step.amounts);
      case 'add':
        return this.add(step.amount, step.isShared);
      case 'savepoint':
        return this.savepoint();
      case 'release':
        return this.release(step.levels);
      case 'rollback':
        return this.rollBack(step.levels);
      case 'fail':
        return this.fail();
      case 'look':
        return this.look();
      case 'burst':
        return this.burst(step.count);
    }
  }

  /** The last row: with it the sum is zero, so that it is there even when everything else was undone. */
  balance(): Statement {
    const sum = [...this.parts.values()].reduce((total, each) => total + each, 0);
    this.parts.set(0, -sum);
    return { sql: `INSERT INTO pieces VALUES ${this.row(0, -sum)}` };
  }

  private insert(amounts: readonly number[]): void {
    const rows = amounts.map((each) => {
      const part = this.next++;
      this.parts.set(part, each);
      return this.row(part, each);
    });
    this.run(`INSERT INTO pieces VALUES ${rows.join(', ')}`);
  }

  private add(by: number, isShared: boolean): void {
    if (isShared) this.addedShared += by;
    else this.added += by;
    this.run(`UPDATE tallies SET value = value + (${by}) WHERE client = ${isShared ? SHARED : this.client}`);
  }

  private savepoint(): void {
    const { added, addedShared, parts } = this;
    this.marks.push({ parts: parts.size, added, addedShared });
    this.run(`SAVEPOINT s${this.marks.length}`);
  }

  private release(levels: number): void {
    if (levels > this.marks.length) return;
    this.marks.length -= levels - 1;
    this.run(`RELEASE SAVEPOINT s${this.marks.length}`);
    this.marks.pop();
  }

  private rollBack(levels: number): void {
    if (levels > this.marks.length) return;
    this.marks.length -= levels - 1;
    this.run(`ROLLBACK TO SAVEPOINT s${this.marks.length}`);
    const { parts, added, addedShared } = this.marks.at(-1)!;
    for (const part of [...this.parts.keys()].slice(parts)) this.parts.delete(part);
    Object.assign(this, { added, addedShared });
  }

  private fail(): void {
    this.run('SAVEPOINT f');
    this.run(`INSERT INTO pieces VALUES ${this.row(this.next++, 1)}`);
    this.statements.push({ sql: 'SELECT 1 / 0', fails: DIVISION_BY_ZERO });
    this.run('ROLLBACK TO SAVEPOINT f');
    this.run('RELEASE SAVEPOINT f');
  }

  private look(): void {
    const expected = [...this.parts.keys()].join();
    const sql = `SELECT part FROM pieces WHERE client = ${this.client} AND number = ${this.number} ORDER BY part`;
    this.statements.push({ sql, expect: (rows) => seen(expected, rows) });
  }

  private burst(count: number): void {
    for (let each = 0; each < count; each++) {
      this.run('SAVEPOINT b');
      this.insert([each]);
      this.run('RELEASE SAVEPOINT b');
    }
  }

  private run(sql: string): void {
    this.statements.push({ sql });
  }

  private row(part: number, value: number): string {
    return `(${this.client}, ${this.number}, ${part}, ${value})`;
  }
}

function seen(expected: string, rows: readonly Row[]): WrongAnswer | undefined {
  const found = rows.map(({ part }) => String(part)).join();
  if (found === expected) return undefined;
  return { promised: `the transaction sees its own rows ${expected || 'none'}`, found: found || 'none' };
}

function auditFinding([row]: readonly Row[]): WrongAnswer | undefined {
  if (Number(row?.total) === 0) return undefined;
  return { promised: 'amounts with the sum 0 in every snapshot', found: `the sum ${String(row?.total)}` };
}

function undone(tag: Tag, rows: readonly Row[]): Mismatch[] {
  return rows.map(({ part, amount }) => ({
    invariant: 'no-resurrection',
    promised: `only what ${tag} did not undo is there`,
    found: `part ${String(part)} with amount ${String(amount)}`,
  }));
}

function compareTallies(expected: ReadonlyMap<number, number>, rows: readonly Row[]): Mismatch[] {
  return [...expected].flatMap(([client, value]): Mismatch[] => {
    const found = rows.filter((row) => Number(row.client) === client).map((row) => Number(row.value));
    if (found.length === 1 && found[0] === value) return [];
    return [
      {
        invariant: 'atomicity',
        promised: `the tally of ${client === SHARED ? 'all clients' : `client ${client}`} is ${value}`,
        found: found.join(' and ') || 'it is missing',
      },
    ];
  });
}
