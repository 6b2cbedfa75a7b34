import { INVALID_LSN } from '../../engine/base/lsn.js';
import { CheckpointFlag } from '../../engine/recovery/checkpoint-flags.js';
import { encodeCheckPoint, type CheckPoint } from '../../engine/recovery/checkpoint-record.js';
import { Checkpointing, type CheckpointTools } from '../../engine/recovery/checkpoint.js';
import { Rmgr, XlogInfo } from '../../engine/wal/rmgr-ids.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C10',
  title: 'the control file names a checkpoint record that is not yet in the log',
  precedent: 'RocksDB 7.4.0',
  tier: 'power',
  invariants: ['serves-again', 'lsn-monotonicity'],
  focus,
};

/** Small asynchronous commits only: nobody flushes the record in passing, nor fills its page. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [`kill all when checkpointer at fsync(control) #${pick(config, 5)} after`];
  return withFaults(config, faults, {
    ...quietLog(config),
    workload: 'counters',
    asyncShare: 1,
    transactionsPerRound: 2000,
    checkpointEveryMs: 20,
    settings: {
      ...config.settings,
      shared_buffers: 1024,
      wal_buffers: 256,
      wal_writer_delay: 200,
      bgwriter_lru_maxpages: 0,
      full_page_writes: 'off',
    },
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
        const { parts, controlFile } = this.tools;
        const end = parts.wal.insert({
          rmgr: Rmgr.xlog,
          info: XlogInfo.checkpointOnline,
          data: [encodeCheckPoint(checkPoint)],
        });
        controlFile.update({
          checkPoint: parts.wal.lastInsertStart,
          checkPointCopy: checkPoint,
          minRecoveryPoint: INVALID_LSN,
          minRecoveryPointTimeline: 0,
        });
        parts.wal.flush(end);
        return end;
      },
  );
}
