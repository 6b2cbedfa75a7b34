import { BLOCK_BYTES, Fork, sameRelFile, type BlockNumber, type Oid, type RelFile } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { MAX_HEAP_ITEMS, PAGE_HEADER_BYTES, align8, heapFreeSpace, initPage, isNew } from '../../storage/page/page.js';
import { MAX_TUPLE_BYTES } from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';

/** A page with so much room counts as empty: it has an eighth of its line pointers, all of them free. */
const NEARLY_EMPTY_BYTES = MAX_TUPLE_BYTES - Math.floor(MAX_HEAP_ITEMS / 8) * 4;
const EXTRA_PAGES_PER_WAITER = 20;
const MAX_EXTRA_PAGES = 512;
const NO_BUFFER = -1 as BufferId;

interface Target {
  readonly file: RelFile;
  /** Where this process's last row went. */
  current: BlockNumber | undefined;
}

/**
 * Where new tuples go (access/heap/hio.c RelationGetBufferForTuple): the page that took this process's last one, else one
 * that the free-space map knows, else the table's last page, else a new page.
 *
 * A page that turns out to have not enough room is reported to the map, which names the next.
 */
export class TargetBlocks {
  private readonly targets = new Map<Oid, Target>();
  /** Of the files, when the targets were remembered: after a truncation they may be behind the end. */
  private generation = 0;

  constructor(private readonly parts: HeapParts) {}

  /**
   * The buffer of a page with room for `bytes`, pinned and exclusively locked. `fillFactor`, in percent: a page is not
   * filled further, to keep room for newer versions of its rows.
   *
   * With `other`, a buffer the caller has pinned and not locked, that one is locked exclusively too; it may be the very
   * one returned, then without another pin. Two pages are always locked in block order: so two updates cannot deadlock.
   */
  lockPageWithRoom(file: RelFile, bytes: number, fillFactor: number, other = NO_BUFFER): BufferId {
    const { buffers, freeSpace } = this.parts.storage;
    const target = this.targetOf(file);
    const wanted = wantedRoom(align8(bytes), fillFactor);
    let block = target.current ?? freeSpace.search(file, wanted) ?? this.lastBlock(file);
    for (;;) {
      while (block !== undefined) {
        const buffer = this.lockBlock(file, block, other);
        const room = heapFreeSpace(buffers.page(buffer));
        if (room >= wanted) return this.choose(target, buffer);
        this.unlock(buffer, other);
        block = freeSpace.recordAndSearch(file, block, room, wanted);
      }
      const found = this.extend(file, wanted);
      if (found.buffer >= 0 && this.lockOther(found.buffer, other, align8(bytes))) {
        return this.choose(target, found.buffer);
      }
      block = found.block;
    }
  }

  private choose(target: Target, buffer: BufferId): BufferId {
    target.current = this.parts.storage.buffers.blockOf(buffer);
    return buffer;
  }

  /**
   * A new page, locked. In a table that this transaction made nobody else is waited for (RELATION_IS_LOCAL). Who had to wait for others that extend the same table looks first whether they left some room,
   * and else adds pages for those who wait behind him.
   */
  private extend(
    file: RelFile,
    wanted: number,
  ): { readonly buffer: BufferId; readonly block: BlockNumber | undefined } {
    const { locks, freeSpace } = this.parts.storage;
    if (this.parts.transactions.hasMade(file)) return { buffer: this.addPage(file), block: undefined };
    const tag = { kind: 'extend', database: file.database, relation: file.relation } as const;
    if (!locks.acquire(tag, 'Exclusive', { wait: false })) {
      locks.acquire(tag, 'Exclusive');
      const block = freeSpace.search(file, wanted);
      if (block !== undefined) {
        locks.release(tag, 'Exclusive');
        return { buffer: NO_BUFFER, block };
      }
      this.addExtraPages(file, Math.min(MAX_EXTRA_PAGES, locks.waiterCount(tag) * EXTRA_PAGES_PER_WAITER));
    }
    const buffer = this.addPage(file);
    locks.release(tag, 'Exclusive');
    return { buffer, block: undefined };
  }

