import fc from 'fast-check';
import type { Tag, Transaction } from '../history/history.js';
import { bothPaths, compareWithIndex, orderBy, readThrough } from './access-paths.js';
import { compareKeyedRows } from './keyed-rows.js';
import {
  isPresent,
  presenceByTag,
  splitTag,
  type Contents,
  type Mismatch,
  type Presence,
  type Row,
  type Workload,
} from './workload.js';

/**
 * Each client's table grows, changes and shrinks, while it and the others' are vacuumed, frozen, analysed and truncated.
 * What is dead must go nowhere but away, and what is alive must stay.
 */
export type VacuumEffect =
  | { readonly kind: 'grow'; readonly from: number; readonly rows: number; readonly padding: number }
  /** `touch` changes no indexed column, `sign` does. */
  | { readonly kind: 'touch' | 'sign' | 'shrink'; readonly from: number; readonly rows: number }
  | { readonly kind: 'replace'; readonly rows: number }
  | { readonly kind: 'audit' }
  /** Outside any transaction: of one client's table, or of all tables there are (0). */
  | { readonly kind: 'maintain'; readonly command: string; readonly whose: number };

const EVERYBODY = 0;

const MOST_KEY = 300;

const rows = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 8 }) },
  { weight: 1, arbitrary: fc.integer({ min: 30, max: 80 }) },
);
const from = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: MOST_KEY }));
const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);

const COMMANDS = [
  'VACUUM',
  'VACUUM',
  'VACUUM (FREEZE)',
  'VACUUM (ANALYZE)',
  'VACUUM (DISABLE_PAGE_SKIPPING)',
  'VACUUM (INDEX_CLEANUP off)',
  'VACUUM (TRUNCATE off)',
  'ANALYZE',
] as const;

export const vacuum: Workload<VacuumEffect> = {
  name: 'vacuum',
  about: 'what vacuum takes away, freezes and marks as visible: tables that grow and shrink under it',
  needs: ['indexes', 'vacuum'],
  settings: fc.record({
    vacuum_freeze_min_age: fc.constantFrom(0, 20, 50_000_000),
    vacuum_freeze_table_age: fc.constantFrom(0, 100, 150_000_000),
  }),

  effect: ({ clients }, client) =>
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: kind('grow'), from, rows, padding: fc.constantFrom(0, 10, 100, 400) }),
      },
      { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('touch' as const, 'sign' as const), from, rows }) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: kind('shrink'),
          from,
          rows: fc.oneof(rows, fc.constant(MOST_KEY)),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: kind('replace'), rows: fc.integer({ min: 0, max: 5 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: kind('audit') }) },
      {
        weight: 6,
        arbitrary: fc.record({
          kind: kind('maintain'),
          command: fc.constantFrom(...COMMANDS),
          whose: fc.oneof(fc.constantFrom(client, client, EVERYBODY), fc.integer({ min: 1, max: clients })),
        }),
      },
    ),

  setup: ({ clients }) => [
    'CREATE TABLE journal (client int, number int)',
    ...Array.from({ length: clients }, (_, at) => at + 1).flatMap((client) => [
      `CREATE TABLE held_${client} (key int PRIMARY KEY, author text, padding text)`,
      `CREATE INDEX held_${client}_author ON held_${client} (author)`,
    ]),
  ],

  envelope: ({ kind }) => (kind === 'maintain' ? 'alone' : 'block'),

  statements(tag, effect, client) {
    const { number } = splitTag(tag);
    if (effect.kind === 'maintain') {
      return [{ sql: `${effect.command}${effect.whose === EVERYBODY ? '' : ` held_${effect.whose}`}` }];
    }
    if (effect.kind === 'audit') return bothPaths(`SELECT key FROM held_${client} ORDER BY key`);
    return [
      ...workSql(effect, tag, `held_${client}`).map((sql) => ({ sql })),
      { sql: `INSERT INTO journal VALUES (${client}, ${number})` },
    ];
  },

  async read(query) {
    const [journal, tables] = await readThrough(query, 'pages', [
      'SELECT client, number FROM journal',
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'held\\_%' ORDER BY relname",
    ]);
    const contents: Record<string, Row[]> = { journal, tables };
    for (const { relname } of tables) {
      const name = String(relname);
      const all = `SELECT key, author, length(padding) AS padding FROM ${name}`;
      [contents[name]] = await readThrough(query, 'pages', [all]);
      [contents[`${name}_pkey`], contents[`${name}_keys`], contents[`${name}_author`]] = await readThrough(
        query,
        'index',
        [`${all} ORDER BY key`, `SELECT key FROM ${name} ORDER BY key`, `${all} ORDER BY author`],
      );
    }
    return contents;
  },

  examine(contents, transactions) {
    const working = transactions.filter(({ effect: { kind } }) => kind !== 'maintain' && kind !== 'audit');
    const presence = presenceByTag(contents.journal, working, () => 1);
    const model = modelOf(working, presence);
    const names = contents.tables.map(({ relname }) => String(relname));
    return {
      presence,
      mismatches: names.flatMap((name) =>
        compareKeyedRows(name, model.get(name) ?? new Map(), contents[name]).concat(compareIndexes(name, contents)),
      ),
    };
  },
};

