import fc from 'fast-check';
import type { Tag, Transaction } from '../history/history.js';
import { decide, type Decision } from './fate.js';
import { compareKeyedRows } from './keyed-rows.js';
import { reading, vacuuming } from './served-at-limit.js';
import {
  presenceByTag,
  splitTag,
  type Contents,
  type Envelope,
  type Mismatch,
  type Presence,
  type Row,
  type Settings,
  type Statement,
  type Workload,
} from './workload.js';
import {
  aboutOf,
  keysOf,
  roleOf,
  TABLES,
  tableOf,
  type Role,
  type TableKind,
  type WraparoundEffect,
} from './wraparound-effect.js';
import { modelOf } from './wraparound-model.js';
import { xidCourse } from './xid-course.js';

/** Databases that clients write notes in. */
const AGED = ['aged_1', 'aged_2'] as const;
const OTHERS = [...AGED, 'template0', 'template1'] as const;
const MOST_KEY = 60;
/** A client's numbers go up by 100, 300 or 600 from round to round. */
const IN_ROUNDS_BEFORE = [20, 60, 120];
/** The limits of ids come so soon after the oldest one: margins are what is left of half the circle. */
const HALF_OF_XIDS = 2 ** 31 - 1;
/** The widest margin leaves so many ids. */
const LEAST_AGE = 647;

const effect: fc.Arbitrary<WraparoundEffect> = fc.record({
  role: fc.oneof(
    { weight: 10, arbitrary: fc.constant('write' as const) },
    { weight: 2, arbitrary: fc.constant('note' as const) },
    { weight: 4, arbitrary: fc.constant('decide' as const) },
    { weight: 3, arbitrary: fc.constant('read' as const) },
    { weight: 3, arbitrary: fc.constant('vacuum' as const) },
    { weight: 1, arbitrary: fc.constant('freeze all' as const) },
    { weight: 1, arbitrary: fc.constant('spare' as const) },
  ),
  table: fc.constantFrom(...TABLES),
  change: fc.constantFrom('put', 'put', 'put', 'sign', 'delete'),
  from: fc.integer({ min: 1, max: MOST_KEY }),
  rows: fc.integer({ min: 1, max: 8 }),
  padding: fc.constantFrom(0, 0, 100, 700),
  database: fc.nat(),
  isFreezing: fc.boolean(),
  decision: fc.constantFrom('keep', 'keep', 'undo'),
  back: fc.constantFrom(0, 0, 0, 1, 2, ...IN_ROUNDS_BEFORE),
  readings: fc.integer({ min: 1, max: 10 }),
});

const settings: fc.Arbitrary<Settings> = fc.record({
  max_prepared_transactions: fc.constantFrom(4, 20),
  lock_timeout: fc.constantFrom(20, 100),
  vacuum_freeze_min_age: fc.constantFrom(0, 20, 50_000_000),
  vacuum_freeze_table_age: fc.constantFrom(0, 100, 150_000_000),
  autovacuum_freeze_max_age: fc.constantFrom(100, 1000, 200_000_000),
});

