import { TransactionIds } from '../../engine/access/transactions/transaction-ids.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X4',
  title: "the next transaction id comes from the checkpoint alone, without the log's later ids",
  precedent: 'what redo of every record does first',
  tier: 'power',
  invariants: [
    'xid-uniqueness',
    'durability',
    'atomicity',
    'no-resurrection',
    'live-reads',
    'no-internal-error',
    'serves-again',
  ],
};

export function install(): void {
  replaceMethod(TransactionIds, 'advancePast', () => () => undefined);
}
