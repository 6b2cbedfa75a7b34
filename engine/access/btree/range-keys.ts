import { assert } from '../../base/errors.js';
import type { IndexFormat } from './index-format.js';
import type { ScanBound, ScanRange } from './index-shape.js';
import type { SearchKey } from './search-key.js';

/**
 * A range as two searches: `from` finds its first entry, `to` the first one behind it. They serve both directions, and
 * every page alike.
 */
export interface RangeKeys {
  readonly from: SearchKey;
  readonly to: SearchKey;
}

export function rangeKeys(format: IndexFormat, range: ScanRange): RangeKeys {
  const { keys } = format.index;
  const next = keys[range.equal.length];
  assert(next !== undefined || !hasBounds(range), 'a bound without a column');
  const lower = range.excludeNulls && next.nullsFirst ? withoutNulls(range.lower) : range.lower;
  const upper = range.excludeNulls && !next.nullsFirst ? withoutNulls(range.upper) : range.upper;
  const from = boundKey(format, range, lower);
  const to = boundKey(format, range, upper);
  from.isNext = lower !== undefined && !lower.inclusive;
  to.isNext = upper === undefined || upper.inclusive;
  return { from, to };
}

/** The bound at that end of the range where the nulls stand. */
function withoutNulls(bound: ScanBound | undefined): ScanBound {
  return bound === undefined || bound.value === null ? { value: null, inclusive: false } : bound;
}

function boundKey(format: IndexFormat, { equal }: ScanRange, bound: ScanBound | undefined): SearchKey {
  return format.searchKey(bound === undefined ? equal : [...equal, bound.value]);
}

function hasBounds({ lower, upper, excludeNulls }: ScanRange): boolean {
  return lower !== undefined || upper !== undefined || excludeNulls === true;
}