export const wraparound: Workload<WraparoundEffect> = {
  name: 'wraparound',
  about: 'the counter of transaction ids at its limits and past 2^32: rows of every age, and what holds the horizon',
  needs: ['indexes', 'vacuum', 'two-phase', 'databases', 'xid-jumps'],
  settings: fc.tuple(settings, fc.constantFrom({}, ...[700, 1500, 4000].map(marginsFor))).map(together),
  xids: xidCourse,
  // No more ids; nobody prepared it, somebody decided it, or there are too many; databases that are not there, or are in use.
  expectedErrors: ['54000', '42704', '55000', '53200', '3D000', '42P04', '55006'],

  effect: () => effect,

  setup: ({ clients }) => [
    'CREATE TABLE journal (client int, number int)',
    ...Array.from({ length: clients }, (_, at) => at + 1).flatMap((client) =>
      TABLES.map((table) => `CREATE TABLE ${tableOf(table, client)} (key int PRIMARY KEY, author text, padding text)`),
    ),
    'ALTER DATABASE template0 WITH ALLOW_CONNECTIONS true',
    ...AGED.map((database) => `CREATE DATABASE ${database}`),
  ],

  envelope: (each, number) => ENVELOPES[roleOf(each, number)],

  statements(tag, each, client) {
    const { number } = splitTag(tag);
    switch (roleOf(each, number)) {
      case 'write':
      case 'prepare':
        return [...workSql(tag, each, client), journalSql(client, number)].map((sql) => ({ sql }));
      case 'note':
        return noteStatements(tag, each);
      case 'decide':
        return [{ sql: `${each.decision === 'keep' ? 'COMMIT' : 'ROLLBACK'} PREPARED '${aboutOf(each, tag)}'` }];
      case 'read':
        return reading(
          TABLES.map((table) => tableOf(table, client)),
          each.readings,
        );
      case 'vacuum':
        return [vacuuming(each.isFreezing, vacuumPlace(each, client))];
      case 'freeze all':
        return [vacuuming(true, {}), ...OTHERS.map((database) => vacuuming(true, { database }))];
      case 'spare':
        return [spareStatement(client, each)];
    }
  },

  async read(query) {
    const contents: Record<string, Row[]> = {
      journal: await query('SELECT client, number FROM journal'),
      prepared: await query('SELECT gid FROM pg_prepared_xacts ORDER BY gid'),
      tables: await query(`SELECT relname FROM pg_class WHERE relkind = 'r' AND (${TABLES.map(isNamed).join(' OR ')})`),
    };
    for (const { relname } of contents.tables) {
      const name = String(relname);
      contents[name] = await query(`SELECT key, author, length(padding) AS padding FROM ${name}`);
    }
    const notes: Row[] = [];
    for (const database of AGED) {
      const tables = await query("SELECT relname FROM pg_class WHERE relname LIKE 'notes\\_%'", database);
      for (const { relname } of tables) notes.push(...(await query(`SELECT * FROM ${String(relname)}`, database)));
    }
    return { ...contents, notes };
  },

  examine(contents, transactions) {
    const presence = presenceByTag(contents.journal, transactions.filter(isOfRole('write')), () => 1);
    const notes = presenceByTag(
      contents.notes,
      transactions.filter(isOfRole('note')),
      ({ effect: each }) => (each as WraparoundEffect).rows,
    );
    for (const [tag, each] of notes) presence.set(tag, each);
    const mismatches = examinePrepared(contents, transactions, presence);
    const model = modelOf(transactions, presence, tagsIn(contents.journal));
    const names = contents.tables.map(({ relname }) => String(relname));
    return {
      presence,
      mismatches: [
        ...mismatches,
        ...names.flatMap((name) => compareKeyedRows(name, model.get(name) ?? new Map(), contents[name])),
      ],
    };
  },

  /** Commits every other one and rolls the rest back: no new id is needed for either. */
  async conclude(query, { prepared, journal }) {
    const gids = prepared.map(({ gid }) => String(gid));
    const kept = new Set(gids.filter((_, at) => at % 2 === 0));
    for (const gid of gids) await query(`${kept.has(gid) ? 'COMMIT' : 'ROLLBACK'} PREPARED '${gid}'`);
    const now = tagsIn(await query('SELECT client, number FROM journal'));
    const expected = new Set([...tagsIn(journal), ...kept]);
    return [...new Set([...now, ...expected])]
      .filter((tag) => now.has(tag) !== expected.has(tag))
      .map((tag) => fateMismatch(tag, expected.has(tag)));
  },
};

const ENVELOPES: Readonly<Record<Role, Envelope>> = {
  write: 'block',
  prepare: 'prepare',
  read: 'block',
  note: 'alone',
  decide: 'alone',
  vacuum: 'alone',
  'freeze all': 'alone',
  spare: 'alone',
};

/** The stop limit comes when the oldest id is so old. */
function marginsFor(stopAge: number): Settings {
  const warnAge = Math.max(LEAST_AGE, Math.floor(stopAge / 2));
  return { xid_stop_margin: HALF_OF_XIDS - stopAge, xid_warn_margin: HALF_OF_XIDS - warnAge };
}

