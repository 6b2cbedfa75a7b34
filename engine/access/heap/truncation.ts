import { Fork, type RelFile } from '../../base/block.js';
import { cutFork, logTruncate } from '../transactions/storage-rmgr.js';
import type { HeapParts } from './heap-parts.js';

const DELAY_CHECKPOINT_START = 1;
const DELAY_CHECKPOINT_COMPLETE = 2;

/** How long the maps are to be; undefined when they are no longer than that. */
interface MapBlocks {
  readonly visibility: number | undefined;
  readonly freeSpace: number | undefined;
}

/**
 * Cuts tables, beyond undoing (catalog/storage.c RelationTruncate). The order:
 *
 *   1. the maps forget the pages that go
 *   2. hold off checkpoints: neither may one begin between record and cut, for it would not replay the record while the
 *      file might have its old length on disk; nor may one end, for it would have synced the file before the cut
 *   3. insert the record and flush it                 from here on a crash cuts the file
 *   4. forget the pages in memory, dirty or not, and cut the files
 *   5. let checkpoints go on
 */
export class Truncation {
  constructor(private readonly parts: HeapParts) {}

  truncate(file: RelFile, blocks: number): void {
    const { context, storage, visibilityMap } = this.parts;
    const maps = {
      visibility: visibilityMap.prepareTruncation(file, blocks),
      freeSpace: storage.freeSpace.prepareTruncate(file, blocks),
    };
    context.interrupts.critical(() => this.withoutCheckpoint(() => this.cut(file, blocks, maps)));
    storage.freeSpace.vacuum(file, blocks);
  }

  private cut(file: RelFile, blocks: number, { visibility, freeSpace }: MapBlocks): void {
    const { storage, wal } = this.parts;
    if (wal.unlogged.has(file)) wal.unlogged.noteCut(file);
    else wal.flush(logTruncate(wal, file, blocks));
    cutFork(storage, file, Fork.main, blocks);
    if (visibility !== undefined) cutFork(storage, file, Fork.visibilityMap, visibility);
    if (freeSpace !== undefined) cutFork(storage, file, Fork.freeSpaceMap, freeSpace);
  }

  private withoutCheckpoint(body: () => void): void {
    const { slots } = this.parts.context.memory;
    slots.setDelayCheckpoint(DELAY_CHECKPOINT_START | DELAY_CHECKPOINT_COMPLETE);
    body();
    slots.setDelayCheckpoint(0);
  }
}
