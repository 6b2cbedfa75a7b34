import { setU32 } from '../../base/bytes.js';
import type { Oid } from '../../base/block.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import { BOOTSTRAP_XID, FIRST_NORMAL_XID, INVALID_XID, isNormalXid, xidPrecedes, type Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { Wal } from '../../wal/wal.js';
import {
  CommitLogInfo,
  TransactionStatus,
  XACTS_PER_LSN_GROUP,
  indexInPage,
  pageOf,
  setStatusIn,
  statusIn,
} from './commit-log-format.js';
import { CommitLogPages } from './commit-log-pages.js';
import type { SubtransactionLog } from './subtransaction-log.js';

const NONE: readonly Xid[] = [];

/**
 * Which transactions committed (access/transam/clog.c, transam.c).
 *
 * A transaction that neither committed nor aborted by this log is running, or died in a crash: the process array tells.
 *
 * A transaction commits together with its subtransactions though they may stand on several pages: those on other pages
 * than its own are first marked as sub-committed, which means "as its parent", then with its own page all have committed,
 * and then the others are marked so too.
 */
export class CommitLog {
  private readonly pages: CommitLogPages;
  /** The last ended transaction looked up, for rows of one transaction mostly stand together. */
  private cachedXid = INVALID_XID;
  private cachedStatus: TransactionStatus = TransactionStatus.inProgress;
  private cachedLsn = INVALID_LSN;

  constructor(
    private readonly context: EngineContext,
    private readonly wal: Pick<Wal, 'insert' | 'flush' | 'isOpen'>,
    private readonly subtransactions: Pick<SubtransactionLog, 'parent' | 'isForgotten'>,
  ) {
    this.pages = new CommitLogPages(context, wal);
  }

  didCommit(xid: Xid): boolean {
    const status = this.status(xid);
    if (status !== TransactionStatus.subCommitted) return status === TransactionStatus.committed;
    return !this.subtransactions.isForgotten(xid) && this.didCommit(this.subtransactions.parent(xid));
  }

  didAbort(xid: Xid): boolean {
    const status = this.status(xid);
    if (status !== TransactionStatus.subCommitted) return status === TransactionStatus.aborted;
    return this.subtransactions.isForgotten(xid) || this.didAbort(this.subtransactions.parent(xid));
  }

  status(xid: Xid): TransactionStatus {
    if (xid === this.cachedXid) return this.cachedStatus;
    if (!isNormalXid(xid)) return xid >= BOOTSTRAP_XID ? TransactionStatus.committed : TransactionStatus.aborted;
    return this.lookUp(xid);
  }

  /**
   * The WAL position that must be on disk before anything durable may say that `xid` committed: 0 unless it committed
   * asynchronously. It may be that of a neighbour, later than its own.
   */
  commitLsn(xid: Xid): Lsn {
    if (!isNormalXid(xid)) return INVALID_LSN;
    if (xid !== this.cachedXid) this.lookUp(xid);
    return xid === this.cachedXid ? this.cachedLsn : INVALID_LSN;
  }

  /**
   * `asyncLsn` is the end of a commit record not yet flushed, 0 when it is on disk; `children` the subtransactions that
   * committed in it, oldest first.
   */
  setCommitted(xid: Xid, asyncLsn: Lsn = INVALID_LSN, children = NONE): void {
    const elsewhere = onOtherPages(xid, children);
    if (elsewhere.length > 0) this.setByPages(elsewhere, TransactionStatus.subCommitted, asyncLsn);
    this.setTree(xid, children, elsewhere, TransactionStatus.committed, asyncLsn);
  }

  setAborted(xid: Xid, children = NONE): void {
    this.setTree(xid, children, onOtherPages(xid, children), TransactionStatus.aborted, INVALID_LSN);
  }

