import type { CommitLog } from '../../engine/access/transactions/commit-log.js';
import type { ProcessArray } from '../../engine/access/transactions/process-array.js';
import { Transactions } from '../../engine/access/transactions/transactions.js';
import type { Lsn } from '../../engine/base/lsn.js';
import type { Xid } from '../../engine/base/xid.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X11',
  title: 'a transaction leaves the running list before the commit log says that it committed',
  precedent: 'a snapshot taken between commit record and removal from the running list',
  invariants: ['live-reads', 'durability', 'atomicity', 'no-internal-error', 'no-resurrection'],
  focus,
};

/** Many clients on the same few rows. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [`kill all at random +0.${300 + pick(config, 500)}`];
  return withFaults(config, faults, { workload: 'bank', clients: clients(6), transactionsPerRound: 600 });
}

interface Self {
  commitLog: Pick<CommitLog, 'setCommitted'>;
  processes: ProcessArray;
}

export function install(): void {
  replaceMethod(
    Transactions,
    'recordCommit',
    (original: (synchronous: boolean) => void) =>
      function (this: Self, synchronous) {
        const { commitLog, processes } = this;
        const setCommitted = (xid: Xid, asyncLsn?: Lsn): void => {
          processes.end(xid);
          commitLog.setCommitted(xid, asyncLsn);
        };
        this.commitLog = { setCommitted };
        try {
          original.call(this, synchronous);
        } finally {
          this.commitLog = commitLog;
        }
      },
  );
}
