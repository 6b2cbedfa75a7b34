import { Fork, sameRelFile, type BlockNumber, type Oid, type RelFile } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { align8, heapFreeSpace, initPage, isNew } from '../../storage/page/page.js';
import type { HeapParts } from './heap-parts.js';

/** Pages with room that a process remembers per table. */
const MAX_SPARE_BLOCKS = 64;

interface Target {
  readonly file: RelFile;
  /** Where the last row went. */
  current: BlockNumber | undefined;
  /** Pages that pruning made room in. */
  readonly spare: BlockNumber[];
}

/**
 * Where new tuples go (access/heap/hio.c): the page that took the last one, else one that pruning made room in, else the
 * table's last page, else a new page.
 */
export class TargetBlocks {
  private readonly targets = new Map<Oid, Target>();

  constructor(private readonly parts: HeapParts) {}

  forget(file: RelFile): void {
    this.targets.delete(file.relation);
  }

  /** Notes a page that has room again. */
  addSpare(file: RelFile, block: BlockNumber): void {
    const { spare } = this.targetOf(file);
    if (spare.length < MAX_SPARE_BLOCKS && !spare.includes(block)) spare.push(block);
  }

  /**
   * The buffer of a page with room for `bytes`, pinned and exclusively locked.
   *
   * With `other`, a buffer the caller has pinned and not locked, that one is locked exclusively too; it may be the very
   * one returned, then without another pin. Two pages are always locked in block order: so two updates cannot deadlock.
   */
  lockPageWithRoom(file: RelFile, bytes: number, other: BufferId = -1 as BufferId): BufferId {
    const target = this.targetOf(file);
    const needed = align8(bytes);
    for (let block = this.first(target); block !== undefined; block = this.following(target, block)) {
      const buffer = this.lockBlock(file, block, other);
      if (heapFreeSpace(this.parts.storage.buffers.page(buffer)) >= needed) {
        target.current = block;
        return buffer;
      }
      this.unlock(buffer, other);
    }
    return this.extend(target, needed, other);
  }

  private first(target: Target): BlockNumber | undefined {
    return target.current ?? target.spare.pop() ?? this.lastBlock(target.file);
  }

  private following(target: Target, tried: BlockNumber): BlockNumber | undefined {
    target.current = undefined;
    const spare = target.spare.pop();
    if (spare !== undefined) return spare;
    const last = this.lastBlock(target.file);
    return last === undefined || last <= tried ? undefined : last;
  }

  /** A new page has room for any tuple, unless another process fills it before both pages are locked: then once more. */
  private extend(target: Target, needed: number, other: BufferId): BufferId {
    const { buffers } = this.parts.storage;
    for (;;) {
      const buffer = buffers.extend(target.file, Fork.main);
      const page = buffers.page(buffer);
      initPage(page);
      buffers.markDirty(buffer);
      if (other >= 0 && !buffers.tryLock(other, 'exclusive')) {
        buffers.unlock(buffer);
        buffers.lock(other, 'exclusive');
        buffers.lock(buffer, 'exclusive');
      }
      if (heapFreeSpace(page) >= needed) {
        target.current = buffers.blockOf(buffer);
        return buffer;
      }
      this.unlock(buffer, other);
    }
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
    // A crash after the extension leaves zeros.
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
    const known = this.targets.get(file.relation);
    if (known && sameRelFile(known.file, file)) return known;
    const target: Target = { file, current: undefined, spare: [] };
    this.targets.set(file.relation, target);
    return target;
  }
}
