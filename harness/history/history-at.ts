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

/** Walks along a history: what `historyAt` gives for places in rising order, made anew only where it changes. */
export class HistorySweep {
  now: History;
  private readonly changes: readonly number[];
  private next = 0;

  constructor(private readonly history: History) {
    this.now = historyAt(history, 0);
    this.changes = placesOfChange(history);
  }

  advanceTo(sequence: number): void {
    const before = this.next;
    while (this.next < this.changes.length && this.changes[this.next] <= sequence) this.next++;
    if (this.next > before) this.now = historyAt(this.history, sequence);
  }
}

function placesOfChange({ transactions, anomalies, crashes }: History): number[] {
  const places = [
    ...transactions.flatMap(({ invokeSequence, commitSequence, endSequence, survivedSequence }) => [
      invokeSequence,
      commitSequence,
      endSequence,
      survivedSequence,
    ]),
    ...[...anomalies, ...crashes].map(({ sequence }) => sequence),
  ];
  return places.filter((place) => place !== undefined).sort((a, b) => a - b);
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
