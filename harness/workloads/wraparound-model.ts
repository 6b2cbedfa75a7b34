import type { Tag, Transaction } from '../history/history.js';
import { isPresent, type Presence } from './workload.js';
import { aboutOf, keysOf, roleOf, tableOf, type WraparoundEffect } from './wraparound-effect.js';

type Writing = Pick<Transaction<WraparoundEffect>, 'tag' | 'client' | 'number' | 'effect'>;

/** Of one table, each key's author and padding. */
type Rows = Map<number, string>;

/** What a transaction makes of keys: author and padding, or undefined for no row. */
type Changes = ReadonlyMap<number, string | undefined>;

/**
 * Of each table its keys with author and padding, after the transactions whose rows are seen; each client's in their order.
 *
 * What is prepared is seen from its decision on, and changes what was there when it was prepared: a later transaction of
 * its client's waits for it only where both change a row that was there before, and passes by the rows it has inserted.
 * `seen`: the tags in the journal.
 */
export function modelOf(
  transactions: readonly Writing[],
  presence: ReadonlyMap<Tag, Presence>,
  seen: ReadonlySet<Tag>,
): Map<string, Rows> {
  const tables = new Map<string, Rows>();
  const rowsOf = ({ client, effect: { table } }: Writing): Rows => {
    const name = tableOf(table, client);
    if (!tables.has(name)) tables.set(name, new Map());
    return tables.get(name)!;
  };
  const prepared = new Map<Tag, { readonly rows: Rows; readonly changes: Changes }>();
  for (const each of transactions) {
    const { tag, number, effect } = each;
    const role = roleOf(effect, number);
    const rows = rowsOf(each);
    if (role === 'prepare' && seen.has(tag)) prepared.set(tag, { rows, changes: changesOf(each, rows) });
    if (!isPresent(presence.get(tag))) continue;
    if (role === 'write') make(changesOf(each, rows), rows);
    const decided = role === 'decide' ? prepared.get(aboutOf(effect, tag)) : undefined;
    if (decided) make(decided.changes, decided.rows);
  }
  return tables;
}

function changesOf({ tag, effect }: Writing, rows: Rows): Changes {
  const changes = new Map<number, string | undefined>();
  for (const key of keysOf(effect)) {
    const before = rows.get(key);
    if (effect.change === 'put') changes.set(key, `${tag} ${effect.padding}`);
    else if (before !== undefined) changes.set(key, effect.change === 'sign' ? signed(before, tag) : undefined);
  }
  return changes;
}

function signed(row: string, tag: Tag): string {
  return `${tag} ${row.split(' ')[1]}`;
}

function make(changes: Changes, rows: Rows): void {
  for (const [key, row] of changes) {
    if (row === undefined) rows.delete(key);
    else rows.set(key, row);
  }
}
