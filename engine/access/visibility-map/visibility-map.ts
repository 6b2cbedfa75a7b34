import { Fork, blockNumber, sameRelFile, type BlockNumber, type RelFile } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import type { Lsn } from '../../base/lsn.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { clearAllVisible, initPage, isAllVisible, isNew, setPageLsn } from '../../storage/page/page.js';
import type { Storage } from '../../storage/storage.js';
import { BLOCKS_PER_MAP_PAGE, MapBit, bitsIn, countBits, mapBlockOf, mapByteOf, mapShiftOf } from './map-format.js';

const FORK = Fork.visibilityMap;
export const NO_MAP_PAGE = -1 as BufferId;

/**
 * Which pages of a heap hold nothing but what everyone sees (access/heap/visibilitymap.c): vacuum passes them over, and
 * index-only scans need not look at them.
 *
 * A bit may be off though it could be on; on, though it ought to be off, it means wrong answers. So:
 *
 *   set    under the heap page's exclusive lock, logged, the heap page marked too (PD_ALL_VISIBLE). The record's LSN is on
 *          both pages: neither reaches the disk before the record, and redo sets both.
 *   clear  under the heap page's exclusive lock, in the same critical section as the change, before its record. Not
 *          logged of its own: the record of the change says that redo must clear the bit, whatever page it finds.
 *
 * The map's page is pinned before the heap page is locked: nothing is read from disk under that lock.
 *
 * A map page that a crash tore counts as zeros, which is always right. Beyond PostgreSQL, the first clearing after a
 * checkpoint logs an image of the page, as hints do: so that its checksum is good again after recovery.
 */
export class VisibilityMap {
  private readonly sizes = new Map<number, { readonly file: RelFile; readonly blocks: number }>();
  private sizesOf = -1;

  constructor(private readonly storage: Storage) {}

  isAllVisible(file: RelFile, heapBlock: number): boolean {
    return (this.status(file, heapBlock) & MapBit.allVisible) !== 0;
  }

  /** The page's bits. Out of date as soon as they are told, unless the caller holds a lock on the heap page. */
  status(file: RelFile, heapBlock: number): number {
    const mapBlock = mapBlockOf(heapBlock);
    if (!this.hasBlock(file, mapBlock)) return 0;
    const { buffers } = this.storage;
    const map = buffers.read(file, FORK, mapBlock, 'zero-on-error');
    const bits = bitsIn(buffers.page(map), heapBlock);
    buffers.release(map);
    return bits;
  }

  /** Pins the map's page with the bits of that heap page; makes it if there is none. */
  pin(file: RelFile, heapBlock: number): BufferId {
    const { buffers } = this.storage;
    const mapBlock = mapBlockOf(heapBlock);
    if (!this.hasBlock(file, mapBlock)) this.extendTo(file, mapBlock + 1);
    const map = buffers.read(file, FORK, mapBlock, 'zero-on-error');
    if (isNew(buffers.page(map))) this.initialise(map);
    return map;
  }

  /** Is that the pinned map page with the bits of the heap page? */
  covers(map: BufferId, heapBlock: number): boolean {
    return map >= 0 && this.storage.buffers.blockOf(map) === mapBlockOf(heapBlock);
  }

  /**
   * Locks a pinned heap page exclusively, for a change. When it is all-visible, returns the pinned page of the map to
   * clear its bit in; else `map`, which the caller may have pinned already.
   */
  lockForChange(file: RelFile, heapBlock: BlockNumber, heap: BufferId, map = NO_MAP_PAGE): BufferId {
    const { buffers } = this.storage;
    const page = buffers.page(heap);
    for (let pinned = map; ;) {
      if (pinned < 0 && isAllVisible(page)) pinned = this.pin(file, heapBlock);
      buffers.lock(heap, 'exclusive');
      if (pinned >= 0 || !isAllVisible(page)) return pinned;
      buffers.unlock(heap);
    }
  }

  release(map: BufferId): void {
    if (map >= 0) this.storage.buffers.release(map);
  }

  /**
   * Sets bits, in a critical section. The caller has the heap page locked exclusively and marked all-visible, `map` pinned.
   * `log` inserts the record and returns its end, which is also to be the heap page's LSN.
   */
  set(map: BufferId, heapBlock: number, bits: number, log: (mapPage: Buffer) => Lsn): void {
    assert(this.covers(map, heapBlock), () => `wrong page of the visibility map for block ${heapBlock}`);
    const { buffers } = this.storage;
    const page = buffers.page(map);
    buffers.lock(map, 'exclusive');
    if (bitsIn(page, heapBlock) !== bits) {
      page[mapByteOf(heapBlock)] |= bits << mapShiftOf(heapBlock);
      buffers.markDirty(map);
      setPageLsn(page, log(page));
    }
    buffers.unlock(map);
  }

