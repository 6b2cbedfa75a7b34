import fc from 'fast-check';
import type { Tag, Transaction } from '../history/history.js';
import { compareWithIndex, orderBy, readThrough } from './access-paths.js';
import { applyChange, changeStatements, indexChange, type IndexChange, type Item } from './index-changes.js';
import {
  isPresent,
  presenceByTag,
  splitTag,
  type Contents,
  type Mismatch,
  type Presence,
  type Query,
  type Row,
  type Workload,
} from './workload.js';

/**
 * Rows with a primary key, an index with many equal keys and one of several columns, whose pages split and empty again.
 * Each client has a range of keys of its own; a few keys are everybody's, to be counted up or claimed.
 */
export interface IndexEffect {
  readonly changes: readonly IndexChange[];
  /** Instead of these: outside any transaction, the client's own index is dropped and made again while others write. */
  readonly rebuilds: boolean;
}

const ALL = 'SELECT id, author, grade, label FROM items';

/** What is read through an index, and the order that this promises. */
const READINGS = [
  { name: 'items_pkey', sql: `${ALL} ORDER BY id`, order: orderBy('id') },
  { name: 'items_pkey backwards', sql: `${ALL} ORDER BY id DESC`, order: orderBy('id DESC') },
  { name: 'items_grade', sql: `${ALL} ORDER BY grade`, order: orderBy('grade') },
  {
    name: 'items_label',
    sql: `${ALL} ORDER BY label, grade DESC, id`,
    order: orderBy('label', 'grade DESC', 'id'),
  },
  {
    name: 'items_label backwards',
    sql: `${ALL} ORDER BY label DESC, grade, id DESC`,
    order: orderBy('label DESC', 'grade', 'id DESC'),
  },
];

const OWN_INDEXES =
  "SELECT relname FROM pg_class WHERE relkind = 'i' AND relname LIKE 'items\\_of\\_%' ORDER BY relname";

/** What the clients' own indexes are on, by turns: each promises an order that no other index does. */
const OWN_ORDERS = [
  ['author', 'id'],
  ['grade', 'author', 'id'],
  ['label DESC', 'author', 'id'],
];

export const index: Workload<IndexEffect> = {
  name: 'index',
  about: 'B-tree indexes: splits, deleted pages, unique keys, rows that move with and without their keys',
  needs: ['indexes', 'upserts'],
  expectedErrors: ['23505'], // two claims of one key

  effect: () =>
    fc.record({
      changes: fc.array(indexChange, { minLength: 1, maxLength: 4 }),
      rebuilds: fc.constantFrom(true, ...Array.from({ length: 7 }, () => false)),
    }),

  setup: () => [
    'CREATE TABLE items (id int PRIMARY KEY, author text, grade int, label text)',
    'CREATE INDEX items_grade ON items (grade)',
    'CREATE INDEX items_label ON items (label, grade DESC, id)',
    'CREATE TABLE hits (key int PRIMARY KEY, value int)',
    'CREATE TABLE claims (key int PRIMARY KEY, client int, number int)',
    'CREATE TABLE journal (client int, number int, PRIMARY KEY (client, number))',
  ],

  envelope: ({ rebuilds }) => (rebuilds ? 'alone' : 'block'),

  statements(tag, { changes, rebuilds }) {
    const { client, number } = splitTag(tag);
    if (rebuilds) return rebuildSql(client).map((sql) => ({ sql }));
    return [
      ...changes.flatMap((change) => changeStatements(tag, change)),
      { sql: `INSERT INTO journal VALUES (${client}, ${number})` },
    ];
  },

  async read(query) {
    const [items, hits, claims, journal] = await readThrough(query, 'pages', [
      ALL,
      'SELECT key, value FROM hits',
      'SELECT key, client, number FROM claims',
      'SELECT client, number FROM journal',
    ]);
    const contents: Record<string, Row[]> = { items, hits, claims, journal, ...(await readOwnIndexes(query)) };
    const through = await readThrough(query, 'index', [
      ...READINGS.map(({ sql }) => sql),
      'SELECT key, client, number FROM claims ORDER BY key',
      'SELECT client, number FROM journal ORDER BY client, number',
    ]);
    [...READINGS.map(({ name }) => name), 'claims_pkey', 'journal_pkey'].forEach((name, at) => {
      contents[name] = through[at];
    });
    return contents;
  },

  examine(contents, all) {
    const transactions = all.filter(({ effect }) => !effect.rebuilds);
    const presence = presenceByTag(contents.journal, transactions, () => 1);
    return {
      presence,
      mismatches: [
        ...compareItems(transactions, presence, contents.items),
        ...compareHits(transactions, presence, contents.hits),
        ...compareClaims(transactions, presence, contents.claims),
        ...compareReadings(contents),
      ],
    };
  },
};

function ownIndex(client: number): string {
  return `items_of_${client}`;
}

function ownOrder(client: number): readonly string[] {
  return OWN_ORDERS[(client - 1) % OWN_ORDERS.length];
}

function rebuildSql(client: number): string[] {
  const name = ownIndex(client);
  return [`DROP INDEX IF EXISTS ${name}`, `CREATE INDEX ${name} ON items (${ownOrder(client).join(', ')})`];
}

