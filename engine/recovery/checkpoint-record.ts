import { setU32, setU64, u32, u64 } from '../base/bytes.js';
import type { Oid } from '../base/block.js';
import { readLsn, writeLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import { fullXid, xid, type FullXid, type Xid } from '../base/xid.js';

/**
 * The body of a checkpoint record, also kept in pg_control (catalog/pg_control.h CheckPoint): 88 bytes, little-endian.
 *
 * `time` is in whole seconds since 1970.
 */
export interface CheckPoint {
  /** Where replay must begin: the WAL position when the checkpoint started. */
  readonly redo: Lsn;
  readonly timeline: TimelineId;
  readonly previousTimeline: TimelineId;
  readonly fullPageWrites: boolean;
  readonly nextXid: FullXid;
  readonly nextOid: Oid;
  readonly nextMulti: number;
  readonly nextMultiOffset: number;
  readonly oldestXid: Xid;
  readonly oldestXidDatabase: Oid;
  readonly oldestMulti: number;
  readonly oldestMultiDatabase: Oid;
  readonly time: number;
  readonly oldestCommitTimestampXid: Xid;
  readonly newestCommitTimestampXid: Xid;
  /** Oldest transaction running when the checkpoint started; 0 in a shutdown checkpoint. */
  readonly oldestActiveXid: Xid;
}

export const CHECKPOINT_BYTES = 88;

/** Writes the 88 bytes at `at`; padding is left as it is. */
export function writeCheckPoint(bytes: Buffer, at: number, checkPoint: CheckPoint): void {
  writeLsn(bytes, at, checkPoint.redo);
  setU32(bytes, at + 8, checkPoint.timeline);
  setU32(bytes, at + 12, checkPoint.previousTimeline);
  bytes.writeUInt8(checkPoint.fullPageWrites ? 1 : 0, at + 16);
  setU64(bytes, at + 24, checkPoint.nextXid);
  setU32(bytes, at + 32, checkPoint.nextOid);
  setU32(bytes, at + 36, checkPoint.nextMulti);
  setU32(bytes, at + 40, checkPoint.nextMultiOffset);
  setU32(bytes, at + 44, checkPoint.oldestXid);
  setU32(bytes, at + 48, checkPoint.oldestXidDatabase);
  setU32(bytes, at + 52, checkPoint.oldestMulti);
  setU32(bytes, at + 56, checkPoint.oldestMultiDatabase);
  setU64(bytes, at + 64, checkPoint.time);
  setU32(bytes, at + 72, checkPoint.oldestCommitTimestampXid);
  setU32(bytes, at + 76, checkPoint.newestCommitTimestampXid);
  setU32(bytes, at + 80, checkPoint.oldestActiveXid);
}

export function readCheckPoint(bytes: Buffer, at = 0): CheckPoint {
  return {
    redo: readLsn(bytes, at),
    timeline: u32(bytes, at + 8),
    previousTimeline: u32(bytes, at + 12),
    fullPageWrites: bytes.readUInt8(at + 16) !== 0,
    nextXid: fullXid(u64(bytes, at + 24)),
    nextOid: u32(bytes, at + 32),
    nextMulti: u32(bytes, at + 36),
    nextMultiOffset: u32(bytes, at + 40),
    oldestXid: xid(u32(bytes, at + 44)),
    oldestXidDatabase: u32(bytes, at + 48),
    oldestMulti: u32(bytes, at + 52),
    oldestMultiDatabase: u32(bytes, at + 56),
    time: u64(bytes, at + 64),
    oldestCommitTimestampXid: xid(u32(bytes, at + 72)),
    newestCommitTimestampXid: xid(u32(bytes, at + 76)),
    oldestActiveXid: xid(u32(bytes, at + 80)),
  };
}

/** The checkpoint as the body of a WAL record. */
export function encodeCheckPoint(checkPoint: CheckPoint): Buffer {
  const bytes = Buffer.alloc(CHECKPOINT_BYTES);
  writeCheckPoint(bytes, 0, checkPoint);
  return bytes;
}
