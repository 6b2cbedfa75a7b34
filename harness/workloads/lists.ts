import fc from 'fast-check';
import { splitTag, type Mismatch, type Presence, type Row, type Workload } from './workload.js';

/**
 * Appends to lists, several lists in one transaction, by updating a text that grows. A list shows the order in which
 * its appends committed; an element is there once or not at all.
 */
export interface ListsEffect {
  readonly keys: readonly number[];
}

const KEYS = 24;

export const lists: Workload<ListsEffect> = {
  name: 'lists',
  about: 'lost updates, order and partial transactions: growing rows that move between pages',

  effect: () =>
    fc.record({
      keys: fc
        .uniqueArray(fc.integer({ min: 1, max: KEYS }), { minLength: 1, maxLength: 3 })
        .map((keys) => keys.sort((a, b) => a - b)),
    }),

  setup: () => [
    'CREATE TABLE lists (key int, elements text)',
    `INSERT INTO lists VALUES ${Array.from({ length: KEYS }, (_, index) => `(${index + 1}, '')`).join(', ')}`,
  ],

  statements: (tag, { keys }) =>
    keys.map((key) => ({ sql: `UPDATE lists SET elements = elements || '${tag},' WHERE key = ${key}` })),

  async read(query) {
    return { lists: await query('SELECT key, elements FROM lists ORDER BY key') };
  },

  examine(contents, transactions) {
    const elements = new Map(contents.lists.map((row) => [Number(row.key), elementsOf(row)]));
    const presence = new Map<string, Presence>();
    for (const { tag, effect } of transactions) {
      const parts = effect.keys.filter((key) => elements.get(key)?.has(tag)).length;
      presence.set(tag, { parts, of: effect.keys.length });
    }
    return {
      presence,
      mismatches: [...missingLists(contents.lists), ...repeatedElements(contents.lists), ...outOfOrder(contents.lists)],
    };
  },
};

function texts(row: Row): string[] {
  return String(row.elements).split(',').filter(Boolean);
}

function elementsOf(row: Row): Set<string> {
  return new Set(texts(row));
}

function missingLists(rows: readonly Row[]): Mismatch[] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(Number(row.key), (counts.get(Number(row.key)) ?? 0) + 1);
  return Array.from({ length: KEYS }, (_, index) => index + 1)
    .filter((key) => counts.get(key) !== 1)
    .map((key) => ({
      invariant: 'atomicity',
      promised: `list ${key} is there once`,
      found: `it is there ${counts.get(key) ?? 0} times`,
    }));
}

function repeatedElements(rows: readonly Row[]): Mismatch[] {
  return rows
    .filter((row) => elementsOf(row).size !== texts(row).length)
    .map((row) => ({
      invariant: 'atomicity',
      promised: `each element of list ${String(row.key)} is there once`,
      found: String(row.elements),
    }));
}

/** A client's own elements keep the order in which it appended them. */
function outOfOrder(rows: readonly Row[]): Mismatch[] {
  return rows.flatMap((row) => {
    const last = new Map<number, number>();
    for (const { client, number } of texts(row).map(splitTag)) {
      if (number <= (last.get(client) ?? 0)) {
        return [
          {
            invariant: 'atomicity' as const,
            promised: `the elements of client ${client} in list ${String(row.key)} in the order it appended them`,
            found: String(row.elements),
          },
        ];
      }
      last.set(client, number);
    }
    return [];
  });
}
