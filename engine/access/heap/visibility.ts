import type { BlockNumber } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, xidPrecedes, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { isInSnapshot, type Snapshot } from '../transactions/snapshot.js';
import {
  Infomask,
  ctidIs,
  isLockedOnly,
  setTupleInfomask,
  tupleInfomask,
  tupleXmax,
  tupleXmin,
} from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';

/** What stands in the way of changing a row version; `ok` when nothing does. */
export type Standing = 'ok' | 'invisible' | 'self-modified' | 'updated' | 'deleted' | 'being-modified';

/** What is to become of a version, see `fateOf`. */
export const Fate = { dead: 0, recentlyDead: 1, live: 2, inserting: 3, deleting: 4 } as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

const { xminCommitted, xminInvalid, xmaxCommitted, xmaxInvalid, xmaxIsMulti } = Infomask;

/**
 * Which row versions exist for whom (access/heap/heapam_visibility.c).
 *
 *   xmin is ours       by command ids                 xmax is ours      by command ids
 *   xmin is running    not there yet                  xmax is running   still there
 *   xmin committed     look at xmax                   xmax committed    gone
 *   xmin is neither    it aborted, or its server died: never there; for xmax: never gone
 *
 * "Running" is asked before "committed": a transaction marks the commit log before it leaves the process array, so the
 * other order could find it in neither. For an MVCC snapshot "running" means: when the snapshot was taken.
 *
 * What was found out is noted in the tuple as a hint, so that it need not be looked up again. The caller holds the
 * page's content lock, shared at least.
 */
export class Visibility {
  constructor(private readonly parts: HeapParts) {}

  satisfies(snapshot: Snapshot, page: Buffer, at: number, buffer: BufferId): boolean {
    if (snapshot.kind === 'mvcc') return this.satisfiesMvcc(snapshot, page, at, buffer);
    if (snapshot.kind === 'any') return true;
    return this.satisfiesPresent(page, at, buffer, snapshot.kind === 'dirty');
  }

  satisfiesMvcc(snapshot: Snapshot, page: Buffer, at: number, buffer: BufferId): boolean {
    const { transactions } = this.parts;
    const infomask = tupleInfomask(page, at);
    if ((infomask & xminCommitted) === 0) {
      if ((infomask & xminInvalid) !== 0) return false;
      const xmin = tupleXmin(page, at);
      if (transactions.isMine(xmin)) return this.ownIsVisible(snapshot, page, at, buffer, infomask);
      if (isInSnapshot(snapshot, xmin)) return false;
      if (!this.noteInserter(page, at, buffer, xmin)) return false;
    } else if ((infomask & xminInvalid) === 0 && isInSnapshot(snapshot, tupleXmin(page, at))) {
      return false;
    }
    if ((infomask & xmaxInvalid) !== 0 || isLockedOnly(infomask)) return true;
    const xmax = tupleXmax(page, at);
    if ((infomask & xmaxCommitted) !== 0) return isInSnapshot(snapshot, xmax);
    refuseMulti(infomask);
    if (transactions.isMine(xmax)) return transactions.combos.cmax(page, at) >= snapshot.commandId;
    return isInSnapshot(snapshot, xmax) || !this.noteDeleter(page, at, buffer, xmax);
  }

  /** Can the current command change this version (HeapTupleSatisfiesUpdate)? `block`, `offset`: the tuple's own place. */
  forUpdate(page: Buffer, at: number, buffer: BufferId, block: BlockNumber, offset: number): Standing {
    const { transactions } = this.parts;
    const infomask = tupleInfomask(page, at);
    const command = transactions.commandId();
    if ((infomask & xminCommitted) === 0) {
      if ((infomask & xminInvalid) !== 0) return 'invisible';
      const xmin = tupleXmin(page, at);
      if (transactions.isMine(xmin)) return this.ownForUpdate(page, at, buffer, infomask);
      if (transactions.isInProgress(xmin) || !this.noteInserter(page, at, buffer, xmin)) return 'invisible';
    }
    if ((infomask & xmaxInvalid) !== 0) return 'ok';
    refuseMulti(infomask);
    const xmax = tupleXmax(page, at);
    if ((infomask & xmaxCommitted) === 0) {
      if (transactions.isMine(xmax)) {
        if (isLockedOnly(infomask)) return 'being-modified';
        return transactions.combos.cmax(page, at) >= command ? 'self-modified' : 'invisible';
      }
      if (transactions.isInProgress(xmax)) return 'being-modified';
      if (isLockedOnly(infomask)) return this.noteLockGone(page, at, buffer);
      if (!this.noteDeleter(page, at, buffer, xmax)) return 'ok';
    }
    if (isLockedOnly(infomask)) return 'ok';
    return ctidIs(page, at, block, offset) ? 'deleted' : 'updated';
  }

