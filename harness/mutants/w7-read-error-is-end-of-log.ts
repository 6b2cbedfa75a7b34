import { PgError } from '../../engine/base/errors.js';
import { WalReader } from '../../engine/wal/reader.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W7',
  title: 'a read error in recovery is taken for the end of the log',
  precedent: 'PostgreSQL baeb8542',
  tier: 'kill',
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

/** More log than recovery reads at once, and an error on a read after those that copy the log's end or find the checkpoint. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [
    `kill all when backend#1 at point commit:before-record #${200 + pick(config, 200)}`,
    `EIO startup at pread(wal) #${11 + pick(config, 8)}`,
  ];
  return withFaults(config, faults, {
    ...quietLog(config),
    transactionsPerRound: 600,
    settings: { ...config.settings, max_wal_size: '8MB' },
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
