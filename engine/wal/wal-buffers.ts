import { panic } from '../base/errors.js';
import { formatLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import type { InsertLocks } from './insert-locks.js';
import {
  initWalPage,
  markPage,
  pageHeaderBytes,
  PageHeader,
  PageInfo,
  WAL_PAGE_BYTES,
  type WalConfig,
} from './page-format.js';
import type { SegmentWriter } from './segment-writer.js';
import type { WalSharedState } from './shared-state.js';

/**
 * The ring of WAL pages in shared memory.
 *
 * Page p of the log has its place at p mod n. A page enters the ring when the first record reaches it; what was at its
 * place is then written to disk first, by whoever needs the place.
 */
export class WalBuffers {
  readonly bytes: Buffer;
  private readonly pages: number;
  /** Copying stays on the same page mostly. A page on which the caller has reserved space cannot leave the ring. */
  private cachedPage = -1;
  private cachedAt = 0;

  constructor(
    private readonly context: EngineContext,
    private readonly config: WalConfig,
    private readonly state: WalSharedState,
    private readonly insertLocks: InsertLocks,
    private readonly writer: SegmentWriter,
  ) {
    this.bytes = context.memory.arena.area('wal-pages').bytes;
    this.pages = context.memory.arena.sizes.walPages;
  }

  /**
   * Copies a record into the log from `start` on, around page headers, and returns where the next may start. The caller
   * holds an insert lock and has reserved the space.
   */
  copyRecord(record: Buffer, length: number, start: Lsn): Lsn {
    let at: number = start;
    let copied = 0;
    let target = this.place(start);
    for (;;) {
      const room = WAL_PAGE_BYTES - (at % WAL_PAGE_BYTES);
      const part = Math.min(room, length - copied);
      record.copy(this.bytes, target, copied, copied + part);
      copied += part;
      at += part;
      if (copied === length) return (Math.ceil(at / 8) * 8) as Lsn;
      const header = pageHeaderBytes(at, this.config.segmentBytes);
      target = this.continueOnPage(at as Lsn, length - copied) + header;
      at += header;
    }
  }

  /** Fills the rest of a segment behind a switch record: zeros, also where page headers would be. */
  zeroUpTo(end: Lsn, from: Lsn): void {
    const firstWhole = Math.ceil(from / WAL_PAGE_BYTES) * WAL_PAGE_BYTES;
    for (let page = firstWhole; page < end; page += WAL_PAGE_BYTES) {
      const at = this.place(page as Lsn);
      this.bytes.fill(0, at, at + pageHeaderBytes(page, this.config.segmentBytes));
    }
  }

  /** Makes pages for future records in places whose pages are on disk already. */
  initialiseAhead(): void {
    this.advance(Infinity as Lsn, true);
  }

  /** Puts the log's last, partly filled page in its place. Alone, before insertion starts. */
  loadPartialPage(end: Lsn, page: Buffer): void {
    const start = end - (end % WAL_PAGE_BYTES);
    const index = (start / WAL_PAGE_BYTES) % this.pages;
    page.copy(this.bytes, index * WAL_PAGE_BYTES, 0, end - start);
    this.bytes.fill(0, index * WAL_PAGE_BYTES + end - start, (index + 1) * WAL_PAGE_BYTES);
    this.state.setPageEnd(index, (start + WAL_PAGE_BYTES) as Lsn);
    this.state.set('initializedUpTo', start + WAL_PAGE_BYTES);
  }

  forgetCache(): void {
    this.cachedPage = -1;
  }

  private continueOnPage(pageStart: Lsn, remaining: number): number {
    const target = this.place(pageStart);
    this.bytes.writeUInt32LE(remaining, target + PageHeader.remaining);
    markPage(this.bytes, target, PageInfo.firstIsContrecord);
    return target;
  }

  /** Offset in `bytes` of a log position; makes its page when it has none (GetXLogBuffer). */
  private place(at: Lsn): number {
    const page = Math.floor(at / WAL_PAGE_BYTES);
    const inPage = at - page * WAL_PAGE_BYTES;
    if (page === this.cachedPage) return this.cachedAt + inPage;
    const index = page % this.pages;
    const end = (page + 1) * WAL_PAGE_BYTES;
    if (this.state.pageEnd(index) !== end) {
      this.insertLocks.tellProgress(this.firstUnwritten(at, inPage));
      this.advance(at, false);
      const found = this.state.pageEnd(index);
      if (found !== end) {
        throw panic(
          SqlState.internalError,
          `could not find WAL buffer for ${formatLsn(at)}, found ${formatLsn(found)}`,
        );
      }
    }
    this.cachedPage = page;
    this.cachedAt = index * WAL_PAGE_BYTES;
    return this.cachedAt + inPage;
  }

  /** Directly behind a page's header nothing of the page was written: progress ends before the page. */
  private firstUnwritten(at: Lsn, inPage: number): Lsn {
    const pageStart = at - inPage;
    return (inPage === pageHeaderBytes(pageStart, this.config.segmentBytes) ? pageStart : at) as Lsn;
  }

  /** Makes pages up to the one of `upTo`; `onlyFree`: no further than needs no writing (AdvanceXLInsertBuffer). */
  private advance(upTo: Lsn, onlyFree: boolean): void {
    const { lwlocks } = this.context.memory;
    lwlocks.acquire(lwLockIds.WalBufMapping, 'exclusive');
    while (upTo >= this.state.get('initializedUpTo')) {
      const start = this.state.getLsn('initializedUpTo');
      const index = (start / WAL_PAGE_BYTES) % this.pages;
      const evicted = this.state.pageEnd(index);
      if (evicted > this.state.get('written')) {
        if (onlyFree) break;
        lwlocks.release(lwLockIds.WalBufMapping);
        this.writeOut(evicted);
        lwlocks.acquire(lwLockIds.WalBufMapping, 'exclusive');
        continue;
      }
      this.initialise(start, index);
    }
    lwlocks.release(lwLockIds.WalBufMapping);
  }

  /** Writes at least up to `upTo`, and every full page that happens to be complete: the next ones are needed soon. */
  private writeOut(upTo: Lsn): void {
    const { lwlocks } = this.context.memory;
    const complete = this.insertLocks.waitUntilFinished(upTo);
    const fullPages = Math.max(upTo, complete - (complete % WAL_PAGE_BYTES)) as Lsn;
    lwlocks.acquire(lwLockIds.WalWrite, 'exclusive');
    if (this.state.get('written') < upTo) {
      this.writer.write(fullPages, 0 as Lsn, false);
      this.state.add('buffersFull', 1);
    }
    lwlocks.release(lwLockIds.WalWrite);
  }

  private initialise(start: Lsn, index: number): void {
    const at = index * WAL_PAGE_BYTES;
    initWalPage(this.bytes, at, start, this.state.get('timeline'), this.config);
    if (this.state.get('missingContrecord') === start) {
      markPage(this.bytes, at, PageInfo.firstIsOverwriteContrecord);
      this.state.set('missingContrecord', 0);
    }
    this.state.setPageEnd(index, (start + WAL_PAGE_BYTES) as Lsn);
    this.state.set('initializedUpTo', start + WAL_PAGE_BYTES);
  }
}
