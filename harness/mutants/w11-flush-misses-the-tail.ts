import type { EngineContext } from '../../engine/memory/context.js';
import { lwLockIds } from '../../engine/memory/lwlock-table.js';
import { FlushRequests } from '../../engine/wal/flush.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W11',
  title: 'group commit trusts a flush that began before its own record was inserted',
  precedent: 'RocksDB 7.7.0',
  invariants: ['durability', 'async-loss', 'write-ahead', 'lsn-monotonicity'],
  focus,
};

function focus(config: CycleConfig): CycleConfig {
  const faults = [`kill all when backend at fdatasync(wal) #${20 + pick(config, 60)}`];
  return withFaults(config, faults, {
    workload: 'inserts',
    clients: clients(8),
    asyncShare: 0,
    checkpointEveryMs: 0,
    statementMode: 'batch',
  });
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
