import { sameRelFile, type RelFile } from '../base/block.js';
import type { RecordDraft } from './record.js';

interface UnloggedFile {
  readonly file: RelFile;
  wasCut: boolean;
}

/**
 * Relations whose changes this process does not log, with wal_level = minimal (catalog/storage.c pendingSyncHash): it has
 * made their files in the transaction it is in. If that aborts, the files go; before it commits, they are made durable or
 * logged whole. Who begins to leave out a file's changes leaves out all of them up to then: replay could make nothing of a
 * part.
 */
export class UnloggedFiles {
  private readonly files = new Map<number, UnloggedFile>();

  add(file: RelFile): void {
    this.files.set(file.relation, { file, wasCut: false });
  }

  has(file: RelFile): boolean {
    const found = this.files.size > 0 ? this.files.get(file.relation) : undefined;
    return found !== undefined && sameRelFile(found.file, file);
  }

  /** The file was truncated: it may be longer on disk than it is. */
  noteCut(file: RelFile): void {
    const found = this.files.get(file.relation);
    if (found) found.wasCut = true;
  }

  /** Is it a record about pages of such a relation? No record is about pages of several relations. */
  covers({ blocks }: RecordDraft): boolean {
    return this.files.size > 0 && blocks !== undefined && blocks.length > 0 && this.has(blocks[0].file);
  }

  /** All of them; from now on their changes are logged. */
  take(): UnloggedFile[] {
    const taken = [...this.files.values()];
    this.files.clear();
    return taken;
  }
}
