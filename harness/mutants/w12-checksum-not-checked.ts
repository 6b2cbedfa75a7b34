import { crc32c } from '../../engine/base/crc32c.js';
import { WalReader } from '../../engine/wal/reader.js';
import { RecordHeader } from '../../engine/wal/record-format.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W12',
  title: "a garbage record at the log's end is accepted: its checksum is not checked",
  precedent: 'LevelDB #251',
  tier: 'power',
  invariants: [
    'lsn-monotonicity',
    'durability',
    'atomicity',
    'no-resurrection',
    'serves-again',
    'page-structure',
    'write-ahead',
  ],
  focus,
};

/** Writes of the log that SIGKILL cuts inside a page, and so inside a record; one client, so that the log repeats. */
function focus(config: CycleConfig): CycleConfig {
  return withFaults(config, [`kill all when backend at pwrite(wal) #${pick(config, 60)} torn 4096`], quietLog(config));
}

export function install(): void {
  replaceMethod(
    WalReader,
    'finish',
    (original: (bytes: Buffer, at: number, length: number, lsn: number, end: number) => unknown) =>
      function (bytes, at, length, lsn, end) {
        const contents = crc32c(bytes, at + RecordHeader.bytes, at + length);
        bytes.writeUInt32LE(crc32c(bytes, at, at + RecordHeader.crc, contents), at + RecordHeader.crc);
        return original.call(this, bytes, at, length, lsn, end);
      },
  );
}
