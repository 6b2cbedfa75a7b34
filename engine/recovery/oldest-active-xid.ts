import { INVALID_XID, xidPrecedes, type Xid } from '../base/xid.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';

/** The oldest transaction id in use, or `next` when none is (GetOldestActiveTransactionId). */
export function oldestActiveXid(ctx: EngineContext, next: Xid): Xid {
  const { lwlocks, slots } = ctx.memory;
  return lwlocks.with(lwLockIds.ProcArray, 'shared', () => {
    let oldest = next;
    for (let slot = 0; slot < slots.entryCount; slot++) {
      const xid = slots.xid(slot);
      if (xid !== INVALID_XID && xidPrecedes(xid, oldest)) oldest = xid;
    }
    return oldest;
  });
}
