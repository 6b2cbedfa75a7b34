import { Fork, type BlockNumber, type RelFile } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import {
  ItemState,
  isAllVisible,
  isNew,
  itemLength,
  itemOffset,
  itemState,
  maxOffset,
} from '../../storage/page/page.js';
import type { Snapshot } from '../transactions/snapshot.js';
import type { HeapParts } from './heap-parts.js';
import { HeapTuple } from './heap-tuple.js';
import type { Pruner } from './pruner.js';
import type { Visibility } from './visibility.js';

/** Whether the row version at byte `at` of the page is one that the scan is for. */
export type ScanKey = (page: Buffer, at: number) => boolean;

const NO_BUFFER = -1 as BufferId;

/**
 * All visible rows of a table in physical order (heapam.c heapgetpage, page-at-a-time mode).
 *
 * Most rows of a catalog are not the ones looked for: a scan with a key asks nothing else of them, and leaves them alone.
 *
 * Visibility is decided for a whole page under one content lock; then the rows are handed out with only a pin held. A
 * pinned page may be changed, but its tuples are not moved.
 */
export class HeapScan {
  private readonly tuple = new HeapTuple();
  /** Items of the page; the first `visibleCount` count. */
  private readonly visible: number[] = [];
  private readonly blocks: number;
  private readonly generation: number;
  private visibleCount = 0;
  private position = 0;
  private nextBlock = 0;
  private buffer = NO_BUFFER;

  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
    private readonly pruner: Pruner,
    private readonly file: RelFile,
    private readonly snapshot: Snapshot,
    private readonly isWanted?: ScanKey,
  ) {
    this.blocks = parts.storage.buffers.blocks(file, Fork.main);
    this.generation = parts.transactions.generation;
  }

  /** The next row, null after the last. */
  next(): HeapTuple | null {
    while (this.position >= this.visibleCount) if (!this.turnPage()) return null;
    const page = this.tuple.page;
    const offset = this.visible[this.position++];
    this.tuple.offset = offset;
    this.tuple.at = itemOffset(page, offset);
    this.tuple.length = itemLength(page, offset);
    return this.tuple;
  }

  /** Lets the page go. May be called at any time, also after the transaction has ended. */
  close(): void {
    // The transaction's end has let go of all pins already; the buffer may be pinned by someone else by now.
    if (this.buffer >= 0 && this.generation === this.parts.transactions.generation) {
      this.parts.storage.buffers.release(this.buffer);
    }
    this.buffer = NO_BUFFER;
    this.countRows();
    this.visibleCount = 0;
    this.nextBlock = this.blocks;
  }

  private turnPage(): boolean {
    const { buffers } = this.parts.storage;
    if (this.nextBlock >= this.blocks) {
      this.close();
      return false;
    }
    this.countRows();
    this.parts.context.interrupts.check();
    if (this.buffer >= 0) buffers.release(this.buffer);
    this.buffer = NO_BUFFER;
    this.buffer = buffers.read(this.file, Fork.main, this.nextBlock as BlockNumber);
    this.pruner.consider(this.file, this.nextBlock as BlockNumber, this.buffer);
    this.readPage();
    this.nextBlock++;
    return true;
  }

  /** Those given of the page that is left. */
  private countRows(): void {
    if (this.position > 0) this.parts.statistics.countReturned(this.file, this.position);
    this.position = 0;
  }

  private readPage(): void {
    const { buffers } = this.parts.storage;
    const { buffer } = this;
    const page = buffers.page(buffer);
    this.tuple.set(this.nextBlock as BlockNumber, 0, page, 0, 0);
    this.position = 0;
    this.visibleCount = 0;
    buffers.lock(buffer, 'shared');
    if (!isNew(page)) this.collect(page);
    buffers.unlock(buffer);
  }

  private collect(page: Buffer): void {
    const { snapshot, buffer, visibility, isWanted } = this;
    const last = maxOffset(page);
    const isMvcc = snapshot.kind === 'mvcc';
    const isSeenByAll = isMvcc && isAllVisible(page);
    let count = 0;
    for (let offset = 1; offset <= last; offset++) {
      if (itemState(page, offset) !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      if (isWanted && !isWanted(page, at)) continue;
      const isVisible = isMvcc
        ? isSeenByAll || visibility.satisfiesMvcc(snapshot, page, at, buffer)
        : visibility.satisfies(snapshot, page, at, buffer);
      if (isVisible) this.visible[count++] = offset;
    }
    this.visibleCount = count;
  }
}
