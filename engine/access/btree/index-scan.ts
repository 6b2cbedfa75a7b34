import { BLOCK_BYTES, type BlockNumber, type Tid } from '../../base/block.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, itemOffset, itemState, maxOffset, pageLsn } from '../../storage/page/page.js';
import { HIGH_KEY, NO_BLOCK, firstData, isIgnored, isRightmost, nextBlock } from './btree-page.js';
import type { BTreeParts } from './btree-parts.js';
import { markDead } from './dead-items.js';
import type { Descents } from './descent.js';
import type { IndexFormat } from './index-format.js';
import type { ScanRange } from './index-shape.js';
import { NO_BUFFER, type IndexPages } from './index-pages.js';
import { tidOfTuple } from './index-tuple.js';
import { stepLeft } from './left-steps.js';
import { searchItem } from './page-search.js';
import { rangeKeys, type RangeKeys } from './range-keys.js';

export type ScanDirection = 'forward' | 'backward';

export interface ScanOptions {
  /**
   * Keeps the page of the current entry pinned, so that vacuum waits before it frees the entry's row: needed when the row
   * is believed without being looked at (an index-only scan), or looked at with other than an MVCC snapshot.
   */
  readonly keepPin?: boolean;
}

const NOTHING = Buffer.alloc(0);

/** An entry as a scan finds it; good until the scan's next `next()` or `close()`. */
export interface IndexEntry {
  readonly tid: Tid;
  /** The values of all columns, INCLUDE columns too. They stay good. */
  values(): unknown[];
}

/**
 * The entries of a range, in the index's order or the other way round (nbtsearch.c _bt_first, _bt_next).
 *
 * A page at a time: the page is copied under its lock, and the entries are handed out from the copy, with no lock held. So
 * they are those of one moment, however the page splits afterwards: a scan to the right goes on where the page ended then,
 * one to the left at what is left of the page now.
 *
 * Without a pin, vacuum may remove an entry while it is being handed out, free its row's place, and another row may get
 * that. An MVCC snapshot does not see the other row, since it is newer than the snapshot; whence pins can do without.
 * Deleted pages, too, are not used again while a snapshot lives that was taken before their links were gone.
 */
