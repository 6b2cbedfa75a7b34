import type { Violation } from './oracle.js';

/**
 * Verifies: an independent implementation reads what a stopped target left, without complaint, and reads the same as we do.
 * For the engine: PostgreSQL's pg_controldata, pg_checksums and pg_waldump, on every log segment kept.
 *
 * Does not verify: segments that were removed or recycled before the target was stopped; what records mean.
 */
export function secondOpinion(complaints: readonly string[]): Violation[] {
  return complaints.map((found) => ({
    invariant: 'second-opinion',
    promised: 'an independent implementation reads the same files, and finds the same in them',
    found,
  }));
}
