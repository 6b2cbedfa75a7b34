import type { Expression } from '../analyse/expression.js';
import type { SelectQuery, SortKey } from '../analyse/query.js';
import type { Source } from '../analyse/source.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { IndexBounds } from './index-bounds.js';
import { columnOf } from './selectivity.js';

/** The order in which rows of one table are wanted. */
export interface WantedOrder {
  /** None: any order will do. */
  readonly keys: readonly OrderKey[];
  /** How many of so many rows are wanted. */
  readonly wantedOf: (rows: number) => number;
}

export interface OrderKey {
  /** Place of the column in the table. */
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/**
 * The order, and the first part, that a query wants of the one table it reads; undefined when it reads others, or all that
 * the table has to give must be gathered first.
 */
export function wantedOrder({ from, grouping, distinctOn, setCalls, ...query }: SelectQuery): WantedOrder | undefined {
  if (from?.kind !== 'source' || grouping || distinctOn || setCalls.length > 0) return undefined;
  const keys = orderOfSource(query.orderBy, query.targets, from.source);
  if (keys === undefined) return undefined;
  const { limit, offset } = query.limits;
  const count = sumOf(limit && countOf(limit), offset ? countOf(offset) : 0);
  return { keys, wantedOf: (rows) => (limit ? Math.min(rows, count ?? Math.max(1, rows * UNKNOWN_LIMIT)) : rows) };
}

/** The part of the rows that an unknown LIMIT is thought to let through. */
const UNKNOWN_LIMIT = 0.1;

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function countOf(expression: Expression): number | undefined {
  if (expression.kind === 'cast') return countOf(expression.arg);
  return expression.kind === 'constant' && expression.value !== null ? Number(expression.value) : undefined;
}

/** ORDER BY as an order of the source's own columns; undefined when it is of anything else. */
function orderOfSource(
  keys: readonly SortKey[],
  targets: readonly Expression[],
  source: Source,
): OrderKey[] | undefined {
  const found: OrderKey[] = [];
  for (const { index, descending, nullsFirst } of keys) {
    const column = columnOf(targets[index], source);
    if (column === undefined) return undefined;
    found.push({ column, descending, nullsFirst });
  }
  return found;
}

/** The direction in which a scan of the index gives its rows in that order; undefined when neither does. */
export function directionFor(
  index: TableIndex,
  { equal }: IndexBounds,
  wanted: readonly OrderKey[],
): 'forward' | 'backward' | undefined {
  const fixed = new Set(
    equal.filter(({ operator }) => operator !== 'any').map(({ position }) => index.places[position]),
  );
  const open = index.keys
    .map((key, position) => ({ ...key, column: index.places[position] }))
    .filter(({ column }) => !fixed.has(column));
  const asked = wanted.filter(({ column }) => !fixed.has(column));
  if (asked.length > open.length) return undefined;
  const agrees = (isBackward: boolean): boolean =>
    asked.every(
      ({ column, descending, nullsFirst }, place) =>
        open[place].column === column &&
        (open[place].descending !== descending) === isBackward &&
        (open[place].nullsFirst !== nullsFirst) === isBackward,
    );
  if (agrees(false)) return 'forward';
  return agrees(true) ? 'backward' : undefined;
}
