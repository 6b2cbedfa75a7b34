import fc from 'fast-check';
import type { Tag, Transaction } from '../history/history.js';
import { compareWithIndex, orderBy, readThrough } from './access-paths.js';
import {
  isPresent,
  presenceByTag,
  splitTag,
  type Mismatch,
  type Presence,
  type Row,
  type Statement,
  type Workload,
} from './workload.js';

/**
 * Tables that are made or emptied and filled in one transaction, row by row or by COPY, whose changes need not be logged when
 * wal_level is minimal: mixed with changes that are, with indexes, and with subtransactions that are undone.
 */
export type BulkStep =
  | {
      readonly kind: 'load';
      readonly rows: number;
      readonly padding: number;
      readonly by: 'insert' | 'copy' | 'freeze';
    }
  | { readonly kind: 'touch' | 'delete'; readonly from: number; readonly count: number }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'index' }
  /** TRUNCATE and some rows in a subtransaction, kept or undone. */
  | { readonly kind: 'restart'; readonly rows: number; readonly isKept: boolean };

export interface BulkEffect {
  readonly start: 'create' | 'truncate' | 'go on';
  readonly slot: number;
  readonly steps: readonly BulkStep[];
}

const SLOTS = 2;
const MOST_KEY = 60;

const step: fc.Arbitrary<BulkStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('load' as const),
      rows: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 20, max: 90 })),
      padding: fc.constantFrom(0, 20, 300),
      by: fc.constantFrom('insert', 'copy', 'freeze'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('touch' as const, 'delete' as const),
      from: fc.integer({ min: 1, max: MOST_KEY }),
      count: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('index' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      rows: fc.integer({ min: 0, max: 30 }),
      isKept: fc.boolean(),
    }),
  },
);

export const bulk: Workload<BulkEffect> = {
  name: 'bulk',
  about: 'relations whose changes are not logged but synced at commit: wal_level=minimal',
  needs: ['minimal-logging', 'indexes', 'savepoints'],
  settings: fc.record({
    wal_level: fc.constantFrom('minimal', 'minimal', 'minimal', 'replica'),
    max_wal_senders: fc.constant(0),
    wal_skip_threshold: fc.constantFrom(0, '16kB', '64kB', '2MB'),
  }),

  effect: () =>
    fc.record({
      start: fc.constantFrom('create', 'truncate', 'go on'),
      slot: fc.integer({ min: 1, max: SLOTS }),
      steps: fc.array(step, { minLength: 1, maxLength: 5 }),
    }),

  setup: ({ clients }) => [
    'CREATE TABLE journal (client int, number int)',
    ...Array.from({ length: clients }, (_, at) => at + 1).flatMap((client) =>
      Array.from({ length: SLOTS }, (_, at) => createSql(`bulk_${client}_${at + 1}`)),
    ),
  ],

  statements(tag, effect) {
    const { client, number } = splitTag(tag);
    const table = tableOf(client, effect);
    const start = { create: [`DROP TABLE ${table}`, createSql(table)], truncate: [`TRUNCATE ${table}`], 'go on': [] };
    return [
      ...start[effect.start].map(plain),
      ...effect.steps.flatMap((each, at) => stepStatements(each, table, tag, at, isNewAt(effect, at))),
      plain(`INSERT INTO journal VALUES (${client}, ${number})`),
    ];
  },

  async read(query) {
    const [journal, tables] = await readThrough(query, 'pages', [
      'SELECT client, number FROM journal',
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'bulk\\_%' ORDER BY relname",
    ]);
    const contents: Record<string, Row[]> = { journal, tables };
    for (const { relname } of tables) {
      const name = String(relname);
      const all = `SELECT key, author, length(padding) AS padding FROM ${name}`;
      [contents[name]] = await readThrough(query, 'pages', [all]);
      [contents[`${name} by key`]] = await readThrough(query, 'index', [`${all} ORDER BY key`]);
    }
    return contents;
  },

  examine(contents, transactions) {
    const presence = presenceByTag(contents.journal, transactions, () => 1);
    const model = modelOf(transactions, presence);
    const names = [...new Set([...model.keys(), ...contents.tables.map(({ relname }) => String(relname))])];
    return {
      presence,
      mismatches: names.flatMap((name) => {
        const rows = contents[name];
        if (!rows) return [{ invariant: 'atomicity' as const, promised: `${name} is there`, found: 'no such table' }];
        const throughIndex = { name: `index of ${name}`, order: orderBy('key'), rows: contents[`${name} by key`] };
        return compareRows(name, model.get(name) ?? [], rows).concat(compareWithIndex(rows, throughIndex));
      }),
    };
  },
};

function tableOf(client: number, { slot }: BulkEffect): string {
  return `bulk_${client}_${slot}`;
}

function createSql(table: string): string {
  return `CREATE TABLE ${table} (key int, author text, padding text)`;
}

