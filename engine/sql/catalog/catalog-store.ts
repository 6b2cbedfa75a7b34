import type { Oid, Tid } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import type { Xid } from '../../base/xid.js';
import type { Snapshot } from '../../access/transactions/snapshot.js';
import type { Engine } from '../engine.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import { catalogDefinition, catalogRelation, type CatalogDefinition } from './catalog-table.js';
import { hasKeys, rowKeys } from './row-keys.js';

/** A catalog row, by column names. */
export type CatalogRow = Readonly<Record<string, unknown>>;

/** A row as it lies in its catalog. */
export class StoredRow {
  constructor(
    private readonly definition: CatalogDefinition,
    readonly tid: Tid,
    readonly xmin: Xid,
    private readonly values: readonly unknown[],
  ) {}

  get(column: string): unknown {
    return this.values[this.definition.indexes.get(column)!];
  }

  get row(): CatalogRow {
    return Object.fromEntries(this.definition.columns.map(({ name }, index) => [name, this.values[index]]));
  }
}

/** Values of the columns that must not be null and that the writer of a row has nothing to say about. */
function emptyValue(type: Oid): unknown {
  const { category, name } = types.row(type);
  if (name === 'bool') return false;
  if (category === 'A') return SqlArray.of([]);
  return category === 'S' || name === 'char' || name === 'pg_node_tree' ? '' : 0;
}

/** The values of a whole row from those that are given. */
export function completeRow({ name, columns }: CatalogDefinition, given: CatalogRow): unknown[] {
  for (const column in given)
    assert(
      columns.some((known) => known.name === column),
      `${name} has no column ${column}`,
    );
  return columns.map((column) => given[column.name] ?? (column.notNull ? emptyValue(column.type) : null));
}

/** What reading the catalogs of one database is like, wherever they are. */
export type CatalogReader = Pick<CatalogStore, 'where' | 'byFirst'>;

/** Reads and changes the catalogs of one database, as ordinary heap tables under the current transaction. */
export class CatalogStore {
  private moment: Snapshot | undefined;

  constructor(
    private readonly engine: Engine,
    readonly database: Oid,
  ) {}

  all(catalog: Oid): StoredRow[] {
    return this.where(catalog, {});
  }

  /** Rows whose first column equals `key`: the oid of the row, or of what it belongs to. */
  byFirst(catalog: Oid, key: Oid): StoredRow[] {
    return this.where(catalog, { [catalogDefinition(catalog).columns[0].name]: key });
  }

  /**
   * Rows with these values in leading columns of fixed length that are never null. Only they are taken apart: a catalog
   * has no index, and most of what a scan passes is not meant.
   */
  where(catalog: Oid, wanted: CatalogRow): StoredRow[] {
    const definition = catalogDefinition(catalog);
    const keys = rowKeys(definition, wanted);
    const { file } = catalogRelation(definition, this.database);
    const scan = this.engine.access.heap.scan(file, this.snapshot(), (page, at) => hasKeys(page, at, keys));
    const found: StoredRow[] = [];
    try {
      for (let tuple = scan.next(); tuple !== null; tuple = scan.next()) {
        found.push(new StoredRow(definition, tuple.tid, tuple.xmin, tuple.values(definition.layout)));
      }
    } finally {
      scan.close();
    }
    return found;
  }

  insert(catalog: Oid, given: CatalogRow): void {
    const definition = catalogDefinition(catalog);
    const { file } = catalogRelation(definition, this.database);
    this.engine.access.heap.insert(file, definition.layout.form(completeRow(definition, given)));
  }

  delete(catalog: Oid, tid: Tid): void {
    const { file } = catalogRelation(catalogDefinition(catalog), this.database);
    const result = this.engine.access.heap.delete(file, tid);
    assert(result.kind === 'ok', `catalog row changed concurrently: ${result.kind}`);
  }

  update(catalog: Oid, { tid, row }: StoredRow, change: CatalogRow): void {
    const definition = catalogDefinition(catalog);
    const { file } = catalogRelation(definition, this.database);
    const tuple = definition.layout.form(completeRow(definition, { ...row, ...change }));
    const result = this.engine.access.heap.update(file, tid, tuple);
    assert(result.kind === 'ok', `catalog row changed concurrently: ${result.kind}`);
  }

  /** Changes columns of fixed length where the row stands, at once and for everyone, whatever becomes of the transaction. */
  updateInPlace(catalog: Oid, { tid, row }: StoredRow, change: CatalogRow): void {
    const definition = catalogDefinition(catalog);
    const { file } = catalogRelation(definition, this.database);
    this.engine.access.heap.updateInPlace(
      file,
      tid,
      definition.layout.form(completeRow(definition, { ...row, ...change })),
    );
  }

  /** All that `read` reads is as it was at one moment: of what others commit meanwhile it sees nothing, and not a part. */
  atOneMoment<T>(read: () => T): T {
    this.moment = this.engine.access.transactions.latestSnapshot();
    try {
      return read();
    } finally {
      this.moment = undefined;
    }
  }

  private snapshot(): Snapshot {
    return this.moment ?? this.engine.access.transactions.latestSnapshot();
  }
}
