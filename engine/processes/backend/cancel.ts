import type { Memory } from '../../memory/memory.js';
import { Interrupt } from '../../memory/process-slots.js';
import type { ServerLog } from '../server-log.js';

/** Cancels what the process is doing, if the key is the one its client was given. The sender is told nothing. */
export function cancelBackend(memory: Memory, log: ServerLog, pid: number, key: number): void {
  const { slots, latches } = memory;
  const slot = pid > 0 ? slots.slotOfPid(pid) : -1;
  if (slot < 0) return log.log(`PID ${pid} in cancel request did not match any process`);
  if (key === 0 || slots.cancelKey(slot) !== key) return log.log(`wrong key in cancel request for process ${pid}`);
  slots.raiseInterrupt(slot, Interrupt.cancel);
  latches.set(slot);
  return undefined;
}
