import type { History, Transaction } from '../history/history.js';
import { printLsn } from '../oracles/oracle.js';
import type { ClientEvent } from './trace-file.js';

/** What clients asked and were told, in the order of the trace. */
export function clientEventsOf({ transactions, readings }: History): ClientEvent[] {
  const events = [
    ...transactions.flatMap(eventsOf),
    ...readings.map(({ client, endSequence, flush }) => ({
      sequence: endSequence,
      client,
      text: `is told that the log is flushed up to ${printLsn(flush)}`,
    })),
  ];
  return events.sort((a, b) => a.sequence - b.sequence);
}

function eventsOf(transaction: Transaction): ClientEvent[] {
  const { client, tag, commits, outcome, error, invokeSequence, commitSequence, endSequence } = transaction;
  const told = (sequence: number | undefined, text: string): ClientEvent[] =>
    sequence === undefined ? [] : [{ sequence, client, text }];
  return [
    ...told(invokeSequence, `begins transaction ${tag}`),
    ...told(commitSequence, `sends COMMIT of transaction ${tag}`),
    ...told(endSequence, `transaction ${tag}: ${commits ? '' : 'ROLLBACK '}${outcome}${error ? `, ${error}` : ''}`),
  ];
}
