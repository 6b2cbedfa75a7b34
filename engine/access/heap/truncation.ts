import { Fork, type RelFile } from '../../base/block.js';
import { logTruncate } from '../transactions/storage-rmgr.js';
import type { HeapParts } from './heap-parts.js';

const DELAY_CHECKPOINT_START = 1;
const DELAY_CHECKPOINT_COMPLETE = 2;

/** How long a fork is to be. */
interface CutFork {
  readonly fork: Fork;
  readonly blocks: number;
}

/**
 * Cuts tables, beyond undoing (catalog/storage.c RelationTruncate). The order:
 *
 *   1. the maps forget the pages that go
 *   2. hold off checkpoints: neither may one begin between record and cut, for it would not replay the record while the
 *      file might have its old length on disk; nor may one end, for it would have synced the file before the cut
 *   3. insert the record and flush it                 from here on a crash cuts the file
 *   4. forget the pages in memory, dirty or not; then cut the files, on which they may stand as they once were
 *   5. let checkpoints go on
 */
export class Truncation {
  constructor(private readonly parts: HeapParts) {}

  truncate(file: RelFile, blocks: number): void {
    const { context, storage, visibilityMap } = this.parts;
    const forks: CutFork[] = [{ fork: Fork.main, blocks }];
    const visibility = visibilityMap.prepareTruncation(file, blocks);
    if (visibility !== undefined) forks.push({ fork: Fork.visibilityMap, blocks: visibility });
    const freeSpace = storage.freeSpace.prepareTruncate(file, blocks);
    if (freeSpace !== undefined) forks.push({ fork: Fork.freeSpaceMap, blocks: freeSpace });
    context.interrupts.critical(() => this.withoutCheckpoint(() => this.cut(file, blocks, forks)));
    storage.freeSpace.vacuum(file, blocks);
  }

  private cut(file: RelFile, blocks: number, forks: readonly CutFork[]): void {
    const { storage, wal, context } = this.parts;
    if (wal.unlogged.has(file)) wal.unlogged.noteCut(file);
    else wal.flush(logTruncate(wal, file, blocks));
    context.os.reach('truncate:logged');
    for (const { fork, blocks: kept } of forks) storage.buffers.dropRelationFrom(file, fork, kept);
    context.os.reach('truncate:pages-forgotten');
    for (const { fork, blocks: kept } of forks) storage.files.truncate(file, fork, kept);
  }

  private withoutCheckpoint(body: () => void): void {
    const { slots } = this.parts.context.memory;
    slots.setDelayCheckpoint(DELAY_CHECKPOINT_START | DELAY_CHECKPOINT_COMPLETE);
    body();
    slots.setDelayCheckpoint(0);
  }
}
