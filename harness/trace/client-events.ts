import { History, type Transaction } from '../history/history.js';
import { printLsn } from '../oracles/oracle.js';
import type { ClientEvent } from './trace-file.js';

/** What clients asked and were told, in the order of the trace. */
export function clientEventsOf({ transactions, readings, anomalies }: History): ClientEvent[] {
  const events = [
    ...transactions.flatMap(eventsOf),
    ...readings.map(({ client, endSequence, flush }) => ({
      sequence: endSequence,
      client,
      text: `is told that the log is flushed up to ${printLsn(flush)}`,
    })),
    ...anomalies.map((anomaly) => ({
      sequence: anomaly.sequence,
      client: anomaly.client,
      text: `sees ${anomaly.found}, though promised: ${anomaly.promised}`,
      anomaly,
    })),
  ];
  return events.sort((a, b) => a.sequence - b.sequence);
}

/** What `clientEventsOf` was given, but for the log positions that clients read. */
export function historyOf(events: readonly ClientEvent[]): History {
  const history = new History();
  for (const { transaction, anomaly } of events) {
    if (transaction) history.transactions.push(transaction);
    if (anomaly) history.anomalies.push(anomaly);
  }
  return history;
}

function eventsOf(transaction: Transaction): ClientEvent[] {
  const { client, tag, commits, outcome, error, invokeSequence, commitSequence, endSequence } = transaction;
  const told = (sequence: number | undefined, text: string): ClientEvent[] =>
    sequence === undefined ? [] : [{ sequence, client, text }];
  return [
    { sequence: invokeSequence, client, text: `begins transaction ${tag}`, transaction },
    ...told(commitSequence, `sends COMMIT of transaction ${tag}`),
    ...told(endSequence, `transaction ${tag}: ${commits ? '' : 'ROLLBACK '}${outcome}${error ? `, ${error}` : ''}`),
  ];
}
