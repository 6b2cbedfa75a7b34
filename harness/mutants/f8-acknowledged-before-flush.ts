import { Transactions } from '../../engine/access/transactions/transactions.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F8',
  title: 'a commit is acknowledged before its WAL is written',
  precedent: 'etcd #14370',
  tier: 'power',
  invariants: ['durability', 'async-loss'],
  focus,
};

/** The WAL writer is held up for once, so nobody else makes up for what a commit left undone. */
function focus(config: CycleConfig): CycleConfig {
  const count = 5 + pick(config, 20);
  const faults = [
    `stall walwriter at pwrite(wal) #${pick(config, 3)} for 1500 ms`,
    `kill all when backend#1 at point commit:before-record #${count}`,
  ];
  return withFaults(config, faults, quietLog(config));
}

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
