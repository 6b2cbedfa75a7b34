import fc from 'fast-check';
import { isPresent, presenceByTag, splitTag, type Mismatch, type Workload } from './workload.js';

/**
 * Transfers between accounts, each with a row in a ledger. The sum of all balances is constant at every moment, in
 * every snapshot, and each balance is the start balance plus exactly the ledger's transfers.
 */
export type BankEffect =
  | { readonly kind: 'transfer'; readonly source: number; readonly target: number; readonly amount: number }
  | { readonly kind: 'audit' };

const ACCOUNTS = 12;
const START_BALANCE = 1000;

const transfer = fc
  .record({
    kind: fc.constant('transfer' as const),
    source: fc.integer({ min: 1, max: ACCOUNTS }),
    distance: fc.integer({ min: 1, max: ACCOUNTS - 1 }),
    amount: fc.integer({ min: 1, max: 100 }),
  })
  .map(({ kind, source, distance, amount }) => ({
    kind,
    source,
    target: ((source - 1 + distance) % ACCOUNTS) + 1,
    amount,
  }));

/** Accounts are always locked in the order of their numbers, so that transfers do not deadlock. */
function updates({ source, target, amount }: Extract<BankEffect, { kind: 'transfer' }>): string[] {
  const changes = [
    { account: source, change: -amount },
    { account: target, change: amount },
  ].sort((a, b) => a.account - b.account);
  return changes.map(
    ({ account, change }) => `UPDATE accounts SET balance = balance + (${change}) WHERE id = ${account}`,
  );
}

export const bank: Workload<BankEffect> = {
  name: 'bank',
  about: 'atomicity and snapshots: concurrent updates of the same few rows, sum constant',

  effect: () =>
    fc.oneof({ weight: 9, arbitrary: transfer }, { weight: 1, arbitrary: fc.constant({ kind: 'audit' as const }) }),

  setup: () => [
    'CREATE TABLE accounts (id int, balance int)',
    'CREATE TABLE ledger (client int, number int, source int, target int, amount int)',
    `INSERT INTO accounts VALUES ${Array.from({ length: ACCOUNTS }, (_, index) => `(${index + 1}, ${START_BALANCE})`).join(', ')}`,
  ],

  statements(tag, effect) {
    if (effect.kind === 'audit')
      return [{ sql: 'SELECT sum(balance) AS total, count(*) AS accounts FROM accounts', expect: auditFinding }];
    const { client, number } = splitTag(tag);
    const entry = `INSERT INTO ledger VALUES (${client}, ${number}, ${effect.source}, ${effect.target}, ${effect.amount})`;
    return [...updates(effect).map((sql) => ({ sql })), { sql: entry }];
  },

  async read(query) {
    return {
      accounts: await query('SELECT id, balance FROM accounts ORDER BY id'),
      ledger: await query('SELECT client, number, source, target, amount FROM ledger'),
    };
  },

  examine(contents, transactions) {
    const transfers = transactions.filter(({ effect }) => effect.kind === 'transfer');
    const presence = presenceByTag(contents.ledger, transfers, () => 1);
    const expected = new Map(Array.from({ length: ACCOUNTS }, (_, index) => [index + 1, START_BALANCE]));
    for (const { tag, effect } of transfers) {
      if (effect.kind !== 'transfer' || !isPresent(presence.get(tag))) continue;
      expected.set(effect.source, expected.get(effect.source)! - effect.amount);
      expected.set(effect.target, expected.get(effect.target)! + effect.amount);
    }
    return { presence, mismatches: compareBalances(expected, contents.accounts) };
  },
};

function auditFinding(rows: readonly Record<string, unknown>[]): { promised: string; found: string } | undefined {
  const { total, accounts } = rows[0] ?? {};
  const isRight = Number(total) === ACCOUNTS * START_BALANCE && Number(accounts) === ACCOUNTS;
  if (isRight) return undefined;
  return {
    promised: `${ACCOUNTS} accounts with ${ACCOUNTS * START_BALANCE} in total in every snapshot`,
    found: `${String(accounts)} accounts with ${String(total)} in total`,
  };
}

function compareBalances(expected: Map<number, number>, rows: readonly Record<string, unknown>[]): Mismatch[] {
  const found = new Map<number, number[]>();
  for (const row of rows) found.set(Number(row.id), [...(found.get(Number(row.id)) ?? []), Number(row.balance)]);
  return [...expected]
    .filter(([id, balance]) => found.get(id)?.length !== 1 || found.get(id)![0] !== balance)
    .map(([id, balance]) => ({
      invariant: 'atomicity',
      promised: `account ${id} holds ${balance}: its start balance and the transfers in the ledger`,
      found: found.has(id) ? `account ${id} holds ${found.get(id)!.join(' and ')}` : `account ${id} is missing`,
    }));
}
