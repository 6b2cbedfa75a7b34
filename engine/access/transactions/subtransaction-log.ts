import { BLOCK_BYTES } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { FIRST_NORMAL_XID, INVALID_XID, isNormalXid, xidBefore, xidPrecedes, type Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { Wal } from '../../wal/wal.js';
import { XidLogPages } from './xid-log-pages.js';

const XACTS_PER_PAGE = BLOCK_BYTES / 4;

const pageOf = (xid: Xid): number => Math.floor(xid / XACTS_PER_PAGE);
/** Of all ids. */
const PAGES = 2 ** 32 / XACTS_PER_PAGE;
const positionInPage = (xid: Xid): number => (xid % XACTS_PER_PAGE) * 4;

/**
 * Each subtransaction's parent (access/transam/subtrans.c): 32 bits per transaction, 0 for one that has none, in pages
 * without a header; the files `pg_subtrans/0000` hold what memory does not.
 *
 * Asked only about transactions that are running, or were for some snapshot still in use. So nothing of it outlives a crash:
 * it is not logged, not synced, and zeroed at start.
 */
export class SubtransactionLog {
  private readonly pages: XidLogPages;

  constructor(
    private readonly context: EngineContext,
    wal: Pick<Wal, 'isOpen'>,
  ) {
    this.pages = new XidLogPages(context, wal, {
      area: 'subtransaction-log',
      directory: 'pg_subtrans',
      buffers: context.memory.arena.sizes.subtransactionLogPages,
      xidsPerPage: XACTS_PER_PAGE,
      isDurable: false,
      title: 'the log of subtransactions',
    });
  }

  /** Before the id is seen anywhere but in its process's slot, which may have no room for it. */
  setParent(xid: Xid, parent: Xid): void {
    this.exclusively(() => {
      const slot = this.pages.load(pageOf(xid));
      this.pages.bytes(slot).writeUInt32LE(parent, positionInPage(xid));
      this.pages.markDirty(slot);
    });
  }

  parent(xid: Xid): Xid {
    if (!isNormalXid(xid)) return INVALID_XID;
    const { lwlocks } = this.context.memory;
    lwlocks.acquire(lwLockIds.SubtransactionLog, 'shared');
    try {
      const slot = this.pages.find(pageOf(xid));
      if (slot >= 0) return this.read(xid, slot);
    } finally {
      lwlocks.release(lwLockIds.SubtransactionLog);
    }
    return this.exclusively(() => this.read(xid, this.pages.load(pageOf(xid))));
  }

  /** The transaction it is part of; itself, when it is one, or older than what this process's snapshots can tell apart. */
  topmost(xid: Xid): Xid {
    let last = xid;
    for (let parent = xid; isNormalXid(parent) && !this.isForgotten(parent);) {
      last = parent;
      parent = this.parent(parent);
      if (isNormalXid(parent) && !xidPrecedes(parent, last)) throw this.invalidEntry(last, parent);
    }
    return last;
  }

  /** May its entry be gone by now? Then it has long ended. */
  isForgotten(xid: Xid): boolean {
    const { slots } = this.context.memory;
    const xmin = slots.mine < 0 ? INVALID_XID : slots.xmin(slots.mine);
    return xmin !== INVALID_XID && xidPrecedes(xid, xmin);
  }

  /** Makes room for a new id; under the lock XidGen, before the id is given out. */
  extendFor(xid: Xid): void {
    if (positionInPage(xid) !== 0 && xid !== FIRST_NORMAL_XID) return;
    this.exclusively(() => this.pages.zero(pageOf(xid)));
  }

  /**
   * When the cluster starts: nothing is known of any id from the oldest in use up to the next. Where a prepared transaction is
   * far behind, that may be half of all ids, most of them never given out: then nothing is left, and reads as zeros.
   */
  start(oldestActive: Xid, next: Xid): void {
    const last = pageOf(next);
    const count = (last - pageOf(oldestActive) + PAGES) % PAGES;
    this.exclusively(() => {
      if (count >= this.context.memory.arena.sizes.subtransactionLogPages) this.pages.removeAll();
      else for (let back = count; back > 0; back--) this.pages.zero((last - back + PAGES) % PAGES);
      this.pages.zero(last);
    });
  }

  /** A checkpoint's part: only spares others the writing. */
  flush(): void {
    this.exclusively(() => {
      for (const slot of this.pages.dirtySlots()) this.pages.write(slot);
    });
  }

  /** Removes what is older than everything that is running or may be asked about. The page of `oldest` may not exist yet. */
  truncate(oldest: Xid): void {
    this.exclusively(() => this.pages.removeBefore(pageOf(xidBefore(oldest, 1))));
  }

  private read(xid: Xid, slot: number): Xid {
    return this.pages.bytes(slot).readUInt32LE(positionInPage(xid)) as Xid;
  }

  private invalidEntry(xid: Xid, parent: Xid): Error {
    return error(
      SqlState.internalError,
      `pg_subtrans contains invalid entry: xid ${xid} points to parent xid ${parent}`,
    );
  }

  private exclusively<T>(body: () => T): T {
    return this.context.memory.lwlocks.with(lwLockIds.SubtransactionLog, 'exclusive', body);
  }
}
