import { Fork, type RelFile, type Tid } from '../../base/block.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';
import { setPageLsn } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { setTupleCtid, setTupleXmin } from '../tuple/tuple-header.js';
import { setDeleter, setPrunable } from './heap-change.js';
import type { HeapParts } from './heap-parts.js';
import { DeleteFlag, HeapInfo, encodeItem, encodeXmaxChange } from './heap-records.js';
import type { RowChanges, RowInHand } from './row-changes.js';
import type { RowWrites } from './row-writes.js';
import type { Undecided } from './speculation.js';

/** A row inserted for a trial. */
export interface SpeculativeRow {
  readonly tid: Tid;
  readonly speculation: number;
  readonly xid: Xid;
}

const LAST_NUMBER = 0xffff_fffe;

/**
 * Rows inserted for a trial, by who will rather do something else than fail when another row has their key (heapam.c
 * heap_finish_speculative, heap_abort_speculative).
 *
 * The row carries a number, on which its inserter holds a lock. Others who find the row wait for that lock first: for the
 * end of the trial, not of the transaction. Two such inserters that find each other both take their rows back and look
 * again; were they to wait for each other's transactions, they would wait for ever.
 */
export class SpeculativeRows {
  private last = 0;

  constructor(
    private readonly parts: HeapParts,
    private readonly changes: RowChanges,
    private readonly writes: RowWrites,
  ) {}

  insert(file: RelFile, tuple: Buffer, fillFactor: number): SpeculativeRow {
    const xid = this.parts.transactions.xid();
    this.last = this.last >= LAST_NUMBER ? 1 : this.last + 1;
    const speculation = this.last;
    this.parts.storage.locks.acquire(tagOf(xid, speculation), 'Exclusive');
    return { xid, speculation, tid: this.writes.insert(file, tuple, fillFactor, speculation) };
  }

  /** The row stays, as any other of its transaction. */
  confirm(file: RelFile, row: SpeculativeRow): void {
    this.finish(file, row, ({ page, at, tid }) => {
      setTupleCtid(page, at, tid.block, tid.offset);
      return { info: HeapInfo.confirm, data: encodeItem(tid.offset) };
    });
  }

  /** The row was never there. Index entries for it lead nowhere. */
  takeBack(file: RelFile, row: SpeculativeRow): void {
    this.finish(file, row, ({ page, at, tid }) => {
      setPrunable(page, row.xid);
      setDeleter(page, at, INVALID_XID, 0, 0, tid);
      setTupleXmin(page, at, INVALID_XID);
      return { info: HeapInfo.delete, data: encodeXmaxChange(page, at, tid.offset, DeleteFlag.isTakenBack) };
    });
  }

  /** Waits until what the row depends on has been decided, or at least the trial is over. */
  await({ inProgress, speculation }: Undecided): void {
    const { transactions, storage } = this.parts;
    if (speculation === undefined) return transactions.waitFor(inProgress);
    const tag = tagOf(inProgress, speculation);
    storage.locks.acquire(tag, 'Share');
    storage.locks.release(tag, 'Share');
  }

  private finish(file: RelFile, { tid, xid, speculation }: SpeculativeRow, change: RowChange): void {
    const { storage, wal, context } = this.parts;
    const row = this.changes.pickUp(file, tid);
    context.interrupts.critical(() => {
      const { info, data } = change(row);
      storage.buffers.markDirty(row.buffer);
      const block = { id: 0, file, fork: Fork.main, block: tid.block, page: row.page, standard: true };
      setPageLsn(row.page, wal.insert({ rmgr: Rmgr.heap, info, xid, data: [data], blocks: [block] }));
    });
    storage.buffers.unlock(row.buffer);
    this.changes.putDown(row);
    storage.locks.release(tagOf(xid, speculation), 'Exclusive');
  }
}

/** Makes the change, and gives the record of it. */
type RowChange = (row: RowInHand) => { info: number; data: Buffer };

function tagOf(xid: Xid, speculation: number): LockTag {
  return { kind: 'speculation', xid, speculation };
}
