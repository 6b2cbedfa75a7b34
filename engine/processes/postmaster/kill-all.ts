import type { Memory } from '../../memory/memory.js';
import { Interrupt } from '../../memory/process-slots.js';
import type { BackendPool } from './backend-pool.js';
import type { Children, Member } from './children.js';

/** Time an idle backend has to tell its client what happened. */
const FAREWELL_MS = 250;

/**
 * Ends every child at once. Shared memory may be damaged, so nobody may go on working: what is busy is killed on the
 * spot. Backends whose clients are idle touch nothing but their socket: they may say goodbye first, for a moment.
 */
export function killAll(
  { memory }: { memory: Memory },
  children: Children,
  pool: BackendPool,
  cause: 'crash' | 'shutdown',
): void {
  const isIdle = (member: Member): boolean =>
    pool.isServing(member) && memory.activity.read(member.slot).state.startsWith('idle');
  const bits = cause === 'crash' ? Interrupt.crashed : Interrupt.terminate;
  for (const member of children.all()) {
    if (!isIdle(member)) member.child.signal('SIGKILL');
    else {
      children.interrupt(member, bits);
      setTimeout(() => member.child.signal('SIGKILL'), FAREWELL_MS);
    }
  }
}
