import { expect } from 'chai';
import type { Outcome, Transaction } from '../history/history.js';
import { decide, type Decision } from './fate.js';

const OPENER = { tag: '1.1', commits: true, outcome: 'ok' } as const;
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
    expect(decide(OPENER, true, NO_ROWS, asked)).to.deep.equal({ presence: [['1.1', THERE]], mismatches: [] });
    expect(decide(OPENER, true, ROWS, asked).mismatches[0].invariant).to.equal('no-resurrection');
  });

  it('was decided by whom was told so, or else by whom was told nothing', () => {
    const [lost, unknown, sure] = [
      decision('keep', '2.2', 'unknown', false),
      decision('keep', '2.3', 'unknown'),
      decision('keep', '2.4', 'ok'),
    ];
    expect(decide(OPENER, false, ROWS, [lost, unknown, sure]).presence).to.deep.equal([
      ['1.1', ROWS],
      ['2.4', THERE],
    ]);
    expect(decide(OPENER, false, ROWS, [lost, unknown]).presence).to.deep.equal([
      ['1.1', ROWS],
      ['2.3', THERE],
    ]);
    expect(decide(OPENER, false, ROWS, [lost]).mismatches).to.have.length(1);
  });

  it('is to be undone: it was there, though nothing shows it', () => {
    const { presence } = decide(OPENER, false, NO_ROWS, [decision('undo', '2.2', 'ok')]);
    expect(presence).to.deep.equal([
      ['1.1', THERE],
      ['2.2', THERE],
    ]);
  });

  it('is to be lost, when nobody undid it', () => {
    const asked = [decision('keep', '2.2', 'ok'), decision('undo', '2.3', 'fail')];
    expect(decide(OPENER, false, NO_ROWS, asked)).to.deep.equal({ presence: [['1.1', NO_ROWS]], mismatches: [] });
  });

  it('is that it never was there, when it failed, whoever may have asked for its end', () => {
    const asked = [decision('undo', '2.2', 'unknown')];
    for (const never of [{ outcome: 'fail' }, { commits: false }, { survived: false }] as const) {
      const { presence } = decide({ ...OPENER, ...never }, false, NO_ROWS, asked);
      expect(presence).to.deep.equal([['1.1', NO_ROWS]]);
    }
    expect(decide(OPENER, false, NO_ROWS, asked).presence).to.deep.equal([
      ['1.1', THERE],
      ['2.2', THERE],
    ]);
  });
});
