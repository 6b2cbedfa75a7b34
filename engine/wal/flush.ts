import { error } from '../base/errors.js';
import { formatLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import type { InsertLocks } from './insert-locks.js';
import { WAL_PAGE_BYTES } from './page-format.js';
import type { SegmentWriter } from './segment-writer.js';
import type { WalSharedState } from './shared-state.js';
import type { WalBuffers } from './wal-buffers.js';

/** commit_delay is waited out only while at least this many other transactions are active (commit_siblings). */
const COMMIT_SIBLINGS = 5;

/** Who asks for durability, and how far a flush goes on their behalf (XLogFlush, XLogBackgroundFlush). */
export class FlushRequests {
  private lastBackgroundFlushMs = -1;

  constructor(
    private readonly context: EngineContext,
    private readonly state: WalSharedState,
    private readonly insertLocks: InsertLocks,
    private readonly writer: SegmentWriter,
    private readonly buffers: WalBuffers,
  ) {}

  flush(upTo: Lsn): void {
    if (upTo <= this.state.get('flushed')) return;
    this.context.interrupts.critical(() => this.flushOrFollow(upTo));
    const flushed = this.state.getLsn('flushed');
    if (flushed >= upTo) return;
    const reached = `xlog flush request ${formatLsn(upTo)} is not satisfied --- flushed only to ${formatLsn(flushed)}`;
    throw error(SqlState.internalError, reached);
  }

  /** Remembers `end`; true when the WAL writer should be woken for it (XLogSetAsyncXactLSN). */
  setAsyncCommit(end: Lsn): boolean {
    const { lwlocks } = this.context.memory;
    if (this.state.get('asyncCommit') < end) {
      lwlocks.acquire(lwLockIds.WalInsertPosition, 'exclusive');
      if (this.state.get('asyncCommit') < end) this.state.set('asyncCommit', end);
      lwlocks.release(lwLockIds.WalInsertPosition);
    }
    if (this.state.get('isWriterSleeping') === 1) return true;
    return end - (end % WAL_PAGE_BYTES) > this.state.get('flushed');
  }

  /** Writes the full pages, or else what asynchronous commits need; false when neither is there. */
  background(): boolean {
    const flushed = this.state.get('flushed');
    let target = this.state.getLsn('writeRequest');
    target = (target - (target % WAL_PAGE_BYTES)) as Lsn;
    const isForCommit = target <= flushed;
    if (isForCommit) target = this.state.getLsn('asyncCommit');
    if (target <= flushed) {
      this.writer.closeIfPassed();
      return false;
    }
    const flushTo = this.claimFlush(target, flushed) ? target : (0 as Lsn);
    this.context.interrupts.critical(() => this.writeInBackground(target, flushTo, !isForCommit));
    this.buffers.initialiseAhead();
    return true;
  }

  private flushOrFollow(upTo: Lsn): void {
    const { lwlocks } = this.context.memory;
    while (upTo > this.state.get('flushed')) {
      const wanted = Math.max(upTo, this.state.get('writeRequest')) as Lsn;
      const complete = this.insertLocks.waitUntilFinished(wanted);
      if (!lwlocks.acquireOrWait(lwLockIds.WalWrite)) continue;
      if (upTo > this.state.get('flushed')) {
        const target = this.afterCommitDelay(complete);
        this.writer.write(target, target, false);
      }
      lwlocks.release(lwLockIds.WalWrite);
      return;
    }
  }

  /** With commit_delay, gives others the time to insert their commits too. Returns how far the buffers are complete. */
  private afterCommitDelay(complete: Lsn): Lsn {
    const { settings, memory } = this.context;
    const delayMicroseconds = settings.get('commit_delay');
    if (delayMicroseconds === 0 || !settings.get('fsync') || !this.hasSiblings()) return complete;
    const word = this.insertLocks.quietWord;
    memory.arena.wait(this.state.area, word, 0, delayMicroseconds / 1000);
    return this.insertLocks.waitUntilFinished(complete);
  }

  private hasSiblings(): boolean {
    const { slots } = this.context.memory;
    let active = 0;
    for (let slot = 0; slot < slots.count && active < COMMIT_SIBLINGS; slot++) {
      if (slot !== slots.mine && slots.xid(slot) !== 0) active++;
    }
    return active >= COMMIT_SIBLINGS;
  }

  /**
   * Whether this round is to flush, too, which costs more than writing: once per wal_writer_delay, and for
   * wal_writer_flush_after pages.
   */
  private claimFlush(target: number, flushed: number): boolean {
    const { settings, os } = this.context;
    const flushAfterPages = settings.get('wal_writer_flush_after');
    const nowMs = os.clock.monotonic();
    const pages = Math.floor(target / WAL_PAGE_BYTES) - Math.floor(flushed / WAL_PAGE_BYTES);
    const isDue =
      flushAfterPages === 0 ||
      this.lastBackgroundFlushMs < 0 ||
      nowMs - this.lastBackgroundFlushMs >= settings.get('wal_writer_delay') ||
      pages >= flushAfterPages;
    if (isDue) this.lastBackgroundFlushMs = nowMs;
    return isDue;
  }

  private writeInBackground(writeTo: Lsn, flushTo: Lsn, flexible: boolean): void {
    const { lwlocks } = this.context.memory;
    this.insertLocks.waitUntilFinished(writeTo);
    lwlocks.acquire(lwLockIds.WalWrite, 'exclusive');
    if (writeTo > this.state.get('written') || flushTo > this.state.get('flushed')) {
      this.writer.write(writeTo, flushTo, flexible);
    }
    lwlocks.release(lwLockIds.WalWrite);
  }
}