export class IndexScan implements IndexEntry {
  private readonly keys: RangeKeys;
  private copy: Buffer = NOTHING;
  private readonly generation: number;
  private hasStarted = false;
  /** Of the copy: what is still to come, and the current item. */
  private position = 0;
  private end = 0;
  private current = 0;
  private block = NO_BLOCK;
  private lsn = 0 as Lsn;
  /** Where a scan to the right goes on; NO_BLOCK at the range's end. */
  private following = NO_BLOCK;
  private isAtStart = false;
  private pinned = NO_BUFFER;
  private readonly killed: number[] = [];

  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
    private readonly descents: Descents,
    private readonly format: IndexFormat,
    range: ScanRange,
    private readonly direction: ScanDirection,
    private readonly options: ScanOptions,
    /** Page-sized memory that scans before this one have used. */
    private readonly spare: Buffer[],
  ) {
    this.keys = rangeKeys(format, range);
    this.generation = parts.transactions.generation;
  }

  /** The next entry, null after the last. */
  next(): IndexEntry | null {
    for (;;) {
      while (this.position === this.end) if (!this.turnPage()) return null;
      this.current = this.position;
      this.position += this.direction === 'forward' ? 1 : -1;
      if (itemState(this.copy, this.current) !== ItemState.dead) return this;
    }
  }

  get tid(): Tid {
    return tidOfTuple(this.copy, itemOffset(this.copy, this.current));
  }

  values(): unknown[] {
    return this.format.deform(this.copy, itemOffset(this.copy, this.current));
  }

  /** The current entry's row is dead to all: later scans shall not look for it again. */
  kill(): void {
    this.killed.push(this.current);
  }

  /** Lets the page go. May be called at any time, also after the transaction has ended. */
  close(): void {
    this.leavePage();
    if (this.copy !== NOTHING) this.spare.push(this.copy);
    this.copy = NOTHING;
    this.hasStarted = true;
    this.position = this.end = 0;
    this.following = NO_BLOCK;
    this.isAtStart = true;
  }

  private turnPage(): boolean {
    this.leavePage();
    this.parts.context.interrupts.check();
    const buffer = this.hasStarted ? this.nextLeaf() : this.firstLeaf();
    if (buffer < 0) {
      this.close();
      return false;
    }
    this.readPage(buffer, !this.hasStarted);
    this.hasStarted = true;
    return true;
  }

  private firstLeaf(): BufferId {
    const { from, to } = this.keys;
    return this.descents.find(this.format, this.direction === 'forward' ? from : to).leaf;
  }

  private nextLeaf(): BufferId {
    return this.direction === 'forward' ? this.leafAt(this.following) : this.leafBefore(this.block);
  }

  private leafAt(start: BlockNumber): BufferId {
    const { index } = this.format;
    for (let block = start; block !== NO_BLOCK;) {
      const buffer = this.pages.read(index, block, 'shared');
      const page = this.pages.page(buffer);
      if (!isIgnored(page)) return buffer;
      block = nextBlock(page);
      this.pages.release(buffer);
    }
    return NO_BUFFER;
  }

  private leafBefore(start: BlockNumber): BufferId {
    if (this.isAtStart) return NO_BUFFER;
    for (let block = start; ;) {
      const buffer = stepLeft(this.pages, this.format.index, block);
      if (buffer < 0 || !isIgnored(this.pages.page(buffer))) return buffer;
      block = this.pages.blockOf(buffer);
      this.pages.release(buffer);
    }
  }

  /** Finds the range's part of the locked page, copies it, and lets the page go. */
  private readPage(buffer: BufferId, isFirstPage: boolean): void {
    const { pages } = this;
    const page = pages.page(buffer);
    this.block = pages.blockOf(buffer);
    this.lsn = pageLsn(page);
    if (this.direction === 'forward') this.setForward(page, isFirstPage);
    else this.setBackward(page, isFirstPage);
    if (this.position === this.end) return pages.release(buffer);
    if (this.copy === NOTHING) this.copy = this.spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    page.copy(this.copy);
    pages.unlock(buffer);
    if (this.options.keepPin) this.pinned = buffer;
    else pages.unpin(buffer);
  }

  private setForward(page: Buffer, isFirstPage: boolean): void {
    const { format, keys } = this;
    this.position = isFirstPage ? searchItem(format, keys.from, page) : firstData(page);
    this.end = Math.max(this.position, searchItem(format, keys.to, page));
    this.following = this.end > maxOffset(page) && this.goesOn(page) ? nextBlock(page) : NO_BLOCK;
  }

  /** Can the page to the right have entries of the range? */
  private goesOn(page: Buffer): boolean {
    const { to } = this.keys;
    return !isRightmost(page) && this.format.compareItem(to, page, HIGH_KEY) >= 0;
  }

  private setBackward(page: Buffer, isFirstPage: boolean): void {
    const { format, keys } = this;
    const first = firstData(page);
    this.position = isFirstPage ? searchItem(format, keys.to, page) - 1 : maxOffset(page);
    this.end = Math.min(this.position, searchItem(format, keys.from, page) - 1);
    this.isAtStart = this.end >= first;
  }

  private leavePage(): void {
    if (this.killed.length > 0) this.markKilled();
    // The transaction's end has let go of all pins already; the buffer may be pinned by someone else by now.
    if (this.pinned >= 0 && this.isAlive()) this.pages.unpin(this.pinned);
    this.pinned = NO_BUFFER;
  }

  /**
   * Marks what the caller has found dead, unless the page has changed: a place may be another row's by now. Where changes
   * are not logged, nothing tells.
   */
  private markKilled(): void {
    if (this.isAlive() && this.lsn !== INVALID_LSN) {
      const { index } = this.format;
      const buffer = this.pages.read(index, this.block, 'shared');
      if (pageLsn(this.pages.page(buffer)) === this.lsn) {
        for (const offset of this.killed) markDead(this.parts.storage.buffers, buffer, offset);
      }
      this.pages.release(buffer);
    }
    this.killed.length = 0;
  }

  private isAlive(): boolean {
    return this.generation === this.parts.transactions.generation;
  }
}
