import type { ContentsOracle } from './oracle.js';

/**
 * Verifies: what clients read while the target was running and what it told them about the log agreed with the
 * promises: audits see one consistent snapshot, and no statement of the workload failed with an error that says the
 * database itself is broken.
 *
 * Does not verify: reads the workload has no expectation for.
 */
export const liveReads: ContentsOracle = ({ round, history }) =>
  history.anomalies
    .filter((anomaly) => anomaly.round === round)
    .map(({ invariant, promised, found, client, sequence }) => ({
      invariant: invariant as 'live-reads' | 'no-internal-error',
      promised,
      found: `${found} (client ${client}, #${sequence})`,
    }));
