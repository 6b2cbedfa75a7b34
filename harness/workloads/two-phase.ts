import fc from 'fast-check';
import type { Tag, Transaction } from '../history/history.js';
import { decide, type Decision } from './fate.js';
import { splitTag, type Contents, type Mismatch, type Presence, type Row, type Workload } from './workload.js';

/**
 * Transfers that are prepared first, and committed or rolled back later: by the same client or another, before a crash or
 * after it, or never. Until then they hold their rows. Every fourth transaction of a client is one; what comes between
 * decides one of the earlier ones, or is a transfer that simply commits.
 */
export interface TwoPhaseEffect {
  readonly transfers: readonly { readonly source: number; readonly distance: number; readonly amount: number }[];
  /** How part of its work is in a subtransaction: not at all, one that counts, one that is undone. */
  readonly nested: 'no' | 'released' | 'undone';
  /** For those that decide: how, and about whose; null: one's own. */
  readonly decision: Decision['kind'];
  readonly other: number | null;
  /** How many of that client's prepared transactions it is back. */
  readonly back: number;
  /** Not to decide, but to transfer. */
  readonly isPlain: boolean;
}

const ACCOUNTS = 60;
const START_BALANCE = 1000;
const PERIOD = 4;

/** A client's numbers go up by 100, 300 or 600 from round to round. */
const IN_ROUNDS_BEFORE = [25, 75, 150];

const UNDONE = { source: 1, distance: 1, amount: 1 };

