import type { Lsn } from '../base/lsn.js';
import type { Area, Arena } from '../memory/arena.js';
import { WAL_INSERT_LOCKS } from '../memory/lwlock-table.js';

/**
 * What all processes know of the log: the area `wal-control` (XLogCtlData).
 *
 * Doubles 0..31 are the fields below, each with the lock that protects writing it; reading one alone needs no lock.
 * Each insert lock then has a cache line of its own, and behind HEADER_BYTES each WAL page has a double.
 */
const Field = {
  /** Usable byte position of the next record, and of the last one. WalInsertPosition. */
  currentPosition: 0,
  previousPosition: 1,
  /** All insert locks. */
  redo: 2,
  fullPageWrites: 3,
  /** WalInsertPosition. */
  writeRequest: 4,
  asyncCommit: 5,
  /** WalWrite. */
  written: 6,
  flushed: 7,
  /** End of the last page that has a buffer. WalBufMapping. */
  initializedUpTo: 8,
  /** Set once, when insertion starts. */
  timeline: 9,
  isOpen: 10,
  /** Page whose record was cut off by a crash, until its header is written. WalBufMapping. */
  missingContrecord: 11,
  /** Written by the WAL writer alone. */
  isWriterSleeping: 12,
  /** Statistics since the start; same locks as the thing they count. */
  records: 16,
  images: 17,
  bytes: 18,
  buffersFull: 19,
  writes: 20,
  syncs: 21,
} as const;
type FieldName = keyof typeof Field;

const HEADER_BYTES = 4096;
const INSERT_LOCK_BYTES = 64;
const INSERT_LOCKS_AT = 512;

export class WalSharedState {
  readonly area: Area;
  private readonly f64: Float64Array;

  constructor(readonly arena: Arena) {
    this.area = arena.area('wal-control');
    this.f64 = this.area.f64;
  }

  get(field: FieldName): number {
    return this.f64[Field[field]];
  }

  getLsn(field: FieldName): Lsn {
    return this.f64[Field[field]] as Lsn;
  }

  set(field: FieldName, value: number): void {
    this.f64[Field[field]] = value;
  }

  add(field: FieldName, count: number): void {
    this.f64[Field[field]] += count;
  }

  /** Where the page now in buffer `index` ends, 0 when it has none (xlblocks). */
  pageEnd(index: number): Lsn {
    return this.f64[HEADER_BYTES / 8 + index] as Lsn;
  }

  setPageEnd(index: number, end: Lsn): void {
    this.f64[HEADER_BYTES / 8 + index] = end;
  }
}

/** Doubles and words of insert lock `n`, see insert-locks.ts. */
export const InsertLockWords = {
  count: WAL_INSERT_LOCKS,
  /** Index into the doubles: how far the holder has come. */
  insertingAt: (n: number): number => (INSERT_LOCKS_AT + n * INSERT_LOCK_BYTES) / 8,
  /** Index into the doubles: start of the last record that deserves a checkpoint. */
  lastImportant: (n: number): number => (INSERT_LOCKS_AT + n * INSERT_LOCK_BYTES) / 8 + 1,
  /** Index into the words: moves with every change of insertingAt; waiters sleep on it. */
  changes: (n: number): number => (INSERT_LOCKS_AT + n * INSERT_LOCK_BYTES) / 4 + 4,
  /** Index into the words: stays 0. */
  quiet: INSERT_LOCKS_AT / 4 - 1,
  /** Index into the words: how many wait. */
  waiters: (n: number): number => (INSERT_LOCKS_AT + n * INSERT_LOCK_BYTES) / 4 + 5,
} as const;
