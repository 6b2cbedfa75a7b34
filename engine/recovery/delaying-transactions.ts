import type { EngineContext } from '../memory/context.js';
import type { ProcessSlots } from '../memory/process-slots.js';

/** Which part of a checkpoint a process holds up (storage/proc.h DELAY_CHKPT_*). */
export const DelayCheckpoint = {
  /** Its record is logged, the commit log not yet marked: the checkpoint must not write the commit log before. */
  start: 1,
  /** It changes files that the checkpoint promises are synced: the checkpoint must not end before. */
  complete: 2,
} as const;

const LOOK_AGAIN_MS = 10;

/**
 * Waits until every process that now holds the checkpoint up has let go once (GetVirtualXIDsDelayingChkpt).
 *
 * A process that lets go and takes hold again did so after the redo point, with another transaction: it is not waited
 * for twice. Holds last as long as a commit's flush, so looking every 10 ms costs less than telling the checkpointer
 * at every commit. `absorb` keeps the queue of sync requests from filling up meanwhile.
 */
export function awaitDelayingTransactions(ctx: EngineContext, bits: number, absorb: () => void): void {
  const { slots, latches } = ctx.memory;
  let delaying = slotsThatDelay(slots, bits);
  while (delaying.length > 0) {
    absorb();
    latches.waitSync(LOOK_AGAIN_MS);
    delaying = delaying.filter((held) => slots.delayCheckpoint(held.slot) & bits && slots.xid(held.slot) === held.xid);
  }
}

function slotsThatDelay(slots: ProcessSlots, bits: number): { slot: number; xid: number }[] {
  const delaying = [];
  for (let slot = 0; slot < slots.count; slot++) {
    if (slot !== slots.mine && slots.delayCheckpoint(slot) & bits) delaying.push({ slot, xid: slots.xid(slot) });
  }
  return delaying;
}
