import type { WalRecordFacts } from '../adapters/inspection.js';
import { printLsn, type FilesOracle, type Violation } from './oracle.js';

const FIRST_NORMAL_XID = 3;

/**
 * Verifies: no transaction id appears in the log again after its commit or abort record, over all looks at one data
 * directory, so none was handed out twice; and in a stopped cluster the next id is beyond every id in rows and log.
 *
 * Does not verify: ids that left no trace in the log or the rows; wraparound (cycles are far too short).
 */
export const xidUniqueness: FilesOracle = ({ control, wal: { records }, pages, memory, moment }) => {
  const violations = records.flatMap((record) => reuse(record, memory.finishedXids));
  if (moment !== 'stopped') return violations;
  const { nextXid, checkpoint } = control;
  let highest = 0;
  for (const { xid } of records) highest = Math.max(highest, xid);
  for (const { xids } of pages) for (const xid of xids) highest = Math.max(highest, xid);
  if (highest >= FIRST_NORMAL_XID && highest >= nextXid) {
    violations.push({
      invariant: 'xid-uniqueness',
      promised: `the next transaction id (${nextXid}) is beyond every id in use`,
      found: `${highest} is in use`,
      lsns: { checkpoint },
    });
  }
  return violations;
};

function reuse({ xid, kind, lsn, endLsn }: WalRecordFacts, finished: Map<number, number>): Violation[] {
  if (xid < FIRST_NORMAL_XID) return [];
  const finishedBy = finished.get(xid);
  if (kind === 'commit' || kind === 'abort') finished.set(xid, Math.max(endLsn, finishedBy ?? 0));
  if (finishedBy === undefined || lsn < finishedBy) return [];
  return [
    {
      invariant: 'xid-uniqueness',
      promised: `transaction ${xid} ended before ${printLsn(finishedBy)} and its id is not used again`,
      found: `a record of it at ${printLsn(lsn)}`,
      lsns: { ended: finishedBy, record: lsn },
    },
  ];
}
