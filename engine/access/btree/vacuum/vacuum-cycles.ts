import type { EngineContext } from '../../../memory/context.js';
import { lwLockIds } from '../../../memory/lwlock-table.js';
import type { IndexShape } from '../index-shape.js';

/** Words of the area `btree-vacuums`: the last cycle id given out, then for each process slot what it vacuums. */
const LAST_CYCLE = 0;
const FIRST_ENTRY = 16;
const ENTRY_WORDS = 4;
const Entry = { database: 0, relation: 1, cycleId: 2 } as const;
/** Special areas of other index types end in greater numbers (MAX_BT_CYCLE_ID). */
const MAX_CYCLE_ID = 0xff7f;

/**
 * Which vacuum of which index is going on (nbtutils.c _bt_start_vacuum).
 *
 * A vacuum reads an index in physical order. A page that it has not seen yet may split, and its right half go to a block
 * that it has passed. So pages that split meanwhile bear the vacuum's cycle id: the vacuum follows such a page's right link.
 */
export class VacuumCycles {
  constructor(private readonly context: EngineContext) {}

  /** The id of the vacuum that goes on with the index, 0 when there is none. */
  currentOf({ file }: IndexShape): number {
    const { arena, lwlocks, slots } = this.context.memory;
    const { u32 } = arena.area('btree-vacuums');
    return lwlocks.with(lwLockIds.BtreeVacuum, 'shared', () => {
      for (let slot = 0; slot < slots.count; slot++) {
        const at = FIRST_ENTRY + slot * ENTRY_WORDS;
        if (u32[at + Entry.relation] === file.relation && u32[at + Entry.database] === file.database) {
          return u32[at + Entry.cycleId];
        }
      }
      return 0;
    });
  }

  /** Runs `body` as a vacuum of the index. There is only one of an index at a time: the table's lock sees to that. */
  during<T>({ file }: IndexShape, body: (cycleId: number) => T): T {
    const { arena, lwlocks, slots } = this.context.memory;
    const { u32 } = arena.area('btree-vacuums');
    const at = FIRST_ENTRY + slots.mine * ENTRY_WORDS;
    const cycleId = lwlocks.with(lwLockIds.BtreeVacuum, 'exclusive', () => {
      u32[LAST_CYCLE] = u32[LAST_CYCLE] >= MAX_CYCLE_ID ? 1 : u32[LAST_CYCLE] + 1;
      u32[at + Entry.database] = file.database;
      u32[at + Entry.cycleId] = u32[LAST_CYCLE];
      u32[at + Entry.relation] = file.relation;
      return u32[LAST_CYCLE];
    });
    try {
      return body(cycleId);
    } finally {
      lwlocks.with(lwLockIds.BtreeVacuum, 'exclusive', () => u32.fill(0, at, at + ENTRY_WORDS));
    }
  }
}
