import type fc from 'fast-check';
import type { Tag, Transaction } from '../history/history.js';
import type { XidCourse } from './xid-course.js';

/** Rows by query name, as text or JS values of node-postgres; all queries read one snapshot. */
export type Row = Record<string, unknown>;
export type Contents = Record<string, readonly Row[]>;

export interface Shape {
  readonly clients: number;
  /** Chance that a transaction commits with synchronous_commit = off. */
  readonly asyncShare: number;
  /** Chance that it ends with ROLLBACK. */
  readonly rollbackShare: number;
}

/** What a target must be able to do for a workload, beyond tables and transactions. */
export type Feature =
  | 'indexes'
  | 'upserts'
  | 'vacuum'
  | 'savepoints'
  | 'two-phase'
  | 'minimal-logging'
  | 'databases'
  /** Its transaction ids can be set forward while it is stopped. */
  | 'xid-jumps';

export type Settings = Readonly<Record<string, string | number>>;

/** What is wrong with the answer to a statement. */
export interface WrongAnswer {
  readonly promised: string;
  readonly found: string;
}

/** One statement, and what its rows must be when the target is correct at any moment. */
export interface Statement {
  readonly sql: string;
  /** What COPY FROM STDIN reads: lines in its text format. */
  readonly input?: string;
  /** Returns what is wrong with the rows, or undefined. */
  readonly expect?: (rows: readonly Row[]) => WrongAnswer | undefined;
  /** SQLSTATE of the error that a correct target answers; the transaction goes on, from a savepoint, say. */
  readonly fails?: string;
  /** SQLSTATEs that no correct target answers to it, though others of the workload's statements may be told so. */
  readonly never?: readonly string[];
  /** The database it is for, on a connection of its own; the client's own otherwise. Only for statements that are alone. */
  readonly database?: string;
}

/** Nothing but its success is expected of it, and nothing else to be sent, so it may be sent together with others. */
export function isPlain({ input, expect, fails, never }: Statement): boolean {
  return input === undefined && expect === undefined && fails === undefined && never === undefined;
}

/** What is wrong with an answer that is not an error. */
export function wrongAnswer({ sql, expect, fails }: Statement, rows: readonly Row[]): WrongAnswer | undefined {
  return fails === undefined ? expect?.(rows) : { promised: `${sql} fails with ${fails}`, found: 'it succeeds' };
}

/** What is wrong with an error as answer to a statement. */
export function wrongError({ sql, never = [] }: Statement, sqlState: string): WrongAnswer | undefined {
  return never.includes(sqlState)
    ? { promised: `${sql} is served at any time`, found: `error ${sqlState}` }
    : undefined;
}

/**
 * How a transaction's statements reach the target: between BEGIN and COMMIT or ROLLBACK; between BEGIN and PREPARE
 * TRANSACTION with its tag as name (or ROLLBACK); or each by itself, outside any block, where it commits synchronously.
 */
export type Envelope = 'block' | 'prepare' | 'alone';

/** Runs one SELECT or SET and returns its rows; in another database when it is named. */
export type Query = (sql: string, database?: string) => Promise<Row[]>;

/** How much of a transaction is in the data: all of it, nothing, or (a violation) something between. */
export interface Presence {
  readonly parts: number;
  readonly of: number;
}

/** A difference between the data and the model's answer for exactly the transactions that are present. */
export interface Mismatch {
  readonly invariant: 'atomicity' | 'no-resurrection' | 'durability' | 'index-agreement';
  readonly promised: string;
  readonly found: string;
}

export interface Examination {
  /** Presence of every transaction that would leave a trace in the data when it happened. */
  readonly presence: ReadonlyMap<Tag, Presence>;
  readonly mismatches: readonly Mismatch[];
}

/**
 * A kind of work with its model. `effect` is plain data drawn from the seed alone: client, number and seed decide it,
 * never timing. Every committed transaction leaves its tag somewhere, so that the data tells which ones happened.
 */
export interface Workload<Effect = unknown> {
  readonly name: string;
  /** One line: what it is good at finding. */
  readonly about: string;
  readonly needs?: readonly Feature[];
  /** Settings of the target that it works with; drawn for each cycle, over those of every cycle. */
  readonly settings?: fc.Arbitrary<Settings>;
  /** Where transaction ids begin, and when and how they jump; drawn for each cycle. */
  readonly xids?: fc.Arbitrary<XidCourse>;
  /** SQLSTATEs a correct target may answer to its statements, besides those it may answer to any. */
  readonly expectedErrors?: readonly string[];
  readonly effect: (shape: Shape, client: number) => fc.Arbitrary<Effect>;
  setup(shape: Shape): string[];
  /** By default a block. `number`: which of its client's transactions it is. */
  envelope?(effect: Effect, number: number): Envelope;
  /** What the envelope holds. */
  statements(tag: Tag, effect: Effect, client: number): Statement[];
  /** Reads everything the examination needs. Leaves no setting changed. */
  read(query: Query): Promise<Contents>;
  examine(contents: Contents, transactions: readonly Transaction<Effect>[], shape: Shape): Examination;
  /**
   * Ends what the transactions left open, outside any block, after `contents` were read and when nobody will go on with
   * them; tells what is not as they promised.
   */
  conclude?(query: Query, contents: Contents): Promise<Mismatch[]>;
}

/** Presence of transactions that insert `of(effect)` rows carrying their tag. */
export function presenceByTag(
  rows: readonly Row[],
  transactions: readonly Transaction[],
  of: (transaction: Transaction) => number,
): Map<Tag, Presence> {
  const counts = new Map<Tag, number>();
  for (const row of rows) {
    const tag = `${row.client}.${row.number}`;
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return new Map(transactions.map((each) => [each.tag, { parts: counts.get(each.tag) ?? 0, of: of(each) }]));
}

export function isPresent(presence: Presence | undefined): boolean {
  return presence !== undefined && presence.parts > 0;
}

export function splitTag(tag: Tag): { client: number; number: number } {
  const dot = tag.indexOf('.');
  return { client: Number(tag.slice(0, dot)), number: Number(tag.slice(dot + 1)) };
}
