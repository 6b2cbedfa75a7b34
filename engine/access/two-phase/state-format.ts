import { readRelFile, writeRelFile, type Oid, type RelFile } from '../../base/block.js';
import { setU16, setU32, u16, u32 } from '../../base/bytes.js';
import { timestampFromMs } from '../../base/civil-time.js';
import type { Xid } from '../../base/xid.js';
import type { HeldLock } from '../../storage/locks/lock-manager.js';
import { align8 } from '../../wal/record-format.js';
import { LOCK_RECORD_BYTES, decodeLock, encodeLock } from './lock-records.js';

/**
 * What is kept of a prepared transaction (access/transam/twophase.c): the body of its WAL record and, with a CRC-32C behind,
 * a file of `pg_twophase`. Every part begins at a multiple of 8.
 *
 *   header: magic:u32 total bytes, with the CRC:u32 xid:u32 database:u32 prepared at:i64 owner:u32
 *           counts of subtransactions, files dropped at commit and at abort, statistics dropped likewise (none), messages:i32 x 6
 *           stale relation cache file:u8, gid bytes with the final zero:u16 at 54, origin:u64 x 2 (none)
 *   gid   subtransactions:u32...   files dropped at commit   files dropped at abort   messages:16 bytes each
 *   records of other modules: bytes:u32 module:u8 -:u8 info:u16, data; the last one has module 0
 *
 * Of messages to other processes there is at most one: forget all relations.
 */
export interface PreparedState {
  readonly xid: Xid;
  readonly database: Oid;
  readonly owner: Oid;
  readonly gid: string;
  /** Milliseconds since 1970. */
  readonly preparedAt: number;
  readonly subtransactions: readonly Xid[];
  readonly droppedAtCommit: readonly RelFile[];
  readonly droppedAtAbort: readonly RelFile[];
  /** Others must forget what they know of tables when it commits. */
  readonly changesCatalogs: boolean;
  readonly locks: readonly HeldLock[];
}

const MAGIC = 0x57f94534;
export const CRC_BYTES = 4;
const RELATION_FILE_BYTES = 12;
const MESSAGE_BYTES = 16;
const FORGET_RELATIONS_MESSAGE = -2;
const RECORD_HEADER_BYTES = 8;
const Module = { end: 0, locks: 1 } as const;
const EPOCH_MS = 946_684_800_000;

const Field = {
  magic: 0,
  totalBytes: 4,
  xid: 8,
  database: 12,
  preparedAt: 16,
  owner: 24,
  subtransactions: 28,
  droppedAtCommit: 32,
  droppedAtAbort: 36,
  messages: 48,
  gidBytes: 54,
} as const;
export const HEADER_BYTES = 72;

export function encodePreparedState(state: PreparedState): Buffer {
  const gid = Buffer.from(`${state.gid}\0`);
  const messages = state.changesCatalogs ? 1 : 0;
  const header = Buffer.alloc(HEADER_BYTES);
  setU32(header, Field.magic, MAGIC);
  setU32(header, Field.xid, state.xid);
  setU32(header, Field.database, state.database);
  header.writeBigInt64LE(timestampFromMs(state.preparedAt), Field.preparedAt);
  setU32(header, Field.owner, state.owner);
  setU32(header, Field.subtransactions, state.subtransactions.length);
  setU32(header, Field.droppedAtCommit, state.droppedAtCommit.length);
  setU32(header, Field.droppedAtAbort, state.droppedAtAbort.length);
  setU32(header, Field.messages, messages);
  setU16(header, Field.gidBytes, gid.length);
  const parts = [
    header,
    gid,
    encodeXids(state.subtransactions),
    encodeFiles(state.droppedAtCommit),
    encodeFiles(state.droppedAtAbort),
    encodeMessages(messages),
    ...state.locks.flatMap((lock) => moduleRecord(Module.locks, encodeLock(lock))),
    ...moduleRecord(Module.end, Buffer.alloc(0)),
  ];
  const bytes = Buffer.concat(parts.flatMap((part) => [part, Buffer.alloc(align8(part.length) - part.length)]));
  setU32(bytes, Field.totalBytes, bytes.length + CRC_BYTES);
  return bytes;
}

