import type { Transaction } from '../history/history.js';
import type { Envelope } from '../workloads/workload.js';

/** The statements around a transaction's own. */
export interface Frame {
  readonly opening: readonly string[];
  /** None where every statement commits by itself. */
  readonly closing?: string;
}

export function frameOf(
  { tag, commits, synchronous }: Pick<Transaction, 'tag' | 'commits' | 'synchronous'>,
  envelope: Envelope = 'block',
): Frame {
  if (envelope === 'alone') return { opening: [] };
  const opening = synchronous ? ['BEGIN'] : ['BEGIN', 'SET LOCAL synchronous_commit = off'];
  if (!commits) return { opening, closing: 'ROLLBACK' };
  return { opening, closing: envelope === 'prepare' ? `PREPARE TRANSACTION '${tag}'` : 'COMMIT' };
}

/** The command tag's first word, when the closing statement did what it says: COMMIT may answer ROLLBACK. */
export function answerTo(closing: string): string {
  return closing.split(' ')[0];
}
