import { Fork, type RelFile, type Tid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { itemBytes, setPageLsn } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { tupleHoff } from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';
import { HeapInfo, encodeItem } from './heap-records.js';

/**
 * Overwrites the columns of a row version where it stands, for everyone and at once, beyond undoing (heap_inplace_update):
 * for facts of catalogs that are true whatever becomes of the transaction, such as a horizon. As long as before, with the
 * same nulls. The caller holds a lock that keeps others from making a new version of the row meanwhile.
 */
export class InPlaceUpdate {
  constructor(private readonly parts: HeapParts) {}

  run(file: RelFile, tid: Tid, tuple: Buffer): void {
    const { storage } = this.parts;
    const { buffers } = storage;
    const buffer = buffers.read(file, Fork.main, tid.block);
    buffers.lock(buffer, 'exclusive');
    const page = buffers.page(buffer);
    const old = itemBytes(page, tid.offset);
    const hoff = tupleHoff(old);
    if (old.length !== tuple.length || hoff !== tupleHoff(tuple)) {
      throw error(SqlState.internalError, 'wrong tuple length');
    }
    this.parts.context.interrupts.critical(() => {
      tuple.copy(old, hoff, hoff);
      buffers.markDirty(buffer);
      setPageLsn(page, this.log(file, tid, page, tuple.subarray(hoff)));
    });
    buffers.unlockRelease(buffer);
  }

  private log(
    file: RelFile,
    { block, offset }: Tid,
    page: Buffer,
    columns: Buffer,
  ): ReturnType<HeapParts['wal']['insert']> {
    const { wal, transactions } = this.parts;
    const blocks = [{ id: 0, file, fork: Fork.main, block, page, standard: true, data: [columns] }];
    const data = [encodeItem(offset)];
    return wal.insert({ rmgr: Rmgr.heap, info: HeapInfo.inPlace, xid: transactions.xidIfAssigned(), data, blocks });
  }
}
