import type { Tid } from '../../base/block.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { freeSpace } from '../../storage/page/page.js';
import { HIGH_KEY, isIgnored, isRightmost, isSplitIncomplete, nextBlock } from './btree-page.js';
import type { BTreeParts } from './btree-parts.js';
import type { DeadItems } from './dead-items.js';
import type { Descent, Descents, Downlink } from './descent.js';
import type { IndexFormat } from './index-format.js';
import { NO_BUFFER, type IndexPages } from './index-pages.js';
import type { PageInserts } from './page-inserts.js';
import { searchItem } from './page-search.js';
import type { SearchKey } from './search-key.js';
import type { Conflict, UniqueChecks } from './unique-check.js';

/**
 * - none: the entry is added, whatever else is there.
 * - unique: an entry of a row with the same key is reported; a transaction that has inserted or deleted one is waited for.
 * - speculative: the same without waiting. The caller takes its row back and looks again.
 */
export type InsertCheck = 'none' | 'unique' | 'speculative';
/** With a conflict nothing was inserted. */
export type InsertOutcome = 'inserted' | Conflict;

/** Adds entries to indexes (nbtinsert.c _bt_doinsert). */
export class IndexInserts {
  constructor(
    private readonly parts: BTreeParts,
    private readonly pages: IndexPages,
    private readonly descents: Descents,
    private readonly unique: UniqueChecks,
    private readonly dead: DeadItems,
    private readonly inserts: PageInserts,
  ) {}

  insert(format: IndexFormat, values: readonly unknown[], tid: Tid, check: InsertCheck): InsertOutcome {
    const item = format.form(values, tid);
    const key = format.searchKey(values.slice(0, format.keyCount), tid);
    const isChecked = check !== 'none' && isUniqueKey(format, key);
    for (;;) {
      if (isChecked) key.clearTid();
      const { leaf, path } = this.findLeaf(format, key);
      const conflict = isChecked ? this.unique.find(format, key, leaf) : null;
      if (conflict === null) {
        key.setTid(tid);
        this.insertFrom(format, key, leaf, path, item);
        return 'inserted';
      }
      this.pages.release(leaf);
      if (conflict.undecided === undefined || check === 'speculative') return conflict;
      this.parts.heap.await(conflict.undecided);
    }
  }

  /** Is there a row, other than `except`, with this key? Neither inserts nor waits. */
  conflict(format: IndexFormat, values: readonly unknown[], except?: Tid): Conflict | null {
    const key = format.searchKey(values.slice(0, format.keyCount));
    if (!isUniqueKey(format, key)) return null;
    const { leaf } = this.descents.find(format, key);
    if (leaf < 0) return null;
    const found = this.unique.find(format, key, leaf, except);
    this.pages.release(leaf);
    return found;
  }

  private findLeaf(format: IndexFormat, key: SearchKey): Descent {
    for (;;) {
      const descent = this.descents.findForUpdate(format, key, this.inserts.finishSplit);
      if (descent.leaf >= 0) return descent;
      this.inserts.makeFirstRoot(format);
    }
  }

  /** Inserts into the leaf, or one to the right of it where entries with the same key go on. */
  private insertFrom(format: IndexFormat, key: SearchKey, start: BufferId, path: Downlink | null, item: Buffer): void {
    const { pages } = this;
    let buffer = start;
    for (let page = pages.page(buffer); !isRightmost(page); page = pages.page(buffer)) {
      if (format.compareItem(key, page, HIGH_KEY) <= 0) break;
      buffer = this.stepRight(format, buffer, path);
    }
    const page = pages.page(buffer);
    if (freeSpace(page) < item.length) this.dead.remove(format, buffer);
    this.inserts.insert(format, { buffer, offset: searchItem(format, key, page), path }, item);
  }

  /** The page left is locked until the next one is: inserters of one key must not pass each other. */
  private stepRight(format: IndexFormat, from: BufferId, path: Downlink | null): BufferId {
    const { pages } = this;
    let buffer = NO_BUFFER;
    let block = nextBlock(pages.page(from));
    for (;;) {
      pages.release(buffer);
      buffer = pages.read(format.index, block, 'exclusive');
      const page = pages.page(buffer);
      if (isSplitIncomplete(page)) {
        this.inserts.finishSplit(format, buffer, path);
        buffer = NO_BUFFER;
      } else if (isIgnored(page)) {
        block = nextBlock(page);
      } else {
        pages.release(from);
        return buffer;
      }
    }
  }
}

/** Nulls are distinct from each other, unless the index says otherwise. */
function isUniqueKey({ index }: IndexFormat, { values }: SearchKey): boolean {
  return index.isUnique && (index.nullsNotDistinct || !values.includes(null));
}
