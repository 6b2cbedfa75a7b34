import type { BlockNumber, Fork, RelFile } from '../../base/block.js';
import type { Arena } from '../../memory/arena.js';
import { hashSlots } from '../../memory/area-table.js';
import { BUFFER_MAPPING_PARTITIONS, lwLockArrays, type LwLockId } from '../../memory/lwlock-table.js';
import { Word, type BufferId, type Descriptors } from './descriptors.js';

/**
 * Which buffer holds a page: buckets of chained descriptors in shared memory, 0 for an empty one.
 *
 * A bucket is guarded by its partition's BufferMapping lock: shared to look, exclusive to change. `peek` looks without
 * it, and its answer is only a guess.
 */
const PEEK_STEPS = 8;

export class BufferTable {
  private readonly buckets: Int32Array;
  private readonly mask: number;

  constructor(
    arena: Arena,
    private readonly descriptors: Descriptors,
  ) {
    this.buckets = arena.area('buffer-table').i32;
    this.mask = 2 * hashSlots(arena.sizes.buffers) - 1;
  }

  hash(file: RelFile, fork: Fork, block: BlockNumber): number {
    let hash =
      Math.imul(file.relation ^ (fork << 29), 0x9e3779b1) ^ Math.imul(file.database + file.tablespace, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + Math.imul(block, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 16), 0x297a2d39);
    return hash ^ (hash >>> 15);
  }

  partitionLock(hash: number): LwLockId {
    return lwLockArrays.bufferMapping(hash & (BUFFER_MAPPING_PARTITIONS - 1));
  }

  /** The page's buffer, -1 when it has none. Under the partition lock. */
  find(hash: number, file: RelFile, fork: Fork, block: BlockNumber): BufferId {
    return this.walk(hash, file, fork, block, this.descriptors.count);
  }

  /** As `find`, without the lock: may miss a page or name a buffer that holds another by now. */
  peek(hash: number, file: RelFile, fork: Fork, block: BlockNumber): BufferId {
    return this.walk(hash, file, fork, block, PEEK_STEPS);
  }

  /** Under the exclusive partition lock. */
  insert(hash: number, id: BufferId): void {
    const bucket = hash & this.mask;
    const { descriptors } = this;
    descriptors.words[descriptors.at(id) + Word.next] = this.buckets[bucket];
    Atomics.store(this.buckets, bucket, id + 1);
  }

  /** Under the exclusive partition lock. */
  remove(hash: number, id: BufferId): void {
    const { words } = this.descriptors;
    const next = words[this.descriptors.at(id) + Word.next];
    const bucket = hash & this.mask;
    let link = this.buckets[bucket] - 1;
    if (link === id) {
      this.buckets[bucket] = next;
      return;
    }
    for (;;) {
      const nextAt = this.descriptors.at(link) + Word.next;
      link = words[nextAt] - 1;
      if (link !== id) continue;
      words[nextAt] = next;
      return;
    }
  }

  private walk(hash: number, file: RelFile, fork: Fork, block: BlockNumber, steps: number): BufferId {
    const { descriptors } = this;
    let id = Atomics.load(this.buckets, hash & this.mask) - 1;
    for (let step = 0; id >= 0 && step <= steps; step++) {
      if (descriptors.hasTag(id, file, fork, block)) return id;
      id = descriptors.words[descriptors.at(id) + Word.next] - 1;
    }
    return -1;
  }
}
