import type { Violation } from './oracle.js';

/**
 * Verifies: the pages that replay makes of the log are those that the running cluster had made, byte for byte, apart from
 * hints, checksums and unused space (as PostgreSQL's wal_consistency_checking).
 *
 * Does not verify: every record by itself; only what all records since the last checkpoint come to.
 */
export function replayImages(differences: readonly string[]): Violation[] {
  return differences.map((difference) => ({
    invariant: 'replay-images',
    promised: 'after replay every page is as it was in the cluster that wrote the log',
    found: difference,
  }));
}
