import type { Oid, RelFile } from '../../base/block.js';
import { lwLockArrays } from '../../memory/lwlock-table.js';
import type { PoolParts } from './buffer-pool.js';
import { BufferFlag, REFCOUNT_MASK, USAGE_MASK } from './buffer-state.js';
import type { BufferId, BufferTag } from './descriptors.js';

export interface CheckpointProgress {
  /** No pauses between writes. */
  readonly isImmediate: boolean;
  /** Called without any lock after each write, with the part that is done (0 to 1]: may sleep. */
  throttle(fractionDone: number): void;
}

export interface SyncOutcome {
  readonly isWritten: boolean;
  /** Nobody has it pinned or used it lately: the next victim might be this one. */
  readonly isReusable: boolean;
}

const WRITE_CANDIDATE = BufferFlag.valid | BufferFlag.dirty;

/** Writes dirty pages out without evicting them: for checkpoints, the background writer, and before files are copied. */
export class BackgroundWriting {
  constructor(private readonly parts: PoolParts) {}

  /** BufferSync: every page that is dirty NOW, in file order; returns how many this process wrote. */
  checkpoint(progress: CheckpointProgress): number {
    const marked = this.markDirty();
    marked.sort((a, b) => compareTags(a.tag, b.tag));
    let written = 0;
    marked.forEach(({ id }, index) => {
      // Somebody else may have written it meanwhile; dirtied again since, it is the next checkpoint's.
      if ((this.parts.descriptors.state(id) & BufferFlag.checkpointNeeded) === 0) return;
      if (!this.syncOne(id, false).isWritten) return;
      written++;
      if (!progress.isImmediate) progress.throttle((index + 1) / marked.length);
    });
    return written;
  }

  /** Every dirty page of one relation. */
  relation(file: RelFile): void {
    this.all((id) => this.parts.descriptors.hasRelation(id, file));
  }

  /** Every dirty page of one database. */
  database(database: Oid): void {
    this.all((id) => this.parts.descriptors.databaseOf(id) === database);
  }

  /** SyncOneBuffer: writes the page if it is dirty; `skipUsed` leaves pages alone that are in use. */
  syncOne(id: BufferId, skipUsed: boolean): SyncOutcome {
    const { descriptors } = this.parts;
    const state = descriptors.lockHeader(id);
    const isReusable = (state & (REFCOUNT_MASK | USAGE_MASK)) === 0;
    if ((skipUsed && !isReusable) || (state & WRITE_CANDIDATE) !== WRITE_CANDIDATE) {
      descriptors.unlockHeader(id, state);
      return { isWritten: false, isReusable };
    }
    return { isWritten: this.writePinned(id, state), isReusable };
  }

  private all(isWanted: (id: BufferId) => boolean): void {
    const { descriptors } = this.parts;
    for (let id = 0; id < descriptors.count; id++) {
      if (!isWanted(id)) continue;
      const state = descriptors.lockHeader(id);
      if ((state & WRITE_CANDIDATE) === WRITE_CANDIDATE && isWanted(id)) this.writePinned(id, state);
      else descriptors.unlockHeader(id, state);
    }
  }

  private markDirty(): { id: BufferId; tag: BufferTag }[] {
    const { descriptors } = this.parts;
    const marked: { id: BufferId; tag: BufferTag }[] = [];
    for (let id = 0; id < descriptors.count; id++) {
      const state = descriptors.lockHeader(id);
      const isDirty = (state & BufferFlag.dirty) !== 0;
      if (isDirty) marked.push({ id, tag: descriptors.tag(id) });
      descriptors.unlockHeader(id, isDirty ? state | BufferFlag.checkpointNeeded : state);
    }
    return marked;
  }

  /** Takes over a locked header. */
  private writePinned(id: BufferId, lockedState: number): boolean {
    const { pins, io, lwlocks, statistics } = this.parts;
    pins.pinLocked(id, lockedState);
    try {
      const isWritten = lwlocks.with(lwLockArrays.bufferContent(id), 'shared', () => io.flush(id));
      if (isWritten) statistics.own.written++;
      return isWritten;
    } finally {
      pins.unpin(id);
    }
  }
}

function compareTags(a: BufferTag, b: BufferTag): number {
  return (
    a.file.tablespace - b.file.tablespace ||
    a.file.database - b.file.database ||
    a.file.relation - b.file.relation ||
    a.fork - b.fork ||
    a.block - b.block
  );
}
