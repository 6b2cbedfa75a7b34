import { type Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { fullXid, widenXid, xidOf } from '../../base/xid.js';
import { walFileName } from '../../wal/segment-names.js';
import type { Implementation } from '../functions/signature.js';
import { Numeric } from '../types/numeric/numeric.js';
import type { SystemEnvironment as Env } from './system-environment.js';

/** The segment that holds the byte before the position, as PostgreSQL has it. */
function walFile(position: Lsn, { engine }: Env): string {
  const segmentBytes = engine.settings.get('wal_segment_size');
  const segment = Math.max(0, Math.floor((position - 1) / segmentBytes));
  return walFileName(engine.wal.timeline(), segment, segmentBytes);
}

function transactionId({ engine }: Env): bigint {
  const { transactions, ids } = engine.access;
  return BigInt(widenXid(transactions.xid(), ids.nextFullXid()));
}

function transactionIdIfAny({ engine }: Env): bigint | null {
  const { transactions, ids } = engine.access;
  const xid = transactions.xidIfAssigned();
  return xid === 0 ? null : BigInt(widenXid(xid, ids.nextFullXid()));
}

/** What became of a transaction, as far as the commit log reaches (utils/adt/xid8funcs.c). */
function transactionStatus(id: bigint, { engine }: Env): string | null {
  const { transactions, ids } = engine.access;
  if (id >= BigInt(ids.nextFullXid())) {
    throw error(SqlState.invalidParameterValue, `transaction ID ${id} is in the future`);
  }
  const xid = xidOf(fullXid(Number(id)));
  if (xid < 3) return xid === 0 ? null : 'committed';
  if (transactions.isInProgress(xid)) return 'in progress';
  return transactions.isCommitted(xid) ? 'committed' : 'aborted';
}

export const walCode: Readonly<Record<string, Implementation>> = {
  pg_current_wal_lsn: ({ engine }: Env) => engine.wal.writeLsn(),
  pg_current_wal_insert_lsn: ({ engine }: Env) => engine.wal.insertLsn(),
  pg_current_wal_flush_lsn: ({ engine }: Env) => engine.wal.flushLsn(),
  pg_switch_wal: ({ engine }: Env) => engine.wal.switchSegment(),
  pg_walfile_name: walFile,
  pg_wal_lsn_diff: (a: Lsn, b: Lsn) => Numeric.fromInteger(BigInt(a) - BigInt(b)),
  pg_current_xact_id: transactionId,
  pg_current_xact_id_if_assigned: transactionIdIfAny,
  pg_xact_status: transactionStatus,
  pg_is_in_recovery: ({ engine }: Env) => !engine.wal.isOpen(),
};
