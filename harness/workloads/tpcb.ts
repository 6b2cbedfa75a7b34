import fc from 'fast-check';
import type { Transaction } from '../history/history.js';
import {
  isPresent,
  presenceByTag,
  splitTag,
  type Contents,
  type Mismatch,
  type Row,
  type WrongAnswer,
  type Workload,
} from './workload.js';

/**
 * pgbench's tables and its default transaction, "TPC-B (sort of)", at a small scale: the balances of accounts, tellers and
 * branches each have the sum of all deltas in the history. The history has two columns more, for the tag.
 */
export interface TpcbEffect {
  readonly aid: number;
  readonly tid: number;
  readonly delta: number;
  /** Looks at the answer to its SELECT. */
  readonly looks: boolean;
}

const BRANCHES = 2;
const TELLERS_EACH = 5;
const ACCOUNTS_EACH = 50;
/** Table, its key, its balance, how many rows there are. */
const LEVELS = [
  { table: 'pgbench_accounts', key: 'aid', balance: 'abalance', count: BRANCHES * ACCOUNTS_EACH },
  { table: 'pgbench_tellers', key: 'tid', balance: 'tbalance', count: BRANCHES * TELLERS_EACH },
  { table: 'pgbench_branches', key: 'bid', balance: 'bbalance', count: BRANCHES },
] as const;

export const tpcb: Workload<TpcbEffect> = {
  name: 'tpcb',
  about: "pgbench's transaction: a few hot rows and many cold ones, found by primary keys",
  needs: ['indexes'],

  effect: () =>
    fc.record({
      aid: fc.integer({ min: 1, max: BRANCHES * ACCOUNTS_EACH }),
      tid: fc.integer({ min: 1, max: BRANCHES * TELLERS_EACH }),
      delta: fc.integer({ min: -5000, max: 5000 }),
      looks: fc.constantFrom(true, false, false),
    }),

  setup: () => [
    'CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22), client int, number int)',
    'CREATE TABLE pgbench_tellers (tid int NOT NULL, bid int, tbalance int, filler char(84)) WITH (fillfactor = 100)',
    'CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84)) WITH (fillfactor = 100)',
    'CREATE TABLE pgbench_branches (bid int NOT NULL, bbalance int, filler char(88)) WITH (fillfactor = 100)',
    ...LEVELS.map(({ table, count }) => `INSERT INTO ${table} VALUES ${initialRows(table, count)}`),
    ...LEVELS.map(({ table, key }) => `ALTER TABLE ${table} ADD PRIMARY KEY (${key})`),
  ],

  statements(tag, { aid, tid, delta, looks }) {
    const { client, number } = splitTag(tag);
    const bid = branchOf(tid);
    const add = (table: string, balance: string, key: string, id: number): string =>
      `UPDATE ${table} SET ${balance} = ${balance} + ${delta} WHERE ${key} = ${id}`;
    return [
      { sql: add('pgbench_accounts', 'abalance', 'aid', aid) },
      { sql: `SELECT abalance FROM pgbench_accounts WHERE aid = ${aid}`, expect: looks ? oneRow : undefined },
      { sql: add('pgbench_tellers', 'tbalance', 'tid', tid) },
      { sql: add('pgbench_branches', 'bbalance', 'bid', bid) },
      {
        sql: `INSERT INTO pgbench_history (tid, bid, aid, delta, mtime, client, number) VALUES (${tid}, ${bid}, ${aid}, ${delta}, CURRENT_TIMESTAMP, ${client}, ${number})`,
      },
    ];
  },

  async read(query) {
    const contents: Record<string, Row[]> = {
      history: await query('SELECT client, number, tid, bid, aid, delta FROM pgbench_history'),
    };
    for (const { table, key, balance } of LEVELS) {
      contents[table] = await query(`SELECT ${key} AS id, ${balance} AS balance FROM ${table}`);
    }
    return contents;
  },

  examine(contents, transactions) {
    const presence = presenceByTag(contents.history, transactions, () => 1);
    const present = transactions.filter(({ tag }) => isPresent(presence.get(tag)));
    return { presence, mismatches: LEVELS.flatMap((level) => compareBalances(level, contents, present)) };
  },
};

function branchOf(teller: number): number {
  return Math.ceil(teller / TELLERS_EACH);
}

function initialRows(table: string, count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const id = at + 1;
    return table === 'pgbench_branches' ? `(${id}, 0, '')` : `(${id}, ${Math.ceil((id * BRANCHES) / count)}, 0, '')`;
  }).join(', ');
}

function oneRow(rows: readonly Row[]): WrongAnswer | undefined {
  return rows.length === 1 ? undefined : { promised: 'one account has that key', found: `${rows.length} have` };
}

function compareBalances(
  { table, key, count }: (typeof LEVELS)[number],
  contents: Contents,
  present: readonly Transaction<TpcbEffect>[],
): Mismatch[] {
  const expected = new Map(Array.from({ length: count }, (_, at) => [at + 1, 0]));
  for (const { effect } of present) {
    const id = key === 'bid' ? branchOf(effect.tid) : effect[key];
    expected.set(id, expected.get(id)! + effect.delta);
  }
  const found = new Map<number, number[]>();
  for (const row of contents[table]) {
    found.set(Number(row.id), [...(found.get(Number(row.id)) ?? []), Number(row.balance)]);
  }
  return [...expected].flatMap(([id, balance]): Mismatch[] => {
    const actual = found.get(id) ?? [];
    if (actual.length === 1 && actual[0] === balance) return [];
    return [
      {
        invariant: 'atomicity',
        promised: `${table} ${id} has the sum of its deltas in the history, ${balance}`,
        found: actual.join(' and ') || 'it is missing',
      },
    ];
  });
}
