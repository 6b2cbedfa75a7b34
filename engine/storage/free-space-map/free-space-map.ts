import { Fork, sameRelFile, type BlockNumber, type Oid, type RelFile } from '../../base/block.js';
import type { BufferManager } from '../buffers/buffer-manager.js';
import type { BufferId } from '../buffers/descriptors.js';
import { initPage, isNew } from '../page/header.js';
import type { RelationFiles } from '../relation-files.js';
import { SLOTS, categoryOfRequest, categoryOfSpace, spaceOfCategory } from './layout.js';
import {
  BOTTOM,
  ROOT,
  blockOfSlot,
  childAddress,
  fileBlock,
  parentSlot,
  slotOfBlock,
  type MapAddress,
} from './map-address.js';
import {
  available,
  clearSlots,
  maxAvailable,
  rebuild,
  searchAvailable,
  setAvailable,
  setNextSlot,
} from './map-page.js';

const NONE = -1 as BufferId;
const END_OF_RELATION = 0xffff_ffff;
/** Each restart mends a promise on the way; more than these mean that others break them as fast. */
const MAX_RESTARTS = 10_000;

/**
 * How much room the pages of a table have, to the nearest 32 bytes (storage/freespace).
 *
 * A tree of bytes in a fork of its own. The map is advice: it is changed like a hint, not logged, and may be wrong after
 * a crash. So whoever gets a page from it looks at the page itself, and tells the map when it has not enough; and a page
 * that is behind the table's end, because the map survived and the extension did not, is not handed out.
 *
 * New values reach the page of the map that they are on at once, and the levels above only when a search finds them wrong
 * or `vacuum` passes.
 */
export class FreeSpaceMap {
  /** Maps that were seen, since files were last removed or cut. */
  private readonly present = new Map<Oid, RelFile>();
  private generation = 0;

  constructor(
    private readonly files: RelationFiles,
    private readonly buffers: BufferManager,
  ) {}

  /** A page that should have room for `bytes`. */
  search(file: RelFile, bytes: number): BlockNumber | undefined {
    return this.searchTree(file, categoryOfRequest(bytes));
  }

  /** Notes how much room a page has. Searches find it when `vacuum` has passed, or when they come by. */
  record(file: RelFile, block: BlockNumber, bytes: number): void {
    const { address, slot } = slotOfBlock(block);
    this.setAndSearch(file, address, slot, categoryOfSpace(bytes), 0);
  }

  /** Notes that a page had only so much room, and looks for another: first among its neighbours. */
  recordAndSearch(file: RelFile, block: BlockNumber, bytes: number, needed: number): BlockNumber | undefined {
    const { address, slot } = slotOfBlock(block);
    const wanted = categoryOfRequest(needed);
    const found = this.setAndSearch(file, address, slot, categoryOfSpace(bytes), wanted);
    if (found >= 0) {
      const neighbour = blockOfSlot(address, found);
      if (this.isInTable(file, neighbour)) return neighbour;
      this.setAndSearch(file, address, found, 0, 0);
    }
    return this.searchTree(file, wanted);
  }

  /** What the map says of a page: its room, rounded down. */
  recorded(file: RelFile, block: BlockNumber): number {
    const { address, slot } = slotOfBlock(block);
    return this.reading(file, address, 0, (page) => spaceOfCategory(available(page, slot)));
  }

  /** Makes the upper levels right for the blocks from `from` up to `to`, so that searches find what was recorded. */
  vacuum(file: RelFile, from = 0, to = END_OF_RELATION): void {
    if (to > from) this.vacuumPage(file, ROOT, from, to);
  }

  /**
   * Forgets the blocks from `blocks` on, before the table is cut there. Returns how many pages the map keeps: to that it
   * has to be cut too; undefined when it is no longer than that. Afterwards, `vacuum` from `blocks` on.
   */
  prepareTruncate(file: RelFile, blocks: number): number | undefined {
    const { address, slot } = slotOfBlock(blocks);
    const size = this.size(file);
    const keep = fileBlock(address) + (slot > 0 ? 1 : 0);
    if (slot > 0) this.forgetSlots(file, address, slot, SLOTS - 1);
    return size > keep ? keep : undefined;
  }

  private searchTree(file: RelFile, wanted: number): BlockNumber | undefined {
    let address = ROOT;
    for (let restarts = 0; restarts < MAX_RESTARTS;) {
      const { slot, max } = this.searchPage(file, address, wanted);
      if (slot >= 0 && address.level === BOTTOM) {
        const block = blockOfSlot(address, slot);
        if (this.isInTable(file, block)) return block;
        this.setAndSearch(file, address, slot, 0, 0);
        restarts++;
        address = ROOT;
      } else if (slot >= 0) {
        address = childAddress(address, slot);
      } else if (address.level === ROOT.level) {
        return undefined;
      } else {
        // The page above promised more than there is: it learns better, or the next search would come here again.
        const parent = parentSlot(address);
        this.setAndSearch(file, parent.address, parent.slot, max, 0);
        restarts++;
        address = ROOT;
      }
    }
    return undefined;
  }

  private searchPage(file: RelFile, address: MapAddress, wanted: number): { slot: number; max: number } {
    const buffer = this.pin(file, address, false);
    if (buffer < 0) return { slot: -1, max: 0 };
    this.buffers.lock(buffer, 'shared');
    const page = this.buffers.page(buffer);
    let slot = searchAvailable(page, wanted);
    if (slot === 'corrupt') slot = this.mendAndSearch(buffer, wanted);
    const max = maxAvailable(page);
    if (slot >= 0) setNextSlot(page, address.level === BOTTOM ? slot + 1 : slot);
    this.buffers.unlockRelease(buffer);
    return { slot, max };
  }

