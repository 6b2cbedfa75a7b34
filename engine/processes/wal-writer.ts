import type { ServerProcess } from './server-process.js';

/** Rounds without work before it hibernates, and how much longer it sleeps then (walwriter.c). */
const ROUNDS_BEFORE_HIBERNATION = 50;
const HIBERNATION_FACTOR = 25;

/**
 * The WAL writer.
 *
 * Why: writes and flushes WAL in the background, so that an asynchronous commit is durable within three times
 * wal_writer_delay, and backends find room in the WAL buffers.
 * Essential: for that bound, yes; synchronous commits flush for themselves.
 * Started by: the postmaster, when recovery is done.
 * Ends: when the postmaster asks, at shutdown.
 * Its crash: the postmaster resets the cluster.
 */
export async function runWalWriter(process: ServerProcess): Promise<void> {
  const instance = process.openInstance();
  const { settings } = process;
  let roundsLeft = ROUNDS_BEFORE_HIBERNATION;

  while (!process.shouldStop) {
    const didWork = await process.survive(instance, () => instance.wal.backgroundFlush());
    roundsLeft = didWork ? ROUNDS_BEFORE_HIBERNATION : Math.max(0, roundsLeft - 1);
    const delayMs = settings.get('wal_writer_delay');
    const hibernates = roundsLeft === 0;
    instance.wal.setWriterSleeping(hibernates);
    await process.rest(hibernates ? delayMs * HIBERNATION_FACTOR : delayMs, 'WalWriterMain');
  }
}