/** The keys a change is about. */
function keysOf(effect: VacuumEffect): number[] {
  if (effect.kind === 'maintain' || effect.kind === 'audit') return [];
  const first = effect.kind === 'replace' ? 1 : effect.from;
  return Array.from({ length: effect.rows }, (_, at) => first + at);
}

function workSql(effect: VacuumEffect, tag: Tag, table: string): string[] {
  const keys = keysOf(effect);
  const range = `key BETWEEN ${keys[0]} AND ${keys.at(-1)}`;
  switch (effect.kind) {
    case 'grow':
      return [
        `DELETE FROM ${table} WHERE ${range}`,
        `INSERT INTO ${table} VALUES ${valuesOf(keys, tag, effect.padding)}`,
      ];
    case 'touch':
      return [`UPDATE ${table} SET padding = padding || 'y' WHERE ${range}`];
    case 'sign':
      return [`UPDATE ${table} SET author = '${tag}' WHERE ${range}`];
    case 'shrink':
      return [`DELETE FROM ${table} WHERE ${range}`];
    case 'replace':
      return [
        `TRUNCATE ${table}`,
        ...(keys.length > 0 ? [`INSERT INTO ${table} VALUES ${valuesOf(keys, tag, 0)}`] : []),
      ];
    default:
      return [];
  }
}

function valuesOf(keys: readonly number[], tag: Tag, padding: number): string {
  return keys.map((key) => `(${key}, '${tag}', '${'x'.repeat(padding)}')`).join(', ');
}

/** `key` → `author padding` in a client's table, after the transactions that happened. */
function modelOf(
  transactions: readonly Transaction<VacuumEffect>[],
  presence: ReadonlyMap<Tag, Presence>,
): Map<string, Map<number, string>> {
  const tables = new Map<string, Map<number, string>>();
  for (const { tag, client, effect } of transactions) {
    if (!isPresent(presence.get(tag))) continue;
    const name = `held_${client}`;
    if (effect.kind === 'replace' || !tables.has(name)) tables.set(name, new Map());
    for (const key of keysOf(effect)) change(tables.get(name)!, key, tag, effect);
  }
  return tables;
}

function change(table: Map<number, string>, key: number, tag: Tag, effect: VacuumEffect): void {
  const [author, padding] = table.get(key)?.split(' ') ?? [];
  if (effect.kind === 'shrink') table.delete(key);
  else if (effect.kind === 'replace') table.set(key, `${tag} 0`);
  else if (effect.kind === 'grow') table.set(key, `${tag} ${effect.padding}`);
  else if (effect.kind === 'touch' && author !== undefined) table.set(key, `${author} ${Number(padding) + 1}`);
  else if (effect.kind === 'sign' && author !== undefined) table.set(key, `${tag} ${padding}`);
}

function compareIndexes(name: string, contents: Contents): Mismatch[] {
  const pages = contents[name];
  const keys = pages.map(({ key }) => ({ key }));
  return [
    ...compareWithIndex(pages, { name: `${name}_pkey`, order: orderBy('key'), rows: contents[`${name}_pkey`] }),
    ...compareWithIndex(keys, { name: `${name}_pkey alone`, order: orderBy('key'), rows: contents[`${name}_keys`] }),
    ...compareWithIndex(pages, { name: `${name}_author`, order: () => 0, rows: contents[`${name}_author`] }),
  ];
}
