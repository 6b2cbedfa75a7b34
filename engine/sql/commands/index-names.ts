import type { Catalog } from '../catalog/catalog.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { NewRelations } from '../catalog/new-relation.js';
import type { Relation } from '../catalog/relation.js';

const MAX_NAME_BYTES = 63;

/**
 * The name of an index or key that was given none: `table_column_idx`, with a number behind it where that is taken
 * (commands/indexcmds.c ChooseIndexName).
 */
export function chooseIndexName(
  catalog: Catalog,
  names: NewRelations,
  table: Relation,
  columns: readonly string[],
  label: 'idx' | 'key' | 'pkey',
): string {
  const addition = label === 'pkey' ? '' : columns.join('_');
  for (let number = 0; ; number++) {
    const name = composeName(table.name, addition, number === 0 ? label : `${label}${number}`);
    names.reserveName(table.schema, name);
    if (catalog.cache.byName(table.schema, name)) continue;
    if (label === 'idx' || !isConstraintName(catalog, table, name)) return name;
  }
}

export function isConstraintName({ store }: Catalog, table: Relation, name: string): boolean {
  return store.where(CatalogOid.constraint, { conname: name, connamespace: table.schema }).length > 0;
}

/** The names joined by underscores, the longer of the first two cut until all fit (makeObjectName). */
function composeName(first: string, second: string, label: string): string {
  const room = MAX_NAME_BYTES - Buffer.byteLength(label) - (second === '' ? 1 : 2);
  let [a, b] = [Buffer.byteLength(first), Buffer.byteLength(second)];
  while (a + b > room) {
    if (a > b) a--;
    else b--;
  }
  return [cut(first, a), cut(second, b), label].filter((part) => part !== '').join('_');
}

/** At most so many bytes, whole characters. */
function cut(text: string, bytes: number): string {
  return Buffer.from(text)
    .toString('utf8', 0, bytes)
    .replace(/\ufffd+$/, '');
}

/** The columns' names within their index: `a`, and `a1` where that is taken (ChooseIndexColumnNames). */
export function indexColumnNames(columns: readonly string[]): string[] {
  const names: string[] = [];
  for (const column of columns) {
    let name = column;
    for (let number = 1; names.includes(name); number++) name = `${column}${number}`;
    names.push(name);
  }
  return names;
}
