import { panic } from '../../base/errors.js';
import type { Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import type { Wal } from '../../wal/wal.js';
import { COMMIT_LOG_DIRECTORY, LSN_GROUPS_PER_PAGE, XACTS_PER_PAGE } from './commit-log-format.js';
import { XidLogPages } from './xid-log-pages.js';

/** A word of the area: the oldest id that may be looked up. */
const OLDEST_XID = 2;

/**
 * The commit log's pages, under the lock CommitLog. Of its own it keeps an LSN for each group of 32 transactions behind the
 * pages, and the newest of a page's in the page's descriptor.
 *
 * A page goes to disk only after the WAL of the asynchronous commits on it. An evicted page is synced at once, so a
 * checkpoint has to sync only what it writes itself.
 */
export class CommitLogPages extends XidLogPages {
  /** Where the groups begin, counted in doubles. */
  private readonly groupsAt: number;

  constructor(
    context: EngineContext,
    private readonly wal: Pick<Wal, 'flush' | 'isOpen'>,
  ) {
    super(context, wal, {
      area: 'commit-log',
      directory: COMMIT_LOG_DIRECTORY,
      buffers: context.memory.arena.sizes.commitLogPages,
      xidsPerPage: XACTS_PER_PAGE,
      isDurable: true,
      title: 'the commit log',
    });
    this.groupsAt = this.pagesEnd / 8;
  }

  groupLsn(slot: number, group: number): Lsn {
    return this.area.f64[this.groupsAt + slot * LSN_GROUPS_PER_PAGE + group] as Lsn;
  }

  raiseGroupLsn(slot: number, group: number, lsn: Lsn): void {
    const { f64 } = this.area;
    const index = this.groupsAt + slot * LSN_GROUPS_PER_PAGE + group;
    if (lsn > f64[index]) f64[index] = lsn;
    const newest = this.ownerDouble(slot);
    if (lsn > f64[newest]) f64[newest] = lsn;
  }

  /** The WAL that must be on disk before this page may be. */
  newestLsn(slot: number): Lsn {
    return this.area.f64[this.ownerDouble(slot)] as Lsn;
  }

  /** WAL first. The segment is to be synced with `sync`. */
  override write(slot: number): string {
    const newest = this.newestLsn(slot);
    if (newest > 0) this.context.interrupts.critical(() => this.wal.flush(newest));
    return super.write(slot);
  }

  /** A page marked clean that is not on disk would be lost: so a failure is a PANIC. */
  sync(segments: Iterable<string>): void {
    const { files } = this.context.os;
    try {
      for (const name of segments) {
        const fd = files.open(`${this.directory}/${name}`, 'read-write');
        try {
          files.fsync(fd);
        } finally {
          files.close(fd);
        }
      }
      files.fsyncDirectory(this.directory);
    } catch (cause) {
      throw panic(SqlState.ioError, `could not fsync file in "${COMMIT_LOG_DIRECTORY}": ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  oldestXid(): Xid {
    return (this.area.u32[OLDEST_XID] >>> 0) as Xid;
  }

  setOldestXid(oldest: Xid): void {
    this.area.u32[OLDEST_XID] = oldest;
  }

  protected override evict(slot: number): void {
    this.sync([this.write(slot)]);
  }

  protected override occupy(slot: number, page: number, state: number): void {
    const groups = this.groupsAt + slot * LSN_GROUPS_PER_PAGE;
    this.area.f64.fill(0, groups, groups + LSN_GROUPS_PER_PAGE);
    this.area.f64[this.ownerDouble(slot)] = 0;
    super.occupy(slot, page, state);
  }
}
