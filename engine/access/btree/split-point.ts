import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { ITEM_ID_BYTES, align8, itemBytes, itemLength, maxOffset } from '../../storage/page/page.js';
import { HIGH_KEY, USABLE_BYTES, firstData, isLeaf, isRightmost } from './btree-page.js';
import type { IndexFormat } from './index-format.js';
import { TUPLE_HEADER_BYTES, blockOfTuple, offsetOfTuple } from './index-tuple.js';

/**
 * Where to split a page (nbtsplitloc.c).
 *
 * First of all both halves shall have the same room, the new item counted; but on the rightmost page of a level the left
 * half is left nearly full, since keys that only grow never come back to it. Among the few places that are about as good,
 * one is taken whose separator is short: it makes the levels above small. Where that would still need a heap row's place,
 * because all around are duplicates, the split goes to the edge of the group of duplicates, or, when the page has nothing
 * else, near its end: more duplicates will have greater places.
 */
const LEAF_FILL = 0.9;
const UPPER_FILL = 0.7;
const SINGLE_VALUE_FILL = 0.96;
/** By how much of what is on the page the room of the halves may differ from the best division. */
const LEAF_TOLERANCE = 0.05;
const UPPER_TOLERANCE = 0.075;
/** A split this near behind the new item, at the edge of duplicates, may be one of a row of falling keys. */
const FALLING_KEYS_DISTANCE = 9;
/** Entries with two 8-byte columns, and their line pointers. */
const MAX_NARROW_BYTES = 24 + ITEM_ID_BYTES;
const TIE_BREAKER_BYTES = 8;

export interface SplitPoint {
  /** The first of the old items that goes to the right. */
  readonly firstRight: number;
  readonly isNewLeft: boolean;
}

interface Candidate extends SplitPoint {
  readonly leftFree: number;
  readonly rightFree: number;
  delta: number;
}

/** The point to split `page` at, so that `newItem` gets in before item `newOffset`. */
export function chooseSplitPoint(format: IndexFormat, page: Buffer, newOffset: number, newItem: Buffer): SplitPoint {
  return new SplitChoice(format, page, newOffset, newItem).choose();
}

class SplitChoice {
  private readonly isLeafPage: boolean;
  private readonly isRightmostPage: boolean;
  private readonly newBytes: number;
  private readonly oldBytes: number;
  private readonly rightSpace: number;
  private readonly candidates: Candidate[] = [];
  private smallestFirstRight = Infinity;

  constructor(
    private readonly format: IndexFormat,
    private readonly page: Buffer,
    private readonly newOffset: number,
    private readonly newItem: Buffer,
  ) {
    this.isLeafPage = isLeaf(page);
    this.isRightmostPage = isRightmost(page);
    this.newBytes = newItem.length + ITEM_ID_BYTES;
    this.rightSpace = USABLE_BYTES - (this.isRightmostPage ? 0 : this.bytesOf(HIGH_KEY));
    let oldBytes = 0;
    for (let number = firstData(page); number <= maxOffset(page); number++) oldBytes += this.bytesOf(number);
    this.oldBytes = oldBytes;
  }

  choose(): SplitPoint {
    this.collect();
    const { candidates } = this;
    if (candidates.length === 0) {
      throw error(
        SqlState.internalError,
        `could not find a feasible split point for index "${this.format.index.name}"`,
      );
    }
    if (!this.isLeafPage) return this.chooseUpper();
    const fill = this.leafFill();
    if (fill === 'after-new') {
      const after = candidates.find(({ firstRight, isNewLeft }) => isNewLeft && firstRight === this.newOffset);
      if (after) return after;
    }
    return this.chooseLeaf(fill === 'after-new' ? undefined : fill);
  }

  private chooseUpper(): SplitPoint {
    const sorted = this.sortedByDelta(this.isRightmostPage ? UPPER_FILL : undefined);
    return this.cheapest(this.near(sorted, UPPER_TOLERANCE), this.smallestFirstRight, (point) =>
      this.bytesOfFirstRight(point),
    );
  }

