import { type Lsn } from '../../base/lsn.js';
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

export const walCode: Readonly<Record<string, Implementation>> = {
  pg_current_wal_lsn: ({ engine }: Env) => engine.wal.writeLsn(),
  pg_current_wal_insert_lsn: ({ engine }: Env) => engine.wal.insertLsn(),
  pg_current_wal_flush_lsn: ({ engine }: Env) => engine.wal.flushLsn(),
  pg_switch_wal: ({ engine }: Env) => engine.wal.switchSegment(),
  pg_walfile_name: walFile,
  pg_wal_lsn_diff: (a: Lsn, b: Lsn) => Numeric.fromInteger(BigInt(a) - BigInt(b)),
  pg_is_in_recovery: ({ engine }: Env) => !engine.wal.isOpen(),
};
