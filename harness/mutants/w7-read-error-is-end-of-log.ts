import { PgError } from '../../engine/base/errors.js';
import { WalReader } from '../../engine/wal/reader.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W7',
  title: 'a read error in recovery is taken for the end of the log',
  precedent: 'PostgreSQL baeb8542',
  invariants: [
    'durability',
    'lsn-monotonicity',
    'atomicity',
    'no-resurrection',
    'xid-uniqueness',
    'serves-again',
    'write-ahead',
  ],
  focus,
};

/** Much log in small segments, then an error on one of recovery's reads. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [
    `kill all at random +0.${200 + pick(config, 300)}`,
    `EIO startup at pread(wal) #${1 + pick(config, 3)}`,
  ];
  return withFaults(config, faults, {
    workload: 'inserts',
    clients: clients(4),
    checkpointEveryMs: 0,
    walSegmentMegabytes: 1,
  });
}

interface Reader {
  position: number;
}

export function install(): void {
  replaceMethod(
    WalReader,
    'next',
    (original: () => unknown) =>
      function (this: Reader) {
        try {
          return original.call(this);
        } catch (thrown) {
          if (!(thrown instanceof PgError)) throw thrown;
          return {
            endOfLog: thrown.message,
            kind: 'no-record',
            at: this.position,
            brokenRecord: 0,
            missingContrecord: 0,
          };
        }
      },
  );
}
