import { formatLsn } from '../../../../engine/base/lsn.js';
import type { Os } from '../../../../engine/os/os.js';
import { readControlFile } from '../../../../engine/recovery/control-file.js';
import { WalReader } from '../../../../engine/wal/reader.js';
import { fileWalSource } from '../../../../engine/wal/wal-source.js';
import { recordLine } from '../record-line.js';

const RECORDS = 8;

/** The last records of the log, from the redo point on, and why it ends where it does: a line each. */
export function lastRecords(os: Os, dataDirectory: string): string[] {
  try {
    const { segmentBytes, systemIdentifier, checkPointCopy, checkPoint } = readControlFile(os, dataDirectory);
    const { redo, timeline } = checkPointCopy;
    const source = fileWalSource(os, `${dataDirectory}/pg_wal`, timeline, segmentBytes);
    const lines: string[] = [];
    const reader = new WalReader(source, segmentBytes, { systemIdentifier });
    for (let result = reader.read(redo); ; result = reader.next()) {
      if (!('record' in result)) {
        lines.push(`${formatLsn(result.at)} the log ends: ${result.endOfLog}`);
        break;
      }
      lines.push(recordLine(result.record));
    }
    source.close();
    return [`redo ${formatLsn(redo)}, checkpoint record ${formatLsn(checkPoint)}`, ...lines.slice(-RECORDS)];
  } catch (thrown) {
    return [`the log cannot be read: ${(thrown as Error).message}`];
  }
}
