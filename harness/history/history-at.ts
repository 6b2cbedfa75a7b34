import { History, type Transaction } from './history.js';

/** What clients had asked and been told up to a place in the trace: the history, had everything stopped there. */
export function historyAt(history: History, sequence: number): History {
  const then = new History();
  for (const transaction of history.transactions) {
    if (transaction.invokeSequence <= sequence) then.transactions.push(transactionAt(transaction, sequence));
  }
  for (const anomaly of history.anomalies) if (anomaly.sequence <= sequence) then.anomalies.push(anomaly);
  then.crashes.push(...history.crashes.filter((crash) => crash.sequence <= sequence));
  return then;
}

/** Before its COMMIT was sent nothing of a transaction may happen; from then on, until the answer, it may or may not. */
function transactionAt(whole: Transaction, sequence: number): Transaction {
  const isSettled = (whole.survivedSequence ?? 0) <= sequence;
  const transaction = isSettled ? whole : { ...whole, survived: undefined, survivedSequence: undefined };
  if ((transaction.endSequence ?? Infinity) <= sequence) return transaction;
  const isSent = (transaction.commitSequence ?? Infinity) <= sequence;
  return {
    ...transaction,
    commitSequence: isSent ? transaction.commitSequence : undefined,
    outcome: isSent ? 'unknown' : 'fail',
    endSequence: undefined,
    error: 'the power failed before',
  };
}