  /** With the shared lock, which becomes an exclusive one. */
  private mendAndSearch(buffer: BufferId, wanted: number): number {
    this.buffers.unlock(buffer);
    this.buffers.lock(buffer, 'exclusive');
    const page = this.buffers.page(buffer);
    if (rebuild(page)) this.markChanged(buffer);
    return searchAvailable(page, wanted) as number;
  }

  /** Sets a slot, and searches the same page for another when `wanted` is not 0: -1 for none. */
  private setAndSearch(file: RelFile, address: MapAddress, slot: number, value: number, wanted: number): number {
    const buffer = this.pin(file, address, true);
    this.buffers.lock(buffer, 'exclusive');
    const page = this.buffers.page(buffer);
    if (setAvailable(page, slot, value)) this.markChanged(buffer);
    let found = -1;
    if (wanted > 0) {
      let result = searchAvailable(page, wanted);
      if (result === 'corrupt') {
        rebuild(page);
        this.markChanged(buffer);
        result = searchAvailable(page, wanted) as number;
      }
      if ((found = result) >= 0) setNextSlot(page, address.level === BOTTOM ? found + 1 : found);
    }
    this.buffers.unlockRelease(buffer);
    return found;
  }

  /** Brings the page's slots of the range up to date, from the bottom upwards; returns the most room of any. */
  private vacuumPage(file: RelFile, address: MapAddress, from: number, to: number): number {
    if (address.level > BOTTOM) this.vacuumSlots(file, address, from, to);
    // The next search begins at the page's start again: low pages are filled first, and the table's end may become free.
    return this.reading(file, address, 0, (page) => {
      setNextSlot(page, 0);
      return maxAvailable(page);
    });
  }

  private vacuumSlots(file: RelFile, address: MapAddress, from: number, to: number): void {
    const blocksPerSlot = SLOTS ** address.level;
    const first = address.number * SLOTS;
    const start = Math.max(0, Math.floor(from / blocksPerSlot) - first);
    const end = Math.min(SLOTS - 1, Math.floor((to - 1) / blocksPerSlot) - first);
    for (let slot = start; slot <= end; slot++) {
      const child = childAddress(address, slot);
      // Behind the end of the map all is unknown: what this page says of it must go.
      if (!this.has(file, child)) return this.forgetSlots(file, address, slot, end);
      this.setAndSearch(file, address, slot, this.vacuumPage(file, child, from, to), 0);
    }
  }

  private forgetSlots(file: RelFile, address: MapAddress, from: number, to: number): void {
    const buffer = this.pin(file, address, false);
    if (buffer < 0) return;
    this.buffers.lock(buffer, 'exclusive');
    if (clearSlots(this.buffers.page(buffer), from, to)) this.markChanged(buffer);
    this.buffers.unlockRelease(buffer);
  }

  private has(file: RelFile, address: MapAddress): boolean {
    return fileBlock(address) < this.size(file);
  }

  private reading<T>(file: RelFile, address: MapAddress, missing: T, body: (page: Buffer) => T): T {
    const buffer = this.pin(file, address, false);
    if (buffer < 0) return missing;
    this.buffers.lock(buffer, 'shared');
    const result = body(this.buffers.page(buffer));
    this.buffers.unlockRelease(buffer);
    return result;
  }

  /** The page of the map, pinned; one that is not sound begins anew. NONE behind the end, unless the map may grow. */
  private pin(file: RelFile, address: MapAddress, mayGrow: boolean): BufferId {
    const block = fileBlock(address);
    if (block >= this.size(file)) {
      if (!mayGrow) return NONE;
      this.grow(file, block + 1);
    }
    const buffer = this.buffers.read(file, Fork.freeSpaceMap, block, 'zero-on-error');
    if (isNew(this.buffers.page(buffer))) this.initialise(buffer);
    return buffer;
  }

  private initialise(buffer: BufferId): void {
    this.buffers.lock(buffer, 'exclusive');
    if (isNew(this.buffers.page(buffer))) initPage(this.buffers.page(buffer));
    this.buffers.unlock(buffer);
  }

  private grow(file: RelFile, blocks: number): void {
    if (!this.exists(file)) this.files.create(file, Fork.freeSpaceMap, { redo: true });
    while (this.buffers.blocks(file, Fork.freeSpaceMap) < blocks) {
      this.buffers.unlockRelease(this.buffers.extend(file, Fork.freeSpaceMap));
    }
  }

  private size(file: RelFile): number {
    return this.exists(file) ? this.buffers.blocks(file, Fork.freeSpaceMap) : 0;
  }

  /** A map that was there is there until files are removed. */
  private exists(file: RelFile): boolean {
    const { fileGeneration } = this.files;
    if (fileGeneration !== this.generation) this.present.clear();
    this.generation = fileGeneration;
    const known = this.present.get(file.relation);
    if (known && sameRelFile(known, file)) return true;
    if (!this.files.exists(file, Fork.freeSpaceMap)) return false;
    this.present.set(file.relation, file);
    return true;
  }

  private isInTable(file: RelFile, block: BlockNumber): boolean {
    return block < this.buffers.blocks(file, Fork.main);
  }

  private markChanged(buffer: BufferId): void {
    this.buffers.markDirtyHint(buffer, false);
  }
}
