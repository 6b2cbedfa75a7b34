import type { ServerProcess } from './server-process.js';

/** An idle one looks this many delays apart: nobody wakes it when buffers are wanted again. */
const HIBERNATION_FACTOR = 10;

/**
 * The background writer.
 *
 * Why: writes dirty buffers just ahead of the clock sweep, so that backends find clean ones to replace.
 * Essential: no; without it backends write their victims themselves.
 * Started by: the postmaster, when recovery is done.
 * Ends: when the postmaster asks, at shutdown.
 * Its crash: the postmaster resets the cluster, since it was attached to shared memory.
 */
export async function runBackgroundWriter(process: ServerProcess): Promise<void> {
  const instance = process.openInstance();
  const { settings } = process;
  let idleRounds = 0;

  while (!process.shouldStop) {
    const round = await process.survive(instance, () =>
      instance.storage.buffers.backgroundSweep(settings.get('bgwriter_lru_maxpages')),
    );
    idleRounds = round?.isIdle ? idleRounds + 1 : 0;
    const delayMs = settings.get('bgwriter_delay');
    await process.rest(idleRounds > 1 ? delayMs * HIBERNATION_FACTOR : delayMs, 'BgWriterMain');
  }
}
