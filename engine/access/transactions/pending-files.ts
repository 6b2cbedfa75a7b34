import type { RelFile } from '../../base/block.js';

/**
 * Relation files that the end of a level of the transaction decides about (catalog/storage.c pendingDeletes): a dropped
 * table's files go when the whole transaction commits, a created table's when the level or one around it aborts.
 */
export class PendingFiles {
  private readonly atCommit: RelFile[] = [];
  private readonly atAbort: RelFile[] = [];

  add(file: RelFile, when: 'commit' | 'abort'): void {
    (when === 'commit' ? this.atCommit : this.atAbort).push(file);
  }

  absorb(other: PendingFiles): void {
    for (const file of other.atCommit) this.atCommit.push(file);
    for (const file of other.atAbort) this.atAbort.push(file);
  }

  /** What an end of this kind removes. */
  removedBy(isCommit: boolean): readonly RelFile[] {
    return isCommit ? this.atCommit : this.atAbort;
  }
}
