import { quoteName } from '../analyse/deparse.js';
import type { TextEnvironment } from '../types/environment.js';
import { types } from '../types/type-table.js';
import type { Relation } from './relation.js';
import type { TableIndex } from './table-index.js';

/** The key columns of an index and their values, `(a, b)=(1, x)` (access/index/genam.c BuildIndexValueDescription). */
export function describeKey(
  { columns }: Relation,
  { places, keys }: TableIndex,
  key: readonly unknown[],
  environment?: TextEnvironment,
): string {
  const described = places.slice(0, keys.length).map((place) => columns[place]);
  const names = described.map(({ name }) => quoteName(name));
  const values = described.map(({ type }, position) => {
    const value = key[position];
    return value === null ? 'null' : types.byOid(type).output(value, environment);
  });
  return `(${names.join(', ')})=(${values.join(', ')})`;
}
