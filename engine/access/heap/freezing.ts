import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, isNormalXid, xidPrecedes, type Xid } from '../../base/xid.js';
import {
  Infomask,
  Infomask2,
  isLockedOnly,
  tupleInfomask,
  tupleInfomask2,
  tupleInserter,
  tupleXmax,
} from '../tuple/tuple-header.js';
import type { Transactions } from '../transactions/transactions.js';
import type { FrozenTuple } from './heap-records.js';

export interface FreezeBounds {
  /** pg_class.relfrozenxid: no older id may be in the table. */
  readonly relFrozenXid: Xid;
  /** Older ids are frozen. */
  readonly freezeLimit: Xid;
  /** Where the search for the oldest id left begins: nothing older is dead to all. */
  readonly oldestXmin: Xid;
}

/**
 * Takes ids out of tuples before their numbers come round again (heapam.c heap_prepare_freeze_tuple): an inserter that
 * everyone sees becomes "frozen", a deleter or locker that came to nothing goes. And keeps account of the oldest id that
 * stays: the table's next relfrozenxid.
 *
 * An id that ought not to be there is an error: to go on would make damage last, or rows disappear.
 */
export class Freezing {
  /** No id older than this is left in what has been looked at. */
  oldestLeft: Xid;

  constructor(
    private readonly transactions: Pick<Transactions, 'isCommitted'>,
    private readonly bounds: FreezeBounds,
  ) {
    this.oldestLeft = bounds.oldestXmin;
  }

  /** Adds to `changes` what freezing does to the tuple, if anything; returns whether no id is left in it then. */
  prepare(page: Buffer, at: number, offset: number, changes: FrozenTuple[]): boolean {
    const xmin = tupleInserter(page, at);
    const xmax = tupleXmax(page, at);
    const freezesXmin = this.freezesInserter(xmin);
    const freezesXmax = this.freezesDeleter(xmax, tupleInfomask(page, at));
    if (freezesXmin || freezesXmax) changes.push(frozen(page, at, offset, freezesXmin, freezesXmax));
    return (freezesXmin || !isNormalXid(xmin)) && (freezesXmax || xmax === INVALID_XID);
  }

  /** Does the tuple hold an id that must be frozen? Counts its ids as left (heap_tuple_would_freeze). */
  leaves(page: Buffer, at: number): boolean {
    const ids = [tupleInserter(page, at), tupleXmax(page, at)].filter(isNormalXid);
    ids.forEach((id) => this.noteLeft(id));
    return ids.some((id) => xidPrecedes(id, this.bounds.freezeLimit));
  }

  private freezesInserter(xmin: Xid): boolean {
    const { relFrozenXid, freezeLimit } = this.bounds;
    if (!isNormalXid(xmin)) return false;
    if (xidPrecedes(xmin, relFrozenXid)) throw corrupted(`found xmin ${xmin} from before relfrozenxid ${relFrozenXid}`);
    if (!xidPrecedes(xmin, freezeLimit)) {
      this.noteLeft(xmin);
      return false;
    }
    if (!this.transactions.isCommitted(xmin)) {
      throw corrupted(`uncommitted xmin ${xmin} from before xid cutoff ${freezeLimit} needs to be frozen`);
    }
    return true;
  }

  private freezesDeleter(xmax: Xid, infomask: number): boolean {
    const { relFrozenXid, freezeLimit } = this.bounds;
    if (xmax === INVALID_XID) return false;
    if ((infomask & Infomask.xmaxIsMulti) !== 0 || !isNormalXid(xmax)) {
      throw corrupted(`found xmax ${xmax} (infomask 0x${hex(infomask)}) not frozen, not multi, not normal`);
    }
    if (xidPrecedes(xmax, relFrozenXid)) throw corrupted(`found xmax ${xmax} from before relfrozenxid ${relFrozenXid}`);
    if (!xidPrecedes(xmax, freezeLimit)) {
      this.noteLeft(xmax);
      return false;
    }
    // A lock is let go with its transaction, whether that committed or not.
    if (!isLockedOnly(infomask) && this.transactions.isCommitted(xmax)) {
      throw corrupted(`cannot freeze committed xmax ${xmax}`);
    }
    return true;
  }

  private noteLeft(id: Xid): void {
    if (xidPrecedes(id, this.oldestLeft)) this.oldestLeft = id;
  }
}

function frozen(page: Buffer, at: number, offset: number, xmin: boolean, xmax: boolean): FrozenTuple {
  const infomask = tupleInfomask(page, at) | (xmin ? Infomask.xminFrozen : 0);
  const infomask2 = tupleInfomask2(page, at);
  if (!xmax) return { offset, xmax: tupleXmax(page, at), infomask, infomask2 };
  return {
    offset,
    xmax: INVALID_XID,
    infomask: (infomask & ~Infomask.xmaxBits) | Infomask.xmaxInvalid,
    infomask2: infomask2 & ~(Infomask2.hotUpdated | Infomask2.keysUpdated),
  };
}

function hex(infomask: number): string {
  return infomask.toString(16).padStart(4, '0');
}

function corrupted(message: string): Error {
  return error(SqlState.dataCorrupted, message);
}