  /** Makes room for a new id; under the lock XidGen, before the id is given out. */
  extendFor(xid: Xid): void {
    if (!beginsPage(xid)) return;
    const page = pageOf(xid);
    this.exclusively(() => {
      this.pages.zero(page);
      const data = Buffer.alloc(4);
      data.writeInt32LE(page);
      this.wal.insert({ rmgr: Rmgr.commitLog, info: CommitLogInfo.zeroPage, data: [data] });
    });
  }

  /** Redo of a zero-page record: the page is written at once, for a crash may come before it is filled. */
  redoZeroPage(page: number): void {
    this.exclusively(() => this.pages.sync([this.pages.write(this.pages.zero(page))]));
  }

  /** Before redo: says which page is in use (StartupCLOG). */
  start(nextXid: Xid): void {
    this.exclusively(() => this.pages.setLatestPage(pageOf(nextXid)));
  }

  /**
   * After redo: wipes what a crashed server may have noted for ids that were never used (TrimCLOG). A page that begins
   * with the next id may not exist yet.
   */
  trim(nextXid: Xid): void {
    const index = indexInPage(nextXid);
    this.exclusively(() => {
      this.pages.setLatestPage(pageOf(nextXid));
      if (beginsPage(nextXid)) return;
      const slot = this.pages.load(pageOf(nextXid));
      const page = this.pages.bytes(slot);
      page[index >> 2] &= (1 << ((index & 3) * 2)) - 1;
      page.fill(0, (index >> 2) + 1);
      this.pages.markDirty(slot);
    });
    this.cachedXid = INVALID_XID;
  }

  /**
   * A checkpoint's part: writes and syncs every dirty page. Returns how many. When one cannot be written, those written
   * before are synced all the same: they count as clean from now on.
   */
  flush(): number {
    const { lwlocks } = this.context.memory;
    const dirty = lwlocks.with(lwLockIds.CommitLog, 'shared', () => this.pages.dirtySlots());
    const segments = new Set<string>();
    try {
      for (const slot of dirty) this.writeIfDirty(slot, segments);
    } finally {
      if (segments.size > 0) this.pages.sync(segments);
    }
    return dirty.length;
  }

  /**
   * Removes what no row asks for any more: every id before `oldest` is frozen everywhere; `database` is what holds it
   * back (TruncateCLOG). Others may be about to look up an id by its number, so they are told first from where on they
   * may; and replay must know before the files are gone, or it would look for a page that is not there.
   */
  truncate(oldest: Xid, database: Oid): void {
    const cutoff = pageOf(oldest);
    if (!this.pages.hasSegmentBefore(cutoff)) return;
    this.advanceOldest(oldest);
    this.wal.flush(this.logTruncation(cutoff, oldest, database));
    this.context.os.reach('commit-log:truncation-logged');
    this.exclusively(() => this.pages.removeBefore(cutoff));
  }

  /** Redo of a truncation. */
  redoTruncation(cutoffPage: number, oldest: Xid): void {
    this.advanceOldest(oldest);
    this.exclusively(() => this.pages.removeBefore(cutoffPage));
  }

  /** The oldest id that may be looked up by its number. It never goes back, save when a cluster starts. */
  oldest(): Xid {
    return this.pages.oldestXid();
  }

  /** AdvanceOldestClogXid. */
  advanceOldest(oldest: Xid): void {
    this.context.memory.lwlocks.with(lwLockIds.XactTruncation, 'exclusive', () => {
      const now = this.oldest();
      if (!isNormalXid(now) || xidPrecedes(now, oldest)) this.pages.setOldestXid(oldest);
    });
  }

  /** Runs `body` while nothing is removed from the log: for look-ups of any id that is not before `oldest()`. */
  withoutTruncation<T>(body: () => T): T {
    return this.context.memory.lwlocks.with(lwLockIds.XactTruncation, 'shared', body);
  }

