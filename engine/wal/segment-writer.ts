import { formatLsn, type Lsn } from '../base/lsn.js';
import { panic } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import type { FileDescriptor } from '../os/os.js';
import { attempting } from './io-errors.js';
import { WAL_PAGE_BYTES } from './page-format.js';
import type { SegmentFiles } from './segment-files.js';
import { segmentBefore, walFileName } from './segment-names.js';
import type { WalSharedState } from './shared-state.js';

/**
 * Writes WAL buffers to the segment files (XLogWrite). Every public method needs the lock WalWrite, and that all records
 * before the position asked for are complete in the buffers.
 */
export class SegmentWriter {
  private openFd: FileDescriptor = -1;
  private openSegment = -1;

  constructor(
    private readonly context: EngineContext,
    private readonly state: WalSharedState,
    private readonly segments: SegmentFiles,
    private readonly segmentBytes: number,
    /** Called with the number of each segment that has been filled and fsynced. */
    private readonly onSegmentFilled: (segment: number) => void,
  ) {}

  /**
   * Writes up to `writeTo` and makes it durable up to `flushTo` at least. `flexible`: may stop early, after one run of
   * pages.
   */
  write(writeTo: Lsn, flushTo: Lsn, flexible: boolean): void {
    let written = this.state.getLsn('written');
    while (written < writeTo) {
      const runEnd = this.runEnd(written, writeTo);
      this.writePages(written, runEnd);
      written = Math.min(runEnd, writeTo) as Lsn;
      this.state.set('written', written);
      if (written % this.segmentBytes === 0) this.finishSegment(written);
      if (flexible) break;
    }
    const flushed = this.state.get('flushed');
    if (flushed < flushTo && flushed < written) {
      this.openFor(written);
      this.sync();
      this.state.set('flushed', written);
    }
  }

  /** Closes a segment that the log has left behind, so that its file can go. */
  closeIfPassed(): void {
    if (this.openFd >= 0 && segmentBefore(this.state.getLsn('written'), this.segmentBytes) !== this.openSegment)
      this.close();
  }

  close(): void {
    if (this.openFd < 0) return;
    const fd = this.openFd;
    this.openFd = -1;
    this.openSegment = -1;
    attempting('close log file', () => this.context.os.files.close(fd));
  }

  /** The end of the longest run of pages from `written` on that lie side by side in the ring and in one segment. */
  private runEnd(written: Lsn, writeTo: Lsn): Lsn {
    const pages = this.context.memory.arena.sizes.walPages;
    const firstPage = Math.floor(written / WAL_PAGE_BYTES);
    const ringEnd = (firstPage - (firstPage % pages) + pages) * WAL_PAGE_BYTES;
    const segmentEnd = (Math.floor(written / this.segmentBytes) + 1) * this.segmentBytes;
    const wanted = Math.ceil(writeTo / WAL_PAGE_BYTES) * WAL_PAGE_BYTES;
    return Math.min(ringEnd, segmentEnd, wanted) as Lsn;
  }

  private writePages(from: Lsn, end: Lsn): void {
    const { arena } = this.context.memory;
    const firstPage = Math.floor(from / WAL_PAGE_BYTES);
    const index = firstPage % arena.sizes.walPages;
    const bytes = end - firstPage * WAL_PAGE_BYTES;
    for (let page = 0; page * WAL_PAGE_BYTES < bytes; page++) this.checkBuffer(index + page, firstPage + page);
    this.openFor(end);
    const offset = (firstPage * WAL_PAGE_BYTES) % this.segmentBytes;
    const { files } = this.context.os;
    this.context.os.reach('wal:before-write');
    attempting(`write to log file ${this.openName()} at offset ${offset}, length ${bytes}`, () =>
      files.pwrite(this.openFd, arena.area('wal-pages').bytes, index * WAL_PAGE_BYTES, bytes, offset),
    );
    this.context.os.reach('wal:after-write');
    this.state.add('writes', 1);
  }

  private checkBuffer(index: number, page: number): void {
    const end = this.state.pageEnd(index);
    if (end === (page + 1) * WAL_PAGE_BYTES) return;
    const wanted = formatLsn(((page + 1) * WAL_PAGE_BYTES) as Lsn);
    throw panic(
      SqlState.internalError,
      `xlog write request ${wanted} found page ending at ${formatLsn(end)} in its buffer`,
    );
  }

  private finishSegment(end: Lsn): void {
    this.sync();
    this.state.set('flushed', end);
    this.onSegmentFilled(this.openSegment);
  }

  /** Opens the segment that holds the byte before `end`. */
  private openFor(end: Lsn): void {
    const segment = segmentBefore(end, this.segmentBytes);
    if (segment === this.openSegment) return;
    this.close();
    this.openFd = this.segments.open(this.state.get('timeline'), segment);
    this.openSegment = segment;
  }

  private sync(): void {
    if (!this.context.settings.get('fsync')) return;
    const { memory, os } = this.context;
    memory.slots.waiting('IO', 'WALSync', () =>
      attempting(`fsync file "${this.openName()}"`, () => os.files.fdatasync(this.openFd)),
    );
    this.state.add('syncs', 1);
    os.reach('wal:after-flush');
  }

  private openName(): string {
    return walFileName(this.state.get('timeline'), this.openSegment, this.segmentBytes);
  }
}