  private chooseLeaf(fill: number | undefined): SplitPoint {
    const { keyCount } = this.format;
    const [leftEnd, rightEnd] = [this.candidates[0], this.candidates[this.candidates.length - 1]];
    const sorted = this.sortedByDelta(fill);
    const near = this.near(sorted, LEAF_TOLERANCE);
    const best = this.penaltyBetween(near, near);
    if (best <= keyCount) return this.cheapest(near, best, (point) => this.penalty(point, point));
    if (this.penalty(leftEnd, rightEnd) <= keyCount) {
      const found = this.cheapest(sorted, keyCount, (point) => this.penalty(point, point));
      return this.isBehindDuplicates(found) ? sorted[0] : found;
    }
    if (this.isLastOfItsValue()) return this.sortedByDelta(SINGLE_VALUE_FILL)[0];
    return this.cheapest(near, best, (point) => this.penalty(point, point));
  }

  /** All legal splits from left to right. */
  private collect(): void {
    const last = maxOffset(this.page);
    let left = 0;
    for (let number = firstData(this.page); number <= last; number++) {
      const bytes = this.bytesOf(number);
      if (number <= this.newOffset) this.record(number, false, left, bytes);
      if (number >= this.newOffset) this.record(number, true, left, bytes);
      left += bytes;
    }
    if (this.newOffset > last) this.record(this.newOffset, false, left, 0);
  }

  private record(firstRight: number, isNewLeft: boolean, oldLeft: number, firstOldBytes: number): void {
    const firstRightBytes = firstRight === this.newOffset && !isNewLeft ? this.newBytes : firstOldBytes;
    let leftFree = USABLE_BYTES - oldLeft - firstRightBytes;
    let rightFree = this.rightSpace - (this.oldBytes - oldLeft);
    // The separator may need a heap row's place. Above the leaves, the right half's first item loses its key.
    if (this.isLeafPage) leftFree -= TIE_BREAKER_BYTES;
    else rightFree += firstRightBytes - (TUPLE_HEADER_BYTES + ITEM_ID_BYTES);
    if (isNewLeft) leftFree -= this.newBytes;
    else rightFree -= this.newBytes;
    if (leftFree < 0 || rightFree < 0) return;
    this.smallestFirstRight = Math.min(this.smallestFirstRight, firstRightBytes);
    this.candidates.push({ firstRight, isNewLeft, leftFree, rightFree, delta: 0 });
  }

  private sortedByDelta(fill: number | undefined): Candidate[] {
    for (const candidate of this.candidates) {
      const { leftFree, rightFree } = candidate;
      const delta = fill === undefined ? leftFree - rightFree : fill * leftFree - (1 - fill) * rightFree;
      candidate.delta = Math.abs(Math.trunc(delta));
    }
    return [...this.candidates].sort((a, b) => a.delta - b.delta);
  }

  /** The points about as good as the best one, `sorted` from that on: they end before the first that is not. */
  private near(sorted: readonly Candidate[], share: number): Candidate[] {
    const tolerance = Math.trunc(this.oldBytes * share);
    const [best] = sorted;
    const isFar = ({ leftFree, rightFree }: Candidate): boolean =>
      Math.abs(leftFree - best.leftFree) > tolerance || Math.abs(rightFree - best.rightFree) > tolerance;
    const end = sorted.findIndex(isFar);
    return sorted.slice(0, end < 0 ? sorted.length : end);
  }

  /** The first point whose penalty is as low as it can be, else the one with the lowest. */
  private cheapest(points: readonly Candidate[], perfect: number, penaltyOf: (point: Candidate) => number): SplitPoint {
    let [best, lowest] = [points[0], Infinity];
    for (const point of points) {
      const penalty = penaltyOf(point);
      if (penalty >= lowest) continue;
      [best, lowest] = [point, penalty];
      if (penalty <= perfect) break;
    }
    return best;
  }

