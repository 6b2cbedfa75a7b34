import { Fork, type BlockNumber } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, widenXid, type FullXid } from '../../base/xid.js';
import type { LwLockMode } from '../../memory/lwlock.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { isNew, pageSpecial, setPageLsn } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { BlockReference } from '../../wal/record.js';
import { BTREE_SPECIAL, METAPAGE, initBTreePage, isDeleted, safeXidOf } from './btree-page.js';
import type { BTreeParts } from './btree-parts.js';
import { BTreeInfo, encodeReuse } from './btree-records.js';
import type { FreePages } from './free-pages.js';
import type { IndexShape } from './index-shape.js';
import { isMetapage, readMetadata, type Metadata } from './metapage.js';

export const NO_BUFFER = -1 as BufferId;

/** A block of an index that a record refers to, by buffer. */
export type IndexBlock = Pick<BlockReference, 'willInit' | 'data' | 'keepData'> & {
  readonly id: number;
  readonly buffer: BufferId;
};

/** How the B-tree gets at its pages (nbtpage.c), and how it logs changes of them. */
export class IndexPages {
  constructor(
    private readonly parts: BTreeParts,
    readonly free: FreePages,
  ) {}

  page(buffer: BufferId): Buffer {
    return this.parts.storage.buffers.page(buffer);
  }

  blockOf(buffer: BufferId): BlockNumber {
    return this.parts.storage.buffers.blockOf(buffer);
  }

  /** Pins and locks a page. Raises XX002 when it is none of a B-tree's. */
  read(index: IndexShape, block: BlockNumber, mode: LwLockMode): BufferId {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(index.file, Fork.main, block);
    buffers.lock(buffer, mode);
    const page = buffers.page(buffer);
    if (pageSpecial(page) !== BTREE_SPECIAL) throw notOurs(index, block, isNew(page));
    return buffer;
  }

  /** Something has come to a named point: see `Os.reach`. */
  reach(point: string): void {
    this.parts.context.os.reach(point);
  }

  /** Lets one page go and takes another. */
  move(index: IndexShape, from: BufferId, block: BlockNumber, mode: LwLockMode): BufferId {
    this.release(from);
    return this.read(index, block, mode);
  }

  lock(buffer: BufferId, mode: LwLockMode): void {
    this.parts.storage.buffers.lock(buffer, mode);
  }

  unlock(buffer: BufferId): void {
    this.parts.storage.buffers.unlock(buffer);
  }

  /** Unlocks and unpins. */
  release(buffer: BufferId): void {
    if (buffer >= 0) this.parts.storage.buffers.unlockRelease(buffer);
  }

  unpin(buffer: BufferId): void {
    this.parts.storage.buffers.release(buffer);
  }

  readMetapage(index: IndexShape, mode: LwLockMode): BufferId {
    const buffer = this.read(index, METAPAGE, mode);
    if (!isMetapage(this.page(buffer))) {
      throw error(SqlState.indexCorrupted, `index "${index.name}" is not a btree`);
    }
    return buffer;
  }

  metadata(index: IndexShape): Metadata {
    const buffer = this.readMetapage(index, 'shared');
    const metadata = readMetadata(this.page(buffer));
    this.release(buffer);
    return metadata;
  }

  blocks(index: IndexShape): number {
    return this.parts.storage.buffers.blocks(index.file, Fork.main);
  }

  /** A page to be written anew: empty, pinned and exclusively locked. A deleted one is used again if there is any. */
  allocate(index: IndexShape): BufferId {
    const { buffers } = this.parts.storage;
    for (let block = this.free.take(index.file); block !== undefined; block = this.free.take(index.file)) {
      const buffer = this.reuse(index, block);
      if (buffer >= 0) return buffer;
    }
    const buffer = buffers.extend(index.file, Fork.main);
    initBTreePage(buffers.page(buffer));
    return buffer;
  }

  /**
   * May the deleted page be used for something else? Not as long as a transaction is running that was when it was unlinked:
   * that may have read a link to the page before.
   */
  isRecyclable(page: Buffer): boolean {
    return isDeleted(page) && safeXidOf(page) < this.horizon();
  }

  horizon(): FullXid {
    const { transactions, ids } = this.parts;
    return widenXid(transactions.oldestXmin(), ids.nextFullXid());
  }

  /** Makes changes of locked pages: dirty, in `change`, logged as one record, whose end they get as LSN. */
  change(info: number, data: Buffer[], blocks: readonly IndexBlock[], index: IndexShape): void {
    const { storage, wal, transactions } = this.parts;
    for (const { buffer } of blocks) storage.buffers.markDirty(buffer);
    const xid = transactions.xidIfAssigned();
    const lsn = wal.insert({
      rmgr: Rmgr.btree,
      info,
      xid: xid === INVALID_XID ? undefined : xid,
      data,
      blocks: blocks.map((block) => this.reference(block, index)),
    });
    for (const { buffer } of blocks) setPageLsn(this.page(buffer), lsn);
  }

  /** Runs `body`, which changes pages and logs it: nothing in it may fail. */
  critically(body: () => void): void {
    this.parts.context.interrupts.critical(body);
  }

  private reference({ id, buffer, willInit, data, keepData }: IndexBlock, { file }: IndexShape): BlockReference {
    const [block, page] = [this.blockOf(buffer), this.page(buffer)];
    return { id, file, fork: Fork.main, block, page, standard: true, willInit, data, keepData };
  }

  private reuse(index: IndexShape, block: BlockNumber): BufferId {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(index.file, Fork.main, block);
    if (!buffers.tryLock(buffer, 'exclusive')) {
      buffers.release(buffer);
      return NO_BUFFER;
    }
    const page = buffers.page(buffer);
    if (!isNew(page) && !this.isRecyclable(page)) {
      buffers.unlockRelease(buffer);
      return NO_BUFFER;
    }
    if (!isNew(page)) this.logReuse(index, block, safeXidOf(page));
    initBTreePage(page);
    return buffer;
  }

  private logReuse(index: IndexShape, block: BlockNumber, safeXid: FullXid): void {
    const data = [encodeReuse(index.file, block, safeXid)];
    this.parts.wal.insert({ rmgr: Rmgr.btree, info: BTreeInfo.reusePage, data });
  }
}

function notOurs({ name }: IndexShape, block: BlockNumber, isZero: boolean): Error {
  const problem = isZero ? 'unexpected zero page' : 'corrupted page';
  return error(SqlState.indexCorrupted, `index "${name}" contains ${problem} at block ${block}`, {
    hint: 'Please REINDEX it.',
  });
}
