import type { LsnReading } from '../history/history.js';
import { printLsn, type ContentsOracle, type Violation } from './oracle.js';

/**
 * Verifies: in every reading insert >= write >= flush; and a reading begun after another had ended never shows an
 * earlier position, across clients and across restarts (write and flush; an insert position may be lost in a crash).
 *
 * Does not verify: the log itself (lsn-chain).
 */
export const logPositions: ContentsOracle = ({ round, history }) => {
  const violations = history.readings.filter((reading) => reading.round === round).flatMap(checkOrder);
  return [...violations, ...goingBack(history.readings, round)];
};

function checkOrder({ client, flush, write, insert, endSequence }: LsnReading): Violation[] {
  if (insert >= write && write >= flush) return [];
  return [
    {
      invariant: 'lsn-monotonicity',
      promised: 'insert >= write >= flush',
      found: `client ${client} read insert ${printLsn(insert)}, write ${printLsn(write)}, flush ${printLsn(flush)} at #${endSequence}`,
      lsns: { insert, write, flush },
    },
  ];
}

function goingBack(readings: readonly LsnReading[], round: number): Violation[] {
  const violations: Violation[] = [];
  const byEnd = readings.toSorted((a, b) => a.endSequence - b.endSequence);
  let ended = 0;
  let highest: LsnReading | undefined;
  for (const reading of readings.toSorted((a, b) => a.invokeSequence - b.invokeSequence)) {
    for (; ended < byEnd.length && byEnd[ended].endSequence < reading.invokeSequence; ended++) {
      if (!highest || byEnd[ended].flush > highest.flush) highest = byEnd[ended];
    }
    if (reading.round !== round || !highest || reading.flush >= highest.flush) continue;
    violations.push({
      invariant: 'lsn-monotonicity',
      promised: `the flush position never goes back: ${printLsn(highest.flush)} was read by #${highest.endSequence}`,
      found: `${printLsn(reading.flush)} read after #${reading.invokeSequence}`,
      lsns: { before: highest.flush, after: reading.flush },
    });
  }
  return violations;
}