  /** Fill of the left half, undefined for halves alike, or to split right behind the new item (_bt_afternewitemoff). */
  private leafFill(): number | 'after-new' | undefined {
    if (this.isRightmostPage) return LEAF_FILL;
    if (!this.mayBeLocallyAscending()) return undefined;
    const last = maxOffset(this.page);
    const kept = this.distinguishingBefore(Math.min(this.newOffset, last + 1) - 1);
    if (kept <= 1 || kept > this.format.keyCount) return undefined;
    if (this.newOffset > last) return LEAF_FILL;
    if (!this.isAdjacent(itemBytes(this.page, this.newOffset - 1))) return undefined;
    return this.newOffset / (last + 1) > LEAF_FILL ? LEAF_FILL : 'after-new';
  }

  /** Groups of rising keys within a page show as narrow entries of one size, of several columns. */
  private mayBeLocallyAscending(): boolean {
    if (this.format.keyCount === 1 || this.newOffset === firstData(this.page)) return false;
    const count = maxOffset(this.page) - 1;
    if (this.newBytes !== this.smallestFirstRight || this.newBytes * count !== this.oldBytes) return false;
    return this.newBytes <= MAX_NARROW_BYTES;
  }

  private distinguishingBefore(number: number): number {
    return this.format.distinguishing(itemBytes(this.page, number), 0, this.newItem, 0);
  }

  /** Was the new item's row inserted right after that one's? */
  private isAdjacent(before: Buffer): boolean {
    const blocks = blockOfTuple(this.newItem) - blockOfTuple(before);
    return blocks === 0 || (blocks === 1 && offsetOfTuple(this.newItem) === 1);
  }

  /** The columns that tell apart what stands left of the leftmost and right of the rightmost of these points. */
  private penaltyBetween(lefts: readonly Candidate[], rights: readonly Candidate[]): number {
    return this.penalty(lefts.reduce(leftmostOf), rights.reduce(rightmostOf));
  }

  private penalty(left: SplitPoint, right: SplitPoint): number {
    return this.format.distinguishing(this.lastLeft(left), 0, this.firstRight(right), 0);
  }

  private lastLeft({ firstRight, isNewLeft }: SplitPoint): Buffer {
    return isNewLeft && firstRight === this.newOffset ? this.newItem : itemBytes(this.page, firstRight - 1);
  }

  private firstRight({ firstRight, isNewLeft }: SplitPoint): Buffer {
    return !isNewLeft && firstRight === this.newOffset ? this.newItem : itemBytes(this.page, firstRight);
  }

  private bytesOfFirstRight(point: SplitPoint): number {
    return align8(this.firstRight(point).length) + ITEM_ID_BYTES;
  }

  /** Falling keys right of many duplicates would split at this same point for ever, and never fill the right half. */
  private isBehindDuplicates({ firstRight, isNewLeft }: SplitPoint): boolean {
    if (this.isRightmostPage || isNewLeft) return false;
    return firstRight >= this.newOffset && firstRight < this.newOffset + FALLING_KEYS_DISTANCE;
  }

  /** Of the pages full of one value, is this the last one? */
  private isLastOfItsValue(): boolean {
    if (this.isRightmostPage) return true;
    return this.distinguishingBefore(HIGH_KEY) <= this.format.keyCount;
  }

  private bytesOf(number: number): number {
    return align8(itemLength(this.page, number)) + ITEM_ID_BYTES;
  }
}

function leftmostOf(a: Candidate, b: Candidate): Candidate {
  return isBefore(b, a) ? b : a;
}

function rightmostOf(a: Candidate, b: Candidate): Candidate {
  return isBefore(a, b) ? b : a;
}

/** At the same old item, the split before the new item is left of the one behind it. */
function isBefore(a: SplitPoint, b: SplitPoint): boolean {
  return a.firstRight !== b.firstRight ? a.firstRight < b.firstRight : !a.isNewLeft && b.isNewLeft;
}
