import { setU32, u32 } from '../../base/bytes.js';
import { readRelFile, writeRelFile, type RelFile } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { RecordDraft } from '../../wal/record.js';
import { Rmgr } from '../../wal/rmgr-ids.js';

/**
 * Bodies of the transaction manager's records (access/xact.h). Ends of transactions, prepared ones' too, have the time, then
 * what xinfo announces, in this order:
 *
 *   time:i64  [xinfo:u32]  [database:u32 tablespace:u32]  [count:u32 subtransactions:u32...]
 *   [count:u32 files:(tablespace, database, relation)...]  [prepared transaction's id:u32]
 *
 * Other parts (dropped statistics, invalidations, origin) are not written here; files are followed by nothing else then.
 *
 *   assignment   top:u32 count:u32 subtransactions:u32...
 *   prepare      see two-phase-state.ts
 */
export const TransactionInfo = {
  commit: 0x00,
  prepare: 0x10,
  abort: 0x20,
  commitPrepared: 0x30,
  abortPrepared: 0x40,
  assignment: 0x50,
  operationMask: 0x70,
  hasInfo: 0x80,
} as const;
/** Lowest bits of a record's `info`: the record removes relation files (XLR_SPECIAL_REL_UPDATE). */
export const SPECIAL_RELATION_UPDATE = 0x01;

const HasInfo = { database: 0x01, subtransactions: 0x02, files: 0x04, prepared: 0x10 } as const;

/** Milliseconds from 1970 to PostgreSQL's epoch, 2000-01-01. */
const EPOCH_MS = 946_684_800_000;

export interface TransactionEnd {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Those that end with it. */
  readonly subtransactions: readonly Xid[];
  /** Files the end of this transaction removes. */
  readonly files: readonly RelFile[];
  /** The id of the transaction that ends, when it was prepared: the record's own is that of who ends it. */
  readonly preparedXid: Xid;
}

/** The record of a transaction's end. `operation`: one of TransactionInfo. */
export function transactionEndRecord(operation: number, xid: Xid, end: TransactionEnd): RecordDraft {
  const { subtransactions, files, preparedXid } = end;
  const hasInfo = subtransactions.length > 0 || files.length > 0 || preparedXid !== INVALID_XID;
  const info = operation | (hasInfo ? TransactionInfo.hasInfo : 0) | (files.length > 0 ? SPECIAL_RELATION_UPDATE : 0);
  return { rmgr: Rmgr.transaction, info, xid, data: [encodeTransactionEnd(end, hasInfo)] };
}

function encodeTransactionEnd(end: TransactionEnd, hasInfo: boolean): Buffer {
  const { time, subtransactions, files, preparedXid } = end;
  const bytes = Buffer.alloc(16 + 4 + 4 * subtransactions.length + 4 + 12 * files.length + 4);
  writeTime(bytes, 0, time);
  if (!hasInfo) return bytes.subarray(0, 8);
  let at = 12;
  let xinfo = 0;
  if (subtransactions.length > 0) {
    xinfo |= HasInfo.subtransactions;
    at = writeXids(bytes, at, subtransactions);
  }
  if (files.length > 0) {
    xinfo |= HasInfo.files;
    setU32(bytes, at, files.length);
    files.forEach((file, index) => writeRelFile(bytes, at + 4 + 12 * index, file));
    at += 4 + 12 * files.length;
  }
  if (preparedXid !== INVALID_XID) {
    xinfo |= HasInfo.prepared;
    setU32(bytes, at, preparedXid);
    at += 4;
  }
  setU32(bytes, 8, xinfo);
  return bytes.subarray(0, at);
}

export function decodeTransactionEnd(data: Buffer, info: number): TransactionEnd {
  const xinfo = info & TransactionInfo.hasInfo ? u32(data, 8) : 0;
  let at = 12;
  if (xinfo & HasInfo.database) at += 8;
  const subtransactions = xinfo & HasInfo.subtransactions ? readXids(data, at) : [];
  if (xinfo & HasInfo.subtransactions) at += 4 + 4 * subtransactions.length;
  const files: RelFile[] = [];
  if (xinfo & HasInfo.files) {
    const count = u32(data, at);
    for (let i = 0; i < count; i++) files.push(readRelFile(data, at + 4 + 12 * i));
    at += 4 + 12 * count;
  }
  const preparedXid = xinfo & HasInfo.prepared ? (u32(data, at) as Xid) : INVALID_XID;
  return { time: readTime(data, 0), subtransactions, files, preparedXid };
}

/** Tells whose subtransactions these are, for those who cannot see this process's slot. */
export function assignmentRecord(top: Xid, xid: Xid, subtransactions: readonly Xid[]): RecordDraft {
  const bytes = Buffer.alloc(8 + 4 * subtransactions.length);
  setU32(bytes, 0, top);
  writeXids(bytes, 4, subtransactions);
  return { rmgr: Rmgr.transaction, info: TransactionInfo.assignment, xid, data: [bytes] };
}

export function decodeAssignment(data: Buffer): { top: Xid; subtransactions: Xid[] } {
  return { top: u32(data, 0) as Xid, subtransactions: readXids(data, 4) };
}

/** A count and so many ids; returns where they end. */
function writeXids(bytes: Buffer, at: number, xids: readonly Xid[]): number {
  setU32(bytes, at, xids.length);
  xids.forEach((xid, index) => setU32(bytes, at + 4 + 4 * index, xid));
  return at + 4 + 4 * xids.length;
}

function readXids(bytes: Buffer, at: number): Xid[] {
  return Array.from({ length: u32(bytes, at) }, (_, index) => u32(bytes, at + 4 + 4 * index) as Xid);
}

function writeTime(bytes: Buffer, at: number, time: number): void {
  const microseconds = Math.round((time - EPOCH_MS) * 1000);
  assert(Number.isSafeInteger(microseconds), 'a time out of range');
  bytes.writeBigInt64LE(BigInt(microseconds), at);
}

function readTime(bytes: Buffer, at: number): number {
  return Number(bytes.readBigInt64LE(at)) / 1000 + EPOCH_MS;
}
