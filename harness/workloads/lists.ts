import fc from 'fast-check';
import { splitTag, type Mismatch, type Presence, type Workload } from './workload.js';

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
  // A list may have grown to the largest row a page can hold.
  expectedErrors: ['54000'],

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
    const rows = contents.lists.map((row) => ({ key: Number(row.key), list: listOf(String(row.elements)) }));
    const lists = new Map(rows.map(({ key, list }) => [key, list]));
    const presence = new Map<string, Presence>();
    for (const { tag, effect } of transactions) {
      const parts = effect.keys.filter((key) => lists.get(key)?.elements.has(tag)).length;
      presence.set(tag, { parts, of: effect.keys.length });
    }
    return { presence, mismatches: [...missingLists(rows), ...repeatedElements(rows), ...outOfOrder(rows)] };
  },
};

/** What a list's text says. */
interface List {
  readonly text: string;
  readonly elements: ReadonlySet<string>;
  readonly isRepeating: boolean;
  /** Whose elements are not in the order in which that client appended them. */
  readonly disorderly: number | undefined;
}

interface ListRow {
  readonly key: number;
  readonly list: List;
}

/** Texts taken apart before: one crash state has most lists as another has them. */
const known = new Map<string, List>();
const MOST_KNOWN = 2000;

function listOf(text: string): List {
  const before = known.get(text);
  if (before) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const elements = text.split(',').filter(Boolean);
  const unique = new Set(elements);
  const list = { text, elements: unique, isRepeating: unique.size !== elements.length, disorderly: disorder(elements) };
  known.set(text, list);
  return list;
}

function disorder(elements: readonly string[]): number | undefined {
  const last = new Map<number, number>();
  for (const { client, number } of elements.map(splitTag)) {
    if (number <= (last.get(client) ?? 0)) return client;
    last.set(client, number);
  }
  return undefined;
}

function missingLists(rows: readonly ListRow[]): Mismatch[] {
  const counts = new Map<number, number>();
  for (const { key } of rows) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Array.from({ length: KEYS }, (_, index) => index + 1)
    .filter((key) => counts.get(key) !== 1)
    .map((key) => ({
      invariant: 'atomicity',
      promised: `list ${key} is there once`,
      found: `it is there ${counts.get(key) ?? 0} times`,
    }));
}

function repeatedElements(rows: readonly ListRow[]): Mismatch[] {
  return rows
    .filter(({ list }) => list.isRepeating)
    .map(({ key, list }) => ({
      invariant: 'atomicity',
      promised: `each element of list ${key} is there once`,
      found: list.text,
    }));
}

/** A client's own elements keep the order in which it appended them. */
function outOfOrder(rows: readonly ListRow[]): Mismatch[] {
  return rows
    .filter(({ list }) => list.disorderly !== undefined)
    .map(({ key, list }) => ({
      invariant: 'atomicity',
      promised: `the elements of client ${list.disorderly} in list ${key} in the order it appended them`,
      found: list.text,
    }));
}
