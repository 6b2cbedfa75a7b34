import { Wal } from '../../engine/wal/wal.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C12',
  title: 'old segments are removed up to the checkpoint record instead of its redo point',
  precedent: 'what KeepLogSeg starts from',
  tier: 'kill',
  invariants: ['serves-again', 'lsn-monotonicity', 'page-structure', 'durability'],
  focus,
};

/** More than a segment of log between a checkpoint's redo point and its record, then a kill. */
function focus(config: CycleConfig): CycleConfig {
  const count = pick(config, 2);
  const faults = [
    `stall checkpointer at point checkpoint:buffers-written #${count} for 900 ms`,
    `kill all when checkpointer at point checkpoint:done #${count}`,
  ];
  return withFaults(config, faults, {
    workload: 'inserts',
    clients: clients(6),
    statementMode: 'batch',
    transactionsPerRound: 2000,
    checkpointEveryMs: 20,
    walSegmentMegabytes: 1,
    settings: { ...config.settings, min_wal_size: '2MB', max_wal_size: '2MB', wal_buffers: 256, shared_buffers: 1024 },
  });
}

export function install(): void {
  replaceMethod(
    Wal,
    'removeOldSegments',
    (original: (redo: number, lastRedo: number, end: number) => unknown) =>
      function (_redo, lastRedo, end) {
        return original.call(this, end, lastRedo, end);
      },
  );
}
