import type { Mismatch, Row } from './workload.js';

/** Holds a table's rows against its model: of each key the one row `author padding`, and no row of any other. */
export function compareKeyedRows(
  name: string,
  expected: ReadonlyMap<number, string>,
  found: readonly Row[],
): Mismatch[] {
  const actual = new Map<number, string[]>();
  for (const { key, author, padding } of found) {
    actual.set(Number(key), [...(actual.get(Number(key)) ?? []), `${String(author)} ${String(padding)}`]);
  }
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((key): Mismatch[] => {
    const wanted = expected.get(key);
    const has = actual.get(key) ?? [];
    if (has.length === (wanted === undefined ? 0 : 1) && has[0] === wanted) return [];
    return [
      {
        invariant: wanted === undefined ? 'no-resurrection' : 'atomicity',
        promised: `${name} has ${wanted === undefined ? 'no row' : `one row (author, padding) ${wanted}`} with key ${key}`,
        found: has.join(' and ') || 'none',
      },
    ];
  });
}
