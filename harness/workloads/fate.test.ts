import { expect } from 'chai';
import type { Outcome, Transaction } from '../history/history.js';
import { decide, type Decision } from './fate.js';

const ROWS = { parts: 2, of: 2 };
const NO_ROWS = { parts: 0, of: 2 };
const THERE = { parts: 1, of: 1 };

function decision(kind: Decision['kind'], tag: string, outcome: Outcome, survived?: boolean): Decision {
  const transaction = { tag, outcome, survived, commits: true, synchronous: true } as Transaction;
  return { kind, about: '1.1', transaction };
}

describe('the fate of what is open', () => {
  it('is undecided: it is there, and none of its rows', () => {
    const asked = [decision('keep', '2.2', 'unknown')];
    expect(decide('1.1', true, NO_ROWS, asked)).to.deep.equal({ presence: [['1.1', THERE]], mismatches: [] });
    expect(decide('1.1', true, ROWS, asked).mismatches[0].invariant).to.equal('no-resurrection');
  });

  it('was decided by whom was told so, or else by whom was told nothing', () => {
    const [lost, unknown, sure] = [
      decision('keep', '2.2', 'unknown', false),
      decision('keep', '2.3', 'unknown'),
      decision('keep', '2.4', 'ok'),
    ];
    expect(decide('1.1', false, ROWS, [lost, unknown, sure]).presence).to.deep.equal([
      ['1.1', ROWS],
      ['2.4', THERE],
    ]);
    expect(decide('1.1', false, ROWS, [lost, unknown]).presence).to.deep.equal([
      ['1.1', ROWS],
      ['2.3', THERE],
    ]);
    expect(decide('1.1', false, ROWS, [lost]).mismatches).to.have.length(1);
  });

  it('is to be undone: it was there, though nothing shows it', () => {
    const { presence } = decide('1.1', false, NO_ROWS, [decision('undo', '2.2', 'ok')]);
    expect(presence).to.deep.equal([
      ['1.1', THERE],
      ['2.2', THERE],
    ]);
  });

  it('is to be lost, when nobody undid it', () => {
    const asked = [decision('keep', '2.2', 'ok'), decision('undo', '2.3', 'fail')];
    expect(decide('1.1', false, NO_ROWS, asked)).to.deep.equal({ presence: [['1.1', NO_ROWS]], mismatches: [] });
  });
});
