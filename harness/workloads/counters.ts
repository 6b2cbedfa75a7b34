import fc from 'fast-check';
import type { Transaction } from '../history/history.js';
import { isPresent, type Mismatch, type Presence, type Workload } from './workload.js';

/**
 * Shared counters that every client increments, and for each client the number of its latest transaction. The latter
 * tells which transactions happened; the counters must be exactly their sum.
 */
export interface CountersEffect {
  readonly counters: readonly number[];
}

const COUNTERS = 6;

export const counters: Workload<CountersEffect> = {
  name: 'counters',
  about: 'lost updates: the same rows updated over and over, long version chains',

  effect: () =>
    fc.record({
      counters: fc
        .uniqueArray(fc.integer({ min: 1, max: COUNTERS }), { minLength: 1, maxLength: 2 })
        .map((ids) => ids.sort((a, b) => a - b)),
    }),

  setup: ({ clients }) => [
    'CREATE TABLE counters (id int, value int)',
    'CREATE TABLE progress (client int, number int)',
    `INSERT INTO counters VALUES ${Array.from({ length: COUNTERS }, (_, index) => `(${index + 1}, 0)`).join(', ')}`,
    `INSERT INTO progress VALUES ${Array.from({ length: clients }, (_, index) => `(${index + 1}, 0)`).join(', ')}`,
  ],

  statements(tag, { counters: ids }, client) {
    const number = tag.split('.')[1];
    return [
      { sql: `UPDATE progress SET number = ${number} WHERE client = ${client}` },
      ...ids.map((id) => ({ sql: `UPDATE counters SET value = value + 1 WHERE id = ${id}` })),
    ];
  },

  async read(query) {
    return {
      counters: await query('SELECT id, value FROM counters ORDER BY id'),
      progress: await query('SELECT client, number FROM progress ORDER BY client'),
    };
  },

  examine(contents, transactions) {
    const progress = new Map(contents.progress.map((row) => [Number(row.client), Number(row.number)]));
    const presence = new Map<string, Presence>();
    for (const transaction of transactions) {
      presence.set(transaction.tag, { parts: happened(transaction, progress) ? 1 : 0, of: 1 });
    }
    return { presence, mismatches: compareCounters(transactions, presence, contents.counters) };
  },
};

/**
 * A client's transactions are in order, so everything it was told up to the number it finds happened. One that was
 * rolled back or whose fate is unknown shows only by being the latest.
 */
function happened({ client, number, commits, outcome, survived }: Transaction, progress: Map<number, number>): boolean {
  const latest = progress.get(client) ?? 0;
  if (survived !== undefined && number < latest) return survived;
  return number === latest || (number < latest && commits && outcome === 'ok');
}

function compareCounters(
  transactions: readonly Transaction<CountersEffect>[],
  presence: ReadonlyMap<string, Presence>,
  rows: readonly Record<string, unknown>[],
): Mismatch[] {
  const expected = new Map(Array.from({ length: COUNTERS }, (_, index) => [index + 1, 0]));
  for (const { tag, effect } of transactions) {
    if (isPresent(presence.get(tag))) for (const id of effect.counters) expected.set(id, expected.get(id)! + 1);
  }
  const found = new Map(rows.map((row) => [Number(row.id), Number(row.value)]));
  return [...expected]
    .filter(([id, value]) => found.get(id) !== value)
    .map(([id, value]) => ({
      invariant: 'atomicity',
      promised: `counter ${id} is ${value}: one for each transaction that happened`,
      found: found.has(id) ? `counter ${id} is ${found.get(id)}` : `counter ${id} is missing`,
    }));
}
