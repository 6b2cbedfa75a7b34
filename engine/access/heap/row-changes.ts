import { Fork, type RelFile, type Tid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  ItemState,
  isAllVisible,
  isNew,
  itemLength,
  itemOffset,
  itemState,
  maxOffset,
  setPageLsn,
} from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import {
  Infomask,
  Infomask2,
  setTupleCommandId,
  tupleCtid,
  tupleInfomask,
  tupleInfomask2,
  tupleXmax,
  tupleXmin,
} from '../tuple/tuple-header.js';
import { MapBit } from '../visibility-map/map-format.js';
import { setDeleter, setPrunable } from './heap-change.js';
import type { HeapParts } from './heap-parts.js';
import { DeleteFlag, HeapInfo, LockFlag, encodeXmaxChange } from './heap-records.js';
import type { Standing, Visibility } from './visibility.js';

/**
 * What became of an attempt to change a row version (access/tableam.h TM_Result).
 *
 * - ok: done
 * - invisible: made by this very command, or by a transaction that did not commit: it should not have been tried
 * - self-modified: this command, or a later one of this transaction, has changed it already
 * - updated: another transaction did, and committed: the row goes on at `newTid`
 * - deleted: likewise, and there is nothing more
 * - being-modified: another transaction is about to; only when told not to wait
 */
export type ModifyResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'invisible' }
  | { readonly kind: 'self-modified' }
  | { readonly kind: 'updated'; readonly newTid: Tid; readonly xmax: Xid }
  | { readonly kind: 'deleted'; readonly xmax: Xid }
  | { readonly kind: 'being-modified'; readonly xmax: Xid };

export interface ModifyOptions {
  /** Whether to wait for a transaction that has changed or locked the row. Default true. */
  readonly wait?: boolean;
}

const OK: ModifyResult = { kind: 'ok' };
const { xmaxExclusiveLock, xmaxLockOnly } = Infomask;

/** What to store as command id with a change of xmax. */
export interface ChangeCommandId {
  readonly commandId: number;
  readonly isCombo: boolean;
}

/** A row version about to be changed: its page is pinned, and so the tuple stays where it is. */
export interface RowInHand {
  readonly file: RelFile;
  readonly tid: Tid;
  readonly buffer: BufferId;
  readonly page: Buffer;
  readonly at: number;
  readonly length: number;
  /** Pinned: the page of the visibility map to clear the page's bit in; -1 when it was not all-visible. */
  map: BufferId;
  hasTupleLock: boolean;
}

/**
 * Deletes and locks row versions, and the waiting that every change of a row begins with (heapam.c heap_delete,
 * heap_lock_tuple).
 *
 * Who must wait for another transaction first queues for the row's heavyweight lock: so that of many waiters one at a
 * time competes for the row, in order, and none is passed over for ever.
 */
