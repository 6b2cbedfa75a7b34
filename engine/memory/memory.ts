import type { Os, SharedMemory } from '../os/os.js';
import { ActivityTable } from './activity.js';
import { Arena } from './arena.js';
import type { MemorySizes } from './area-table.js';
import { Latches } from './latch.js';
import { LwLocks } from './lwlock.js';
import { ProcessSlots } from './process-slots.js';

/** One process's handle on everything its cluster shares. */
export interface Memory {
  readonly arena: Arena;
  readonly slots: ProcessSlots;
  readonly lwlocks: LwLocks;
  readonly latches: Latches;
  readonly activity: ActivityTable;
}

/** `slot` is this process's place in the process array, -1 for the postmaster. */
export function openMemory(os: Os, shared: SharedMemory, sizes: MemorySizes, slot: number): Memory {
  const arena = new Arena(shared, sizes);
  const slots = new ProcessSlots(arena, slot);
  return {
    arena,
    slots,
    lwlocks: new LwLocks(arena, slots),
    latches: new Latches(arena, slots, os.processes, os.clock),
    activity: new ActivityTable(arena, slots),
  };
}
