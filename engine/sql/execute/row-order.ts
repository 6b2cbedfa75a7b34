import type { SortKey } from '../analyse/query.js';
import { types } from '../types/type-table.js';
import type { Row } from './frame.js';

/** Negative when `a` comes first. */
export type RowOrder = (a: Row, b: Row) => number;

export function orderOf(keys: readonly SortKey[]): RowOrder {
  const compares = keys.map(compareBy);
  if (compares.length === 1) return compares[0];
  return (a, b) => {
    for (const compare of compares) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareBy({ index, type: oid, descending, nullsFirst }: SortKey): RowOrder {
  const type = types.byOid(oid);
  const sign = descending ? -1 : 1;
  const nullOrder = nullsFirst ? -1 : 1;
  return (a, b) => {
    const [x, y] = [a[index], b[index]];
    if (x === null) return y === null ? 0 : nullOrder;
    if (y === null) return -nullOrder;
    return type.compare(x, y) * sign;
  };
}
