import { BLOCK_BYTES, type BlockNumber } from '../../base/block.js';
import { PAGE_HEADER_BYTES } from '../../storage/page/page.js';

/**
 * Pages of the visibility map, fork 2 (access/visibilitymapdefs.h): behind an ordinary page header two bits for each
 * block of the heap, four blocks to a byte, the first in the lowest bits.
 */
export const MapBit = {
  /** Every row version on the heap page is visible to everyone. */
  allVisible: 1,
  /** And none needs freezing, ever. Never without the other. */
  allFrozen: 2,
  both: 3,
} as const;

const BITS_PER_BLOCK = 2;
const BLOCKS_PER_BYTE = 8 / BITS_PER_BLOCK;
const MAP_BYTES = BLOCK_BYTES - PAGE_HEADER_BYTES;
export const BLOCKS_PER_MAP_PAGE = MAP_BYTES * BLOCKS_PER_BYTE;

/** The map's block with the bits of that block of the heap. */
export function mapBlockOf(heapBlock: number): BlockNumber {
  return Math.floor(heapBlock / BLOCKS_PER_MAP_PAGE) as BlockNumber;
}

/** Where in the map's page its bits are: the byte, counted from the page's start. */
export function mapByteOf(heapBlock: number): number {
  return PAGE_HEADER_BYTES + Math.floor((heapBlock % BLOCKS_PER_MAP_PAGE) / BLOCKS_PER_BYTE);
}

/** And how far up in that byte. */
export function mapShiftOf(heapBlock: number): number {
  return (heapBlock % BLOCKS_PER_BYTE) * BITS_PER_BLOCK;
}

export function bitsIn(mapPage: Buffer, heapBlock: number): number {
  return (mapPage[mapByteOf(heapBlock)] >>> mapShiftOf(heapBlock)) & MapBit.both;
}

/** How often each bit is set in a page. */
export function countBits(mapPage: Buffer): { allVisible: number; allFrozen: number } {
  let allVisible = 0;
  let allFrozen = 0;
  for (let at = PAGE_HEADER_BYTES; at < BLOCK_BYTES; at++) {
    for (let bits = mapPage[at]; bits !== 0; bits >>>= BITS_PER_BLOCK) {
      allVisible += bits & MapBit.allVisible;
      allFrozen += (bits & MapBit.allFrozen) >>> 1;
    }
  }
  return { allVisible, allFrozen };
}
