import type { Tid } from '../../../base/block.js';
import type { IndexFormat } from '../index-format.js';
import type { IndexScan } from '../index-scan.js';

/** What a table says of its rows, for comparison with an index. */
export interface IndexedRows {
  /** Rows that must be found: the place that entries name, and the values of the index's columns. */
  readonly rows: Iterable<{ readonly tid: Tid; readonly values: readonly unknown[] }>;
  /** Is there a line pointer that an entry may name? */
  readonly hasLinePointer: (tid: Tid) => boolean;
}

/**
 * What an index and its table do not agree on, as text (amcheck's heapallindexed, and more).
 *
 * Verifies: each of the rows has one entry, with its key; no entry is without a line pointer, and none is there twice.
 * Entries of rows that are not among those given are in order: dead ones that vacuum has not come by.
 */
export function checkRows(format: IndexFormat, entries: IndexScan, { rows, hasLinePointer }: IndexedRows): string[] {
  const problems: string[] = [];
  const found = new Map<string, unknown[]>();
  for (let entry = entries.next(); entry; entry = entries.next()) {
    const { tid } = entry;
    const place = placeText(tid);
    if (found.has(place)) problems.push(`two entries for row ${place}`);
    if (!hasLinePointer(tid)) problems.push(`an entry for row ${place}, which is not there`);
    found.set(place, entry.values());
  }
  entries.close();
  for (const { tid, values } of rows) {
    const place = placeText(tid);
    const indexed = found.get(place);
    if (!indexed) problems.push(`no entry for row ${place}`);
    else if (!sameKeys(format, indexed, values)) problems.push(`the entry for row ${place} has another key`);
  }
  return problems;
}

function sameKeys(format: IndexFormat, a: readonly unknown[], b: readonly unknown[]): boolean {
  for (let column = 0; column < format.keyCount; column++) {
    if (format.compareColumn(column, a[column], b[column]) !== 0) return false;
  }
  return true;
}

function placeText({ block, offset }: Tid): string {
  return `(${block},${offset})`;
}
