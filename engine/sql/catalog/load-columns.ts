import type { Oid } from '../../base/block.js';
import type { CatalogReader } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';
import type { Column } from './relation.js';

/** A relation's columns as pg_attribute and pg_attrdef describe them, in the order of their numbers. */
export function loadColumns(store: CatalogReader, relation: Oid): Column[] {
  const rows = store.byFirst(CatalogOid.attribute, relation);
  const defaults = rows.some((row) => row.get('atthasdef')) ? loadDefaults(store, relation) : new Map<number, string>();
  return rows
    .map((row) => ({
      name: row.get('attname') as string,
      number: row.get('attnum') as number,
      type: row.get('atttypid') as Oid,
      typmod: row.get('atttypmod') as number,
      notNull: row.get('attnotnull') as boolean,
      defaultText: defaults.get(row.get('attnum') as number),
    }))
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number);
}

function loadDefaults(store: CatalogReader, relation: Oid): Map<number, string> {
  const rows = store.where(CatalogOid.attrdef, { adrelid: relation });
  return new Map(rows.map((row) => [row.get('adnum') as number, row.get('adbin') as string]));
}
