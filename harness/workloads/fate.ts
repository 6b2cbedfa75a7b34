import { isForbidden, isPromised, type Tag, type Transaction } from '../history/history.js';
import type { Mismatch, Presence } from './workload.js';

/** A transaction that asked for an open one to be kept (commit what is prepared) or undone (roll it back; drop it). */
export interface Decision {
  readonly kind: 'keep' | 'undo';
  /** The tag of the open one. */
  readonly about: Tag;
  readonly transaction: Transaction;
}

export interface Fate {
  /** Of the open transaction, and of those that decided about it. */
  readonly presence: readonly (readonly [Tag, Presence])[];
  readonly mismatches: readonly Mismatch[];
}

const THERE: Presence = { parts: 1, of: 1 };

/**
 * What became of something open, such as a prepared transaction. It is there while it is open, and ever after it was
 * decided; a decision is there when it is open no more and its rows are as decided. Open or undone, it shows none of them.
 */
export function decide(
  opener: Pick<Transaction, 'tag' | 'commits' | 'outcome' | 'survived'>,
  isOpen: boolean,
  rows: Presence,
  decisions: readonly Decision[],
): Fate {
  const { tag } = opener;
  if (isOpen) return { presence: [[tag, THERE]], mismatches: rows.parts > 0 ? [seenTooSoon(tag, rows)] : [] };
  const kind = rows.parts > 0 ? 'keep' : 'undo';
  // What never was open nobody has undone: who asked for that was told so, or would have been.
  const wasNeverThere = kind === 'undo' && isForbidden(opener);
  const decider = wasNeverThere ? undefined : deciderOf(decisions.filter((decision) => decision.kind === kind));
  if (decider)
    return {
      presence: [
        [tag, kind === 'keep' ? rows : THERE],
        [decider.tag, THERE],
      ],
      mismatches: [],
    };
  return { presence: [[tag, rows]], mismatches: rows.parts > 0 ? [neverCommitted(tag, rows)] : [] };
}

/** Who surely did it, or else who may have done it. */
function deciderOf(decisions: readonly Decision[]): Transaction | undefined {
  const transactions = decisions.map(({ transaction }) => transaction);
  return transactions.find(isPromised) ?? transactions.find((each) => !isForbidden(each));
}

function seenTooSoon(tag: Tag, { parts }: Presence): Mismatch {
  return {
    invariant: 'no-resurrection',
    promised: `nothing of ${tag}, which is open and not decided, is seen`,
    found: `${parts} of its rows are`,
  };
}

function neverCommitted(tag: Tag, { parts }: Presence): Mismatch {
  return {
    invariant: 'no-resurrection',
    promised: `nothing of ${tag} is seen, which nobody decided to keep`,
    found: `${parts} of its rows are`,
  };
}
