import fc from 'fast-check';
import { isPromised, type Tag, type Transaction } from '../history/history.js';
import { decide, type Decision } from './fate.js';
import {
  presenceByTag,
  splitTag,
  type Contents,
  type Mismatch,
  type Presence,
  type Row,
  type Statement,
  type Workload,
} from './workload.js';

/**
 * Databases made, filled, copied and dropped. Every fourth transaction of a client makes one, empty or from the one before;
 * the next two write to it, and the fourth drops one or writes.
 */
export interface DatabasesEffect {
  readonly strategy: 'wal_log' | 'file_copy';
  readonly isCopy: boolean;
  readonly rows: number;
  /** Which one the last of four drops: how many back; null: none. */
  readonly drops: number | null;
}

const PERIOD = 4;
const NONE: Presence = { parts: 0, of: 1 };

const effect: fc.Arbitrary<DatabasesEffect> = fc.record({
  strategy: fc.constantFrom('wal_log', 'file_copy'),
  isCopy: fc.boolean(),
  rows: fc.integer({ min: 1, max: 30 }),
  drops: fc.constantFrom(0, 0, 1, 1, 2, null),
});

export const databases: Workload<DatabasesEffect> = {
  name: 'databases',
  about: 'databases made and dropped, and what is in them then',
  needs: ['databases'],
  // There is no such database or table, or it is there; somebody is connected to it still; it was dropped in part.
  expectedErrors: ['3D000', '42P01', '42P04', '55006', '55000'],

  effect: () => effect,
  setup: () => [],
  envelope: () => 'alone',

  statements(tag, each) {
    const id = splitTag(tag);
    const { kind, database } = roleOf(id, each);
    switch (kind) {
      case 'make':
        return makeStatements(database, each, id);
      case 'fill':
        return [{ sql: fillSql(id, each), database }];
      case 'drop':
        return [{ sql: `DROP DATABASE ${database}` }];
    }
  },

  async read(query) {
    const databases = await query(
      "SELECT datname, datconnlimit FROM pg_database WHERE datname LIKE 'db\\_%' ORDER BY datname",
    );
    const contents: Record<string, Row[]> = { databases };
    for (const row of databases.filter((each) => !isHalfDropped(each))) {
      const name = String(row.datname);
      const [table] = await query("SELECT relname FROM pg_class WHERE relname = 'notes'", name);
      if (table) contents[name] = await query('SELECT client, number FROM notes', name);
    }
    return contents;
  },

  examine(contents, transactions) {
    const { presence, mismatches } = fates(contents, transactions);
    for (const transaction of transactions) {
      const { kind, database } = roleOf(transaction, transaction.effect);
      if (kind !== 'fill' || !contents[database]) continue;
      for (const [tag, each] of presenceByTag(contents[database], [transaction], () => transaction.effect.rows)) {
        presence.set(tag, each);
      }
    }
    return { presence, mismatches: [...mismatches, ...compareNotes(contents, modelOf(transactions, presence))] };
  },
};

/** What a crash in the middle of DROP DATABASE leaves: nobody may connect to it, and it can only be dropped. */
function isHalfDropped({ datconnlimit }: Row): boolean {
  return Number(datconnlimit) === -2;
}

type Id = Pick<Transaction, 'client' | 'number'>;

/** What a transaction does, and to which database. */
function roleOf(
  { client, number }: Id,
  { drops }: DatabasesEffect,
): { kind: 'make' | 'fill' | 'drop'; database: string } {
  const made = number - ((number - 1) % PERIOD);
  if (number === made) return { kind: 'make', database: nameOf(client, made) };
  if (number === made + PERIOD - 1 && drops !== null) {
    return { kind: 'drop', database: nameOf(client, made - drops * PERIOD) };
  }
  return { kind: 'fill', database: nameOf(client, made) };
}

function nameOf(client: number, number: number): string {
  return `db_${client}_${Math.max(number, 0)}`;
}

