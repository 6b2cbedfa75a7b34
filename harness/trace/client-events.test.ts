import { expect } from 'chai';
import { History, type Transaction } from '../history/history.js';
import { clientEventsOf, historyOf } from './client-events.js';

const transaction = (client: number, more: Partial<Transaction>): Transaction => ({
  client,
  number: 1,
  tag: `${client}.1`,
  round: 0,
  effect: undefined,
  commits: true,
  synchronous: true,
  invokedAt: 0,
  invokeSequence: 1,
  ...more,
});

describe('client events', () => {
  it('tell in the order of the trace what was asked and what was told', () => {
    const history = new History();
    history.invoke(transaction(1, { commitSequence: 9, endSequence: 20, outcome: 'ok' }));
    history.invoke(
      transaction(2, { invokeSequence: 4, endSequence: 12, outcome: 'fail', commits: false, error: 'no' }),
    );
    history.invoke(transaction(3, { invokeSequence: 15 }));
    history.readings.push({ client: 1, round: 0, invokeSequence: 5, endSequence: 6, flush: 0xab, write: 0, insert: 0 });
    expect(clientEventsOf(history).map(({ sequence, client, text }) => `#${sequence} ${client} ${text}`)).to.deep.equal(
      [
        '#1 1 begins transaction 1.1',
        '#4 2 begins transaction 2.1',
        '#6 1 is told that the log is flushed up to 0/AB',
        '#9 1 sends COMMIT of transaction 1.1',
        '#12 2 transaction 2.1: ROLLBACK fail, no',
        '#15 3 begins transaction 3.1',
        '#20 1 transaction 1.1: ok',
      ],
    );
  });

  it('give the history again, from a file too', () => {
    const history = new History();
    history.invoke(transaction(1, { commitSequence: 9, endSequence: 20, outcome: 'ok', effect: { rows: [1, 2] } }));
    history.invoke(transaction(3, { invokeSequence: 15 }));
    history.anomalies.push({
      client: 1,
      round: 0,
      sequence: 17,
      invariant: 'live-reads',
      promised: 'what is there',
      found: 'nothing',
    });
    const restored = historyOf(JSON.parse(JSON.stringify(clientEventsOf(history))));
    expect(restored.transactions.map(({ effect = undefined, ...each }) => ({ effect, ...each }))).to.deep.equal(
      history.transactions,
    );
    expect(restored.anomalies).to.deep.equal(history.anomalies);
  });
});
