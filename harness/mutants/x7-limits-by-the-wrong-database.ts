import type { TransactionIds } from '../../engine/access/transactions/transaction-ids.js';
import type { Xid } from '../../engine/base/xid.js';
import { FrozenXids } from '../../engine/sql/catalog/frozen-xids.js';
import { oftenCheckpointed, wrapping } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X7',
  title: 'the stop limit follows the database that was vacuumed last, not the oldest one: ids pass the limit of that',
  precedent: 'SetTransactionIdLimit, given one database for all',
  tier: 'power',
  invariants: ['xid-limit', 'xid-horizon', 'live-reads', 'durability', 'atomicity', 'no-resurrection', 'serves-again'],
  powerFocus: (config) => oftenCheckpointed({ ...wrapping(config), transactionsPerClient: 150 }),
};

interface Self {
  readonly engine: { readonly access: { readonly ids: TransactionIds } };
  readonly store: { readonly database: number };
}

export function install(): void {
  replaceMethod<Self, [Xid, Xid], void>(
    FrozenXids,
    'truncateCommitLog',
    (original) =>
      function (frozenXid, lastSane) {
        original.call(this, frozenXid, lastSane);
        this.engine.access.ids.setLimits(frozenXid, this.store.database);
      },
  );
}
