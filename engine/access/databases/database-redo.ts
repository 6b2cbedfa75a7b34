import type { Oid } from '../../base/block.js';
import type { RedoContext } from '../redo-buffers.js';

/**
 * Databases made and dropped once more (dbcommands.c dbase_redo).
 *
 * The files are from a later time than the record. A database may be there that the record is about to make, whole or in
 * part; the one it was copied from may be gone; both may have been dropped since and made again. So each record makes
 * what it says from whatever it finds, and what is missing meanwhile must turn out to have been dropped (InvalidPages).
 */
export class DatabaseRedo {
  constructor(private readonly redo: RedoContext) {}

  /** The pages follow in records of their own. */
  create(database: Oid): void {
    this.redo.storage.databases.create(database, { redo: true });
  }

  copy(source: Oid, target: Oid): void {
    const { databases, buffers } = this.redo.storage;
    this.clear(target);
    // Dropped by a later record, or the source would be there.
    if (!databases.exists(source)) databases.create(source, { redo: true });
    buffers.flushDatabase(source);
    databases.copy(source, target);
  }

  drop(database: Oid): void {
    this.clear(database);
  }

  /** Nothing of a database of that number is left: on disk, in memory, among what is due or known to be missing. */
  private clear(database: Oid): void {
    const { storage, knownSizes, invalidPages } = this.redo;
    storage.buffers.dropDatabase(database);
    storage.sync.forgetDatabase(database);
    knownSizes.forget();
    invalidPages.forgetDatabase(database);
    storage.databases.remove(database);
  }
}
