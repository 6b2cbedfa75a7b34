import { CommitLog } from '../../engine/access/transactions/commit-log.js';
import type { Oid } from '../../engine/base/block.js';
import type { Xid } from '../../engine/base/xid.js';
import { FrozenXids } from '../../engine/sql/catalog/frozen-xids.js';
import { wrapping } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X5',
  title:
    'the commit log is cut by the next id, as if all databases had been frozen, before their horizons have advanced',
  precedent: 'the order of vac_truncate_clog: horizons first, and the oldest of all databases',
  tier: 'power',
  invariants: [
    'commit-log',
    'serves-again',
    'no-internal-error',
    'live-reads',
    'durability',
    'atomicity',
    'no-resurrection',
    'replay-images',
  ],
  powerFocus: wrapping,
};

export function install(): void {
  replaceMethod<FrozenXids, [Xid, Xid], void>(
    FrozenXids,
    'truncateCommitLog',
    (original) =>
      function (frozenXid, lastSane) {
        const { commitLog } = (this as unknown as { engine: { access: { commitLog: CommitLog } } }).engine.access;
        const { truncate } = commitLog;
        commitLog.truncate = (_oldest: Xid, database: Oid) => truncate.call(commitLog, lastSane, database);
        try {
          original.call(this, frozenXid, lastSane);
        } finally {
          commitLog.truncate = truncate;
        }
      },
  );
}
