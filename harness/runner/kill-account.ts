import { describeCall } from '../faults/operations.js';
import { isKill } from '../faults/fault.js';
import { printFault } from '../faults/print.js';
import { describeTransaction } from '../oracles/describe-transaction.js';
import type { FailureAccount, Span, Timeline } from '../results/failure-account.js';
import type { FaultStatus, ProcessTrace } from '../trace/trace-area.js';
import type { CycleResult } from './cycle.js';
import { MOST_EVENTS, lanesOf, transactionSpans } from './timeline.js';

const MOST_OPERATIONS = 40;

/** What reports tell of a cycle in which a kill lost something. `mutants`: their ids. */
export function killAccount(result: CycleResult, mutants: readonly string[]): FailureAccount {
  const { config, violations, faults, history, log } = result;
  return {
    version: 1,
    tier: 'kill',
    seed: config.seed,
    workload: config.workload,
    clients: config.clients.length,
    mutants: [...mutants],
    violations: violations.map(({ invariant, promised, found, lsns }) => ({ invariant, promised, found, lsns })),
    faults: faults.map((status) => ({ fault: printFault(status.fault), outcome: outcomeOf(status) })),
    operations: history.transactions.slice(-MOST_OPERATIONS).map(describeTransaction),
    timelines: [killTimeline(result)],
    losses: [],
    wal: [...result.wal],
    verdicts: [],
    serverLog: log,
  };
}

export function outcomeOf({ fired, firings, sequence, matches }: FaultStatus): string {
  if (!fired) return `not fired (${matches} matches)`;
  return `fired ${firings === 1 ? '' : `${firings} times, first `}at #${sequence}`;
}

/** The end of the round that was violated: transactions, where every process stood, faults, and the recovery. */
function killTimeline({ history, reached, faults, events }: CycleResult): Timeline {
  const crash = history.crashes.at(-1)?.sequence ?? 0;
  const from = Math.max(0, crash - MOST_EVENTS);
  const spans = [
    ...transactionSpans(history, from, crash),
    ...reached.flatMap((process) => lastCallOf(process, from)),
    recoverySpan(crash, events),
  ];
  const marks = [...faults.flatMap((status) => markOf(status, from)), { at: crash, label: 'crash' }];
  return { title: `the last ${crash - from} events before the crash`, lanes: lanesOf(spans, marks), spans, marks };
}

function lastCallOf({ type, ordinal, lastCall, lastSequence, inCall }: ProcessTrace, from: number): Span[] {
  if (lastCall < 0 || lastSequence < from) return [];
  const label = `${inCall ? 'in' : 'after'} ${describeCall(lastCall)}`;
  return [
    {
      lane: ordinal === 0 ? type : `${type}#${ordinal}`,
      kind: 'call',
      start: lastSequence,
      ...(inCall ? {} : { end: lastSequence }),
      label,
    },
  ];
}

/** Drawn no longer than this, however many calls it was. */
const LONGEST_RECOVERY = MOST_EVENTS / 6;

function recoverySpan(crash: number, events: number): Span {
  const calls = Math.max(0, events - crash);
  const end = crash + Math.min(calls, LONGEST_RECOVERY);
  return { lane: 'startup', kind: 'recovery', start: crash, end, label: `recovery and what followed, ${calls} calls` };
}

function markOf({ fault, fired, sequence }: FaultStatus, from: number): Timeline['marks'] {
  if (!fired || sequence < from) return [];
  const lane = isKill(fault) || fault.kind === 'act' ? undefined : fault.process.type;
  return [{ at: sequence, ...(lane === undefined || lane === 'any' ? {} : { lane }), label: printFault(fault) }];
}
