import type { Lsn } from '../base/lsn.js';

/**
 * Why a log can be read no further. Every one of them is a normal end after a crash: what follows was never written, or
 * not completely. A failing system call is none of them and is raised as an error.
 */
export type EndKind =
  /** The segment's file does not exist. */
  | 'missing-segment'
  /** The file, or what the source lets see of it, ends. */
  | 'short-segment'
  /** A page's header is not that of this page of this log: zeros, or a recycled segment's old contents. */
  | 'page-header'
  /** Zeros where a record would start. */
  | 'no-record'
  /** Impossible length, resource manager or link to the previous record. */
  | 'record-header'
  /** The record's rest is not on the next page. */
  | 'contrecord'
  | 'checksum'
  /** The checksum fits, but the contents contradict each other. */
  | 'contents';

export interface EndOfLog {
  /** PostgreSQL's message, e.g. `invalid record length at 0/2000148: wanted 24, got 0`. */
  readonly endOfLog: string;
  readonly kind: EndKind;
  /** Where the next record would be inserted: the last valid record's end. */
  readonly at: Lsn;
  /** The record that is cut off, and the page on which its rest is missing; both 0 when the end is between records. */
  readonly brokenRecord: Lsn;
  readonly missingContrecord: Lsn;
}

/** Thrown inside the reader when the log ends; never leaves it, and so no Error: nobody needs its stack. */
export class LogEnds {
  constructor(
    readonly kind: EndKind,
    readonly message: string,
  ) {}
}
