import { Fork, type Oid } from '../../base/block.js';
import type { Engine } from '../engine.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import type { Catalog } from './catalog.js';
import { CatalogOid } from './catalog-table.js';
import { attributeRow, classRow, indexRow, keyConstraintRow } from './define.js';
import { buildIndex } from './index-build.js';
import { NewRelations } from './new-relation.js';
import type { Relation } from './relation.js';
import type { IndexKeyColumn, TableIndex } from './table-index.js';

/** An index that is to be made. */
export interface NewIndex {
  readonly name: string;
  /** Places of the columns in the table, from 0, keys first. */
  readonly places: readonly number[];
  /** What each column is called in the index. */
  readonly columnNames: readonly string[];
  readonly keys: readonly IndexKeyColumn[];
  readonly isUnique: boolean;
  readonly nullsNotDistinct: boolean;
  /** Storage parameters as the catalog keeps them: `fillfactor=70`. */
  readonly options: readonly string[];
  /** The constraint it serves: that gets the index's name. */
  readonly constraint: 'primary key' | 'unique' | null;
}

/** Making, dropping and changing indexes: catalog rows and files, all undone when the transaction aborts. */
export class Indexes {
  private readonly names: NewRelations;

  constructor(
    private readonly engine: Engine,
    private readonly catalog: Catalog,
  ) {
    this.names = new NewRelations(engine, catalog);
  }

  /** Makes the index and fills it. Nobody may be changing the table: the caller holds its lock Share or stronger. */
  create(table: Relation, index: NewIndex): void {
    const oid = this.names.newOid();
    this.catalog.lock(oid, 'AccessExclusive');
    this.describe(table, index, oid);
    if (index.constraint !== null) this.addConstraint(table, oid, index);
    this.noteIndexed(table.oid);
    this.catalog.cache.changed();
    this.fill(table.oid, oid);
  }

  drop(index: TableIndex): void {
    const { store } = this.catalog;
    for (const catalog of [CatalogOid.class, CatalogOid.attribute, CatalogOid.index, CatalogOid.description])
      for (const { tid } of store.byFirst(catalog, index.oid)) store.delete(catalog, tid);
    if (index.constraint) {
      const { oid } = index.constraint;
      for (const catalog of [CatalogOid.constraint, CatalogOid.description])
        for (const { tid } of store.byFirst(catalog, oid)) store.delete(catalog, tid);
    }
    this.engine.access.transactions.dropAtCommit(index.shape.file);
    this.forgetStatistics(index.oid);
    this.catalog.cache.changed();
  }

  /** Once it is gone for good. */
  private forgetStatistics(oid: Oid): void {
    const { transactions, statistics } = this.engine.access;
    transactions.onEnd((committed) => {
      if (committed) statistics.forget(this.catalog.identity.databaseOid, oid);
    });
  }

  /** Gives the index a new file, filled from the table as it is now; the old one goes when the transaction commits. */
  rebuild(table: Oid, oid: Oid): void {
    const { store } = this.catalog;
    const { shape } = this.find(table, oid);
    const [row] = store.byFirst(CatalogOid.class, oid);
    store.update(CatalogOid.class, row, { relfilenode: this.names.newOid(), relpages: 0, reltuples: 0 });
    this.engine.access.transactions.dropAtCommit(shape.file);
    this.catalog.cache.changed();
    this.fill(table, oid);
  }

  /** A constraint's index and the constraint have one name. */
  rename(index: TableIndex, name: string): void {
    const { store } = this.catalog;
    const [row] = store.byFirst(CatalogOid.class, index.oid);
    store.update(CatalogOid.class, row, { relname: name });
    if (index.constraint) {
      const [constraint] = store.byFirst(CatalogOid.constraint, index.constraint.oid);
      store.update(CatalogOid.constraint, constraint, { conname: name });
    }
    this.catalog.cache.changed();
  }

