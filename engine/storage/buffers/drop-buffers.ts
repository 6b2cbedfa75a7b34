import type { Fork, Oid, RelFile } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { sameRelFile } from '../../base/block.js';
import type { PoolParts } from './buffer-pool.js';
import { BufferFlag, FLAG_MASK, REFCOUNT_MASK, USAGE_MASK } from './buffer-state.js';
import type { BufferId, BufferTag } from './descriptors.js';

/** Throws away the pages of dropped or truncated relations without writing them (DropRelFileNodeBuffers). */
export class DropBuffers {
  constructor(private readonly parts: PoolParts) {}

  /** All forks. The caller has the relations for itself, or knows that nobody can reach them. */
  dropRelations(files: readonly RelFile[]): void {
    this.dropWhere((id) => files.some((file) => this.parts.descriptors.hasRelation(id, file)));
  }

  /** Everything of a database that nobody is connected to. */
  dropDatabase(database: Oid): void {
    this.dropWhere((id) => this.parts.descriptors.databaseOf(id) === database);
  }

  /** The pages from `firstBlock` on. */
  dropFrom(file: RelFile, fork: Fork, firstBlock: number): void {
    this.dropWhere((id) => {
      if (!this.parts.descriptors.hasRelation(id, file)) return false;
      const tag = this.parts.descriptors.tag(id);
      return tag.fork === fork && tag.block >= firstBlock;
    });
  }

  /** Looks first without the header lock: no new page of such a relation can come in meanwhile. */
  private dropWhere(isDropped: (id: BufferId) => boolean): void {
    const { descriptors } = this.parts;
    for (let id = 0; id < descriptors.count; id++) {
      if (!isDropped(id)) continue;
      const state = descriptors.lockHeader(id);
      const tag = (state & BufferFlag.tagValid) !== 0 && isDropped(id) ? descriptors.tag(id) : undefined;
      descriptors.unlockHeader(id, state);
      if (tag) this.invalidate(id, tag);
    }
  }

  /** A background write may have it pinned for a moment: waits for that. */
  private invalidate(id: BufferId, tag: BufferTag): void {
    const { descriptors, io, pins } = this.parts;
    for (let spins = 0; this.tryInvalidate(id, tag) === 'pinned'; spins++) {
      if (pins.count(id) > 0) throw error(SqlState.internalError, `buffer ${id} is pinned while its page is dropped`);
      io.wait(id);
      descriptors.spinDelay(id, spins, descriptors.state(id));
    }
  }

  private tryInvalidate(id: BufferId, { file, fork, block }: BufferTag): 'done' | 'pinned' {
    const { descriptors, table, lwlocks } = this.parts;
    const hash = table.hash(file, fork, block);
    return lwlocks.with(table.partitionLock(hash), 'exclusive', () => {
      const state = descriptors.lockHeader(id);
      const now = descriptors.tag(id);
      const isSame =
        (state & BufferFlag.tagValid) !== 0 && sameRelFile(now.file, file) && now.fork === fork && now.block === block;
      const isFree = isSame && (state & REFCOUNT_MASK) === 0;
      if (isFree) {
        descriptors.setTag(id, { tablespace: 0, database: 0, relation: 0 }, 0, block);
        // While the header is locked: a free buffer may be taken at once, and its link then belongs to another chain.
        table.remove(hash, id);
      }
      descriptors.unlockHeader(id, isFree ? state & ~(FLAG_MASK | USAGE_MASK) : state);
      return isSame && !isFree ? 'pinned' : 'done';
    });
  }
}
