import type { EngineContext } from '../../engine/memory/context.js';
import { lwLockIds } from '../../engine/memory/lwlock-table.js';
import { FlushRequests } from '../../engine/wal/flush.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W11',
  title: 'group commit trusts a flush that began before its own record was inserted',
  precedent: 'RocksDB 7.7.0',
  tier: 'kill',
  invariants: ['durability', 'async-loss', 'write-ahead', 'lsn-monotonicity'],
  focus,
};

/** One flush takes long, many commits wait for it, and the kill comes before the next write of the log. */
function focus(config: CycleConfig): CycleConfig {
  const count = 10 + pick(config, 30);
  const faults = [
    `stall backend at fdatasync(wal) #${count} for 120 ms`,
    `kill all when backend at point wal:before-write #${count + 1}`,
  ];
  return withFaults(config, faults, { ...quietLog(config), clients: clients(8) });
}

interface Requests {
  context: EngineContext;
  state: { get(field: 'flushed'): number };
}

export function install(): void {
  replaceMethod(
    FlushRequests,
    'flush',
    (original: (upTo: number) => void) =>
      function (this: Requests, upTo) {
        const { lwlocks } = this.context.memory;
        if (upTo <= this.state.get('flushed')) return;
        if (!lwlocks.acquireOrWait(lwLockIds.WalWrite)) return;
        lwlocks.release(lwLockIds.WalWrite);
        original.call(this, upTo);
      },
  );
}
