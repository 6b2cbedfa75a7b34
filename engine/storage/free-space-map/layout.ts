import { BLOCK_BYTES } from '../../base/block.js';
import { PAGE_HEADER_BYTES } from '../page/header.js';

/**
 * A free-space map page (storage/fsm_internals.h): after the page header the slot where the next search begins, then a
 * binary tree of bytes, root first. The leaves are the page's slots; a node above holds the larger of its two children.
 *
 *   24 next slot:i32   28 inner nodes:u8[4095]   4123 leaves:u8[4069]
 *
 * On the lowest level a slot stands for a heap page and holds its free space in steps of 32 bytes, its category; on the
 * levels above it stands for a page of the level below and holds that page's root.
 */
export const NEXT_SLOT_AT = PAGE_HEADER_BYTES;
export const NODES_AT = NEXT_SLOT_AT + 4;
export const NODES = BLOCK_BYTES - NODES_AT;
export const INNER_NODES = BLOCK_BYTES / 2 - 1;
export const SLOTS = NODES - INNER_NODES;

const CATEGORY_BYTES = 32;
const LAST_CATEGORY = 255;
/** The largest tuple that a heap page can take: a request for as much is one for an empty page. */
const MAX_TUPLE_BYTES = BLOCK_BYTES - PAGE_HEADER_BYTES - 8;

/** Rounded down: a page is never promised to have more room than it has. */
export function categoryOfSpace(bytes: number): number {
  if (bytes >= MAX_TUPLE_BYTES) return LAST_CATEGORY;
  return Math.min(LAST_CATEGORY - 1, Math.floor(bytes / CATEGORY_BYTES));
}

/** Rounded up; every page that is looked for has some room. */
export function categoryOfRequest(bytes: number): number {
  if (bytes === 0) return 1;
  return Math.min(LAST_CATEGORY, Math.ceil(bytes / CATEGORY_BYTES));
}

/** The least room that a page of the category has. */
export function spaceOfCategory(category: number): number {
  return category === LAST_CATEGORY ? MAX_TUPLE_BYTES : category * CATEGORY_BYTES;
}
