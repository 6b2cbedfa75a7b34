import { maxOffset } from '../../storage/page/page.js';
import { firstData, isLeaf } from './btree-page.js';
import type { IndexFormat } from './index-format.js';
import type { SearchKey } from './search-key.js';

/** Searches within one page, locked by the caller (nbtsearch.c _bt_binsrch). */

/** The first item at or behind the key (behind it, when the key is `isNext`); one more than the last when there is none. */
export function searchItem(format: IndexFormat, key: SearchKey, page: Buffer): number {
  const goRight = key.isNext ? 0 : 1;
  let low = firstData(page);
  let high = maxOffset(page) + 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareWithItem(format, key, page, middle) >= goRight) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a page above the leaves: the item that leads to the key, the last one before it. */
export function searchDownlink(format: IndexFormat, key: SearchKey, page: Buffer): number {
  return Math.max(firstData(page), searchItem(format, key, page) - 1);
}

/** The first downlink of a page has no key: it is less than anything. */
function compareWithItem(format: IndexFormat, key: SearchKey, page: Buffer, number: number): number {
  if (number === firstData(page) && !isLeaf(page)) return 1;
  return format.compareItem(key, page, number);
}
