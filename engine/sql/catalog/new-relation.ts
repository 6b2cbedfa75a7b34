import { DEFAULT_TABLESPACE, type Oid, type RelFile } from '../../base/block.js';
import type { Engine } from '../engine.js';
import type { Catalog } from './catalog.js';
import { CatalogOid } from './catalog-table.js';

/** What making a table or an index begins with: an oid, a file, a name that nobody else takes. */
export class NewRelations {
  constructor(
    private readonly engine: Engine,
    private readonly catalog: Catalog,
  ) {}

  newOid(): Oid {
    for (;;) {
      const oid = this.engine.access.ids.newOid();
      if (!this.engine.storage.files.exists(this.fileOf(oid), 0) && !this.catalog.cache.byOid(oid)) return oid;
    }
  }

  fileOf(relation: Oid): RelFile {
    return { tablespace: DEFAULT_TABLESPACE, database: this.catalog.identity.databaseOid, relation };
  }

  /**
   * Keeps others from giving a table or an index this name until the transaction ends: catalogs have no unique index to
   * refuse a second one. Look whether the name is taken after this, not before.
   */
  reserveName(schema: Oid, name: string): void {
    let hash = schema;
    for (const byte of Buffer.from(name)) hash = (Math.imul(hash, 31) + byte) >>> 0;
    const { databaseOid } = this.catalog.identity;
    const tag = { kind: 'object', database: databaseOid, catalog: CatalogOid.class, object: hash } as const;
    this.engine.storage.locks.acquire(tag, 'AccessExclusive');
    this.catalog.cache.refresh();
  }
}
