import type { RelFile } from '../../base/block.js';

/**
 * Relation files that the end of the transaction decides about (catalog/storage.c pendingDeletes): a dropped table's
 * files go at commit, a created table's at abort.
 */
export class PendingFiles {
  private readonly atCommit: RelFile[] = [];
  private readonly atAbort: RelFile[] = [];

  add(file: RelFile, when: 'commit' | 'abort'): void {
    (when === 'commit' ? this.atCommit : this.atAbort).push(file);
  }

  /** What an end of this kind removes. */
  removedBy(isCommit: boolean): readonly RelFile[] {
    return isCommit ? this.atCommit : this.atAbort;
  }

  /** The files an end of this kind removes, and forgets all. */
  take(isCommit: boolean): RelFile[] {
    const files = [...this.removedBy(isCommit)];
    this.atCommit.length = 0;
    this.atAbort.length = 0;
    return files;
  }
}
