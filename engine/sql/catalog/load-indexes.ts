import { DEFAULT_TABLESPACE, type Oid, type RelFile } from '../../base/block.js';
import type { BytesKind, IntegerKind } from '../../access/btree/index-shape.js';
import type { SqlArray } from '../types/array/sql-array.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { CatalogOid, layoutOf } from './catalog-table.js';
import type { CatalogReader, StoredRow } from './catalog-store.js';
import { IndexOption } from './define.js';
import type { Column } from './relation.js';
import type { IndexKeyColumn, KeyConstraint, TableIndex } from './table-index.js';

/** The table whose indexes are read. */
export interface IndexedTable {
  readonly oid: Oid;
  readonly name: string;
  readonly file: RelFile;
  readonly columns: readonly Column[];
}

/** All indexes of a table as the catalogs describe them, in the order of their oids, as PostgreSQL goes through them. */
export function loadIndexes(store: CatalogReader, table: IndexedTable): TableIndex[] {
  const rows = store.where(CatalogOid.index, { indrelid: table.oid });
  if (rows.length === 0) return [];
  const constraints = constraintsByIndex(store, table.oid);
  return rows
    .map((row) => loadIndex(store, table, row, constraints.get(row.get('indexrelid') as Oid) ?? null))
    .sort((a, b) => a.oid - b.oid);
}

function constraintsByIndex(store: CatalogReader, table: Oid): Map<Oid, KeyConstraint> {
  const rows = store.where(CatalogOid.constraint, { conrelid: table });
  return new Map(
    rows.map((row) => [row.get('conindid') as Oid, { oid: row.get('oid') as Oid, name: row.get('conname') as string }]),
  );
}

function loadIndex(
  store: CatalogReader,
  table: IndexedTable,
  row: StoredRow,
  constraint: KeyConstraint | null,
): TableIndex {
  const oid = row.get('indexrelid') as Oid;
  const [described] = store.byFirst(CatalogOid.class, oid);
  const name = described.get('relname') as string;
  const places = numbersOf(row, 'indkey').map((number) => number - 1);
  const keys = keyColumns(row);
  const isUnique = row.get('indisunique') as boolean;
  return {
    oid,
    name,
    places,
    keys,
    isUnique,
    constraint,
    isPrimary: row.get('indisprimary') as boolean,
    isValid: row.get('indisvalid') as boolean,
    usableSince: row.get('indcheckxmin') ? row.xmin : null,
    pages: described.get('relpages') as number,
    tuples: described.get('reltuples') as number,
    shape: {
      oid,
      name,
      isUnique,
      nullsNotDistinct: row.get('indnullsnotdistinct') as boolean,
      heap: table.file,
      tableName: table.name,
      file: {
        tablespace: DEFAULT_TABLESPACE,
        database: table.file.database,
        relation: described.get('relfilenode') as Oid,
      },
      layout: layoutOf(places.map((place) => table.columns[place])),
      keys: keys.map(({ descending, nullsFirst }, index) => ({
        descending,
        nullsFirst,
        compare: types.byOid(table.columns[places[index]].type).compare,
        integer: INTEGERS[table.columns[places[index]].type],
        bytes: BYTES[table.columns[places[index]].type],
      })),
    },
  };
}

/** Types that lie in tuples as integers in their own order. */
const INTEGERS: Readonly<Record<Oid, IntegerKind>> = {
  [TypeOid.int2]: 'int2',
  [TypeOid.int4]: 'int4',
  [TypeOid.int8]: 'int8',
  [TypeOid.oid]: 'uint4',
  [TypeOid.timestamp]: 'int8',
  [TypeOid.timestamptz]: 'int8',
};

/** Types whose order, in collation "C", is that of their bytes. */
const BYTES: Readonly<Record<Oid, BytesKind>> = {
  [TypeOid.text]: 'plain',
  [TypeOid.varchar]: 'plain',
  [TypeOid.bpchar]: 'blank-padded',
  [TypeOid.bytea]: 'plain',
  [TypeOid.uuid]: 'plain',
};

function keyColumns(row: StoredRow): IndexKeyColumn[] {
  const classes = numbersOf(row, 'indclass');
  return numbersOf(row, 'indoption').map((option, index) => ({
    operatorClass: classes[index],
    descending: (option & IndexOption.descending) !== 0,
    nullsFirst: (option & IndexOption.nullsFirst) !== 0,
  }));
}

function numbersOf(row: StoredRow, column: string): number[] {
  return (row.get(column) as SqlArray<number>).elements as number[];
}
