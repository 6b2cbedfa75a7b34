import { expect } from 'chai';
import { HistorySweep, historyAt } from './history-at.js';
import { History, type Transaction } from './history.js';

const INVOKED = 10;
const COMMIT_SENT = 20;
const ANSWERED = 30;

function transaction(change: Partial<Transaction> = {}): Transaction {
  return {
    client: 1,
    number: 1,
    tag: '1.1',
    round: 0,
    effect: {},
    commits: true,
    synchronous: true,
    invokedAt: 0,
    invokeSequence: INVOKED,
    commitSequence: COMMIT_SENT,
    outcome: 'ok',
    endedAt: 0,
    endSequence: ANSWERED,
    ...change,
  };
}

function outcomeAt(sequence: number, change: Partial<Transaction> = {}): string | undefined {
  const history = new History();
  history.invoke(transaction(change));
  const { transactions } = historyAt(history, sequence);
  return transactions.length === 0 ? 'not invoked' : transactions[0].outcome;
}

describe('the history at a place in the trace', () => {
  for (const [at, expected, when] of [
    [INVOKED - 1, 'not invoked', 'before it is invoked'],
    [INVOKED, 'fail', 'from its invocation'],
    [COMMIT_SENT - 1, 'fail', 'until its COMMIT is sent'],
    [COMMIT_SENT, 'unknown', 'from then on'],
    [ANSWERED - 1, 'unknown', 'until it is answered'],
    [ANSWERED, 'ok', 'from its answer'],
    [ANSWERED + 1, 'ok', 'and ever after'],
  ] as const) {
    it(`has a transaction as ${expected} ${when}`, () => expect(outcomeAt(at)).to.equal(expected));
  }

  it('has one that failed as unknown between its COMMIT and the error', () => {
    expect(outcomeAt(COMMIT_SENT, { outcome: 'fail' })).to.equal('unknown');
    expect(outcomeAt(ANSWERED, { outcome: 'fail' })).to.equal('fail');
  });

  it('has one whose COMMIT was never sent as failed, answered or not', () => {
    const unsent = { commitSequence: undefined, outcome: undefined, endSequence: undefined };
    expect(outcomeAt(ANSWERED, unsent)).to.equal('fail');
    expect(outcomeAt(ANSWERED - 1, { commitSequence: undefined, outcome: 'fail' })).to.equal('fail');
  });

  it('says of one that was not answered yet neither when nor how it ended', () => {
    const history = new History();
    history.invoke(transaction({ outcome: 'fail', error: '40P01 deadlock' }));
    const [then] = historyAt(history, COMMIT_SENT).transactions;
    expect(then.endSequence).to.equal(undefined);
    expect(then.error).to.not.include('deadlock');
  });

  it('leaves the history as it was', () => {
    const history = new History();
    history.invoke(transaction());
    historyAt(history, COMMIT_SENT);
    expect(history.transactions).to.deep.equal([transaction()]);
  });

  it('knows what clients had seen by then, and nothing of later', () => {
    const history = new History();
    const anomaly = (sequence: number) => ({ round: 0, client: 1, sequence, promised: '', found: '', invariant: '' });
    history.anomalies.push(anomaly(5), anomaly(7));
    expect(historyAt(history, 6).anomalies).to.deep.equal([anomaly(5)]);
    expect(historyAt(history, 7).anomalies).to.have.length(2);
  });

  it('is the same when walked to', () => {
    const places = new Set([1, 3, 5, 7, INVOKED, COMMIT_SENT, ANSWERED, 40, 41]);
    const history = new History();
    history.invoke(transaction());
    history.invoke(transaction({ invokeSequence: 3, commitSequence: undefined, endSequence: 41, outcome: 'fail' }));
    history.invoke(transaction({ invokeSequence: 1, endSequence: 5, survived: true, survivedSequence: 40 }));
    history.anomalies.push({ sequence: 7 } as (typeof history.anomalies)[number]);
    history.crashes.push({ sequence: 40, at: 0 } as (typeof history.crashes)[number]);
    const sweep = new HistorySweep(history);
    for (let at = 0; at <= 45; at++) {
      const before = sweep.now;
      sweep.advanceTo(at);
      expect(sweep.now !== before, String(at)).to.equal(places.has(at));
      expect({ ...sweep.now }).to.deep.equal({ ...historyAt(history, at) });
    }
  });
});