  /** Makes a unique index that is there already the one of a new constraint, under the constraint's name. */
  promote(table: Relation, index: TableIndex, name: string, isPrimary: boolean): void {
    const { store } = this.catalog;
    if (name !== index.name) this.rename(index, name);
    const columns = index.places.slice(0, index.keys.length).map((place) => place + 1);
    const { schema, oid: relation } = table;
    const constraint = { name, schema, relation, isPrimary, columns, index: index.oid, oid: this.names.newOid() };
    store.insert(CatalogOid.constraint, keyConstraintRow(constraint));
    const [row] = store.byFirst(CatalogOid.index, index.oid);
    if (isPrimary) store.update(CatalogOid.index, row, { indisprimary: true });
    this.catalog.cache.changed();
  }

  private describe(table: Relation, index: NewIndex, oid: Oid): void {
    const { store } = this.catalog;
    const columns = index.places.map((place) => table.columns[place]);
    const row = classRow({
      oid,
      name: index.name,
      schema: table.schema,
      owner: this.ownerOf(table.oid),
      kind: 'i',
      columnCount: columns.length,
      checkCount: 0,
      frozenXid: 0,
    });
    const reloptions = index.options.length > 0 ? SqlArray.of(index.options) : null;
    store.insert(CatalogOid.class, { ...row, reltuples: 0, reloptions });
    columns.forEach(({ type, typmod }, place) => {
      const column = { type, typmod, name: index.columnNames[place], number: place + 1 };
      store.insert(CatalogOid.attribute, attributeRow(oid, { ...column, notNull: false, hasDefault: false }));
    });
    const { places, keys, isUnique, nullsNotDistinct } = index;
    const collations = columns.slice(0, keys.length).map(({ type }) => types.row(type).collation);
    const isPrimary = index.constraint === 'primary key';
    const definition = { oid, relation: table.oid, places, keys, collations, isUnique, isPrimary, nullsNotDistinct };
    store.insert(CatalogOid.index, indexRow(definition));
  }

  private addConstraint(table: Relation, index: Oid, { name, places, keys, constraint }: NewIndex): void {
    const row = keyConstraintRow({
      index,
      name,
      oid: this.names.newOid(),
      schema: table.schema,
      relation: table.oid,
      isPrimary: constraint === 'primary key',
      columns: places.slice(0, keys.length).map((place) => place + 1),
    });
    this.catalog.store.insert(CatalogOid.constraint, row);
  }

  private ownerOf(table: Oid): Oid {
    const [row] = this.catalog.store.byFirst(CatalogOid.class, table);
    return row.get('relowner') as Oid;
  }

  /** In place, as others may be making an index on the table at the same time. */
  private noteIndexed(table: Oid): void {
    const { store } = this.catalog;
    const [row] = store.byFirst(CatalogOid.class, table);
    if (!row.get('relhasindex')) store.updateInPlace(CatalogOid.class, row, { relhasindex: true });
  }

  private find(table: Oid, oid: Oid): TableIndex {
    return this.catalog.cache.byOid(table)!.indexes.find((index) => index.oid === oid)!;
  }

  /** Writes the index's file and counts what it holds, and the table with it (catalog/index.c index_update_stats). */
  private fill(table: Oid, oid: Oid): void {
    const { engine, catalog } = this;
    const relation = catalog.cache.byOid(table)!;
    const index = this.find(table, oid);
    const { entries, hasBrokenChains } = buildIndex(engine, relation, index);
    const { store } = catalog;
    if (hasBrokenChains) {
      const [row] = store.byFirst(CatalogOid.index, oid);
      store.update(CatalogOid.index, row, { indcheckxmin: true });
    }
    this.count(oid, index.shape.file, entries);
    this.count(table, relation.file, entries);
    catalog.cache.changed();
  }

  private count(oid: Oid, file: Relation['file'], rows: number): void {
    const { store } = this.catalog;
    const [row] = store.byFirst(CatalogOid.class, oid);
    const isNeverCounted = rows === 0 && (row.get('reltuples') as number) < 0;
    const relpages = this.engine.storage.buffers.blocks(file, Fork.main);
    const reltuples = isNeverCounted ? -1 : rows;
    if (row.get('relpages') !== relpages || row.get('reltuples') !== reltuples)
      store.updateInPlace(CatalogOid.class, row, { relpages, reltuples });
  }
}