  /**
   * What is to become of the version (HeapTupleSatisfiesVacuum). Dead is one whose inserter aborted, or whose deleter
   * committed before `horizon`, which is older than every snapshot.
   */
  fateOf(page: Buffer, at: number, buffer: BufferId, horizon: Xid): Fate {
    const { transactions } = this.parts;
    const infomask = tupleInfomask(page, at);
    if ((infomask & xminCommitted) === 0) {
      if ((infomask & xminInvalid) !== 0) return Fate.dead;
      const xmin = tupleXmin(page, at);
      if (transactions.isMine(xmin)) return this.ownFate(page, at, infomask);
      if (transactions.isInProgress(xmin)) return Fate.inserting;
      if (!this.noteInserter(page, at, buffer, xmin)) return Fate.dead;
    }
    if ((infomask & xmaxInvalid) !== 0) return Fate.live;
    refuseMulti(infomask);
    const xmax = tupleXmax(page, at);
    if ((infomask & xmaxCommitted) === 0) {
      if (transactions.isInProgress(xmax)) return isLockedOnly(infomask) ? Fate.live : Fate.deleting;
      if (isLockedOnly(infomask)) this.noteLockGone(page, at, buffer);
      else if (!this.noteDeleter(page, at, buffer, xmax)) return Fate.live;
    }
    if (isLockedOnly(infomask)) return Fate.live;
    return xidPrecedes(xmax, horizon) ? Fate.dead : Fate.recentlyDead;
  }

  /**
   * Do the hints alone say that nobody can ever see the version (HeapTupleIsSurelyDead)? For whoever would rather not
   * know than look it up.
   */
  isSurelyDead(page: Buffer, at: number, horizon: Xid): boolean {
    const infomask = tupleInfomask(page, at);
    if ((infomask & xminCommitted) === 0) return (infomask & xminInvalid) !== 0;
    if ((infomask & xmaxInvalid) !== 0 || isLockedOnly(infomask)) return false;
    return (infomask & xmaxCommitted) !== 0 && xidPrecedes(tupleXmax(page, at), horizon);
  }

  /**
   * Is the version there, now or when a running transaction has its way (HeapTupleSatisfiesDirty)? An id: it depends on
   * how that transaction ends.
   */
  presenceOf(page: Buffer, at: number, buffer: BufferId): 'live' | 'dead' | Xid {
    const { transactions } = this.parts;
    const xmin = tupleXmin(page, at);
    const isOpen = (tupleInfomask(page, at) & (xminCommitted | xminInvalid)) === 0 && !transactions.isMine(xmin);
    if (isOpen && transactions.isInProgress(xmin)) return xmin;
    if (!this.satisfiesPresent(page, at, buffer, false)) return 'dead';
    const infomask = tupleInfomask(page, at);
    if ((infomask & xmaxInvalid) !== 0 || isLockedOnly(infomask)) return 'live';
    return tupleXmax(page, at);
  }

