import type { Lsn } from '../../engine/base/lsn.js';
import { Checkpointing, type CheckpointTools } from '../../engine/recovery/checkpoint.js';
import type { CheckPoint } from '../../engine/recovery/checkpoint-record.js';
import type { SyncResult } from '../../engine/storage/sync.js';
import { oftenCheckpointed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F3',
  title: 'the control file points to a checkpoint before the files it vouches for are fsynced',
  precedent: 'Pebble 79b311b81, LevelDB #189',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'page-structure', 'recovery-idempotence'],
  powerFocus: oftenCheckpointed,
};

interface Self {
  tools: CheckpointTools;
}

const NOTHING_SYNCED: SyncResult = { files: 0, longestMs: 0, totalMs: 0 };

/** The checkpoint writes its pages as ever; its fsyncs come after it has been published. */
export function install(): void {
  replaceMethod(
    Checkpointing,
    'writeEverything',
    (original: (flags: number, begun: unknown) => unknown) =>
      function (this: Self, flags, begun) {
        const { sync } = this.tools.parts.storage;
        sync.processSyncRequests = () => NOTHING_SYNCED;
        try {
          return original.call(this, flags, begun);
        } finally {
          Reflect.deleteProperty(sync, 'processSyncRequests');
        }
      },
  );
  replaceMethod(
    Checkpointing,
    'publish',
    (original: (flags: number, checkPoint: CheckPoint) => Lsn) =>
      function (this: Self, flags, checkPoint) {
        const end = original.call(this, flags, checkPoint);
        this.tools.parts.storage.sync.processSyncRequests();
        return end;
      },
  );
}
