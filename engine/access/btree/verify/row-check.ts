import type { Tid } from '../../../base/block.js';
import { itemOffset, maxOffset } from '../../../storage/page/page.js';
import { firstData, isIgnored } from '../btree-page.js';
import type { IndexFormat } from '../index-format.js';
import { tidOfTuple } from '../index-tuple.js';
import type { BrokenRule, IndexProblem } from './index-problem.js';

/** An entry of the index: where it leads, and its key. */
export interface FoundEntry {
  readonly tid: Tid;
  readonly values: readonly unknown[];
}

/** A version of a row: the place that its entry names, and the values of the index's columns. */
export interface IndexedRow extends FoundEntry {
  /** May it lack an entry? One that nobody can see may. */
  readonly isDead?: boolean;
}

/** What a table says of its rows, for comparison with an index. */
export interface IndexedRows {
  readonly rows: Iterable<IndexedRow>;
  /** Is there a line pointer that an entry may name? */
  readonly hasLinePointer: (tid: Tid) => boolean;
}

/** More than any page has line pointers. */
const PLACES_PER_BLOCK = 0x1000;

/** What is known of one place. */
interface Place {
  readonly values: readonly unknown[];
  isMet: boolean;
  isRight: boolean;
}

/**
 * What an index and its table do not agree on, as text (amcheck's heapallindexed, and more).
 *
 * Verifies: each row has one entry, with its key; no entry is without a line pointer, and none is there twice; an entry that
 * leads to given versions of a row has the key of one of them. Entries that lead to none of the rows given are in order:
 * dead ones that vacuum has not come by.
 */
export function checkRows(
  format: IndexFormat,
  entries: Iterable<FoundEntry>,
  { rows, hasLinePointer }: IndexedRows,
): IndexProblem[] {
  const problems: IndexProblem[] = [];
  const report = (rule: BrokenRule, found: string): void => void problems.push({ rule, found });
  const places = new Map<number, Place>();
  for (const { tid, values } of entries) {
    if (places.has(numberOf(tid))) report('entry', `two entries for row ${placeText(tid)}`);
    if (!hasLinePointer(tid)) report('entry', `an entry for row ${placeText(tid)}, which is not there`);
    places.set(numberOf(tid), { values, isMet: false, isRight: false });
  }
  for (const { tid, values, isDead } of rows) {
    const place = places.get(numberOf(tid));
    if (place) note(format, place, values);
    if (isDead) continue;
    if (!place) report('missing entry', `no entry for row ${placeText(tid)}`);
    else if (!sameKeys(format, place.values, values))
      report('entry', `the entry for row ${placeText(tid)} has another key`);
  }
  for (const [number, { isMet, isRight }] of places) {
    if (isMet && !isRight)
      report('entry', `the entry for row ${placeText(placeOf(number))} has the key of no version of it`);
  }
  return problems;
}

/** The entries of a leaf. */
export function* entriesOf(format: IndexFormat, page: Buffer): Generator<FoundEntry> {
  if (isIgnored(page)) return;
  for (let number = firstData(page); number <= maxOffset(page); number++) {
    const at = itemOffset(page, number);
    yield { tid: tidOfTuple(page, at), values: format.deform(page, at, format.keyCount) };
  }
}

function note(format: IndexFormat, place: Place, values: readonly unknown[]): void {
  place.isMet = true;
  place.isRight ||= sameKeys(format, place.values, values);
}

function sameKeys(format: IndexFormat, a: readonly unknown[], b: readonly unknown[]): boolean {
  for (let column = 0; column < format.keyCount; column++) {
    if (format.compareColumn(column, a[column], b[column]) !== 0) return false;
  }
  return true;
}

function numberOf({ block, offset }: Tid): number {
  return block * PLACES_PER_BLOCK + offset;
}

function placeOf(number: number): Tid {
  const offset = number % PLACES_PER_BLOCK;
  return { block: ((number - offset) / PLACES_PER_BLOCK) as Tid['block'], offset };
}

function placeText({ block, offset }: Tid): string {
  return `(${block},${offset})`;
}
