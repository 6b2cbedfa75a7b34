import { heapResourceManager } from '../../engine/access/heap/heap-rmgr.js';
import { HeapInfo, decodeUpdate } from '../../engine/access/heap/heap-records.js';
import { blockOf, type RedoContext } from '../../engine/access/redo-buffers.js';
import { setTupleCtid } from '../../engine/access/tuple/tuple-header.js';
import { itemOffset } from '../../engine/storage/page/page.js';
import type { WalRecord } from '../../engine/wal/record.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C14',
  title: 'replay of an update leaves the old version of the row without its link to the new one',
  precedent: 'what wal_consistency_checking is for',
  tier: 'power',
  invariants: ['replay-images'],
};

export function install(): void {
  replaceMethod(
    { prototype: heapResourceManager },
    'redo',
    (original: (record: WalRecord, redo: RedoContext) => void) =>
      function (record, redo) {
        original.call(this, record, redo);
        if (isUpdate(record)) unlink(record, redo);
      },
  );
}

function isUpdate({ info }: WalRecord): boolean {
  const operation = info & HeapInfo.operationMask;
  return operation === HeapInfo.update || operation === HeapInfo.hotUpdate;
}

function unlink(record: WalRecord, redo: RedoContext): void {
  const old = record.blocks.some(({ id }) => id === 1) ? 1 : 0;
  const { oldOffset } = decodeUpdate(record.data);
  const { buffer } = redo.readBuffer(record, old);
  const page = redo.page(buffer);
  setTupleCtid(page, itemOffset(page, oldOffset), blockOf(record, old).block, oldOffset);
  redo.release(buffer);
}
