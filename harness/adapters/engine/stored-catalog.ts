import type { Oid } from '../../../engine/base/block.js';
import { tupleXmin } from '../../../engine/access/tuple/tuple-header.js';
import { StoredRow, type CatalogReader, type CatalogRow } from '../../../engine/sql/catalog/catalog-store.js';
import { catalogDefinition, catalogRelation } from '../../../engine/sql/catalog/catalog-table.js';
import { hasKeys, rowKeys } from '../../../engine/sql/catalog/row-keys.js';
import { placedRows, type FateOf } from './live-rows.js';
import type { ReadRelation } from './stored-relation.js';

/** No place of a row is asked for here. */
const NOWHERE = { block: 0, offset: 0 } as StoredRow['tid'];

/** The catalogs of one database of a stopped cluster, read from their files as the engine's own code wants them. */
export class StoredCatalog implements CatalogReader {
  constructor(
    private readonly readRelation: ReadRelation,
    readonly database: Oid,
    private readonly fateOf: FateOf,
  ) {}

  byFirst(catalog: Oid, key: Oid): StoredRow[] {
    return this.where(catalog, { [catalogDefinition(catalog).columns[0].name]: key });
  }

  where(catalog: Oid, wanted: CatalogRow): StoredRow[] {
    const definition = catalogDefinition(catalog);
    const keys = rowKeys(definition, wanted);
    const { bytes } = this.readRelation(catalogRelation(definition, this.database).file);
    const found: StoredRow[] = [];
    for (const { page, at } of placedRows(bytes, this.fateOf)) {
      if (!hasKeys(page, at, keys)) continue;
      const values = definition.layout.deform(page, definition.columns.length, at);
      found.push(new StoredRow(definition, NOWHERE, tupleXmin(page, at), values));
    }
    return found;
  }
}
