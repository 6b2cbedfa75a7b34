import { setU32, u32 } from '../../base/bytes.js';
import { readRelFile, writeRelFile, type RelFile } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import type { Xid } from '../../base/xid.js';

/**
 * Bodies of commit and abort records (access/xact.h): the time, then what `xinfo` announces, in this order.
 *
 *   time:i64  [xinfo:u32]  [database:u32 tablespace:u32]  [count:u32 subtransactions:u32...]
 *   [count:u32 files:(tablespace, database, relation)...]
 *
 * Later parts (invalidations, two-phase, origin) are not written here; a reader of these parts need not know them.
 */
export const TransactionInfo = { commit: 0x00, abort: 0x20, operationMask: 0x70, hasInfo: 0x80 } as const;
/** Lowest bits of a record's `info`: the record removes relation files (XLR_SPECIAL_REL_UPDATE). */
export const SPECIAL_RELATION_UPDATE = 0x01;

const HasInfo = { database: 0x01, subtransactions: 0x02, files: 0x04 } as const;

/** Milliseconds from 1970 to PostgreSQL's epoch, 2000-01-01. */
const EPOCH_MS = 946_684_800_000;

export interface TransactionEnd {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly subtransactions: readonly Xid[];
  /** Files the end of this transaction removes. */
  readonly files: readonly RelFile[];
}

export function encodeTransactionEnd(time: number, files: readonly RelFile[]): Buffer {
  const bytes = Buffer.alloc(files.length === 0 ? 8 : 16 + 12 * files.length);
  writeTime(bytes, 0, time);
  if (files.length === 0) return bytes;
  setU32(bytes, 8, HasInfo.files);
  setU32(bytes, 12, files.length);
  files.forEach((file, index) => writeRelFile(bytes, 16 + 12 * index, file));
  return bytes;
}

export function decodeTransactionEnd(data: Buffer, info: number): TransactionEnd {
  const xinfo = info & TransactionInfo.hasInfo ? u32(data, 8) : 0;
  let at = info & TransactionInfo.hasInfo ? 12 : 8;
  if (xinfo & HasInfo.database) at += 8;
  const subtransactions: Xid[] = [];
  if (xinfo & HasInfo.subtransactions) {
    const count = u32(data, at);
    for (let i = 0; i < count; i++) subtransactions.push(u32(data, at + 4 + 4 * i) as Xid);
    at += 4 + 4 * count;
  }
  const files: RelFile[] = [];
  if (xinfo & HasInfo.files) {
    const count = u32(data, at);
    for (let i = 0; i < count; i++) files.push(readRelFile(data, at + 4 + 12 * i));
  }
  return { time: readTime(data, 0), subtransactions, files };
}

function writeTime(bytes: Buffer, at: number, time: number): void {
  const microseconds = Math.round((time - EPOCH_MS) * 1000);
  assert(Number.isSafeInteger(microseconds), 'a time out of range');
  bytes.writeBigInt64LE(BigInt(microseconds), at);
}

function readTime(bytes: Buffer, at: number): number {
  return Number(bytes.readBigInt64LE(at)) / 1000 + EPOCH_MS;
}
