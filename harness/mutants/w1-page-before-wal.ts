import { BufferIo } from '../../engine/storage/buffers/buffer-io.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W1',
  title: 'a data page is written before the WAL that describes it',
  precedent: 'RocksDB 9.3.0, "SST ahead of WALs"',
  tier: 'kill',
  invariants: [
    'write-ahead',
    'no-resurrection',
    'atomicity',
    'durability',
    'xid-uniqueness',
    'serves-again',
    'lsn-monotonicity',
  ],
  focus,
};

/** Few buffers, commits that do not flush, a WAL writer held up: pages are written while their log is in memory. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [
    'stall walwriter at pwrite(wal) #1 for 3000 ms',
    `kill all when backend at pwrite(data) #${pick(config, 40)} after`,
  ];
  return withFaults(config, faults, {
    ...quietLog(config),
    asyncShare: 1,
    transactionsPerRound: 600,
    settings: { ...config.settings, shared_buffers: 16, wal_buffers: 256, bgwriter_lru_maxpages: 0 },
  });
}

interface Io {
  wal: { isOpen(): boolean };
}

export function install(): void {
  replaceMethod(
    BufferIo,
    'flush',
    (original: (id: number) => boolean) =>
      function (this: Io, id) {
        const { wal } = this;
        this.wal = { isOpen: () => false };
        try {
          return original.call(this, id);
        } finally {
          this.wal = wal;
        }
      },
  );
}