function plain(sql: string): Statement {
  return { sql };
}

/** Has the subtransaction that this step is in made the table's file? Only then may rows be frozen as they are loaded. */
function isNewAt({ start, steps }: BulkEffect, at: number): boolean {
  let isNew = start !== 'go on';
  for (const step of steps.slice(0, at)) {
    if (step.kind === 'truncate') isNew = true;
    if (step.kind === 'restart') isNew = step.isKept; // its savepoint is still there when it is undone
  }
  return isNew;
}

function stepStatements(step: BulkStep, table: string, tag: Tag, at: number, isNew: boolean): Statement[] {
  if (step.kind !== 'load' || step.by === 'insert') return stepSql(step, table, tag, at).map(plain);
  const options = step.by === 'freeze' && isNew ? ' WITH (FREEZE)' : '';
  const lines = keysOf(step.rows).map((key) => `${key}\t${tag}\t${'x'.repeat(step.padding)}\n`);
  return [{ sql: `COPY ${table} FROM STDIN${options}`, input: lines.join('') }];
}

function stepSql(step: BulkStep, table: string, tag: Tag, at: number): string[] {
  switch (step.kind) {
    case 'load':
      return [loadSql(table, tag, step.rows, step.padding)];
    case 'touch':
      return [`UPDATE ${table} SET author = '${tag}' WHERE ${rangeOf(step)}`];
    case 'delete':
      return [`DELETE FROM ${table} WHERE ${rangeOf(step)}`];
    case 'truncate':
      return [`TRUNCATE ${table}`];
    case 'index':
      return [`CREATE INDEX ON ${table} (key)`];
    case 'restart':
      return [
        `SAVEPOINT s${at}`,
        `TRUNCATE ${table}`,
        ...(step.rows > 0 ? [loadSql(table, tag, step.rows, 0)] : []),
        `${step.isKept ? 'RELEASE' : 'ROLLBACK TO'} SAVEPOINT s${at}`,
      ];
  }
}

function loadSql(table: string, tag: Tag, rows: number, padding: number): string {
  const value = (key: number): string => `(${key}, '${tag}', '${'x'.repeat(padding)}')`;
  return `INSERT INTO ${table} VALUES ${keysOf(rows).map(value).join(', ')}`;
}

function rangeOf({ from, count }: { readonly from: number; readonly count: number }): string {
  return `key BETWEEN ${from} AND ${from + count - 1}`;
}

function keysOf(rows: number): number[] {
  return Array.from({ length: rows }, (_, at) => at + 1);
}

interface ModelRow {
  readonly key: number;
  readonly author: Tag;
  readonly padding: number;
}

function modelOf(
  transactions: readonly Transaction<BulkEffect>[],
  presence: ReadonlyMap<Tag, Presence>,
): Map<string, readonly ModelRow[]> {
  const model = new Map<string, readonly ModelRow[]>();
  for (const { tag, client, effect } of transactions) {
    if (!isPresent(presence.get(tag))) continue;
    const name = tableOf(client, effect);
    const before = effect.start === 'go on' ? (model.get(name) ?? []) : [];
    model.set(
      name,
      effect.steps.reduce((rows, each) => afterStep(rows, each, tag), before),
    );
  }
  return model;
}

function afterStep(rows: readonly ModelRow[], step: BulkStep, tag: Tag): readonly ModelRow[] {
  switch (step.kind) {
    case 'load':
      return [...rows, ...keysOf(step.rows).map((key) => ({ key, author: tag, padding: step.padding }))];
    case 'touch':
      return rows.map((row) => (isIn(row, step) ? { ...row, author: tag } : row));
    case 'delete':
      return rows.filter((row) => !isIn(row, step));
    case 'truncate':
      return [];
    case 'index':
      return rows;
    case 'restart':
      return step.isKept ? keysOf(step.rows).map((key) => ({ key, author: tag, padding: 0 })) : rows;
  }
}

function isIn({ key }: ModelRow, { from, count }: { readonly from: number; readonly count: number }): boolean {
  return key >= from && key < from + count;
}

function compareRows(name: string, expected: readonly ModelRow[], rows: readonly Row[]): Mismatch[] {
  const textOf = ({ key, author, padding }: Row): string =>
    `${String(key)} by ${String(author)}, ${String(padding)} bytes`;
  const wanted = expected.map((row) => textOf({ ...row })).sort();
  const found = rows.map(textOf).sort();
  if (wanted.join() === found.join()) return [];
  const missing = wanted.find((row) => !found.includes(row));
  const extra = found.find((row) => !wanted.includes(row));
  return [
    {
      invariant: 'atomicity',
      promised: `${name} has the ${wanted.length} rows of the transactions that happened`,
      found: `${found.length} rows; missing: ${missing ?? 'none'}; not expected: ${extra ?? 'none'}`,
    },
  ];
}