export class RowChanges {
  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
  ) {}

  delete(file: RelFile, tid: Tid, options: ModifyOptions): ModifyResult {
    const { transactions } = this.parts;
    const xid = transactions.xid();
    const command = transactions.useCommandId();
    return this.change(file, tid, options, (row) => {
      const deletion = this.commandIdOfChange(row, command);
      this.parts.context.interrupts.critical(() => {
        setPrunable(row.page, xid);
        const isCleared = this.parts.visibilityMap.unmark(row.page, tid.block, row.map);
        setDeleter(row.page, row.at, xid, 0, Infomask2.keysUpdated, tid);
        setTupleCommandId(row.page, row.at, deletion.commandId, deletion.isCombo);
        this.log(row, xid, HeapInfo.delete, isCleared ? DeleteFlag.allVisibleCleared : 0);
      });
    });
  }

  /** Locks the row version against change by others, until the transaction ends (FOR UPDATE). */
  lock(file: RelFile, tid: Tid, options: ModifyOptions): ModifyResult {
    const { transactions } = this.parts;
    const xid = transactions.xid();
    const command = transactions.useCommandId();
    return this.change(file, tid, options, (row) => {
      if (this.isLockedByMe(row)) return;
      this.markLocked(row, xid, this.commandIdOfChange(row, command), Infomask2.keysUpdated);
    });
  }

  /** Finds the row, waits until it may be changed, lets `body` do so under the exclusive lock, and lets all go. */
  private change(file: RelFile, tid: Tid, options: ModifyOptions, body: (row: RowInHand) => void): ModifyResult {
    const row = this.pickUp(file, tid);
    const result = this.claim(row, options);
    if (result.kind === 'ok') body(row);
    this.parts.storage.buffers.unlock(row.buffer);
    this.putDown(row);
    return result;
  }

  /** Pins and locks the version's page. Raises XX000 when there is no version at that place. */
  pickUp(file: RelFile, tid: Tid): RowInHand {
    const { storage, visibilityMap } = this.parts;
    const { buffers } = storage;
    const buffer = buffers.read(file, Fork.main, tid.block);
    const page = buffers.page(buffer);
    const map = visibilityMap.lockForChange(file, tid.block, buffer);
    const isThere = !isNew(page) && tid.offset >= 1 && tid.offset <= maxOffset(page);
    if (!isThere || itemState(page, tid.offset) !== ItemState.normal) {
      visibilityMap.release(map);
      buffers.unlockRelease(buffer);
      throw error(SqlState.internalError, `there is no row at (${tid.block},${tid.offset})`);
    }
    const at = itemOffset(page, tid.offset);
    return { file, tid, buffer, page, at, length: itemLength(page, tid.offset), map, hasTupleLock: false };
  }

  /** Lets pins and row lock go; the page is unlocked already. */
  putDown(row: RowInHand): void {
    const { buffers, locks } = this.parts.storage;
    this.parts.visibilityMap.release(row.map);
    buffers.release(row.buffer);
    if (row.hasTupleLock) locks.release(tupleTag(row), 'Exclusive');
  }

  /** With the page locked: waits until the row may be changed, or tells why it may not. The page is locked afterwards. */
  claim(row: RowInHand, { wait = true }: ModifyOptions): ModifyResult {
    const { storage, visibilityMap } = this.parts;
    for (;;) {
      const standing = this.visibility.forUpdate(row.page, row.at, row.buffer, row.tid.block, row.tid.offset);
      const xmax = tupleXmax(row.page, row.at);
      if (standing !== 'being-modified') return resultOf(standing, row, xmax);
      if (this.parts.transactions.isMine(xmax)) {
        this.keepLock(row, xmax);
        return OK;
      }
      if (!wait) return { kind: 'being-modified', xmax };
      storage.buffers.unlock(row.buffer);
      this.waitFor(row, xmax);
      row.map = visibilityMap.lockForChange(row.file, row.tid.block, row.buffer, row.map);
    }
  }

  /**
   * A version inserted by this transaction needs a combo id, unless the
   * insertion's part is of no more use.
   */
  commandIdOfChange(row: RowInHand, command: number): ChangeCommandId {
    const { transactions } = this.parts;
    const isCommitted = (tupleInfomask(row.page, row.at) & Infomask.xminCommitted) !== 0;
    if (isCommitted || !transactions.isMine(tupleXmin(row.page, row.at))) return { commandId: command, isCombo: false };
    const cmin = transactions.combos.cmin(row.page, row.at);
    return { commandId: transactions.combos.combine(cmin, command), isCombo: true };
  }

  /**
   * Writes the row lock into the tuple: xmax is the locker. `strength`: `keysUpdated` as FOR UPDATE, 0 as an update. The
   * row stays visible to all, but must be frozen again one day.
   */
  markLocked(row: RowInHand, xid: Xid, change: ChangeCommandId, strength: number): void {
    this.parts.context.interrupts.critical(() => {
      setDeleter(row.page, row.at, xid, xmaxLockOnly | xmaxExclusiveLock, strength, row.tid);
      setTupleCommandId(row.page, row.at, change.commandId, change.isCombo);
      this.log(row, xid, HeapInfo.lock, this.clearAllFrozen(row) ? LockFlag.allFrozenCleared : 0);
    });
  }

  private clearAllFrozen({ page, tid, map }: RowInHand): boolean {
    return isAllVisible(page) && this.parts.visibilityMap.clear(map, tid.block, MapBit.allFrozen);
  }

  /** The row is this transaction's to lock: when what takes it now is undone, the lock shall be there again. */
  private keepLock({ file, tid, page, at }: RowInHand, locker: Xid): void {
    const strength = tupleInfomask2(page, at) & Infomask2.keysUpdated;
    this.parts.transactions.keepLock(locker, (undone) => this.lockAgain(file, tid, locker, strength, undone));
  }

  private lockAgain(file: RelFile, tid: Tid, locker: Xid, strength: number, undone: ReadonlySet<Xid>): void {
    const row = this.pickUp(file, tid);
    if (undone.has(tupleXmax(row.page, row.at))) {
      const command = this.parts.transactions.useCommandId();
      this.markLocked(row, locker, this.commandIdOfChange(row, command), strength);
    }
    this.parts.storage.buffers.unlock(row.buffer);
    this.putDown(row);
  }

  private log({ file, tid, buffer, page, at }: RowInHand, xid: Xid, info: number, flags: number): void {
    const { storage, wal } = this.parts;
    storage.buffers.markDirty(buffer);
    const data = [encodeXmaxChange(page, at, tid.offset, flags)];
    const blocks = [{ id: 0, file, fork: Fork.main, block: tid.block, page, standard: true }];
    setPageLsn(page, wal.insert({ rmgr: Rmgr.heap, info, xid, data, blocks }));
  }

  private waitFor(row: RowInHand, xmax: Xid): void {
    if (!row.hasTupleLock) {
      this.parts.storage.locks.acquire(tupleTag(row), 'Exclusive');
      row.hasTupleLock = true;
    }
    this.parts.transactions.waitFor(xmax);
  }

  private isLockedByMe({ page, at }: RowInHand): boolean {
    const infomask = tupleInfomask(page, at);
    const isExclusive = (tupleInfomask2(page, at) & Infomask2.keysUpdated) !== 0;
    return (
      isExclusive &&
      (infomask & (xmaxLockOnly | Infomask.xmaxInvalid)) === xmaxLockOnly &&
      this.parts.transactions.isMine(tupleXmax(page, at))
    );
  }
}

function resultOf(standing: Exclude<Standing, 'being-modified'>, { page, at }: RowInHand, xmax: Xid): ModifyResult {
  switch (standing) {
    case 'updated':
      return { kind: 'updated', newTid: tupleCtid(page, at), xmax };
    case 'deleted':
      return { kind: 'deleted', xmax };
    case 'ok':
      return OK;
    default:
      return { kind: standing };
  }
}

function tupleTag({ file, tid }: RowInHand): {
  kind: 'tuple';
  database: number;
  relation: number;
  block: number;
  offset: number;
} {
  return { kind: 'tuple', database: file.database, relation: file.relation, block: tid.block, offset: tid.offset };
}
