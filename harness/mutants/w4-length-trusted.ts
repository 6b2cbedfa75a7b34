import { panic } from '../../engine/base/errors.js';
import { SqlState } from '../../engine/base/sqlstate.js';
import { WalReader } from '../../engine/wal/reader.js';
import { recycledLog } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W4',
  title: "the length that stands in a recycled segment is taken for a record's, and memory allocated for it",
  precedent: 'PostgreSQL bae868c',
  tier: 'power',
  invariants: ['serves-again', 'recovery-idempotence'],
  powerFocus: recycledLog,
};

/** What the machine can spare for one record: more than any of these runs logs. */
const MEMORY_BYTES = 1024 * 1024;

interface Self {
  window: { bytes: Buffer };
}

export function install(): void {
  replaceMethod(
    WalReader,
    'recordLength',
    (original: (at: number, lsn: number) => number) =>
      function (this: Self, at, lsn) {
        const length = this.window.bytes.readUInt32LE(at);
        if (length <= MEMORY_BYTES) return original.call(this, at, lsn);
        throw panic(SqlState.outOfMemory, 'out of memory', { detail: `Failed on a WAL record of ${length} bytes.` });
      },
  );
}
