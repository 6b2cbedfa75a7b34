import { isPromised } from '../history/history.js';
import { isPresent } from '../workloads/workload.js';
import { describeTransaction } from './describe-transaction.js';
import type { ContentsOracle } from './oracle.js';

/**
 * Verifies: every transaction acknowledged with synchronous_commit on, and every one that an earlier recovery brought
 * back, is in the data.
 *
 * Does not verify: asynchronous commits (async-loss), that all of the transaction is there (atomicity), nor what a
 * SIGKILL cannot take away: data the operating system holds survive it, fsynced or not.
 */
export const durability: ContentsOracle = ({ history, examination }) =>
  history.transactions
    .filter(
      (each) =>
        isPromised(each) && examination.presence.has(each.tag) && !isPresent(examination.presence.get(each.tag)),
    )
    .map((each) => ({
      invariant: 'durability',
      promised: `${describeTransaction(each)} survives`,
      found: 'none of it is in the data',
    }));
