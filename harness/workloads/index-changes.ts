import fc from 'fast-check';
import type { Tag } from '../history/history.js';
import { bothPaths } from './access-paths.js';
import { splitTag, type Statement } from './workload.js';

/** One step of a transaction on a client's own range of keys, or on the keys that all share. */
export type IndexChange =
  | {
      /** Inserts keys; where they are there already, replaces the rows or leaves them. */
      readonly kind: 'put' | 'add';
      readonly from: number;
      readonly count: number;
      readonly grade: number;
      readonly letter: string;
      readonly width: number;
    }
  /** Changes no indexed column. */
  | { readonly kind: 'touch' | 'delete'; readonly from: number; readonly count: number }
  | { readonly kind: 'regrade'; readonly from: number; readonly count: number; readonly grade: number }
  | { readonly kind: 'find' | 'compare'; readonly from: number; readonly count: number }
  /** Keys that all clients want: an upsert, and a claim that only one can have. */
  | { readonly kind: 'hit' | 'claim' | 'unclaim'; readonly key: number };

/** A row of `items` in the model. */
export interface Item {
  readonly author: Tag;
  readonly grade: number;
  readonly label: string;
}

const KEYS_EACH = 1000;
const MOST_KEY = 500;
const SHARED_KEYS = 40;

const from = fc.integer({ min: 1, max: MOST_KEY });
const few = fc.integer({ min: 1, max: 12 });
const many = fc.integer({ min: 20, max: 120 });
const grade = fc.integer({ min: 0, max: 30 });
const kinds = <Kind extends string>(...names: Kind[]): fc.Arbitrary<Kind> => fc.constantFrom(...names);

export const indexChange: fc.Arbitrary<IndexChange> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kinds('put', 'put', 'add'),
      from,
      count: fc.oneof({ weight: 3, arbitrary: few }, { weight: 1, arbitrary: many }),
      grade,
      letter: fc.constantFrom(...'abcdefgh'),
      width: fc.constantFrom(1, 8, 40, 200),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kinds('touch'), from, count: few }) },
  { weight: 2, arbitrary: fc.record({ kind: kinds('regrade'), from, count: few, grade }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kinds('delete'),
      from,
      count: fc.oneof({ weight: 1, arbitrary: few }, { weight: 1, arbitrary: fc.integer({ min: 50, max: 300 }) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kinds('find', 'compare'), from, count: few }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kinds('hit', 'claim', 'unclaim'),
      key: fc.integer({ min: 1, max: SHARED_KEYS }),
    }),
  },
);

export function itemId(client: number, key: number): number {
  return client * KEYS_EACH + key;
}

function itemOf(tag: Tag, change: Extract<IndexChange, { kind: 'put' | 'add' }>, key: number): Item {
  const { letter, width } = change;
  return { author: tag, grade: change.grade + (key % 3), label: `${letter}${key % 5}`.repeat(Math.ceil(width / 2)) };
}

/** What the change makes of a client's items, by id. */
export function applyChange(items: Map<number, Item>, tag: Tag, change: IndexChange): void {
  if (!('from' in change)) return;
  const { client } = splitTag(tag);
  for (let key = change.from; key < change.from + change.count; key++) {
    const id = itemId(client, key);
    const before = items.get(id);
    if (change.kind === 'put' || (change.kind === 'add' && !before)) items.set(id, itemOf(tag, change, key));
    if (change.kind === 'find' && key === change.from) items.set(id, { author: tag, grade: 99, label: 'found' });
    if (change.kind === 'delete') items.delete(id);
    if (change.kind === 'touch' && before) items.set(id, { ...before, author: tag });
    if (change.kind === 'regrade' && before) items.set(id, { ...before, author: tag, grade: change.grade });
  }
}

export function changeStatements(tag: Tag, change: IndexChange): Statement[] {
  if ('key' in change) return [{ sql: sharedSql(tag, change) }];
  const { client } = splitTag(tag);
  const range = `id BETWEEN ${itemId(client, change.from)} AND ${itemId(client, change.from + change.count - 1)}`;
  switch (change.kind) {
    case 'put':
    case 'add':
      return [{ sql: insertSql(tag, change, client) }];
    case 'touch':
      return [{ sql: `UPDATE items SET author = '${tag}' WHERE ${range}` }];
    case 'regrade':
      return [{ sql: `UPDATE items SET author = '${tag}', grade = ${change.grade} WHERE ${range}` }];
    case 'delete':
      return [{ sql: `DELETE FROM items WHERE ${range}` }];
    case 'find':
      return findStatements(tag, itemId(client, change.from));
    case 'compare':
      return bothPaths(
        `SELECT id, author FROM items WHERE id > ${itemId(client, 0)} AND id < ${itemId(client + 1, 0)} ORDER BY id`,
      );
  }
}

function insertSql(tag: Tag, change: Extract<IndexChange, { kind: 'put' | 'add' }>, client: number): string {
  const rows = Array.from({ length: change.count }, (_, index) => {
    const key = change.from + index;
    const { author, grade, label } = itemOf(tag, change, key);
    return `(${itemId(client, key)}, '${author}', ${grade}, '${label}')`;
  });
  const replace = 'DO UPDATE SET author = excluded.author, grade = excluded.grade, label = excluded.label';
  return `INSERT INTO items VALUES ${rows.join(', ')} ON CONFLICT (id) ${change.kind === 'put' ? replace : 'DO NOTHING'}`;
}

function sharedSql(tag: Tag, { kind, key }: Extract<IndexChange, { key: number }>): string {
  const { client, number } = splitTag(tag);
  if (kind === 'hit') {
    return `INSERT INTO hits VALUES (${key}, 1) ON CONFLICT (key) DO UPDATE SET value = hits.value + 1`;
  }
  if (kind === 'claim') return `INSERT INTO claims VALUES (${key}, ${client}, ${number})`;
  return `DELETE FROM claims WHERE key = ${key} AND client = ${client}`;
}

/** Puts one row and looks for it by its key and by its other columns. */
function findStatements(tag: Tag, id: number): Statement[] {
  const found = (by: string): Statement => ({
    sql: `SELECT author FROM items WHERE ${by} AND author = '${tag}'`,
    expect: (rows) =>
      rows.length === 1 ? undefined : { promised: `one row with ${by}, just written`, found: `${rows.length}` },
  });
  const values = `author = '${tag}', grade = 99, label = 'found'`;
  return [
    {
      sql: `INSERT INTO items VALUES (${id}, '${tag}', 99, 'found') ON CONFLICT (id) DO UPDATE SET ${values}`,
    },
    found(`id = ${id}`),
    found(`grade = 99 AND id = ${id}`),
    found(`label = 'found' AND grade = 99 AND id = ${id}`),
  ];
}
