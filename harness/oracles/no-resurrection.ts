import { isForbidden } from '../history/history.js';
import { isPresent } from '../workloads/workload.js';
import { describeTransaction } from './describe-transaction.js';
import type { ContentsOracle } from './oracle.js';

/**
 * Verifies: nothing of a transaction that was rolled back, that failed, or that an earlier recovery had lost is in the
 * data.
 *
 * Does not verify: rows that no statement ever wrote, except where the workload's model covers the whole table.
 */
export const noResurrection: ContentsOracle = ({ history, examination }) => {
  const risen = history.transactions
    .filter((each) => isForbidden(each) && isPresent(examination.presence.get(each.tag)))
    .map((each) => ({
      invariant: 'no-resurrection' as const,
      promised: `nothing of ${describeTransaction(each)}`,
      found: `${examination.presence.get(each.tag)!.parts} of its parts are in the data`,
    }));
  return [...risen, ...examination.mismatches.filter(({ invariant }) => invariant === 'no-resurrection')];
};