/** All of the table in the order of each client's own index, where it has one now. */
async function readOwnIndexes(query: Query): Promise<Record<string, Row[]>> {
  const contents: Record<string, Row[]> = { own: await query(OWN_INDEXES) };
  for (const { relname } of contents.own) {
    const order = ownOrder(ownerOf(String(relname))).join(', ');
    [contents[String(relname)]] = await readThrough(query, 'index', [`${ALL} ORDER BY ${order}`]);
  }
  return contents;
}

function ownerOf(ownIndexName: string): number {
  return Number(ownIndexName.slice(ownIndex(0).length - 1));
}

function compareReadings(contents: Contents): Mismatch[] {
  return [
    ...contents.own.flatMap(({ relname }) => {
      const name = String(relname);
      return compareWithIndex(contents.items, {
        name,
        order: orderBy(...ownOrder(ownerOf(name))),
        rows: contents[name],
      });
    }),
    ...READINGS.flatMap(({ name, order }) => compareWithIndex(contents.items, { name, order, rows: contents[name] })),
    ...compareWithIndex(contents.claims, { name: 'claims_pkey', order: orderBy('key'), rows: contents.claims_pkey }),
    ...compareWithIndex(contents.journal, {
      name: 'journal_pkey',
      order: orderBy('client', 'number'),
      rows: contents.journal_pkey,
    }),
  ];
}

type Presences = ReadonlyMap<Tag, Presence>;

function compareItems(
  transactions: readonly Transaction<IndexEffect>[],
  presence: Presences,
  rows: readonly Row[],
): Mismatch[] {
  const items = new Map<number, Item>();
  for (const { tag, effect } of transactions) {
    if (isPresent(presence.get(tag))) for (const change of effect.changes) applyChange(items, tag, change);
  }
  const expected = new Map([...items].map(([id, item]) => [id, `${item.author} ${item.grade} ${item.label}`]));
  const found = new Map<number, string[]>();
  for (const row of rows) {
    const text = `${String(row.author)} ${String(row.grade)} ${String(row.label)}`;
    found.set(Number(row.id), [...(found.get(Number(row.id)) ?? []), text]);
  }
  return differences('item', expected, found, presence);
}

function compareHits(
  transactions: readonly Transaction<IndexEffect>[],
  presence: Presences,
  rows: readonly Row[],
): Mismatch[] {
  const expected = new Map<number, number>();
  for (const { tag, effect } of transactions) {
    if (!isPresent(presence.get(tag))) continue;
    for (const change of effect.changes) {
      if (change.kind === 'hit') expected.set(change.key, (expected.get(change.key) ?? 0) + 1);
    }
  }
  const found = new Map<number, string[]>();
  for (const { key, value } of rows) found.set(Number(key), [...(found.get(Number(key)) ?? []), String(value)]);
  const texts = new Map([...expected].map(([key, value]) => [key, String(value)]));
  return differences('hits of', texts, found, presence);
}

/** A key's claims are by turns: each is there from its transaction until one of the same client gives it back. */
function compareClaims(
  transactions: readonly Transaction<IndexEffect>[],
  presence: Presences,
  rows: readonly Row[],
): Mismatch[] {
  const held = new Map<string, Tag>();
  for (const { tag, client, effect } of transactions) {
    if (!isPresent(presence.get(tag))) continue;
    for (const change of effect.changes) {
      if (change.kind === 'claim') held.set(`${change.key}/${client}`, tag);
      if (change.kind === 'unclaim') held.delete(`${change.key}/${client}`);
    }
  }
  const expected = new Map<number, string>();
  const doubled = new Set<number>();
  for (const [name, tag] of held) {
    const key = Number.parseInt(name, 10);
    if (expected.has(key)) doubled.add(key);
    expected.set(key, tag);
  }
  const found = new Map<number, string[]>();
  for (const { key, client, number } of rows) {
    found.set(Number(key), [...(found.get(Number(key)) ?? []), `${String(client)}.${String(number)}`]);
  }
  const twice = [...doubled].map((key): Mismatch => ({
    invariant: 'atomicity',
    promised: `one client at most holds the unique key ${key}`,
    found: `claims by ${(found.get(key) ?? []).join(' and ')}`,
  }));
  return [...twice, ...differences('claim of', expected, found, presence)];
}

/** `found`: each key's rows, whose text begins with the author's tag where there is one. */
function differences(
  what: string,
  expected: ReadonlyMap<number, string>,
  found: ReadonlyMap<number, readonly string[]>,
  presence: Presences,
): Mismatch[] {
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((key): Mismatch[] => {
    const wanted = expected.get(key);
    const actual = found.get(key) ?? [];
    if (actual.length === (wanted === undefined ? 0 : 1) && actual[0] === wanted) return [];
    const isForeign = actual.map((text) => presence.get(text.split(' ')[0])).some((each) => each && !isPresent(each));
    return [
      {
        invariant: isForeign ? 'no-resurrection' : 'atomicity',
        promised: `${what} ${key}: ${wanted ?? 'none'}`,
        found: actual.join(' and ') || 'none',
      },
    ];
  });
}
