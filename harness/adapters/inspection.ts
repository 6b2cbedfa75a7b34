/**
 * What a target's files say, in shapes that name no target. WAL positions are byte positions as exact numbers,
 * transaction ids 64-bit unless said otherwise.
 */
export interface WalRecordFacts {
  readonly lsn: number;
  readonly endLsn: number;
  /** Start of the record before it. */
  readonly previous: number;
  /** 32-bit transaction id, 0 for none. */
  readonly xid: number;
  readonly resourceManager: number;
  readonly info: number;
  readonly totalBytes: number;
  readonly kind: 'commit' | 'abort' | 'checkpoint' | 'other';
  /** Ends of transactions only: the ids that ended with it, a prepared transaction's and subtransactions' too. */
  readonly ended?: readonly number[];
  /** Checkpoints only. */
  readonly checkpoint?: { readonly redo: number; readonly nextXid: number; readonly isShutdown: boolean };
}

export interface WalFacts {
  readonly start: number;
  readonly records: readonly WalRecordFacts[];
  /** Where the valid log ends. */
  readonly end: number;
  /** Why it ends there. */
  readonly endReason: string;
}

export interface PageFacts {
  /** `base/5/16384`, relative to the data directory. */
  readonly file: string;
  readonly block: number;
  readonly isNew: boolean;
  readonly lsn: number;
  /** What is wrong with its structure or checksum; empty for a good page. */
  readonly problems: readonly string[];
  /** 32-bit ids in its rows that still mean something: frozen rows have none. */
  readonly xids: readonly number[];
  /** Of these, the ones whose fate only the commit log knows. */
  readonly undecided: readonly number[];
  /** What a map beside the table says of the page. */
  readonly marks: { readonly allVisible: boolean; readonly allFrozen: boolean };
  /** Rows of a page marked as all visible that not everybody sees; and of one marked as all frozen that are not. */
  readonly hidden: readonly string[];
  readonly unfrozen: readonly string[];
}

export interface ControlFacts {
  readonly state: string;
  readonly checkpoint: number;
  readonly redo: number;
  readonly nextXid: number;
  /** 32-bit: the oldest id that may be in any database's rows. */
  readonly oldestXid: number;
  readonly timeline: number;
  readonly systemIdentifier: string;
}

/** One look at a data directory. Every part is read when it is asked for; damaged files make it throw. */
export interface Inspection {
  control(): ControlFacts;
  /** The log from the control file's redo position, or from `from`, to its end. */
  wal(from?: number): WalFacts;
  /** The position of the oldest log kept. */
  oldestWal(): number;
  pages(): PageFacts[];
  fateOf(xid: number): Fate;
  /** Of each database of a stopped cluster; none of one that is not. */
  horizons(): DatabaseHorizon[];
  /** Of every database of a stopped cluster; none of one that is not. */
  indexes(): IndexFacts[];
  /** For people: records of the log around a position, or its last ones and why it ends where it does. A line of text each. */
  logAround(position?: number): string[];
}

/** What looking through an index found; nothing, when it is as it should be. */
export interface IndexFacts {
  readonly name: string;
  /** Its first segment. */
  readonly file: string;
  /** What is wrong with it by itself. */
  readonly structure: readonly string[];
  /** In what it and its table do not agree; unknown while the index itself is unsound. */
  readonly agreement: readonly string[];
}

/** The oldest ids that may be in a database's tables, as 32-bit ids. */
export interface DatabaseHorizon {
  readonly database: number;
  readonly frozenXid: number;
  readonly tables: readonly TableHorizon[];
}

export interface TableHorizon {
  readonly name: string;
  /** Its first segment. */
  readonly file: string;
  readonly frozenXid: number;
}

/** What the commit log says of a transaction. `missing`: that part of the log is not there. */
export type Fate = 'committed' | 'aborted' | 'unended' | 'missing';
