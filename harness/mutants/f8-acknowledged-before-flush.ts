import { Transactions } from '../../engine/access/transactions/transactions.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F8',
  title: 'a commit is acknowledged before its WAL is written',
  precedent: 'etcd #14370',
  invariants: ['durability'],
};

export function install(): void {
  replaceMethod(
    Transactions,
    'recordCommit',
    (original: (synchronous: boolean) => void) =>
      function () {
        return original.call(this, false);
      },
  );
}
