import type { Oid } from '../../base/block.js';
import type { CatalogStore } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';

/** A database's name; undefined when there is none of that oid. */
export function databaseName(store: CatalogStore, oid: Oid): string | undefined {
  const [found] = store.byFirst(CatalogOid.database, oid);
  return found?.get('datname') as string | undefined;
}
