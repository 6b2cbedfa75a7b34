import type { WalRecordFacts } from '../adapters/inspection.js';
import { countedNear } from './counted-xids.js';
import { printLsn, type FilesOracle, type Violation } from './oracle.js';

const FIRST_NORMAL_XID = 3;

/**
 * Verifies: no transaction id, counted through all its rounds of 32 bits, appears in the log again after the record of its
 * end, over all looks at one data directory, so none was handed out twice; and in a stopped cluster the next id is beyond
 * every id in rows and log, as ids are compared: none is half a round away.
 *
 * Does not verify: ids that left no trace in the log or the rows.
 */
export const xidUniqueness: FilesOracle = ({ control, wal: { records }, pages, memory, moment }) => {
  const counted = withRounds(records, control.nextXid);
  const violations = counted.flatMap(([record, base]) => reuse(record, base, memory.finishedXids));
  if (moment !== 'stopped') return violations;
  const { nextXid, checkpoint } = control;
  const ids = [...records.map(({ xid }) => xid), ...pages.flatMap(({ xids }) => xids)];
  const beyond = new Set(ids.filter((xid) => xid >= FIRST_NORMAL_XID && countedNear(xid, nextXid) >= nextXid));
  return [
    ...violations,
    ...[...beyond].map((xid) => ({
      invariant: 'xid-uniqueness' as const,
      promised: `the next transaction id (${nextXid}) is beyond every id in use`,
      found: `${xid} is in use`,
      lsns: { checkpoint },
    })),
  ];
};

/** Each record with a 64-bit id that its own is near to: the log may be as long as to change rounds. */
function withRounds(records: readonly WalRecordFacts[], nextXid: number): [WalRecordFacts, number][] {
  let near = records.find(({ checkpoint }) => checkpoint)?.checkpoint!.nextXid ?? nextXid;
  return records.map((record) => [record, (near = record.checkpoint?.nextXid ?? near)]);
}

function reuse(record: WalRecordFacts, near: number, finished: Map<number, number>): Violation[] {
  const { xid, lsn, endLsn, ended = [] } = record;
  const violations = [...new Set([xid, ...ended])].flatMap((each) => usedAgain(each, record, near, finished));
  for (const each of ended) {
    const full = countedNear(each, near);
    if (each >= FIRST_NORMAL_XID) finished.set(full, Math.max(endLsn, finished.get(full) ?? lsn));
  }
  return violations;
}

function usedAgain(xid: number, { lsn }: WalRecordFacts, near: number, finished: Map<number, number>): Violation[] {
  const finishedBy = xid < FIRST_NORMAL_XID ? undefined : finished.get(countedNear(xid, near));
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
