import type { CommitLog } from '../../engine/access/transactions/commit-log.js';
import type { ProcessArray } from '../../engine/access/transactions/process-array.js';
import { Transactions } from '../../engine/access/transactions/transactions.js';
import type { Lsn } from '../../engine/base/lsn.js';
import type { EngineContext } from '../../engine/memory/context.js';
import type { Xid } from '../../engine/base/xid.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

/** Reached when the transaction is no longer running and not yet committed. */
const LEFT_POINT = 'commit:left-running-list';

export const mutant: Mutant = {
  id: 'X11',
  title: 'a transaction leaves the running list before the commit log says that it committed',
  precedent: 'a snapshot taken between commit record and removal from the running list',
  tier: 'kill',
  invariants: ['live-reads', 'durability', 'atomicity', 'no-internal-error', 'no-resurrection'],
  focus,
};

/** Many clients on the same few rows, and a transaction that dawdles between the two steps. */
function focus(config: CycleConfig): CycleConfig {
  const count = 5 + pick(config, 20);
  const faults = [
    `stall backend at point ${LEFT_POINT} #${count} for 60 ms`,
    `kill all when backend at point commit:done #${count + 20}`,
  ];
  return withFaults(config, faults, { workload: 'bank', clients: clients(4), rollbackShare: 0, checkpointEveryMs: 0 });
}

interface Self {
  context: EngineContext;
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
        const setCommitted = (xid: Xid, asyncLsn?: Lsn, children?: readonly Xid[]): void => {
          processes.end(xid, children?.at(-1) ?? xid);
          this.context.os.reach(LEFT_POINT);
          commitLog.setCommitted(xid, asyncLsn, children);
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
