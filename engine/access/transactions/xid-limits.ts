import type { Settings } from '../../base/settings/settings.js';
import { xidAfter, xidBefore, xidPrecedes, type Xid } from '../../base/xid.js';

/** Half of all ids: the farthest that two of them may be apart. */
const HALF_OF_XIDS = 0x7fff_ffff;
/** However wide the limits are apart, vacuum is asked for again after so many ids (GetNewTransactionId). */
const LONGEST_SILENCE = 65536;

/**
 * How far ids may be used, given the oldest that may still stand unfrozen somewhere (access/transam/varsup.c):
 *
 *   oldest ──autovacuum_freeze_max_age──► vacuum ────► warn ────► stop ────► wrap: `oldest` would lie in the future
 *                                                       ├─── xid_warn_margin ───┤
 *                                                                  ├xid_stop_m.─┤
 */
export interface XidLimits {
  /** From here on the oldest database is vacuumed whether autovacuum is on or not. */
  readonly vacuum: Xid;
  readonly warn: Xid;
  /** The first id that is refused, save to a single user, who may use the rest to repair things. */
  readonly stop: Xid;
  readonly wrap: Xid;
}

/** However the settings are chosen, the limits come in this order. */
export function xidLimits(oldest: Xid, settings: Settings): XidLimits {
  const wrap = xidAfter(oldest, HALF_OF_XIDS);
  const stop = xidBefore(wrap, settings.get('xid_stop_margin'));
  const warn = earlier(xidBefore(wrap, settings.get('xid_warn_margin')), stop);
  const vacuum = earlier(xidAfter(oldest, settings.get('autovacuum_freeze_max_age')), warn);
  return { vacuum, warn, stop, wrap };
}

function earlier(a: Xid, b: Xid): Xid {
  return xidPrecedes(a, b) ? a : b;
}

/** Is `id` at a limit or beyond? */
export function isPastLimit(id: Xid, limit: Xid): boolean {
  return !xidPrecedes(id, limit);
}

/** Is it the turn of `id`, which is past the vacuum limit, to ask for vacuum? */
export function asksForVacuum(id: Xid, settings: Settings): boolean {
  return id % Math.min(LONGEST_SILENCE, settings.get('autovacuum_freeze_max_age')) === 0;
}
