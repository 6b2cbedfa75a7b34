import { formatRelFile, type BlockNumber, type RelFile } from '../../base/block.js';

/** Deleted pages of indexes that may be used again (storage/freespace/indexfsm.c). A hint: who takes one looks again. */
export interface FreePages {
  /** Removes one and returns it; -1 when none is known. */
  take(file: RelFile): BlockNumber | -1;
  add(file: RelFile, block: BlockNumber): void;
  /** The index is gone, or vacuum is about to tell of all its free pages anew. */
  forget(file: RelFile): void;
}

/** Known to this process only: others find the pages with their own vacuum. */
export class PrivateFreePages implements FreePages {
  private readonly lists = new Map<string, BlockNumber[]>();

  take(file: RelFile): BlockNumber | -1 {
    return this.lists.get(formatRelFile(file))?.pop() ?? -1;
  }

  add(file: RelFile, block: BlockNumber): void {
    const key = formatRelFile(file);
    const list = this.lists.get(key);
    if (list) list.push(block);
    else this.lists.set(key, [block]);
  }

  forget(file: RelFile): void {
    this.lists.delete(formatRelFile(file));
  }
}
