import { existsSync, readFileSync } from 'node:fs';
import {
  CHUNK_HEADER_BYTES,
  CHUNK_MAGIC,
  CHUNK_VERSION,
  ENTRY_HEADER_BYTES,
  EntryDouble,
  EntryWord,
  RECORDED_OPERATIONS,
  chunkPath,
  type RecordedOperation,
} from './record-format.js';

/** An entry of a process's log as it stands there: inode numbers, not nodes. */
export interface LogEntry {
  readonly operation: RecordedOperation;
  readonly start: number;
  /** Infinity when the call never returned. */
  readonly end: number;
  readonly errno: number;
  readonly node: number;
  readonly directory: number;
  readonly fromDirectory: number;
  readonly offset: number;
  readonly path: string;
  readonly fromPath: string;
  readonly data: Buffer;
}

/** Every call on record of the process in `slot`, in its order. Also while it still runs. */
export function* readLog(trace: string, slot: number): Generator<LogEntry> {
  for (let chunk = 0; existsSync(chunkPath(trace, slot, chunk)); chunk++) {
    const bytes = readFileSync(chunkPath(trace, slot, chunk));
    if (bytes.length < CHUNK_HEADER_BYTES || bytes.readUInt32LE(0) === 0) return; // killed while it made the chunk
    if (bytes.readUInt32LE(0) !== CHUNK_MAGIC || bytes.readUInt32LE(4) !== CHUNK_VERSION) {
      throw new Error(`${chunkPath(trace, slot, chunk)} is no trace log of this version`);
    }
    for (let at = CHUNK_HEADER_BYTES; at + ENTRY_HEADER_BYTES <= bytes.length;) {
      const length = bytes.readUInt32LE(at);
      if (length === 0) break;
      yield entryAt(bytes, at);
      at += length;
    }
  }
}

function entryAt(bytes: Buffer, at: number): LogEntry {
  const word = (index: number): number => bytes.readUInt32LE(at + 4 * index);
  const double = (index: number): number => bytes.readDoubleLE(at + 8 * index);
  const pathAt = at + ENTRY_HEADER_BYTES;
  const fromPathAt = pathAt + word(EntryWord.pathBytes);
  const dataAt = fromPathAt + word(EntryWord.fromPathBytes);
  return {
    operation: RECORDED_OPERATIONS[word(EntryWord.operation)],
    start: word(EntryWord.start),
    end: word(EntryWord.end) || Infinity,
    errno: word(EntryWord.errno),
    node: double(EntryDouble.node),
    directory: double(EntryDouble.directory),
    fromDirectory: double(EntryDouble.fromDirectory),
    offset: double(EntryDouble.offset),
    path: bytes.toString('utf8', pathAt, fromPathAt),
    fromPath: bytes.toString('utf8', fromPathAt, dataAt),
    data: bytes.subarray(dataAt, dataAt + word(EntryWord.dataBytes)),
  };
}
