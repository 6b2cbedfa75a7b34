import type { ChildEnd } from '../../os/child-processes.js';
import type { ProcessType } from '../process-table.js';
import type { Member } from './children.js';

const SIGNAL_TEXTS: Record<string, string> = {
  SIGKILL: '9: Killed',
  SIGABRT: '6: Aborted',
  SIGSEGV: '11: Segmentation fault',
  SIGBUS: '7: Bus error',
  SIGILL: '4: Illegal instruction',
  SIGTRAP: '5: Trace/breakpoint trap',
  SIGTERM: '15: Terminated',
  SIGQUIT: '3: Quit',
};

/**
 * An end that leaves shared memory trustworthy. A backend's FATAL error, exit code 1, is between it and its client, and an
 * autovacuum worker's is its own.
 */
export function isHarmless(type: ProcessType, { code, signal }: ChildEnd): boolean {
  if (signal !== null) return false;
  return code === 0 || (code === 1 && (type === 'backend' || type === 'autovacworker'));
}

/** The log line of a child's end, as LogChildExit words it. */
export function describeEnd({ type, child }: Member, { code, signal }: ChildEnd): string {
  const who = `${LOG_NAMES[type]} (PID ${child.pid})`;
  return signal === null
    ? `${who} exited with exit code ${code}`
    : `${who} was terminated by signal ${SIGNAL_TEXTS[signal] ?? signal}`;
}

const LOG_NAMES: Record<ProcessType, string> = {
  postmaster: 'postmaster',
  startup: 'startup process',
  checkpointer: 'checkpointer process',
  bgwriter: 'background writer process',
  walwriter: 'WAL writer process',
  autovaclauncher: 'autovacuum launcher process',
  autovacworker: 'autovacuum worker',
  backend: 'server process',
};
