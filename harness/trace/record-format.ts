/**
 * The full trace: what every process did to storage, with the bytes. Beside the trace area lies one append-only log per
 * process, in chunks `<trace>.p<slot>.<chunk>` that the process maps shared, so that a SIGKILL loses nothing of it.
 *
 *   chunk   magic:u32 version:u32, then entries one behind the other, each at a multiple of 8
 *   entry   bytes:u32          with padding; 0 where the log ends. Stored last, and before the call is made
 *           operation:u32      index in RECORDED_OPERATIONS
 *           start:u32 end:u32  places in the total order; `end` is 0 until the call has returned
 *           errno:u32          0 when it succeeded
 *           pathBytes:u32 fromPathBytes:u32 dataBytes:u32
 *           node:f64 directory:f64 fromDirectory:f64     inode numbers; 0 where there is none, or none is known yet
 *           offset:f64         of a write; of a truncation the new size
 *           path, fromPath (of a rename the old name, of a link the existing one), data
 *
 * An entry that does not fit into what is left of a chunk begins the next one; a chunk is as large as its first entry
 * needs. Each process makes one call at a time: only the last entry of a log can be in flight.
 */
export const CHUNK_MAGIC = 0x43505743;
export const CHUNK_VERSION = 1;
export const CHUNK_HEADER_BYTES = 8;
export const CHUNK_BYTES = 4 * 1024 * 1024;

/** The operations of the engine's `Files` that change or sync storage. The order is part of the format. */
export const RECORDED_OPERATIONS = [
  'create',
  'pwrite',
  'ftruncate',
  'fsync',
  'fdatasync',
  'fsyncDirectory',
  'mkdir',
  'rmdir',
  'rename',
  'link',
  'unlink',
] as const;
export type RecordedOperation = (typeof RECORDED_OPERATIONS)[number];

export const EntryWord = {
  bytes: 0,
  operation: 1,
  start: 2,
  end: 3,
  errno: 4,
  pathBytes: 5,
  fromPathBytes: 6,
  dataBytes: 7,
} as const;

/** Counted in doubles from the entry's start: behind the eight words. */
export const EntryDouble = { node: 4, directory: 5, fromDirectory: 6, offset: 7 } as const;
export const ENTRY_HEADER_BYTES = 64;

/** `trace` is the path of the trace area. */
export function chunkPath(trace: string, slot: number, chunk: number): string {
  return `${trace}.p${slot}.${chunk}`;
}

export function entryBytes(pathBytes: number, fromPathBytes: number, dataBytes: number): number {
  return Math.ceil((ENTRY_HEADER_BYTES + pathBytes + fromPathBytes + dataBytes) / 8) * 8;
}
