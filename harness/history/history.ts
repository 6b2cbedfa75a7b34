/**
 * What clients asked and were told. Times are milliseconds on the harness's monotonic clock; sequence numbers come from
 * the trace area, so they interleave with the target's I/O calls.
 *
 * Outcomes: `ok` was acknowledged; `fail` certainly did not happen; `unknown` may or may not have happened (the
 * connection died while the commit was on its way).
 */
export type Outcome = 'ok' | 'fail' | 'unknown';

/** A transaction as its workload made it: identified by client and number, across all rounds of a cycle. */
export interface TransactionId {
  readonly client: number;
  readonly number: number;
}

/** `3.17`: client 3, its 17th transaction. Written into the data as the transaction's mark. */
export type Tag = string;

export function tagOf({ client, number }: TransactionId): Tag {
  return `${client}.${number}`;
}

export interface Transaction<Effect = unknown> extends TransactionId {
  readonly tag: Tag;
  readonly round: number;
  readonly effect: Effect;
  /** Whether the client ended it with COMMIT; otherwise with ROLLBACK. */
  readonly commits: boolean;
  readonly synchronous: boolean;
  readonly invokedAt: number;
  readonly invokeSequence: number;
  /** When its COMMIT was sent; undefined where that was not noted, or has not happened. */
  commitSequence?: number;
  /** Undefined while it is under way. */
  outcome?: Outcome;
  endedAt?: number;
  endSequence?: number;
  error?: string;
  /** After a recovery: whether it was found in the data. From then on that is final. */
  survived?: boolean;
  /** Where in the trace that became known; undefined: before whatever is judged. */
  survivedSequence?: number;
}

/** WAL positions one client read in one statement, as byte positions. */
export interface LsnReading {
  readonly client: number;
  readonly round: number;
  readonly invokeSequence: number;
  readonly endSequence: number;
  readonly flush: number;
  readonly write: number;
  readonly insert: number;
}

/** Something a client saw while the target was running that no correct target shows. */
export interface LiveAnomaly {
  readonly round: number;
  readonly client: number;
  readonly sequence: number;
  readonly promised: string;
  readonly found: string;
  readonly invariant: string;
}

export interface Crash {
  readonly round: number;
  readonly sequence: number;
  readonly at: number;
}

/** Everything of one cycle, in the order of invocation. */
export class History {
  readonly transactions: Transaction[] = [];
  readonly readings: LsnReading[] = [];
  readonly anomalies: LiveAnomaly[] = [];
  readonly crashes: Crash[] = [];

  invoke(transaction: Transaction): Transaction {
    this.transactions.push(transaction);
    return transaction;
  }

  /** Whoever has not been answered by now never will be. */
  closeOpen(sequence: number, at: number): void {
    for (const transaction of this.transactions) {
      if (transaction.outcome) continue;
      transaction.outcome = 'unknown';
      transaction.endSequence = sequence;
      transaction.endedAt = at;
    }
  }

  count(outcome: Outcome): number {
    return this.transactions.filter((transaction) => transaction.commits && transaction.outcome === outcome).length;
  }
}

/** Must it be in the data? It was acknowledged with its WAL on disk, or an earlier recovery brought it back. */
export function isPromised({ commits, synchronous, outcome, survived }: Transaction): boolean {
  return survived ?? (commits && synchronous && outcome === 'ok');
}

/** Must it not be in the data? It was rolled back, failed, or an earlier recovery had lost it. */
export function isForbidden({
  commits,
  outcome,
  survived,
}: Pick<Transaction, 'commits' | 'outcome' | 'survived'>): boolean {
  return survived === undefined ? !commits || outcome === 'fail' : !survived;
}
