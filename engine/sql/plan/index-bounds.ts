import type { TableIndex } from '../catalog/table-index.js';
import type { IndexClause } from './index-clauses.js';

/**
 * How the clauses on an index are put to use: equalities on its leading columns, then bounds on the next one, say where
 * in the index to look; the rest are tried on each entry found there.
 */
export interface IndexBounds {
  /** One per leading column. */
  readonly equal: readonly IndexClause[];
  /** All on the column after these. */
  readonly range: readonly IndexClause[];
  readonly rest: readonly IndexClause[];
}

const EQUALITIES: ReadonlySet<IndexClause['operator']> = new Set(['=', 'any', 'null']);

export function boundsOf({ keys }: TableIndex, clauses: readonly IndexClause[]): IndexBounds {
  const equal: IndexClause[] = [];
  for (let position = 0; position < keys.length; position++) {
    const found = clauses.find((clause) => clause.position === position && EQUALITIES.has(clause.operator));
    if (!found) break;
    equal.push(found);
  }
  const range = clauses.filter(
    ({ position, operator }) =>
      position === equal.length && operator !== 'any' && operator !== '=' && operator !== 'null',
  );
  return { equal, range, rest: clauses.filter((clause) => !equal.includes(clause) && !range.includes(clause)) };
}