  private logTruncation(cutoffPage: number, oldest: Xid, database: Oid): Lsn {
    const data = Buffer.alloc(12);
    data.writeInt32LE(cutoffPage, 0);
    setU32(data, 4, oldest);
    setU32(data, 8, database);
    return this.wal.insert({ rmgr: Rmgr.commitLog, info: CommitLogInfo.truncate, data: [data] });
  }

  /** Waits for the WAL without the lock first, so that commits are not held up meanwhile. */
  private writeIfDirty(slot: number, segments: Set<string>): void {
    const newest = this.context.memory.lwlocks.with(lwLockIds.CommitLog, 'shared', () => this.pages.newestLsn(slot));
    if (newest > 0) this.wal.flush(newest);
    this.exclusively(() => {
      if (this.pages.dirtySlots().includes(slot)) segments.add(this.pages.write(slot));
    });
  }

  /** The transaction and what stands on its page at once, then the rest page by page. */
  private setTree(
    xid: Xid,
    children: readonly Xid[],
    elsewhere: readonly Xid[],
    status: TransactionStatus,
    asyncLsn: Lsn,
  ): void {
    const beside = elsewhere.length === 0 ? children : children.slice(0, children.length - elsewhere.length);
    this.setOnPage(pageOf(xid), [xid, ...beside], status, asyncLsn);
    if (elsewhere.length > 0) this.setByPages(elsewhere, status, asyncLsn);
  }

  private setByPages(xids: readonly Xid[], status: TransactionStatus, asyncLsn: Lsn): void {
    for (let first = 0; first < xids.length;) {
      const page = pageOf(xids[first]);
      let end = first + 1;
      while (end < xids.length && pageOf(xids[end]) === page) end++;
      this.setOnPage(page, xids.slice(first, end), status, asyncLsn);
      first = end;
    }
  }

  private setOnPage(page: number, xids: readonly Xid[], status: TransactionStatus, asyncLsn: Lsn): void {
    this.exclusively(() => {
      const slot = this.pages.load(page);
      for (const xid of xids) {
        const index = indexInPage(xid);
        setStatusIn(this.pages.bytes(slot), index, status);
        if (asyncLsn > 0) this.pages.raiseGroupLsn(slot, Math.floor(index / XACTS_PER_LSN_GROUP), asyncLsn);
      }
      this.pages.markDirty(slot);
    });
  }

  private lookUp(xid: Xid): TransactionStatus {
    const { lwlocks } = this.context.memory;
    lwlocks.acquire(lwLockIds.CommitLog, 'shared');
    try {
      const slot = this.pages.find(pageOf(xid));
      if (slot >= 0) return this.readStatus(xid, slot);
    } finally {
      lwlocks.release(lwLockIds.CommitLog);
    }
    return this.exclusively(() => this.readStatus(xid, this.pages.load(pageOf(xid))));
  }

  private readStatus(xid: Xid, slot: number): TransactionStatus {
    const index = indexInPage(xid);
    const status = statusIn(this.pages.bytes(slot), index);
    if (status !== TransactionStatus.inProgress && status !== TransactionStatus.subCommitted) {
      this.cachedXid = xid;
      this.cachedStatus = status;
      this.cachedLsn = this.pages.groupLsn(slot, Math.floor(index / XACTS_PER_LSN_GROUP));
    }
    return status;
  }

  private exclusively<T>(body: () => T): T {
    return this.context.memory.lwlocks.with(lwLockIds.CommitLog, 'exclusive', body);
  }
}

/** Those of `children`, which are in order and all later than `xid`, that do not stand on its page. */
function onOtherPages(xid: Xid, children: readonly Xid[]): readonly Xid[] {
  const page = pageOf(xid);
  const first = children.findIndex((child) => pageOf(child) !== page);
  return first < 0 ? NONE : children.slice(first);
}

/** Is it the first id of its page? On page 0 that is the first after the special ones. */
function beginsPage(xid: Xid): boolean {
  return indexInPage(xid) === 0 || xid === FIRST_NORMAL_XID;
}
