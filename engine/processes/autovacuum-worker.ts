import { AutovacuumBoard } from './autovacuum/board.js';
import { AutovacuumWorker } from './autovacuum/worker.js';
import { ProcessFlag } from '../memory/process-slots.js';
import type { ServerProcess } from './server-process.js';

/**
 * An autovacuum worker.
 *
 * Why: looks through one database for tables that need vacuum or analyze, and does it, slowly, beside the clients.
 * Essential: no; another comes.
 * Started by: the postmaster, at the launcher's request.
 * Ends: when it is through with its database, or told to; exit code 1 after a FATAL error is no one else's concern.
 * Its crash: the postmaster resets the cluster.
 */
export async function runAutovacuumWorker(process: ServerProcess): Promise<void> {
  const { memory, settings } = process;
  const board = new AutovacuumBoard(memory);
  const assignment = board.claim();
  board.wakeLauncher();
  if (!assignment) return;
  process.interrupts.isAutovacuum = true;
  memory.slots.setFlags(ProcessFlag.autovacuum);
  settings.set('statement_timeout', 0, 'override');
  settings.set('lock_timeout', 0, 'override');
  try {
    await new AutovacuumWorker(process, process.openInstance(), board, assignment).run();
  } finally {
    board.leave(assignment.worker);
    board.wakeLauncher();
  }
}
