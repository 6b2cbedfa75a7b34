import { BLOCK_BYTES, type BlockNumber, type RelFile } from '../../base/block.js';
import type { FreeSpaceMap } from '../../storage/free-space-map/free-space-map.js';

/**
 * Deleted pages of indexes that may be used again (storage/freespace/indexfsm.c): their free-space map knows of pages that
 * are all free and of others. It is advice: who takes a page looks whether it really is free.
 */
export class FreePages {
  constructor(private readonly map: FreeSpaceMap) {}

  /** Removes one and returns it; undefined when none is known. */
  take(file: RelFile): BlockNumber | undefined {
    const block = this.map.search(file, BLOCK_BYTES / 2);
    if (block !== undefined) this.map.record(file, block, 0);
    return block;
  }

  /** Found by `take` after the next `publish`. */
  add(file: RelFile, block: BlockNumber): void {
    this.map.record(file, block, BLOCK_BYTES - 1);
  }

  publish(file: RelFile): void {
    this.map.vacuum(file);
  }
}