function makeStatements(database: string, { strategy, isCopy }: DatabasesEffect, { client, number }: Id): Statement[] {
  const template = isCopy && number > PERIOD ? nameOf(client, number - PERIOD) : 'template0';
  const make = { sql: `CREATE DATABASE ${database} TEMPLATE ${template} STRATEGY ${strategy}` };
  return template === 'template0' ? [make, { sql: 'CREATE TABLE notes (client int, number int)', database }] : [make];
}

function fillSql({ client, number }: Id, { rows }: DatabasesEffect): string {
  return `INSERT INTO notes VALUES ${Array.from({ length: rows }, () => `(${client}, ${number})`).join(', ')}`;
}

/** A database is there until one of its client's transactions drops it. */
function fates(
  { databases }: Contents,
  transactions: readonly Transaction<DatabasesEffect>[],
): { presence: Map<Tag, Presence>; mismatches: Mismatch[] } {
  const there = new Set(databases.map(({ datname }) => String(datname)));
  const presence = new Map<Tag, Presence>();
  const drops = new Map<string, Decision[]>();
  for (const transaction of transactions) {
    const { kind, database } = roleOf(transaction, transaction.effect);
    if (kind !== 'drop') continue;
    presence.set(transaction.tag, NONE);
    drops.set(database, [...(drops.get(database) ?? []), { kind: 'undo', about: database, transaction }]);
  }
  const made = new Set<string>();
  for (const transaction of transactions) {
    const { kind, database } = roleOf(transaction, transaction.effect);
    if (kind !== 'make') continue;
    made.add(database);
    for (const [which, each] of decide(transaction, there.has(database), NONE, drops.get(database) ?? []).presence) {
      presence.set(which, each);
    }
  }
  const foreign = [...there].filter((name) => !made.has(name));
  const spoilt = databases.filter((row) => isHalfDropped(row) && !drops.has(String(row.datname)));
  const mismatches: Mismatch[] = [
    ...foreign.map((found) => ({
      invariant: 'no-resurrection' as const,
      promised: 'no database that nobody made',
      found,
    })),
    ...spoilt.map(({ datname }) => ({
      invariant: 'atomicity' as const,
      promised: `${String(datname)} can be used: nobody began to drop it`,
      found: 'it is half dropped',
    })),
  ];
  return { presence, mismatches };
}

/** Of every database, the tags in its notes. */
function modelOf(
  transactions: readonly Transaction<DatabasesEffect>[],
  presence: ReadonlyMap<Tag, Presence>,
): Map<string, Tag[]> {
  const model = new Map<string, Tag[]>();
  for (const transaction of transactions) {
    const { tag, client, number, effect } = transaction;
    const { kind, database } = roleOf(transaction, effect);
    const found = presence.get(tag);
    if (!(found ? found.parts > 0 : isPromised(transaction))) continue;
    if (kind === 'make')
      model.set(database, effect.isCopy ? [...(model.get(nameOf(client, number - PERIOD)) ?? [])] : []);
    else if (kind === 'drop') model.delete(database);
    else model.get(database)?.push(...Array.from({ length: effect.rows }, () => tag));
  }
  return model;
}

function compareNotes(contents: Contents, model: ReadonlyMap<string, readonly Tag[]>): Mismatch[] {
  const usable = contents.databases.filter((row) => !isHalfDropped(row));
  return usable.flatMap(({ datname }): Mismatch[] => {
    const name = String(datname);
    const wanted = model.get(name)?.toSorted() ?? [];
    const found = contents[name]?.map(({ client, number }) => `${String(client)}.${String(number)}`).sort();
    if ((found ?? []).join() === wanted.join()) return [];
    const tags = (all: readonly Tag[]): string => `${all.length} rows by ${[...new Set(all)].join(', ') || 'nobody'}`;
    return [
      {
        invariant: 'atomicity',
        promised: `the notes in ${name}: ${tags(wanted)}`,
        found: found ? tags(found) : 'there is no such table',
      },
    ];
  });
}