const effect: fc.Arbitrary<TwoPhaseEffect> = fc.record({
  transfers: fc.array(
    fc.record({
      source: fc.integer({ min: 1, max: ACCOUNTS }),
      distance: fc.integer({ min: 1, max: ACCOUNTS - 1 }),
      amount: fc.integer({ min: 1, max: 100 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  nested: fc.constantFrom('no', 'no', 'released', 'undone'),
  decision: fc.constantFrom('keep', 'keep', 'undo'),
  other: fc.constantFrom(null, null, null, null, null, null, 1, 2),
  back: fc.constantFrom(0, 0, 0, 0, 1, 2, 5, ...IN_ROUNDS_BEFORE),
  isPlain: fc.constantFrom(true, false, false, false, false),
});

export const twoPhase: Workload<TwoPhaseEffect> = {
  name: 'two-phase',
  about: 'prepared transactions: what they promise, hold and become, across crashes',
  needs: ['two-phase', 'savepoints'],
  settings: fc.record({
    max_prepared_transactions: fc.constantFrom(4, 10, 30),
    lock_timeout: fc.constantFrom(20, 100),
  }),
  // Nobody prepared it, or somebody decided it before, or does so at this moment, or there are too many.
  expectedErrors: ['42704', '55000', '53200'],

  effect: () => effect,

  setup: () => [
    'CREATE TABLE accounts (id int, balance int)',
    'CREATE TABLE ledger (client int, number int, source int, target int, amount int)',
    `INSERT INTO accounts VALUES ${Array.from({ length: ACCOUNTS }, (_, at) => `(${at + 1}, ${START_BALANCE})`).join(', ')}`,
  ],

  envelope: (each, number) =>
    isPrepared(number) ? 'prepare' : decisionOf(each, { client: 0, number }) === undefined ? 'block' : 'alone',

  statements(tag, each) {
    const decision = decisionOf(each, splitTag(tag));
    if (decision) return [{ sql: `${decision.kind === 'keep' ? 'COMMIT' : 'ROLLBACK'} PREPARED '${decision.about}'` }];
    return workSql(tag, each).map((sql) => ({ sql }));
  },

  async read(query) {
    return {
      accounts: await query('SELECT id, balance FROM accounts ORDER BY id'),
      ledger: await query('SELECT client, number, source, target, amount FROM ledger'),
      prepared: await query('SELECT gid FROM pg_prepared_xacts ORDER BY gid'),
    };
  },

  examine(contents, transactions) {
    const open = new Set(contents.prepared.map(({ gid }) => String(gid)));
    const rows = rowsByTag(contents.ledger);
    const presence = new Map<Tag, Presence>();
    const decisions = new Map<Tag, Decision[]>();
    for (const transaction of transactions) {
      const decision = decisionOf(transaction.effect, transaction);
      if (!decision) continue;
      presence.set(transaction.tag, { parts: 0, of: 1 });
      decisions.set(decision.about, [...(decisions.get(decision.about) ?? []), { ...decision, transaction }]);
    }
    const mismatches: Mismatch[] = [];
    for (const transaction of transactions.filter(isTransfer)) {
      const { tag, number, effect } = transaction;
      const seen = { parts: rows.get(tag) ?? 0, of: effect.transfers.length };
      if (!isPrepared(number)) {
        presence.set(tag, seen);
        continue;
      }
      const fate = decide(transaction, open.has(tag), seen, decisions.get(tag) ?? []);
      for (const [which, each] of fate.presence) presence.set(which, each);
      mismatches.push(...fate.mismatches);
    }
    return { presence, mismatches: [...mismatches, ...compareBalances(contents)] };
  },

  /** Commits every other one and rolls the rest back. */
  async conclude(query, { prepared, ledger }) {
    const gids = prepared.map(({ gid }) => String(gid));
    const kept = new Set(gids.filter((_, at) => at % 2 === 0));
    for (const gid of gids) await query(`${kept.has(gid) ? 'COMMIT' : 'ROLLBACK'} PREPARED '${gid}'`);
    const after = await this.read(query);
    const [before, now] = [rowsByTag(ledger), rowsByTag(after.ledger)];
    const wrong = gids.filter((gid) => now.has(gid) !== kept.has(gid));
    return [
      ...compareBalances(after),
      ...wrong.map((gid) => fateMismatch(gid, kept.has(gid))),
      ...[...before.keys()].filter((tag) => now.get(tag) !== before.get(tag)).map((tag) => fateMismatch(tag, true)),
    ];
  },
};

function isPrepared(number: number): boolean {
  return number % PERIOD === 1;
}

function isTransfer({ effect, ...id }: Transaction<TwoPhaseEffect>): boolean {
  return decisionOf(effect, id) === undefined;
}

/** What the transaction decides, and about which. */
function decisionOf(
  { decision, other, back, isPlain }: TwoPhaseEffect,
  { client, number }: { readonly client: number; readonly number: number },
): Pick<Decision, 'kind' | 'about'> | undefined {
  if (isPrepared(number) || isPlain) return undefined;
  const latest = number - ((number - 1) % PERIOD);
  return { kind: decision, about: `${other ?? client}.${latest - back * PERIOD}` };
}

function workSql(tag: Tag, { transfers, nested }: TwoPhaseEffect): string[] {
  const [first, ...others] = transfers.map((transfer) => transferSql(tag, transfer));
  const all = [...first, ...others.flat()];
  switch (nested) {
    case 'no':
      return all;
    case 'released':
      return [...others.flat(), 'SAVEPOINT s', ...first, 'RELEASE SAVEPOINT s'];
    case 'undone':
      return [...all, 'SAVEPOINT s', ...transferSql(tag, UNDONE), 'ROLLBACK TO SAVEPOINT s'];
  }
}

function transferSql(tag: Tag, { source, distance, amount }: TwoPhaseEffect['transfers'][number]): string[] {
  const { client, number } = splitTag(tag);
  const target = ((source - 1 + distance) % ACCOUNTS) + 1;
  const change = (account: number, by: number): string =>
    `UPDATE accounts SET balance = balance + (${by}) WHERE id = ${account}`;
  return [
    change(source, -amount),
    change(target, amount),
    `INSERT INTO ledger VALUES (${client}, ${number}, ${source}, ${target}, ${amount})`,
  ];
}

function rowsByTag(rows: readonly Row[]): Map<Tag, number> {
  const counts = new Map<Tag, number>();
  for (const { client, number } of rows) {
    const tag = `${String(client)}.${String(number)}`;
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return counts;
}

/** Each balance is what the visible part of the ledger comes to. */
function compareBalances({ accounts, ledger }: Contents): Mismatch[] {
  const expected = new Map(Array.from({ length: ACCOUNTS }, (_, at) => [at + 1, START_BALANCE]));
  for (const { source, target, amount } of ledger) {
    expected.set(Number(source), expected.get(Number(source))! - Number(amount));
    expected.set(Number(target), expected.get(Number(target))! + Number(amount));
  }
  return [...expected].flatMap(([id, balance]): Mismatch[] => {
    const found = accounts.filter((row) => Number(row.id) === id).map((row) => Number(row.balance));
    if (found.length === 1 && found[0] === balance) return [];
    return [
      {
        invariant: 'atomicity',
        promised: `account ${id} holds ${balance}: its start balance and the transfers in the ledger`,
        found: found.join(' and ') || 'it is missing',
      },
    ];
  });
}

function fateMismatch(tag: Tag, isKept: boolean): Mismatch {
  return {
    invariant: isKept ? 'durability' : 'no-resurrection',
    promised: `${tag}, prepared before the crash, is ${isKept ? 'there when it is committed' : 'gone when it is rolled back'} after it`,
    found: isKept ? 'not all of it is there' : 'it is there',
  };
}
