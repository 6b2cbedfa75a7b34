import { pageChecksum, storedChecksum } from './checksum.js';
import { PAGE_HEADER_BYTES, isHeaderValid, isNew, pageLower, pageSpecial, pageUpper } from './header.js';
import { ItemState, type ItemId, getItemId, maxOffset } from './items.js';

/** What a stored page's checksum says is wrong with it, in PostgreSQL's words; undefined when it is right. */
export function checksumMismatch(page: Buffer, block: number): string | undefined {
  if (isNew(page)) return undefined;
  const [calculated, stored] = [pageChecksum(page, block), storedChecksum(page)];
  if (calculated === stored) return undefined;
  return `page verification failed, calculated checksum ${calculated} but expected ${stored}`;
}

/**
 * Is this a page that may be read from disk (PageIsVerifiedExtended)? Either all zeros, which a crash after an
 * extension leaves, or with the right checksum for its block and a sane header.
 */
export function isPageVerified(page: Buffer, block: number): boolean {
  if (isNew(page)) return isAllZeros(page);
  return storedChecksum(page) === pageChecksum(page, block) && isHeaderValid(page);
}

function isAllZeros(page: Buffer): boolean {
  for (let at = 0; at < page.length; at++) if (page[at] !== 0) return false;
  return true;
}

/**
 * Everything wrong with a page's structure, as text; empty when it is sound. Verifies the header's bounds and that line
 * pointers lie within the page and do not overlap. Does NOT verify the checksum or what the items contain.
 */
export function checkPage(page: Buffer): string[] {
  const problems = checkHeader(page);
  if (isNew(page) || problems.length > 0) return problems;
  const items = Array.from({ length: maxOffset(page) }, (_, index) => ({
    number: index + 1,
    ...getItemId(page, index + 1),
  }));
  const stored = items.filter((item) => item.length > 0).sort((a, b) => a.offset - b.offset);
  return [...items.flatMap((item) => checkItem(page, item, items)), ...overlaps(stored)];
}

/** The same for a page that may have no line pointers: an index also keeps other things behind the header. */
export function checkHeader(page: Buffer): string[] {
  if (isNew(page)) return isAllZeros(page) ? [] : ['new page with non-zero bytes'];
  if (isHeaderValid(page) && pageLower(page) >= PAGE_HEADER_BYTES) return [];
  return [`header bounds: lower ${pageLower(page)}, upper ${pageUpper(page)}, special ${pageSpecial(page)}`];
}

interface NumberedItem extends ItemId {
  readonly number: number;
}

function checkItem(page: Buffer, item: NumberedItem, items: NumberedItem[]): string[] {
  const { number, offset, flags, length } = item;
  if (flags === ItemState.redirect) {
    const target = items[offset - 1];
    return target?.flags === ItemState.normal
      ? []
      : [`line pointer ${number} redirects to ${offset}, which is no tuple`];
  }
  if (flags === ItemState.normal && length === 0) return [`line pointer ${number} is normal and empty`];
  const outside = length > 0 && (offset < pageUpper(page) || offset + length > pageSpecial(page));
  return outside ? [`line pointer ${number} points outside the items: ${offset} + ${length}`] : [];
}

function overlaps(sorted: NumberedItem[]): string[] {
  return sorted
    .slice(1)
    .filter((item, index) => sorted[index].offset + sorted[index].length > item.offset)
    .map((item) => `item ${item.number} overlaps another`);
}
