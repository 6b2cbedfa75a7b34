import { BLOCK_BYTES, Fork, blockNumber, sameRelFile, type RelFile } from '../../base/block.js';
import type { EngineContext } from '../../memory/context.js';
import { isNew, setPageLsn } from '../../storage/page/page.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import type { Storage } from '../../storage/storage.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import type { BlockReference } from '../../wal/record.js';
import type { Wal } from '../../wal/wal.js';

/** As many as a record takes, and no more of the shared buffers than others can spare. */
const PAGES_PER_RECORD = 32;
const POOL_PART = 8;

const FORKS = [Fork.main, Fork.freeSpaceMap, Fork.visibilityMap] as const;

/**
 * Makes up, before a commit, for the changes that were not logged (catalog/storage.c smgrDoPendingSyncs): small files are
 * logged whole, which costs less than to wait for the disk; large ones are written and synced, and so are those that were
 * cut, for what lies behind their end on disk would come back.
 */
export class PendingSyncs {
  constructor(
    private readonly context: EngineContext,
    private readonly wal: Wal,
    private readonly storage: Storage,
  ) {}

  /** `dropped`: goes with the commit anyway. */
  run(dropped: readonly RelFile[]): void {
    for (const { file, wasCut } of this.wal.unlogged.take()) {
      if (dropped.some((each) => sameRelFile(each, file))) continue;
      const forks = FORKS.filter((fork) => this.storage.files.exists(file, fork));
      if (wasCut || this.kilobytes(file, forks) >= this.context.settings.get('wal_skip_threshold')) {
        this.sync(file, forks);
      } else {
        for (const fork of forks) this.logFork(file, fork);
      }
    }
  }

  private kilobytes(file: RelFile, forks: readonly Fork[]): number {
    let blocks = 0;
    for (const fork of forks) blocks += this.storage.buffers.blocks(file, fork);
    return (blocks * BLOCK_BYTES) / 1024;
  }

  private sync(file: RelFile, forks: readonly Fork[]): void {
    const { buffers, files } = this.storage;
    buffers.flushRelation(file);
    for (const fork of forks) files.syncNow(file, fork);
  }

  private logFork(file: RelFile, fork: Fork): void {
    const { buffers } = this.storage;
    const blocks = buffers.blocks(file, fork);
    const most = Math.min(PAGES_PER_RECORD, Math.ceil(this.context.settings.get('shared_buffers') / POOL_PART));
    let batch: BufferId[] = [];
    for (let block = 0; block < blocks; block++) {
      const buffer = buffers.read(file, fork, blockNumber(block));
      buffers.lock(buffer, 'exclusive');
      if (isNew(buffers.page(buffer))) {
        buffers.unlockRelease(buffer);
        continue;
      }
      batch.push(buffer);
      if (batch.length < most) continue;
      this.logPages(file, fork, batch);
      batch = [];
    }
    if (batch.length > 0) this.logPages(file, fork, batch);
  }

  /** Images of all of them in one record (log_newpage_range). Unlocks them. */
  private logPages(file: RelFile, fork: Fork, batch: readonly BufferId[]): void {
    const { buffers } = this.storage;
    const { interrupts } = this.context;
    interrupts.critical(() => {
      const blocks = batch.map((buffer, id): BlockReference => {
        buffers.markDirty(buffer);
        const [block, page] = [buffers.blockOf(buffer), buffers.page(buffer)];
        return { id, file, fork, block, page, forceImage: true, standard: fork === Fork.main };
      });
      const end = this.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageImage, data: [], blocks });
      for (const { page } of blocks) setPageLsn(page!, end);
    });
    for (const buffer of batch) buffers.unlockRelease(buffer);
    interrupts.check();
  }
}
