import { PageKind, kindOf, setKind } from '../../engine/access/btree/btree-page.js';
import { BTreeInfo } from '../../engine/access/btree/btree-records.js';
import { btreeResourceManager } from '../../engine/access/btree/btree-rmgr.js';
import type { RedoContext } from '../../engine/access/redo-buffers.js';
import type { WalRecord } from '../../engine/wal/record.js';
import { RMGR_INFO_MASK } from '../../engine/wal/rmgr-ids.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C9',
  title: 'where the log ends in the middle of a B-tree split, nobody learns that the new page has no downlink yet',
  precedent: 'PostgreSQL 8.3.4',
  tier: 'kill',
  invariants: ['index-structure', 'index-agreement', 'serves-again', 'no-internal-error'],
  focus,
};

/** One client is stalled in the middle of a split, while others' commits bring the log to disk, until everything dies. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [`stall backend#1 at point btree:page-split #${pick(config, 12)} for 20000 ms`];
  return withFaults(config, faults, {
    workload: 'index',
    clients: clients(4),
    asyncShare: 0,
    statementMode: 'batch',
    settings: { ...config.settings, wal_writer_delay: 10, autovacuum: 'off' },
  });
}

export function install(): void {
  replaceMethod(
    { prototype: btreeResourceManager },
    'redo',
    (original: (record: WalRecord, redo: RedoContext) => void) =>
      function (record, redo) {
        original.call(this, record, redo);
        const operation = record.info & RMGR_INFO_MASK;
        if (operation === BTreeInfo.splitLeft || operation === BTreeInfo.splitRight) forget(record, redo);
      },
  );
}

/** The left half says no more that its right sibling lacks something. */
function forget(record: WalRecord, redo: RedoContext): void {
  const { buffer } = redo.readBuffer(record, 0);
  const page = redo.page(buffer);
  setKind(page, kindOf(page) & ~PageKind.incompleteSplit);
  redo.release(buffer);
}