/** Is this the beginning of a state of that size, its CRC included? */
export function hasStateHeader(bytes: Buffer): { readonly magic: boolean; readonly totalBytes: number } {
  return { magic: u32(bytes, Field.magic) === MAGIC, totalBytes: u32(bytes, Field.totalBytes) };
}

export function decodePreparedState(bytes: Buffer): PreparedState {
  let at = HEADER_BYTES;
  const take = (length: number): number => {
    const start = at;
    at += align8(length);
    return start;
  };
  const gidBytes = u16(bytes, Field.gidBytes);
  const gidAt = take(gidBytes);
  const subtransactions = u32(bytes, Field.subtransactions);
  const subtransactionsAt = take(4 * subtransactions);
  const droppedAtCommit = u32(bytes, Field.droppedAtCommit);
  const droppedAtCommitAt = take(RELATION_FILE_BYTES * droppedAtCommit);
  const droppedAtAbort = u32(bytes, Field.droppedAtAbort);
  const droppedAtAbortAt = take(RELATION_FILE_BYTES * droppedAtAbort);
  const messages = u32(bytes, Field.messages);
  take(MESSAGE_BYTES * messages);
  return {
    xid: u32(bytes, Field.xid) as Xid,
    database: u32(bytes, Field.database),
    owner: u32(bytes, Field.owner),
    gid: bytes.toString('utf8', gidAt, gidAt + gidBytes - 1),
    preparedAt: Number(bytes.readBigInt64LE(Field.preparedAt)) / 1000 + EPOCH_MS,
    subtransactions: decodeXids(bytes, subtransactionsAt, subtransactions),
    droppedAtCommit: decodeFiles(bytes, droppedAtCommitAt, droppedAtCommit),
    droppedAtAbort: decodeFiles(bytes, droppedAtAbortAt, droppedAtAbort),
    changesCatalogs: messages > 0,
    locks: decodeLocks(bytes, at),
  };
}

function moduleRecord(module: number, data: Buffer): Buffer[] {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  setU32(header, 0, data.length);
  header[4] = module;
  return [header, data];
}

function decodeLocks(bytes: Buffer, first: number): HeldLock[] {
  const locks: HeldLock[] = [];
  for (let at = first; bytes[at + 4] !== Module.end; at += RECORD_HEADER_BYTES + align8(u32(bytes, at))) {
    if (bytes[at + 4] === Module.locks && u32(bytes, at) === LOCK_RECORD_BYTES) {
      locks.push(decodeLock(bytes, at + RECORD_HEADER_BYTES));
    }
  }
  return locks;
}

function encodeXids(xids: readonly Xid[]): Buffer {
  const bytes = Buffer.alloc(4 * xids.length);
  xids.forEach((xid, index) => setU32(bytes, 4 * index, xid));
  return bytes;
}

function decodeXids(bytes: Buffer, at: number, count: number): Xid[] {
  return Array.from({ length: count }, (_, index) => u32(bytes, at + 4 * index) as Xid);
}

function encodeFiles(files: readonly RelFile[]): Buffer {
  const bytes = Buffer.alloc(RELATION_FILE_BYTES * files.length);
  files.forEach((file, index) => writeRelFile(bytes, RELATION_FILE_BYTES * index, file));
  return bytes;
}

function decodeFiles(bytes: Buffer, at: number, count: number): RelFile[] {
  return Array.from({ length: count }, (_, index) => readRelFile(bytes, at + RELATION_FILE_BYTES * index));
}

function encodeMessages(count: number): Buffer {
  const bytes = Buffer.alloc(MESSAGE_BYTES * count);
  if (count > 0) bytes.writeInt8(FORGET_RELATIONS_MESSAGE, 0);
  return bytes;
}
