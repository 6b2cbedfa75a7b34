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

/** Reads a 64-bit integer that is known to be exact in a JS number. */
export function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at);
}

export function writeUInt64(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % 0x1_0000_0000, at);
  bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
}

/** Writes the 88 bytes at `at`; padding is left as it is. */
export function writeCheckPoint(bytes: Buffer, at: number, checkPoint: CheckPoint): void {
  writeLsn(bytes, at, checkPoint.redo);
  bytes.writeUInt32LE(checkPoint.timeline, at + 8);
  bytes.writeUInt32LE(checkPoint.previousTimeline, at + 12);
  bytes.writeUInt8(checkPoint.fullPageWrites ? 1 : 0, at + 16);
  writeUInt64(bytes, at + 24, checkPoint.nextXid);
  bytes.writeUInt32LE(checkPoint.nextOid, at + 32);
  bytes.writeUInt32LE(checkPoint.nextMulti, at + 36);
  bytes.writeUInt32LE(checkPoint.nextMultiOffset, at + 40);
  bytes.writeUInt32LE(checkPoint.oldestXid, at + 44);
  bytes.writeUInt32LE(checkPoint.oldestXidDatabase, at + 48);
  bytes.writeUInt32LE(checkPoint.oldestMulti, at + 52);
  bytes.writeUInt32LE(checkPoint.oldestMultiDatabase, at + 56);
  writeUInt64(bytes, at + 64, checkPoint.time);
  bytes.writeUInt32LE(checkPoint.oldestCommitTimestampXid, at + 72);
  bytes.writeUInt32LE(checkPoint.newestCommitTimestampXid, at + 76);
  bytes.writeUInt32LE(checkPoint.oldestActiveXid, at + 80);
}

export function readCheckPoint(bytes: Buffer, at = 0): CheckPoint {
  return {
    redo: readLsn(bytes, at),
    timeline: bytes.readUInt32LE(at + 8),
    previousTimeline: bytes.readUInt32LE(at + 12),
    fullPageWrites: bytes.readUInt8(at + 16) !== 0,
    nextXid: fullXid(readUInt64(bytes, at + 24)),
    nextOid: bytes.readUInt32LE(at + 32),
    nextMulti: bytes.readUInt32LE(at + 36),
    nextMultiOffset: bytes.readUInt32LE(at + 40),
    oldestXid: xid(bytes.readUInt32LE(at + 44)),
    oldestXidDatabase: bytes.readUInt32LE(at + 48),
    oldestMulti: bytes.readUInt32LE(at + 52),
    oldestMultiDatabase: bytes.readUInt32LE(at + 56),
    time: readUInt64(bytes, at + 64),
    oldestCommitTimestampXid: xid(bytes.readUInt32LE(at + 72)),
    newestCommitTimestampXid: xid(bytes.readUInt32LE(at + 76)),
    oldestActiveXid: xid(bytes.readUInt32LE(at + 80)),
  };
}

/** The checkpoint as the body of a WAL record. */
export function encodeCheckPoint(checkPoint: CheckPoint): Buffer {
  const bytes = Buffer.alloc(CHECKPOINT_BYTES);
  writeCheckPoint(bytes, 0, checkPoint);
  return bytes;
}