  /** Takes the mark off a heap page that gets something not everyone sees, and off the map; false when it had none. */
  unmark(page: Buffer, heapBlock: number, map: BufferId): boolean {
    if (!isAllVisible(page)) return false;
    clearAllVisible(page);
    this.clear(map, heapBlock);
    return true;
  }

  /** Clears bits; returns whether any was set. The caller has the heap page locked exclusively and `map` pinned. */
  clear(map: BufferId, heapBlock: number, bits: number = MapBit.both): boolean {
    assert(this.covers(map, heapBlock), () => `wrong page of the visibility map for block ${heapBlock}`);
    const { buffers } = this.storage;
    const page = buffers.page(map);
    buffers.lock(map, 'exclusive');
    const wasSet = (bitsIn(page, heapBlock) & bits) !== 0;
    if (wasSet) {
      page[mapByteOf(heapBlock)] &= ~(bits << mapShiftOf(heapBlock));
      this.markCleared(map);
    }
    buffers.unlock(map);
    return wasSet;
  }

  /** How many pages have each bit set. Others may change them meanwhile. */
  count(file: RelFile): { allVisible: number; allFrozen: number } {
    const { buffers } = this.storage;
    const total = { allVisible: 0, allFrozen: 0 };
    for (let mapBlock = 0; mapBlock < this.blocks(file); mapBlock++) {
      const map = buffers.read(file, FORK, blockNumber(mapBlock), 'zero-on-error');
      const { allVisible, allFrozen } = countBits(buffers.page(map));
      buffers.release(map);
      total.allVisible += allVisible;
      total.allFrozen += allFrozen;
    }
    return total;
  }

  /**
   * Clears the bits of heap pages from `heapBlocks` on in the last map page that stays: the heap may get such pages again.
   * Returns how long the map is to be; undefined when it is no longer than that.
   */
  prepareTruncation(file: RelFile, heapBlocks: number): number | undefined {
    const blocks = this.blocks(file);
    const wanted = Math.ceil(heapBlocks / BLOCKS_PER_MAP_PAGE);
    if (heapBlocks % BLOCKS_PER_MAP_PAGE !== 0 && wanted <= blocks) this.clearFrom(file, heapBlocks);
    this.sizes.clear();
    return wanted < blocks ? wanted : undefined;
  }

  private clearFrom(file: RelFile, heapBlocks: number): void {
    const { buffers } = this.storage;
    const map = buffers.read(file, FORK, mapBlockOf(heapBlocks), 'zero-on-error');
    const page = buffers.page(map);
    buffers.lock(map, 'exclusive');
    page.fill(0, mapByteOf(heapBlocks) + 1);
    page[mapByteOf(heapBlocks)] &= (1 << mapShiftOf(heapBlocks)) - 1;
    this.markCleared(map);
    buffers.unlockRelease(map);
  }

  /** The image that precedes a hint, and a page that is dirty for certain. */
  private markCleared(map: BufferId): void {
    const { buffers } = this.storage;
    buffers.markDirtyHint(map, false);
    buffers.markDirty(map);
  }

  /** What is known to be there stays, as long as no file was cut or removed; what is missing may have come meanwhile. */
  private hasBlock(file: RelFile, mapBlock: number): boolean {
    const generation = this.storage.files.fileGeneration;
    if (this.sizesOf !== generation) this.sizes.clear();
    this.sizesOf = generation;
    const known = this.sizes.get(file.relation);
    if (known && mapBlock < known.blocks && sameRelFile(known.file, file)) return true;
    const blocks = this.blocks(file);
    this.sizes.set(file.relation, { file, blocks });
    return mapBlock < blocks;
  }

  private blocks(file: RelFile): number {
    return this.storage.files.exists(file, FORK) ? this.storage.buffers.blocks(file, FORK) : 0;
  }

  private extendTo(file: RelFile, blocks: number): void {
    const { buffers, files } = this.storage;
    if (!files.exists(file, FORK)) files.create(file, FORK, { redo: true });
    while (buffers.blocks(file, FORK) < blocks) {
      const map = buffers.extend(file, FORK);
      initPage(buffers.page(map));
      buffers.markDirty(map);
      buffers.unlockRelease(map);
    }
  }

  private initialise(map: BufferId): void {
    const { buffers } = this.storage;
    const page = buffers.page(map);
    buffers.lock(map, 'exclusive');
    if (isNew(page)) {
      initPage(page);
      buffers.markDirty(map);
    }
    buffers.unlock(map);
  }
}