function together([some, others]: readonly [Settings, Settings]): Settings {
  return { ...some, ...others };
}

function isOfRole(wanted: Role): (transaction: Transaction<WraparoundEffect>) => boolean {
  return ({ effect: each, number }) => roleOf(each, number) === wanted;
}

function isNamed(table: TableKind): string {
  return `relname LIKE '${table}\\_%'`;
}

function journalSql(client: number, number: number): string {
  return `INSERT INTO journal VALUES (${client}, ${number})`;
}

/** The table that is hardly ever vacuumed is so only together with all others. */
function vacuumPlace({ table, database }: WraparoundEffect, client: number): { table?: string; database?: string } {
  if (table === 'still') return { database: OTHERS[database % OTHERS.length] };
  return { table: tableOf(table, client) };
}

function noteStatements(tag: Tag, { database: which, rows }: WraparoundEffect): Statement[] {
  const { client, number } = splitTag(tag);
  const database = AGED[which % AGED.length];
  const values = Array.from({ length: rows }, () => `(${client}, ${number})`).join(', ');
  const make = `CREATE TABLE IF NOT EXISTS notes_${client} (client int, number int)`;
  return [{ sql: `${make}; INSERT INTO notes_${client} VALUES ${values}`, database }];
}

/** A database as old as its template, made and dropped. */
function spareStatement(client: number, { decision, database }: WraparoundEffect): Statement {
  if (decision === 'undo') return { sql: `DROP DATABASE spare_${client}` };
  const template = ['template0', 'template1'][database % 2];
  return { sql: `CREATE DATABASE spare_${client} TEMPLATE ${template} STRATEGY wal_log` };
}

function workSql(tag: Tag, each: WraparoundEffect, client: number): string[] {
  const { table, change, padding } = each;
  const name = tableOf(table, client);
  const keys = keysOf(each);
  const range = `key BETWEEN ${keys[0]} AND ${keys.at(-1)}`;
  if (change === 'sign') return [`UPDATE ${name} SET author = '${tag}' WHERE ${range}`];
  const remove = `DELETE FROM ${name} WHERE ${range}`;
  if (change === 'delete') return [remove];
  const values = keys.map((key) => `(${key}, '${tag}', '${'x'.repeat(padding)}')`);
  return [remove, `INSERT INTO ${name} VALUES ${values.join(', ')}`];
}

/** Adds what is known of prepared transactions, and of those that decided about them. */
function examinePrepared(
  { prepared, journal }: Contents,
  transactions: readonly Transaction<WraparoundEffect>[],
  presence: Map<Tag, Presence>,
): Mismatch[] {
  const [open, there] = [new Set(prepared.map(({ gid }) => String(gid))), tagsIn(journal)];
  const decisions = new Map<Tag, Decision[]>();
  for (const transaction of transactions.filter(isOfRole('decide'))) {
    const about = aboutOf(transaction.effect, transaction.tag);
    presence.set(transaction.tag, { parts: 0, of: 1 });
    const decision = { kind: transaction.effect.decision, about, transaction };
    decisions.set(about, [...(decisions.get(about) ?? []), decision]);
  }
  return transactions.filter(isOfRole('prepare')).flatMap((transaction) => {
    const { tag } = transaction;
    const seen = { parts: Number(there.has(tag)), of: 1 };
    const fate = decide(transaction, open.has(tag), seen, decisions.get(tag) ?? []);
    for (const [which, each] of fate.presence) presence.set(which, each);
    return fate.mismatches;
  });
}

function tagsIn(rows: readonly Row[]): Set<Tag> {
  return new Set(rows.map(({ client, number }) => `${String(client)}.${String(number)}`));
}

function fateMismatch(tag: Tag, isThere: boolean): Mismatch {
  return {
    invariant: isThere ? 'durability' : 'no-resurrection',
    promised: `${tag} is ${isThere ? 'there' : 'gone'} after what was prepared was committed or rolled back`,
    found: isThere ? 'it is not there' : 'it is there',
  };
}