  /** Pages of zeros that the map gives to whoever asks next. */
  private addExtraPages(file: RelFile, count: number): void {
    if (count === 0) return;
    const { buffers, freeSpace } = this.parts.storage;
    let first = 0;
    let last = 0;
    for (let added = 0; added < count; added++) {
      const buffer = buffers.extend(file, Fork.main);
      last = buffers.blockOf(buffer);
      if (added === 0) first = last;
      buffers.unlockRelease(buffer);
      freeSpace.record(file, last as BlockNumber, BLOCK_BYTES - PAGE_HEADER_BYTES);
    }
    freeSpace.vacuum(file, first, last + 1);
  }

  private addPage(file: RelFile): BufferId {
    const { buffers } = this.parts.storage;
    const buffer = buffers.extend(file, Fork.main);
    initPage(buffers.page(buffer));
    buffers.markDirty(buffer);
    return buffer;
  }

  /** With a new page locked, locks `other` too; false, with none locked, when the page was filled before that succeeded. */
  private lockOther(buffer: BufferId, other: BufferId, bytes: number): boolean {
    const { buffers } = this.parts.storage;
    if (other < 0 || buffers.tryLock(other, 'exclusive')) return true;
    buffers.unlock(buffer);
    buffers.lock(other, 'exclusive');
    buffers.lock(buffer, 'exclusive');
    if (heapFreeSpace(buffers.page(buffer)) >= bytes) return true;
    this.unlock(buffer, other);
    return false;
  }

  private lockBlock(file: RelFile, block: BlockNumber, other: BufferId): BufferId {
    const { buffers } = this.parts.storage;
    const otherBlock = other >= 0 ? buffers.blockOf(other) : -1;
    if (otherBlock === block) {
      buffers.lock(other, 'exclusive');
      return other;
    }
    const buffer = buffers.read(file, Fork.main, block);
    if (other >= 0 && otherBlock < block) buffers.lock(other, 'exclusive');
    buffers.lock(buffer, 'exclusive');
    if (other >= 0 && otherBlock > block) buffers.lock(other, 'exclusive');
    // Added for whoever needs it, or left by a crash after the extension.
    if (isNew(buffers.page(buffer))) {
      initPage(buffers.page(buffer));
      buffers.markDirty(buffer);
    }
    return buffer;
  }

  private unlock(buffer: BufferId, other: BufferId): void {
    const { buffers } = this.parts.storage;
    if (other >= 0) buffers.unlock(other);
    if (buffer !== other) buffers.unlockRelease(buffer);
  }

  private lastBlock(file: RelFile): BlockNumber | undefined {
    const blocks = this.parts.storage.buffers.blocks(file, Fork.main);
    return blocks === 0 ? undefined : ((blocks - 1) as BlockNumber);
  }

  private targetOf(file: RelFile): Target {
    const generation = this.parts.storage.files.fileGeneration;
    if (generation !== this.generation) this.targets.clear();
    this.generation = generation;
    const known = this.targets.get(file.relation);
    if (known && sameRelFile(known.file, file)) return known;
    const target: Target = { file, current: undefined };
    this.targets.set(file.relation, target);
    return target;
  }
}

/** What inserts leave free in each page, for newer versions of its rows. */
export function reservedBytes(fillFactor: number): number {
  return Math.floor((BLOCK_BYTES * (100 - fillFactor)) / 100);
}

/** A tuple that would not fit even into a nearly empty page with what is reserved gets a nearly empty one. */
function wantedRoom(bytes: number, fillFactor: number): number {
  const reserved = reservedBytes(fillFactor);
  return bytes + reserved > NEARLY_EMPTY_BYTES ? Math.max(bytes, NEARLY_EMPTY_BYTES) : bytes + reserved;
}
