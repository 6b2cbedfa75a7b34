import type { History, Transaction } from '../history/history.js';
import type { Span, Timeline } from '../results/failure-account.js';

/** So many events before a crash tell how it came about. */
export const MOST_EVENTS = 120;

const FATES = { ok: 'acknowledged', unknown: 'unknown', fail: 'failed' } as const;

/** Transactions as spans in the lanes of their clients, those that ended at `from` or later and began up to `to`. */
export function transactionSpans({ transactions }: Pick<History, 'transactions'>, from: number, to: number): Span[] {
  return transactions.flatMap((each) =>
    each.invokeSequence <= to && (each.endSequence ?? Infinity) >= from ? [transactionSpan(each, to)] : [],
  );
}

function transactionSpan(transaction: Transaction, to: number): Span {
  const { client, tag, invokeSequence: start, endSequence, outcome, commits } = transaction;
  const hasEnded = endSequence !== undefined && endSequence <= to;
  return {
    lane: `client#${client}`,
    kind: 'transaction',
    start,
    ...(hasEnded ? { end: endSequence } : {}),
    label: `transaction ${tag}${commits ? '' : ', to be rolled back'}`,
    fate: hasEnded ? FATES[outcome ?? 'unknown'] : 'unknown',
  };
}

/** Clients first, then the processes in the order in which they come up. */
export function lanesOf(spans: readonly Span[], marks: Timeline['marks']): string[] {
  const named = [...spans, ...marks].flatMap(({ lane }) => (lane === undefined ? [] : [lane]));
  const lanes = [...new Set(named)];
  const isClient = (lane: string): boolean => lane.startsWith('client#');
  const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
  return [...lanes.filter(isClient).sort(byName), ...lanes.filter((lane) => !isClient(lane))];
}
