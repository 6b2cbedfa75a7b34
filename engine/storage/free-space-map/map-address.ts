import type { BlockNumber } from '../../base/block.js';
import { SLOTS } from './layout.js';

/**
 * A page of the map by its level, 0 for the one that tells of heap pages, and its number on that level. Three levels are
 * enough for every block number.
 *
 * In the file a page stands before the pages below it: root, first of level 1, first of level 0, its siblings, and so on.
 */
export interface MapAddress {
  readonly level: number;
  readonly number: number;
}

const LEVELS = 3;
export const BOTTOM = 0;
export const ROOT: MapAddress = { level: LEVELS - 1, number: 0 };

/** Where in the map a heap page, or a page of the map on `level - 1`, has its slot. */
export interface MapSlot {
  readonly address: MapAddress;
  readonly slot: number;
}

export function slotOfBlock(block: number): MapSlot {
  return { address: { level: BOTTOM, number: Math.floor(block / SLOTS) }, slot: block % SLOTS };
}

export function blockOfSlot({ number }: MapAddress, slot: number): BlockNumber {
  return (number * SLOTS + slot) as BlockNumber;
}

export function parentSlot({ level, number }: MapAddress): MapSlot {
  return { address: { level: level + 1, number: Math.floor(number / SLOTS) }, slot: number % SLOTS };
}

export function childAddress({ level, number }: MapAddress, slot: number): MapAddress {
  return { level: level - 1, number: number * SLOTS + slot };
}

/** The page's place in the map's file: how many pages of any level stand before it. */
export function fileBlock({ level, number }: MapAddress): BlockNumber {
  let firstLeaf = number;
  for (let below = 0; below < level; below++) firstLeaf *= SLOTS;
  let pages = 0;
  for (let above = 0; above < LEVELS; above++) {
    pages += firstLeaf + 1;
    firstLeaf = Math.floor(firstLeaf / SLOTS);
  }
  return (pages - level - 1) as BlockNumber;
}
