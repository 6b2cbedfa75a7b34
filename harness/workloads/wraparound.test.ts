import { expect } from 'chai';
import type { Tag, Transaction } from '../history/history.js';
import type { Contents, Row } from './workload.js';
import type { WraparoundEffect } from './wraparound-effect.js';
import { wraparound } from './wraparound.js';

const SHAPE = { clients: 1, asyncShare: 0, rollbackShare: 0 };

const BASE: WraparoundEffect = {
  role: 'write',
  table: 'frozen',
  change: 'put',
  from: 1,
  rows: 2,
  padding: 0,
  database: 0,
  isFreezing: false,
  decision: 'keep',
  back: 0,
  readings: 1,
};

/** Transactions of client 1, from number 1 on: the first and every fifth after it are prepared. */
function transactions(...effects: Partial<WraparoundEffect>[]): Transaction<WraparoundEffect>[] {
  return effects.map((each, at) => ({
    client: 1,
    number: at + 1,
    tag: `1.${at + 1}`,
    round: 0,
    effect: { ...BASE, ...each },
    commits: true,
    synchronous: true,
    invokedAt: at,
    invokeSequence: at,
    outcome: 'ok',
  }));
}

function contents(journal: readonly number[], frozen: Record<number, Tag>, prepared: readonly Tag[] = []): Contents {
  const rows = Object.entries(frozen).map(([key, author]): Row => ({ key: Number(key), author, padding: 0 }));
  return {
    journal: journal.map((number) => ({ client: 1, number })),
    prepared: prepared.map((gid) => ({ gid })),
    tables: [{ relname: 'frozen_1' }],
    frozen_1: rows,
    notes: [],
  };
}

function mismatches(found: Contents, history: Transaction<WraparoundEffect>[]): string[] {
  return wraparound.examine(found, history, SHAPE).mismatches.map(({ promised, found: has }) => `${promised}: ${has}`);
}

describe('the workload wraparound', () => {
  const DECIDE = { role: 'decide' } as const;
  const WRITE = { role: 'write' } as const;

  it('finds what is missing, there again or of another, by its key', () => {
    const history = transactions(DECIDE, { ...WRITE, from: 3 }, { ...WRITE, change: 'sign', from: 3, rows: 1 });
    expect(mismatches(contents([2, 3], { 3: '1.3', 4: '1.2' }), history)).to.deep.equal([]);
    expect(mismatches(contents([2, 3], { 3: '1.2', 4: '1.2', 9: '1.2' }), history)).to.deep.equal([
      'frozen_1 has one row (author, padding) 1.3 0 with key 3: 1.2 0',
      'frozen_1 has no row with key 9: 1.2 0',
    ]);
    expect(mismatches(contents([2, 3], { 3: '1.3' }), history)).to.deep.equal([
      'frozen_1 has one row (author, padding) 1.2 0 with key 4: none',
    ]);
  });

  // Consequence of counting it from when it was prepared: the engine was accused of having lost the later change.
  it('counts what was prepared from its decision on: who came between passed by the rows it had inserted', () => {
    const history = transactions(WRITE, { ...WRITE, change: 'sign' }, { ...WRITE, change: 'delete' }, DECIDE);
    expect(mismatches(contents([1, 2, 3], { 1: '1.1', 2: '1.1' }), history)).to.deep.equal([]);
    expect(mismatches(contents([1, 2, 3], { 1: '1.2', 2: '1.2' }), history)).to.have.length(2);
  });

  it('lets what was prepared change only rows that were there when it was', () => {
    const start = transactions(WRITE, DECIDE, { ...WRITE, from: 5 }, WRITE, WRITE);
    const history = transactions(
      ...start.map(({ effect }) => effect),
      { change: 'sign', from: 5, rows: 4 },
      { ...WRITE, from: 7 },
      DECIDE,
    );
    const rows = { 1: '1.5', 2: '1.5', 5: '1.6', 6: '1.6', 7: '1.7', 8: '1.7' };
    expect(mismatches(contents([1, 3, 4, 5, 6, 7], rows), history)).to.deep.equal([]);
  });

  it('shows nothing of what is prepared and not decided', () => {
    const history = transactions(WRITE, { ...WRITE, from: 7 });
    expect(mismatches(contents([2], { 7: '1.2', 8: '1.2' }, ['1.1']), history)).to.deep.equal([]);
    expect(mismatches(contents([2, 1], { 1: '1.1', 2: '1.1', 7: '1.2', 8: '1.2' }, ['1.1']), history)[0]).to.match(
      /^nothing of 1\.1, which is open and not decided, is seen/,
    );
  });
});
