import { checkHeader, checkPage, isNew } from '../storage/page/page.js';
import { PageKind, kindOf } from './btree/btree-page.js';
import { isBTreePage } from './btree/page-mask.js';

/** Pages of relations' main forks, of which it is not known whether they are a table's or an index's. */

/** Does the page have line pointers? An index's first page and its deleted ones hold something else behind the header. */
export function hasItems(page: Buffer): boolean {
  return !isNew(page) && (!isBTreePage(page) || (kindOf(page) & (PageKind.meta | PageKind.deleted)) === 0);
}

/** Everything wrong with a page's structure, see checkPage. */
export function checkRelationPage(page: Buffer): string[] {
  return hasItems(page) ? checkPage(page) : checkHeader(page);
}
