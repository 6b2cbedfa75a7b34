import type { Oid, Tid } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import type { Snapshot } from '../../access/transactions/snapshot.js';
import type { Engine } from '../engine.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import { catalogDefinition, catalogRelation, type CatalogDefinition } from './catalog-table.js';

/** A catalog row, by column names. */
export type CatalogRow = Readonly<Record<string, unknown>>;

export interface StoredRow {
  readonly tid: Tid;
  readonly row: CatalogRow;
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

/** Reads and changes the catalogs of one database, as ordinary heap tables under the current transaction. */
export class CatalogStore {
  constructor(
    private readonly engine: Engine,
    readonly database: Oid,
  ) {}

  /** Rows whose leading columns pass `matches`; only these are taken apart whole. */
  *scan(catalog: Oid, matches: (leading: unknown[]) => boolean, leadingColumns: number): Generator<StoredRow> {
    const definition = catalogDefinition(catalog);
    const { file } = catalogRelation(definition, this.database);
    const scan = this.engine.access.heap.scan(file, this.snapshot());
    try {
      for (let tuple = scan.next(); tuple !== null; tuple = scan.next()) {
        if (!matches(tuple.values(definition.layout, leadingColumns))) continue;
        const values = tuple.values(definition.layout);
        yield { tid: tuple.tid, row: Object.fromEntries(definition.columns.map(({ name }, i) => [name, values[i]])) };
      }
    } finally {
      scan.close();
    }
  }

  all(catalog: Oid): StoredRow[] {
    return [...this.scan(catalog, () => true, 0)];
  }

  /** Rows whose first column equals `key`: the oid of the row, or of what it belongs to. */
  byFirst(catalog: Oid, key: Oid): StoredRow[] {
    return [...this.scan(catalog, ([first]) => first === key, 1)];
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

  private snapshot(): Snapshot {
    return this.engine.access.transactions.latestSnapshot();
  }
}
