import type { ServerProcess } from './server-process.js';

/**
 * The startup process.
 *
 * Why: brings the data files to a consistent state: replays WAL from the last checkpoint's redo point after a crash.
 * Essential: yes; nothing else may run before it has finished.
 * Started by: the postmaster, first of all children, at every start and after every crash.
 * Ends: by itself, with exit code 0, when WAL is open for new records.
 * Its crash: killed by a signal, it is run again; an error of its own, FATAL or PANIC, ends the server, since the next
 * attempt would meet it again.
 */
export async function runStartup(process: ServerProcess): Promise<void> {
  const instance = process.openInstance();
  instance.recovery.runStartup();
}
