import { PAGE_HEADER_BYTES } from '../../storage/page/page.js';

/**
 * A copy of a page of the visibility map without what replay need not restore: its header. Bits are cleared without
 * touching the LSN, and a page without bits need not be there at all.
 */
export function maskedMapPage(original: Buffer): Buffer {
  return Buffer.from(original).fill(0, 0, PAGE_HEADER_BYTES);
}
