import { Fork, blockNumber } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { ItemState, isNew, itemState, maxOffset } from '../../storage/page/page.js';
import type { VacuumParts } from './vacuum-parts.js';
import type { VacuumRequest } from './vacuum-request.js';

/** An empty end shorter than this, and than a sixteenth of the table, is not worth keeping everybody out. */
const WORTHWHILE_PAGES = 1000;
const WORTHWHILE_FRACTION = 16;
const LOCK_PATIENCE_MS = 5000;
const LOCK_RETRY_MS = 50;
/** How often to look whether others wait for the table: this many pages, and no sooner than after so long. */
const CHECK_EVERY_PAGES = 32;
const CHECK_INTERVAL_MS = 20;

/**
 * Cuts the empty end off a table (vacuumlazy.c lazy_truncate_heap). It needs the table for itself, and does not insist: it
 * neither waits long for the lock, nor keeps it when others begin to wait.
 */
export class TailTruncation {
  constructor(
    private readonly parts: VacuumParts,
    private readonly request: VacuumRequest,
  ) {}

  isWorthwhile(pages: number, nonemptyPages: number): boolean {
    const empty = pages - nonemptyPages;
    return empty > 0 && (empty >= WORTHWHILE_PAGES || empty >= pages / WORTHWHILE_FRACTION);
  }

  /** Returns how many pages the table has afterwards. */
  truncate(pages: number, nonemptyPages: number): number {
    for (let current = pages; ;) {
      if (!this.lock()) {
        this.tell(`"${this.request.name}": stopping truncate due to conflicting lock request`);
        return current;
      }
      const { kept, isWanted } = this.truncateLocked(current, nonemptyPages);
      this.parts.storage.locks.release(this.request.lock, 'AccessExclusive');
      if (kept < current) this.tell(`table "${this.request.name}": truncated ${current} to ${kept} pages`);
      if (kept === current || kept <= nonemptyPages || !isWanted) return kept;
      current = kept;
    }
  }

  /** `isWanted`: others wait for the table, so that not everything was looked at. */
  private truncateLocked(pages: number, nonemptyPages: number): { kept: number; isWanted: boolean } {
    const { heap, storage } = this.parts;
    const { file } = this.request;
    // Pages that came meanwhile hold rows.
    if (storage.buffers.blocks(file, Fork.main) !== pages) return { kept: pages, isWanted: false };
    const found = this.findEnd(pages, nonemptyPages);
    if (found.kept < pages) heap.truncate(file, found.kept);
    return found;
  }

  private lock(): boolean {
    const { context, storage } = this.parts;
    const { clock } = context.os;
    const deadline = clock.monotonic() + LOCK_PATIENCE_MS;
    while (!storage.locks.acquire(this.request.lock, 'AccessExclusive', { wait: false })) {
      context.interrupts.check();
      if (clock.monotonic() >= deadline) return false;
      context.memory.slots.waiting('Timeout', 'VacuumTruncate', () => context.memory.latches.waitSync(LOCK_RETRY_MS));
    }
    return true;
  }

  /** Others may have filled pages since they were found empty, before the table was ours: backwards, looks again. */
  private findEnd(pages: number, nonemptyPages: number): { kept: number; isWanted: boolean } {
    const { context } = this.parts;
    const { clock } = context.os;
    let checkedAt = clock.monotonic();
    for (let block = pages - 1; block >= nonemptyPages; block--) {
      if (block % CHECK_EVERY_PAGES === 0 && clock.monotonic() - checkedAt >= CHECK_INTERVAL_MS) {
        if (this.isWantedByOthers()) return { kept: block + 1, isWanted: true };
        checkedAt = clock.monotonic();
      }
      context.interrupts.check();
      if (this.hasItems(block)) return { kept: block + 1, isWanted: false };
    }
    return { kept: nonemptyPages, isWanted: false };
  }

  /** A stub counts: its index entries are still there. */
  private hasItems(block: number): boolean {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(this.request.file, Fork.main, blockNumber(block));
    buffers.lock(buffer, 'shared');
    const page = buffers.page(buffer);
    let offset = isNew(page) ? 0 : maxOffset(page);
    while (offset > 0 && itemState(page, offset) === ItemState.unused) offset--;
    buffers.unlockRelease(buffer);
    return offset > 0;
  }

  private isWantedByOthers(): boolean {
    return this.parts.storage.locks.waiterCount(this.request.lock) > 0;
  }

  private tell(message: string): void {
    this.request.notice({ severity: 'INFO', sqlState: SqlState.successfulCompletion, message });
  }
}