  /** HeapTupleSatisfiesSelf and, with `seesRunning`, HeapTupleSatisfiesDirty: the state of things at this moment. */
  private satisfiesPresent(page: Buffer, at: number, buffer: BufferId, seesRunning: boolean): boolean {
    const { transactions } = this.parts;
    const infomask = tupleInfomask(page, at);
    if ((infomask & xminCommitted) === 0) {
      if ((infomask & xminInvalid) !== 0) return false;
      const xmin = tupleXmin(page, at);
      if (!transactions.isMine(xmin)) {
        if (transactions.isInProgress(xmin)) return seesRunning;
        if (!this.noteInserter(page, at, buffer, xmin)) return false;
      }
    }
    if ((infomask & xmaxInvalid) !== 0 || isLockedOnly(infomask)) return true;
    if ((infomask & xmaxCommitted) !== 0) return false;
    refuseMulti(infomask);
    const xmax = tupleXmax(page, at);
    if (transactions.isMine(xmax)) return false;
    return transactions.isInProgress(xmax) || !this.noteDeleter(page, at, buffer, xmax);
  }

  private ownFate(page: Buffer, at: number, infomask: number): Fate {
    if ((infomask & xmaxInvalid) !== 0 || isLockedOnly(infomask)) return Fate.inserting;
    return this.parts.transactions.isMine(tupleXmax(page, at)) ? Fate.deleting : Fate.inserting;
  }

  private ownIsVisible(snapshot: Snapshot, page: Buffer, at: number, buffer: BufferId, infomask: number): boolean {
    const { transactions } = this.parts;
    if (transactions.combos.cmin(page, at) >= snapshot.commandId) return false;
    if ((infomask & xmaxInvalid) !== 0 || isLockedOnly(infomask)) return true;
    const xmax = tupleXmax(page, at);
    if (transactions.isMine(xmax)) return transactions.combos.cmax(page, at) >= snapshot.commandId;
    this.hint(page, at, buffer, xmaxInvalid, INVALID_XID);
    return true;
  }

  private ownForUpdate(page: Buffer, at: number, buffer: BufferId, infomask: number): Standing {
    const { transactions } = this.parts;
    const command = transactions.commandId();
    if (transactions.combos.cmin(page, at) >= command) return 'invisible';
    if ((infomask & xmaxInvalid) !== 0) return 'ok';
    const xmax = tupleXmax(page, at);
    if (isLockedOnly(infomask)) return transactions.isInProgress(xmax) ? 'being-modified' : 'ok';
    if (transactions.isMine(xmax)) {
      return transactions.combos.cmax(page, at) >= command ? 'self-modified' : 'invisible';
    }
    this.hint(page, at, buffer, xmaxInvalid, INVALID_XID);
    return 'ok';
  }

  /** Did the inserter, which is not running, commit? */
  private noteInserter(page: Buffer, at: number, buffer: BufferId, xmin: Xid): boolean {
    const committed = this.parts.transactions.isCommitted(xmin);
    if (committed) this.hint(page, at, buffer, xminCommitted, xmin);
    else this.hint(page, at, buffer, xminInvalid, INVALID_XID);
    return committed;
  }

  /** Did the deleter, which is not running, commit? */
  private noteDeleter(page: Buffer, at: number, buffer: BufferId, xmax: Xid): boolean {
    const committed = this.parts.transactions.isCommitted(xmax);
    if (committed) this.hint(page, at, buffer, xmaxCommitted, xmax);
    else this.hint(page, at, buffer, xmaxInvalid, INVALID_XID);
    return committed;
  }

  private noteLockGone(page: Buffer, at: number, buffer: BufferId): Standing {
    this.hint(page, at, buffer, xmaxInvalid, INVALID_XID);
    return 'ok';
  }

  /**
   * Notes a hint (SetHintBits). "Committed" may not reach the disk before the commit record does: as long as that of an
   * asynchronous commit is not flushed, the hint waits.
   */
  private hint(page: Buffer, at: number, buffer: BufferId, bits: number, committed: Xid): void {
    const { transactions, wal, storage } = this.parts;
    if (committed !== INVALID_XID && wal.needsFlush(transactions.commitLsn(committed))) return;
    setTupleInfomask(page, at, tupleInfomask(page, at) | bits);
    storage.buffers.markDirtyHint(buffer);
  }
}

/** Several lockers of one row: nothing here writes that. */
function refuseMulti(infomask: number): void {
  if ((infomask & xmaxIsMulti) !== 0) throw error(SqlState.dataCorrupted, 'a row is marked with a multixact');
}
