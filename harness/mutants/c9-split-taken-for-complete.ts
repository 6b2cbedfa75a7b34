import { PageKind, kindOf, setKind } from '../../engine/access/btree/btree-page.js';
import { BTreeInfo } from '../../engine/access/btree/btree-records.js';
import { btreeResourceManager } from '../../engine/access/btree/btree-rmgr.js';
import type { RedoContext } from '../../engine/access/redo-buffers.js';
import type { WalRecord } from '../../engine/wal/record.js';
import { RMGR_INFO_MASK } from '../../engine/wal/rmgr-ids.js';
import { indexed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C9',
  title: 'where the log ends in the middle of a B-tree split, nobody learns that the new page has no downlink yet',
  precedent: 'PostgreSQL 8.3.4',
  tier: 'power',
  invariants: ['index-structure', 'index-agreement', 'serves-again', 'no-internal-error'],
  powerFocus: indexed,
};

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
