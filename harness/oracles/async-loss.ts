import type { Transaction } from '../history/history.js';
import { isPresent } from '../workloads/workload.js';
import { describeTransaction } from './describe-transaction.js';
import type { ContentsOracle, Violation } from './oracle.js';

/**
 * Verifies: acknowledged transactions that are missing form a suffix. When one was acknowledged before another was
 * even begun, its commit record stands before the other's in the log, so the other cannot survive without it. And a
 * missing one was acknowledged no longer before the crash than the target promises to leave commits unflushed.
 *
 * Does not verify: the order of transactions that overlapped.
 */
export const asyncLoss: ContentsOracle = ({ round, history, examination, asyncBoundMs }) => {
  const current = history.transactions.filter((each) => each.round === round && examination.presence.has(each.tag));
  const lost = current.filter(
    (each) => isAcknowledged(each) && !each.synchronous && !isPresent(examination.presence.get(each.tag)),
  );
  if (lost.length === 0) return [];
  const present = current.filter((each) => isPresent(examination.presence.get(each.tag)));
  return [
    ...holes(lost, present),
    ...tooOld(lost, history.crashes.find((crash) => crash.round === round)?.at, asyncBoundMs),
  ];
};

function isAcknowledged({ commits, outcome }: Transaction): boolean {
  return commits && outcome === 'ok';
}

function holes(lost: readonly Transaction[], present: readonly Transaction[]): Violation[] {
  const first = lost.reduce((a, b) => (a.endSequence! <= b.endSequence! ? a : b));
  const survivor = present.find((each) => each.invokeSequence > first.endSequence!);
  if (!survivor) return [];
  return [
    {
      invariant: 'async-loss',
      promised: `what a crash takes from acknowledged asynchronous commits is a suffix: ${describeTransaction(first)} is lost, so nothing begun after #${first.endSequence} survives`,
      found: `${describeTransaction(survivor)}, begun at #${survivor.invokeSequence}, is in the data`,
    },
  ];
}

function tooOld(lost: readonly Transaction[], crashedAt: number | undefined, boundMs: number): Violation[] {
  if (crashedAt === undefined) return [];
  return lost
    .filter((each) => crashedAt - each.endedAt! > boundMs)
    .map((each) => ({
      invariant: 'async-loss',
      promised: `an asynchronous commit is durable after ${Math.round(boundMs)} ms`,
      found: `${describeTransaction(each)} is lost, though acknowledged ${Math.round(crashedAt - each.endedAt!)} ms before the crash`,
    }));
}
