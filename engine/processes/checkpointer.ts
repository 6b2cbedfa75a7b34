import { isCheckpointDueByTime, isCheckpointDueByVolume } from '../recovery/checkpoint-schedule.js';
import { CheckpointFlag } from '../recovery/checkpoint-flags.js';
import type { Instance } from './instance.js';
import type { ServerProcess } from './server-process.js';

/** How often it looks at the WAL volume and takes over fsync requests when nobody wakes it. */
const LONGEST_REST_MS = 1000;

/**
 * The checkpointer.
 *
 * Why: bounds recovery: by time, by WAL volume and on request it writes all dirty buffers, syncs their files and lets
 * go of old WAL. It also does all other processes' fsyncs of data files.
 * Essential: yes, while the cluster is up.
 * Started by: the postmaster, when recovery is done.
 * Ends: when the postmaster asks, after all backends have gone: with the shutdown checkpoint.
 * Its crash: the postmaster resets the cluster.
 */
export async function runCheckpointer(process: ServerProcess): Promise<void> {
  const instance = process.openInstance();
  const { recovery, storage } = instance;
  const { clock } = process.os;
  let lastMs = clock.monotonic();
  recovery.requests.attachCheckpointer();

  while (!process.shouldStop) {
    await process.survive(instance, () => {
      storage.sync.absorb();
      const nowMs = clock.monotonic();
      const cause = dueCause(instance, nowMs - lastMs);
      if (cause === 0 && !recovery.requests.isPending()) return;
      recovery.serveRequests(cause, (thrown) => process.report(thrown));
      lastMs = nowMs; // not of one that failed: it stays due
    });
    if (!recovery.requests.isPending()) await process.rest(LONGEST_REST_MS, 'CheckpointerMain');
  }

  process.acceptStop();
  recovery.requests.detachCheckpointer();
  recovery.performShutdownCheckpoint();
}

/** The flag that says why a checkpoint is due that nobody asked for; 0 when none is. */
function dueCause({ recovery, wal }: Instance, elapsedMs: number): number {
  const schedule = recovery.scheduleSettings();
  if (isCheckpointDueByVolume(schedule, wal.redoLsn(), wal.insertLsn())) return CheckpointFlag.causeWal;
  return isCheckpointDueByTime(schedule, elapsedMs) ? CheckpointFlag.causeTime : 0;
}
