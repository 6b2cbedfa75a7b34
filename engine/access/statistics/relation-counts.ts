import type { Oid } from '../../base/block.js';
import type { EntryHandle } from './statistics-table.js';

/** Rows that one level of the transaction (itself, or one of its subtransactions) has changed in a table. */
export class LevelChanges {
  inserted = 0;
  updated = 0;
  deleted = 0;
  isEmptied = false;
  /** What had been counted when the level first emptied the table; counts again should it abort. */
  private beforeEmptied = { inserted: 0, updated: 0, deleted: 0 };

  constructor(
    readonly level: number,
    readonly outer: LevelChanges | undefined,
  ) {}

  empty(): void {
    if (!this.isEmptied) this.beforeEmptied = { ...this.all() };
    this.isEmptied = true;
    this.inserted = this.updated = this.deleted = 0;
  }

  restoreEmptied(): void {
    if (!this.isEmptied) return;
    Object.assign(this, this.beforeEmptied);
    this.isEmptied = false;
  }

  /** Takes over what an inner level did that has been released. */
  absorb(inner: LevelChanges): void {
    if (inner.isEmptied) {
      this.empty();
      Object.assign(this, inner.all());
      return;
    }
    this.inserted += inner.inserted;
    this.updated += inner.updated;
    this.deleted += inner.deleted;
  }

  private all(): { inserted: number; updated: number; deleted: number } {
    const { inserted, updated, deleted } = this;
    return { inserted, updated, deleted };
  }
}

/**
 * What this process has counted of one relation and not yet added to the shared statistics (pgstat_relation.c).
 *
 * Attempts count whatever becomes of the transaction. How many rows live and how many are dead depends on its end: rows
 * inserted by a transaction that aborts are dead.
 */
export class RelationCounts {
  scans = 0;
  returned = 0;
  fetched = 0;
  inserted = 0;
  updated = 0;
  deleted = 0;
  hotUpdated = 0;
  live = 0;
  dead = 0;
  changed = 0;
  isEmptied = false;
  /** Of the innermost level that has changed it. */
  changes: LevelChanges | undefined;

  constructor(
    readonly database: Oid,
    readonly oid: Oid,
    readonly handle: EntryHandle | undefined,
  ) {}

  get isPending(): boolean {
    return this.scans + this.returned + this.fetched + this.hotUpdated > 0 || this.hasEnded;
  }

  /** The transaction, or the aborted subtransaction, that made `changes` has ended. */
  settle(changes: LevelChanges, committed: boolean): void {
    if (!committed) changes.restoreEmptied();
    const { inserted, updated, deleted } = changes;
    this.inserted += inserted;
    this.updated += updated;
    this.deleted += deleted;
    if (!committed) {
      this.dead += inserted + updated;
      return;
    }
    if (changes.isEmptied) {
      this.isEmptied = true;
      this.live = this.dead = 0;
    }
    this.live += inserted - deleted;
    this.dead += updated + deleted;
    this.changed += inserted + updated + deleted;
  }

  clear(): void {
    this.scans = this.returned = this.fetched = this.hotUpdated = 0;
    this.inserted = this.updated = this.deleted = 0;
    this.live = this.dead = this.changed = 0;
    this.isEmptied = false;
  }

  private get hasEnded(): boolean {
    return this.inserted + this.updated + this.deleted > 0 || this.dead !== 0 || this.isEmptied;
  }
}
