import { setU32, u32 } from '../../base/bytes.js';
import { INNER_NODES, NEXT_SLOT_AT, NODES, NODES_AT, SLOTS } from './layout.js';

/**
 * The tree of one free-space map page (storage/freespace/fsmpage.c).
 *
 * Nothing here is logged, and a page may come back from a crash torn or old: every search checks what the nodes promise,
 * and `setAvailable` mends what it passes.
 */
export function maxAvailable(page: Buffer): number {
  return page[NODES_AT];
}

export function available(page: Buffer, slot: number): number {
  return page[NODES_AT + INNER_NODES + slot];
}

/** Sets a slot and what follows from it above. Returns whether anything changed. The page is locked exclusively. */
export function setAvailable(page: Buffer, slot: number, value: number): boolean {
  let node = INNER_NODES + slot;
  if (page[NODES_AT + node] === value && value <= page[NODES_AT]) return false;
  page[NODES_AT + node] = value;
  while (node > 0) {
    node = parentOf(node);
    const larger = largerChild(page, node);
    if (page[NODES_AT + node] === larger) break;
    page[NODES_AT + node] = larger;
  }
  // The root must promise no less than a leaf has: a node that was right by chance stopped the climb.
  if (value > page[NODES_AT]) rebuild(page);
  return true;
}

/** What a search came to: a slot, -1 when no slot has enough, or that a node promises what no leaf below it has. */
export type SearchResult = number | 'corrupt';

/**
 * A slot with at least `wanted`. The search begins behind the slot found last, so that processes that insert at the same
 * time spread over the pages and pages fill in order.
 */
export function searchAvailable(page: Buffer, wanted: number): SearchResult {
  if (page[NODES_AT] < wanted) return -1;
  let node = INNER_NODES + nextSlot(page);
  while (node > 0 && page[NODES_AT + node] < wanted) node = parentOf(rightNeighbour(node));
  while (node < INNER_NODES) {
    const left = 2 * node + 1;
    if (left < NODES && page[NODES_AT + left] >= wanted) node = left;
    else if (left + 1 < NODES && page[NODES_AT + left + 1] >= wanted) node = left + 1;
    else return 'corrupt';
  }
  return node - INNER_NODES;
}

/** Where the next search begins. May be set under a shared lock: of two that set it at once, either is right. */
export function setNextSlot(page: Buffer, slot: number): void {
  setU32(page, NEXT_SLOT_AT, slot);
}

/** Makes all inner nodes right. Returns whether any was wrong. */
export function rebuild(page: Buffer): boolean {
  let hasChanged = false;
  for (let node = INNER_NODES - 1; node >= 0; node--) {
    const larger = largerChild(page, node);
    if (page[NODES_AT + node] === larger) continue;
    page[NODES_AT + node] = larger;
    hasChanged = true;
  }
  return hasChanged;
}

/** Forgets the slots `from` to `to`. Returns whether any of them had something. */
export function clearSlots(page: Buffer, from: number, to: number): boolean {
  const slots = page.subarray(NODES_AT + INNER_NODES + from, NODES_AT + INNER_NODES + to + 1);
  if (slots.every((value) => value === 0)) return false;
  slots.fill(0);
  rebuild(page);
  return true;
}

function nextSlot(page: Buffer): number {
  const slot = u32(page, NEXT_SLOT_AT);
  return slot < SLOTS ? slot : 0;
}

function largerChild(page: Buffer, node: number): number {
  const left = 2 * node + 1;
  const ofLeft = left < NODES ? page[NODES_AT + left] : 0;
  const ofRight = left + 1 < NODES ? page[NODES_AT + left + 1] : 0;
  return ofLeft > ofRight ? ofLeft : ofRight;
}

function parentOf(node: number): number {
  return (node - 1) >> 1;
}

/** The next node on the same level; behind the last one, the first. */
function rightNeighbour(node: number): number {
  const next = node + 1;
  return ((next + 1) & next) === 0 ? parentOf(next) : next;
}
