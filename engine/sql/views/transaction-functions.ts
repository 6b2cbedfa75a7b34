import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import {
  epochOf,
  fullXid,
  isNormalXid,
  widenXid,
  xid,
  xidOf,
  xidPrecedes,
  type FullXid,
  type Xid,
} from '../../base/xid.js';
import type { Implementation } from '../functions/signature.js';
import type { XidSnapshot } from '../types/pg-snapshot.js';
import type { SystemEnvironment as Env } from './system-environment.js';

/** Older than anything: the age of what is frozen. */
const OLDEST_AGE = 0x7fff_ffff;

function transactionId({ engine }: Env): bigint {
  const { transactions, ids } = engine.access;
  return BigInt(widenXid(transactions.topXid(), ids.nextFullXid()));
}

function transactionIdIfAny({ engine }: Env): bigint | null {
  const { transactions, ids } = engine.access;
  const mine = transactions.xidIfAssigned();
  return mine === 0 ? null : BigInt(widenXid(mine, ids.nextFullXid()));
}

/** How many ids ago (utils/adt/xid.c xid_age). */
function age(of: Xid, { engine }: Env): number {
  return isNormalXid(of) ? (engine.access.transactions.latestXid() - of) | 0 : OLDEST_AGE;
}

/** No multixact was ever made. */
function multiAge(of: number, { engine }: Env): number {
  return of === 0 ? OLDEST_AGE : (engine.controlFile().checkPointCopy.nextMulti - of) | 0;
}

/** What became of a transaction, as far as the commit log reaches (utils/adt/xid8funcs.c). */
function transactionStatus(id: bigint, { engine }: Env): string | null {
  const { transactions, ids, commitLog } = engine.access;
  const next = ids.nextFullXid();
  const low = xid(Number(id & 0xffff_ffffn));
  if (!isNormalXid(low)) return low === 0 ? null : 'committed';
  if (id >= BigInt(next)) throw error(SqlState.invalidParameterValue, `transaction ID ${id} is in the future`);
  return commitLog.withoutTruncation(() => {
    if (isForgotten(fullXid(Number(id)), next, commitLog.oldest())) return null;
    if (transactions.isInProgress(low)) return 'in progress';
    return transactions.isCommitted(low) ? 'committed' : 'aborted';
  });
}

/** Has the id come round again since, or its page been removed? */
function isForgotten(id: FullXid, next: FullXid, oldest: Xid): boolean {
  const epochs = epochOf(next) - epochOf(id);
  const hasWrapped = epochs > 1 || (epochs === 1 && xidOf(id) < xidOf(next));
  return hasWrapped || xidPrecedes(xidOf(id), oldest);
}

/** Of subtransactions it says nothing: whose they are, decides. */
function currentSnapshot({ engine }: Env): XidSnapshot {
  const { transactions, ids, subtransactions } = engine.access;
  const { xmin, xmax, running } = transactions.snapshot();
  const full = (id: Xid): number => widenXid(id, ids.nextFullXid());
  const whole = new Set(running.map((id) => full(subtransactions.topmost(id))));
  return {
    xmin: BigInt(full(xmin)),
    xmax: BigInt(full(xmax)),
    running: [...whole].toSorted((a, b) => a - b).map(BigInt),
  };
}

function isVisibleIn(id: bigint, { xmin, xmax, running }: XidSnapshot): boolean {
  return id < xmin || (id < xmax && !running.includes(id));
}

export const transactionCode: Readonly<Record<string, Implementation>> = {
  age,
  mxid_age: multiAge,
  pg_current_xact_id: transactionId,
  pg_current_xact_id_if_assigned: transactionIdIfAny,
  pg_xact_status: transactionStatus,
  pg_current_snapshot: currentSnapshot,
  pg_snapshot_xmin: ({ xmin }: XidSnapshot) => xmin,
  pg_snapshot_xmax: ({ xmax }: XidSnapshot) => xmax,
  pg_snapshot_xip: ({ running }: XidSnapshot) => running,
  pg_visible_in_snapshot: isVisibleIn,
};
