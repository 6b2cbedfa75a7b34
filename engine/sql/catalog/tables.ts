import type { Oid } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { Engine } from '../engine.js';
import type { Catalog } from './catalog.js';
import type { StoredRow } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';
import { Indexes } from './indexes.js';
import { NewRelations } from './new-relation.js';
import { attributeRow, checkRow, classRow, type ColumnDefinition } from './define.js';
import type { Relation } from './relation.js';

export interface TableDefinition {
  readonly name: string;
  readonly schema: Oid;
  readonly owner: Oid;
  /** Storage parameters as the catalog keeps them: `fillfactor=70`. */
  readonly options: readonly string[];
  readonly columns: readonly (Omit<ColumnDefinition, 'hasDefault' | 'number'> & {
    readonly defaultText: string | undefined;
  })[];
  readonly checks: readonly { readonly name: string; readonly text: string; readonly columns: readonly number[] }[];
}

/** Creating, dropping and changing tables: their catalog rows and files, all undone when the transaction aborts. */
export class Tables {
  private readonly indexes: Indexes;
  private readonly names: NewRelations;

  constructor(
    private readonly engine: Engine,
    private readonly catalog: Catalog,
  ) {
    this.indexes = new Indexes(engine, catalog);
    this.names = new NewRelations(engine, catalog);
  }

  /** The new table is locked until the transaction ends. */
  create(definition: TableDefinition): Oid {
    const { access } = this.engine;
    const { store } = this.catalog;
    const oid = this.names.newOid();
    this.catalog.lock(oid, 'AccessExclusive');
    const { name, schema, owner, columns, checks, options } = definition;
    access.heap.create(this.names.fileOf(oid));
    this.forgetStatistics(oid, false);
    const frozenXid = this.firstFrozenXid();
    store.insert(
      CatalogOid.class,
      classRow({
        oid,
        name,
        schema,
        owner,
        frozenXid,
        kind: 'r',
        columnCount: columns.length,
        checkCount: checks.length,
        options,
      }),
    );
    columns.forEach((column, index) => {
      const number = index + 1;
      store.insert(
        CatalogOid.attribute,
        attributeRow(oid, { ...column, number, hasDefault: column.defaultText !== undefined }),
      );
      if (column.defaultText === undefined) return;
      store.insert(CatalogOid.attrdef, {
        oid: this.names.newOid(),
        adrelid: oid,
        adnum: number,
        adbin: column.defaultText,
      });
    });
    for (const check of checks)
      store.insert(CatalogOid.constraint, checkRow({ ...check, oid: this.names.newOid(), schema, relation: oid }));
    this.catalog.cache.changed();
    return oid;
  }

  drop({ oid, file, indexes }: Relation): void {
    const { store } = this.catalog;
    const remove = (catalog: Oid, rows: readonly StoredRow[]): void => {
      for (const { tid } of rows) store.delete(catalog, tid);
    };
    for (const index of indexes) this.indexes.drop(index);
    remove(CatalogOid.class, store.byFirst(CatalogOid.class, oid));
    remove(CatalogOid.attribute, store.byFirst(CatalogOid.attribute, oid));
    remove(CatalogOid.attrdef, store.where(CatalogOid.attrdef, { adrelid: oid }));
    remove(CatalogOid.constraint, store.where(CatalogOid.constraint, { conrelid: oid }));
    remove(CatalogOid.description, store.byFirst(CatalogOid.description, oid));
    this.engine.access.transactions.dropAtCommit(file);
    this.forgetStatistics(oid, true);
    this.catalog.cache.changed();
  }

  /** Gives the table and its indexes new, empty files; the old ones go when the transaction commits. */
  truncate(relation: Relation): void {
    const { oid, file } = relation;
    const { access } = this.engine;
    const relfilenode = this.names.newOid();
    access.heap.create(this.names.fileOf(relfilenode));
    access.statistics.countTruncate(file);
    access.statistics.noteFile(this.names.fileOf(relfilenode), oid);
    const [row] = this.catalog.store.byFirst(CatalogOid.class, oid);
    const frozenXid = this.firstFrozenXid();
    this.catalog.store.update(CatalogOid.class, row, {
      relfilenode,
      relpages: 0,
      reltuples: -1,
      relfrozenxid: frozenXid,
    });
    access.transactions.dropAtCommit(file);
    this.catalog.cache.changed();
    for (const index of relation.indexes) this.indexes.rebuild(oid, index.oid);
  }

  addColumn(relation: Relation, column: Omit<ColumnDefinition, 'hasDefault' | 'number'>): void {
    const { store } = this.catalog;
    const number = relation.columns.length + 1;
    store.insert(CatalogOid.attribute, attributeRow(relation.oid, { ...column, number, hasDefault: false }));
    const [row] = store.byFirst(CatalogOid.class, relation.oid);
    store.update(CatalogOid.class, row, { relnatts: number });
    this.catalog.cache.changed();
  }

  renameTable({ oid }: Relation, name: string): void {
    const [row] = this.catalog.store.byFirst(CatalogOid.class, oid);
    this.catalog.store.update(CatalogOid.class, row, { relname: name });
    this.catalog.cache.changed();
  }

  setNotNull({ oid }: Relation, numbers: readonly number[]): void {
    const rows = this.catalog.store.byFirst(CatalogOid.attribute, oid);
    for (const row of rows.filter((each) => numbers.includes(each.get('attnum') as number)))
      this.catalog.store.update(CatalogOid.attribute, row, { attnotnull: true });
    this.catalog.cache.changed();
  }

  dropCheck({ oid }: Relation, constraint: Oid): void {
    const { store } = this.catalog;
    const [found] = store.byFirst(CatalogOid.constraint, constraint);
    store.delete(CatalogOid.constraint, found.tid);
    const [row] = store.byFirst(CatalogOid.class, oid);
    store.update(CatalogOid.class, row, { relchecks: (row.get('relchecks') as number) - 1 });
    this.catalog.cache.changed();
  }

  renameColumn({ oid }: Relation, number: number, name: string): void {
    const rows = this.catalog.store.byFirst(CatalogOid.attribute, oid);
    const found = rows.find((row) => row.get('attnum') === number)!;
    this.catalog.store.update(CatalogOid.attribute, found, { attname: name });
    this.catalog.cache.changed();
  }

  /** No row of a new file is older: whoever may still write there is running now, or begins later. */
  private firstFrozenXid(): Xid {
    return this.engine.access.transactions.latestSnapshot().xmin;
  }

  /** When the transaction ends so that the table is gone. */
  private forgetStatistics(oid: Oid, ifCommitted: boolean): void {
    const { transactions, statistics } = this.engine.access;
    const { databaseOid } = this.catalog.identity;
    transactions.onEnd((committed) => {
      if (committed === ifCommitted) statistics.forget(databaseOid, oid);
    });
  }
}
