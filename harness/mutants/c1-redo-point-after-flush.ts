import type { CheckPoint } from '../../engine/recovery/checkpoint-record.js';
import { CheckpointFlag } from '../../engine/recovery/checkpoint-flags.js';
import { Checkpointing, type CheckpointTools } from '../../engine/recovery/checkpoint.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C1',
  title: 'the redo point is taken after the buffers were flushed',
  precedent: 'the order CreateCheckPoint insists on',
  tier: 'kill',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'xid-uniqueness', 'serves-again', 'page-structure'],
  focus,
};

/** Many pages are filled while a checkpoint dawdles behind its flush, and a kill follows it. */
function focus(config: CycleConfig): CycleConfig {
  const count = pick(config, 3);
  const faults = [
    `stall checkpointer at point checkpoint:buffers-written #${count} for 250 ms`,
    `kill all when checkpointer at point checkpoint:done #${count}`,
  ];
  return withFaults(config, faults, {
    ...quietLog(config),
    clients: clients(3),
    checkpointEveryMs: 20,
    transactionsPerRound: 1000,
    settings: { ...config.settings, shared_buffers: 1024, bgwriter_lru_maxpages: 0 },
  });
}

interface Self {
  tools: CheckpointTools;
}

export function install(): void {
  replaceMethod(
    Checkpointing,
    'publish',
    (original: (flags: number, checkPoint: CheckPoint) => unknown) =>
      function (this: Self, flags, checkPoint) {
        if (flags & (CheckpointFlag.isShutdown | CheckpointFlag.endOfRecovery))
          return original.call(this, flags, checkPoint);
        const { wal } = this.tools.parts;
        const redo = wal.withAllInsertLocks(() => {
          const here = wal.currentInsertPosition();
          wal.setRedoLsn(here);
          return here;
        });
        return original.call(this, flags, { ...checkPoint, redo });
      },
  );
}
