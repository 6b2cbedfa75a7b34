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
 * Inserts, updates and deletes on each client's own keys, several in a transaction, with a journal row. A row's value
 * carries the tag of the transaction that wrote it, so a wrong row names its author.
 */
export interface MixChange {
  readonly kind: 'put' | 'touch' | 'delete';
  readonly key: number;
  /** Bytes of padding: rows of many sizes make pages of many shapes. */
  readonly padding: number;
}
export interface MixEffect {
  readonly changes: readonly MixChange[];
}

const KEYS = 12;

const change: fc.Arbitrary<MixChange> = fc.record({
  kind: fc.constantFrom('put', 'put', 'touch', 'delete'),
  key: fc.integer({ min: 1, max: KEYS }),
  padding: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 500, max: 3000 }) },
  ),
});

export const mix: Workload<MixEffect> = {
  name: 'mix',
  about: 'rows inserted, updated, deleted and rolled back, in all sizes',

  effect: () => fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 4 }) }),

  setup: () => [
    'CREATE TABLE rows (client int, key int, author text, padding text)',
    'CREATE TABLE journal (client int, number int)',
  ],

  statements(tag, { changes }) {
    const { client, number } = splitTag(tag);
    return [
      ...changes.flatMap((each) => changeSql(each, tag, client)).map((sql) => ({ sql })),
      { sql: `INSERT INTO journal VALUES (${client}, ${number})` },
    ];
  },

  async read(query) {
    return {
      rows: await query('SELECT client, key, author, length(padding) AS padding FROM rows'),
      journal: await query('SELECT client, number FROM journal'),
    };
  },

  examine(contents, transactions) {
    const presence = presenceByTag(contents.journal, transactions, () => 1);
    return { presence, mismatches: compareRows(modelOf(transactions, presence), contents.rows, presence) };
  },
};

function changeSql({ kind, key, padding }: MixChange, tag: string, client: number): string[] {
  const own = `client = ${client} AND key = ${key}`;
  const remove = `DELETE FROM rows WHERE ${own}`;
  if (kind === 'delete') return [remove];
  if (kind === 'touch') return [`UPDATE rows SET author = '${tag}' WHERE ${own}`];
  return [remove, `INSERT INTO rows VALUES (${client}, ${key}, '${tag}', '${'x'.repeat(padding)}')`];
}

/** `client/key` → `author padding` after the transactions that happened, each client's in its order. */
function modelOf(
  transactions: readonly Transaction<MixEffect>[],
  presence: ReadonlyMap<string, Presence>,
): Map<string, string> {
  const model = new Map<string, string>();
  for (const { tag, client, effect } of transactions) {
    if (!isPresent(presence.get(tag))) continue;
    for (const { kind, key, padding } of effect.changes) {
      const name = `${client}/${key}`;
      const before = model.get(name);
      if (kind === 'delete') model.delete(name);
      else if (kind === 'put') model.set(name, `${tag} ${padding}`);
      else if (before !== undefined) model.set(name, `${tag} ${before.split(' ')[1]}`);
    }
  }
  return model;
}

function compareRows(
  model: Map<string, string>,
  rows: readonly Row[],
  presence: ReadonlyMap<string, Presence>,
): Mismatch[] {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const name = `${String(row.client)}/${String(row.key)}`;
    found.set(name, [...(found.get(name) ?? []), `${String(row.author)} ${String(row.padding)}`]);
  }
  const names = new Set([...model.keys(), ...found.keys()]);
  return [...names].flatMap((name) => {
    const expected = model.get(name);
    const actual = found.get(name) ?? [];
    if (actual.length === (expected === undefined ? 0 : 1) && actual[0] === expected) return [];
    const isForeign = actual.some((value) => !isPresent(presence.get(value.split(' ')[0])));
    return [
      {
        invariant: isForeign ? ('no-resurrection' as const) : ('atomicity' as const),
        promised:
          expected === undefined
            ? `no row for client/key ${name}`
            : `client/key ${name} written by ${expected} (author, padding)`,
        found: actual.length === 0 ? 'no row' : actual.join(' and '),
      },
    ];
  });
}
