import type { Transaction } from '../history/history.js';

/** `transaction 3.17 (round 2, synchronous, acknowledged at #4711)` */
export function describeTransaction({
  tag,
  round,
  synchronous,
  commits,
  outcome,
  endSequence,
  survived,
  error,
}: Transaction): string {
  const fate =
    survived === true
      ? 'found after an earlier recovery'
      : survived === false
        ? 'lost in an earlier recovery'
        : !commits
          ? 'rolled back by its client'
          : outcome === 'ok'
            ? `acknowledged at #${endSequence}`
            : outcome === 'fail'
              ? `failed: ${error ?? ''}`
              : 'never answered';
  return `transaction ${tag} (round ${round}, ${synchronous ? 'synchronous' : 'asynchronous'}, ${fate})`;
}
