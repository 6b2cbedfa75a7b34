import { formatLsn } from '../../../engine/base/lsn.js';
import type { Os } from '../../../engine/os/os.js';
import { readControlFile } from '../../../engine/recovery/control-file.js';
import { WalReader } from '../../../engine/wal/reader.js';
import { fileWalSource } from '../../../engine/wal/wal-source.js';
import { recordLine } from './record-line.js';

const MOST_RECORDS = 8;
const MOST_AFTER = 3;

/**
 * Records of the log, from the redo point on, a line each: those around the one at `position`, which is marked; the last
 * ones and why the log ends where it does when `position` is not given, or is near the end, or behind it.
 */
export function logAround(os: Pick<Os, 'files'>, dataDirectory: string, position = Infinity): string[] {
  try {
    const { segmentBytes, systemIdentifier, checkPointCopy, checkPoint } = readControlFile(os, dataDirectory);
    const { redo, timeline } = checkPointCopy;
    const source = fileWalSource(os, `${dataDirectory}/pg_wal`, timeline, segmentBytes);
    const lines: string[] = [];
    let last = Infinity;
    const reader = new WalReader(source, segmentBytes, { systemIdentifier });
    for (let result = reader.read(redo); lines.length <= last; result = reader.next()) {
      if (!('record' in result)) {
        lines.push(`${formatLsn(result.at)} the log ends: ${result.endOfLog}`);
        break;
      }
      const { record } = result;
      const isMeant = record.lsn <= position && position < record.endLsn;
      if (isMeant) last = lines.length + MOST_AFTER;
      lines.push(`${recordLine(record)}${isMeant ? '   <-- here' : ''}`);
    }
    source.close();
    return [`redo ${formatLsn(redo)}, checkpoint record ${formatLsn(checkPoint)}`, ...lines.slice(-MOST_RECORDS)];
  } catch (thrown) {
    return [`the log cannot be read: ${(thrown as Error).message}`];
  }
}
