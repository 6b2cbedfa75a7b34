import { Fork, type BlockNumber, type RelFile, type Tid } from '../../base/block.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { align8, heapFreeSpace, isAllVisible, maxOffset, setAllVisible, setPageLsn } from '../../storage/page/page.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import { Infomask } from '../tuple/tuple-header.js';
import { MapBit } from '../visibility-map/map-format.js';
import type { HeapParts } from './heap-parts.js';
import { Heap2Info, HeapInfo, MultiInsertFlag, encodeMultiInsert, encodeTuples } from './heap-records.js';
import type { InsertionTargets } from './insertion-targets.js';
import { place, stamp } from './row-writes.js';
import { reservedBytes } from './target-blocks.js';
import { setVisibleMarks } from './visible-marks.js';

export interface MultiInsertOptions {
  readonly fillFactor: number;
  /**
   * All see the rows as soon as the table, for ever: the caller has made the table's file in this very subtransaction, and
   * nothing else has read from it.
   */
  readonly isFrozen: boolean;
}

/** Adds many rows page by page: one record and one lock for all that go to a page (heapam.c heap_multi_insert). */
export class MultiInsert {
  constructor(
    private readonly parts: HeapParts,
    private readonly targets: InsertionTargets,
  ) {}

  /** The rows' places, in their order. */
  insert(file: RelFile, tuples: readonly Buffer[], options: MultiInsertOptions): Tid[] {
    const { transactions } = this.parts;
    const xid = transactions.xid();
    const command = transactions.useCommandId();
    const infomask = options.isFrozen ? Infomask.xmaxInvalid | Infomask.xminFrozen : Infomask.xmaxInvalid;
    for (const tuple of tuples) stamp(tuple, xid, command, infomask);
    const tids: Tid[] = [];
    while (tids.length < tuples.length) this.fillPage(file, tuples, tids, xid, options);
    return tids;
  }

  /** Puts as many of the rows behind `tids` on one page as there is room for. */
  private fillPage(
    file: RelFile,
    tuples: readonly Buffer[],
    tids: Tid[],
    xid: Xid,
    { fillFactor, isFrozen }: MultiInsertOptions,
  ): void {
    const { context, storage, visibilityMap } = this.parts;
    const { buffers } = storage;
    const { buffer, map } = this.targets.lock(file, tuples[tids.length].length, fillFactor);
    const page = buffers.page(buffer);
    const block = buffers.blockOf(buffer);
    const wasEmpty = maxOffset(page) === 0;
    context.interrupts.critical(() => {
      const first = tids.length;
      placeAll(page, block, tuples, tids, fillFactor);
      const isCleared = !isFrozen && visibilityMap.unmark(page, block, map);
      if (isFrozen && wasEmpty) setAllVisible(page);
      buffers.markDirty(buffer);
      const flags =
        (isCleared ? MultiInsertFlag.allVisibleCleared : 0) |
        (isFrozen && wasEmpty ? MultiInsertFlag.allFrozenSet : 0) |
        (tids.length === tuples.length ? MultiInsertFlag.last : 0);
      this.log({ file, block, page, wasEmpty, xid, flags }, tuples.slice(first, tids.length), tids.slice(first));
    });
    buffers.unlock(buffer);
    visibilityMap.release(map);
    if (isFrozen && wasEmpty) this.markFrozen(file, block, buffer);
    buffers.release(buffer);
  }

  private log(
    { file, block, page, wasEmpty, xid, flags }: FilledPage,
    tuples: readonly Buffer[],
    tids: readonly Tid[],
  ): void {
    const info = wasEmpty ? Heap2Info.multiInsert | HeapInfo.initPage : Heap2Info.multiInsert;
    const data = [encodeMultiInsert(flags, tids, !wasEmpty)];
    const reference = { id: 0, file, fork: Fork.main, block, page, standard: true, willInit: wasEmpty };
    const blocks = [{ ...reference, data: [encodeTuples(tuples)] }];
    setPageLsn(page, this.parts.wal.insert({ rmgr: Rmgr.heap2, info, xid, data, blocks }));
  }

  /** The map's page is pinned while the heap's is not locked; nobody else can have changed that one meanwhile. */
  private markFrozen(file: RelFile, block: BlockNumber, buffer: BufferId): void {
    const { context, storage, visibilityMap } = this.parts;
    const map = visibilityMap.pin(file, block);
    storage.buffers.lock(buffer, 'exclusive');
    if (isAllVisible(storage.buffers.page(buffer))) {
      context.interrupts.critical(() =>
        setVisibleMarks(this.parts, { file, block, buffer, map }, MapBit.both, INVALID_XID),
      );
    }
    storage.buffers.unlock(buffer);
    visibilityMap.release(map);
  }
}

interface FilledPage {
  readonly file: RelFile;
  readonly block: BlockNumber;
  readonly page: Buffer;
  readonly wasEmpty: boolean;
  readonly xid: Xid;
  readonly flags: number;
}

/** The first row has room for certain. */
function placeAll(page: Buffer, block: BlockNumber, tuples: readonly Buffer[], tids: Tid[], fillFactor: number): void {
  const reserved = reservedBytes(fillFactor);
  do tids.push({ block, offset: place(page, block, tuples[tids.length]) });
  while (tids.length < tuples.length && heapFreeSpace(page) >= align8(tuples[tids.length].length) + reserved);
}
