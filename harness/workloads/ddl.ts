import fc from 'fast-check';
import type { Transaction } from '../history/history.js';
import {
  isPresent,
  presenceByTag,
  splitTag,
  type Mismatch,
  type Presence,
  type Row,
  type Workload,
} from './workload.js';

/**
 * Tables created, filled, truncated and dropped inside transactions, many of which roll back. Each client has a few
 * tables of its own; the journal tells which transactions happened.
 */
export interface DdlEffect {
  readonly kind: 'recreate' | 'truncate' | 'drop' | 'fill';
  readonly slot: number;
  readonly rows: number;
}

const SLOTS = 2;

export const ddl: Workload<DdlEffect> = {
  name: 'ddl',
  about: 'catalogs and relation files: create, truncate and drop inside transactions',
  // A table may not be there, when the transaction that made it was rolled back.
  expectedErrors: ['42P01'],

  effect: () =>
    fc.record({
      kind: fc.constantFrom('recreate', 'recreate', 'truncate', 'drop', 'fill', 'fill'),
      slot: fc.integer({ min: 1, max: SLOTS }),
      rows: fc.integer({ min: 0, max: 8 }),
    }),

  setup: () => ['CREATE TABLE journal (client int, number int)'],

  statements(tag, effect) {
    const { client, number } = splitTag(tag);
    const table = `ddl_${client}_${effect.slot}`;
    return [...tableSql(effect, table, tag), `INSERT INTO journal VALUES (${client}, ${number})`].map((sql) => ({
      sql,
    }));
  },

  async read(query) {
    const tables = await query(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'ddl\\_%' ORDER BY relname",
    );
    const contents: Record<string, Row[]> = { journal: await query('SELECT client, number FROM journal'), tables };
    for (const { relname } of tables) contents[String(relname)] = await query(`SELECT author FROM ${String(relname)}`);
    return contents;
  },

  examine(contents, transactions) {
    const presence = presenceByTag(contents.journal, transactions, () => 1);
    const model = modelOf(transactions, presence);
    const names = new Set([...model.keys(), ...contents.tables.map(({ relname }) => String(relname))]);
    return { presence, mismatches: [...names].flatMap((name) => compareTable(name, model.get(name), contents[name])) };
  },
};

function fillSql(table: string, tag: string, rows: number): string[] {
  if (rows === 0) return [];
  return [`INSERT INTO ${table} VALUES ${Array.from({ length: rows }, () => `('${tag}')`).join(', ')}`];
}

function tableSql({ kind, rows }: DdlEffect, table: string, tag: string): string[] {
  switch (kind) {
    case 'recreate':
      return [`DROP TABLE IF EXISTS ${table}`, `CREATE TABLE ${table} (author text)`, ...fillSql(table, tag, rows)];
    case 'truncate':
      return [`TRUNCATE ${table}`, ...fillSql(table, tag, rows)];
    case 'drop':
      return [`DROP TABLE IF EXISTS ${table}`];
    case 'fill':
      return fillSql(table, tag, rows + 1);
  }
}

/** Table name → the authors of its rows, in no order. */
function modelOf(
  transactions: readonly Transaction<DdlEffect>[],
  presence: ReadonlyMap<string, Presence>,
): Map<string, string[]> {
  const model = new Map<string, string[]>();
  for (const { tag, client, effect } of transactions) {
    if (!isPresent(presence.get(tag))) continue;
    const name = `ddl_${client}_${effect.slot}`;
    const own = Array.from({ length: effect.kind === 'fill' ? effect.rows + 1 : effect.rows }, () => tag);
    if (effect.kind === 'drop') model.delete(name);
    else model.set(name, effect.kind === 'fill' ? [...(model.get(name) ?? []), ...own] : own);
  }
  return model;
}

function compareTable(name: string, expected: string[] | undefined, rows: readonly Row[] | undefined): Mismatch[] {
  const found = rows?.map(({ author }) => String(author)).sort();
  const wanted = expected?.toSorted();
  if (found?.join() === wanted?.join() && (found === undefined) === (wanted === undefined)) return [];
  const describe = (authors: string[] | undefined): string =>
    authors === undefined
      ? 'no such table'
      : `${authors.length} rows${authors.length > 0 ? ` by ${[...new Set(authors)].join(', ')}` : ''}`;
  return [{ invariant: 'atomicity', promised: `${name}: ${describe(wanted)}`, found: describe(found) }];
}
