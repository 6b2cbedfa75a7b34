import { AutovacuumLauncher } from './autovacuum/launcher.js';
import type { ServerProcess } from './server-process.js';

/**
 * The autovacuum launcher.
 *
 * Why: decides when which database is looked through for tables to vacuum or analyse, and has the postmaster start a
 * worker there. Does nothing to tables itself, so that a worker's trouble is not its own.
 * Essential: in the long run; without vacuum transaction ids run out.
 * Started by: the postmaster, when the cluster is up and autovacuum is on; else on request, to send one worker against
 * wraparound.
 * Ends: when the postmaster asks, at shutdown; by itself when autovacuum is turned off.
 * Its crash: the postmaster resets the cluster.
 */
export async function runAutovacuumLauncher(process: ServerProcess): Promise<void> {
  const instance = process.openInstance();
  const launcher = new AutovacuumLauncher(process, instance);
  if (!process.settings.get('autovacuum')) {
    await process.survive(instance, () => launcher.sendWorker());
    return;
  }
  await process.survive(instance, () => launcher.begin());
  while (!process.shouldStop) {
    await process.rest(launcher.sleepMs(), 'AutoVacuumMain');
    if (process.shouldStop || !process.settings.get('autovacuum')) return;
    await process.survive(instance, () => launcher.look());
  }
}
