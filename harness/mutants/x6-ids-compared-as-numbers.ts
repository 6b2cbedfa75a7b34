import { ProcessArray } from '../../engine/access/transactions/process-array.js';
import type { SnapshotData } from '../../engine/access/transactions/snapshot.js';
import type { Xid } from '../../engine/base/xid.js';
import { wrapping } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X6',
  title: 'a snapshot compares ids as numbers: behind 2^32 it misses the transactions that have run since before',
  precedent: 'TransactionIdPrecedes, and every place that forgot it',
  tier: 'power',
  invariants: [
    'durability',
    'atomicity',
    'no-resurrection',
    'live-reads',
    'no-internal-error',
    'index-agreement',
    'serves-again',
    'xid-horizon',
  ],
  powerFocus: wrapping,
};

export function install(): void {
  replaceMethod<ProcessArray, [], SnapshotData>(
    ProcessArray,
    'compute',
    (original) =>
      function () {
        const data = original.call(this);
        const running = data.running.filter((xid) => xid < data.xmax);
        return { ...data, running, xmin: Math.min(data.xmin, data.xmax, ...running) as Xid };
      },
  );
}
