import { readLsn, writeLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import type { ControlParameters } from './control-file-format.js';

/** Bodies of the XLOG resource manager's smaller records (access/xlog_internal.h). Timestamps: see civil-time.ts. */

/** xl_parameter_change: 28 bytes. */
export function encodeParameterChange(parameters: ControlParameters): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeInt32LE(parameters.maxConnections, 0);
  bytes.writeInt32LE(parameters.maxWorkerProcesses, 4);
  bytes.writeInt32LE(parameters.maxWalSenders, 8);
  bytes.writeInt32LE(parameters.maxPreparedTransactions, 12);
  bytes.writeInt32LE(parameters.maxLocksPerTransaction, 16);
  bytes.writeInt32LE(parameters.walLevel, 20);
  bytes.writeUInt8(parameters.walLogHints ? 1 : 0, 24);
  bytes.writeUInt8(parameters.trackCommitTimestamp ? 1 : 0, 25);
  return bytes;
}

export function decodeParameterChange(bytes: Buffer): ControlParameters {
  return {
    maxConnections: bytes.readInt32LE(0),
    maxWorkerProcesses: bytes.readInt32LE(4),
    maxWalSenders: bytes.readInt32LE(8),
    maxPreparedTransactions: bytes.readInt32LE(12),
    maxLocksPerTransaction: bytes.readInt32LE(16),
    walLevel: bytes.readInt32LE(20),
    walLogHints: bytes.readUInt8(24) !== 0,
    trackCommitTimestamp: bytes.readUInt8(25) !== 0,
  };
}

/** xl_overwrite_contrecord: the record that a crash cut off, in whose place this one stands. */
export interface OverwriteContrecord {
  readonly overwritten: Lsn;
  readonly time: bigint;
}

export function encodeOverwriteContrecord(record: OverwriteContrecord): Buffer {
  const bytes = Buffer.alloc(16);
  writeLsn(bytes, 0, record.overwritten);
  bytes.writeBigInt64LE(record.time, 8);
  return bytes;
}

export function decodeOverwriteContrecord(bytes: Buffer): OverwriteContrecord {
  return { overwritten: readLsn(bytes, 0), time: bytes.readBigInt64LE(8) };
}

/** xl_end_of_recovery: WAL goes on without a checkpoint, on `timeline`. */
export interface EndOfRecovery {
  readonly time: bigint;
  readonly timeline: TimelineId;
  readonly previousTimeline: TimelineId;
}

export function encodeEndOfRecovery(record: EndOfRecovery): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64LE(record.time, 0);
  bytes.writeUInt32LE(record.timeline, 8);
  bytes.writeUInt32LE(record.previousTimeline, 12);
  return bytes;
}

export function decodeEndOfRecovery(bytes: Buffer): EndOfRecovery {
  return {
    time: bytes.readBigInt64LE(0),
    timeline: bytes.readUInt32LE(8),
    previousTimeline: bytes.readUInt32LE(12),
  };
}
