import type { Oid } from '../../base/block.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import type { CatalogRow } from './catalog-store.js';
import { BOOTSTRAP_SUPERUSER, HEAP_ACCESS_METHOD } from './catalog-table.js';
import { BTREE_ACCESS_METHOD } from './operator-classes.js';
import type { IndexKeyColumn } from './table-index.js';

/** The rows that describe a table or an index, as PostgreSQL 15 fills them (catalog/heap.c). */
export interface ColumnDefinition {
  readonly name: string;
  readonly number: number;
  readonly type: Oid;
  readonly typmod: number;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
}

export interface ClassDefinition {
  /** Storage parameters: `fillfactor=70`. */
  readonly options?: readonly string[];
  readonly oid: Oid;
  readonly name: string;
  readonly schema: Oid;
  readonly owner?: Oid;
  /** `r` table, `i` index, `v` view. */
  readonly kind: 'r' | 'i' | 'v';
  readonly columnCount: number;
  readonly checkCount: number;
  readonly isShared?: boolean;
  readonly frozenXid: number;
}

const ACCESS_METHODS = { r: HEAP_ACCESS_METHOD, i: BTREE_ACCESS_METHOD, v: 0 };

/** A relation's first relfilenode is its oid. */
export function classRow(definition: ClassDefinition): CatalogRow {
  const isTable = definition.kind === 'r';
  const hasFile = definition.kind !== 'v';
  return {
    oid: definition.oid,
    relname: definition.name,
    relnamespace: definition.schema,
    relowner: definition.owner ?? BOOTSTRAP_SUPERUSER,
    relam: ACCESS_METHODS[definition.kind],
    relfilenode: hasFile ? definition.oid : 0,
    reltablespace: definition.isShared ? 1664 : 0,
    reltuples: -1,
    relisshared: definition.isShared ?? false,
    relpersistence: 'p',
    relkind: definition.kind,
    relnatts: definition.columnCount,
    relchecks: definition.checkCount,
    relispopulated: true,
    relreplident: definition.schema === 11 ? 'n' : isTable ? 'd' : 'n',
    relfrozenxid: isTable ? definition.frozenXid : 0,
    relminmxid: isTable ? 1 : 0,
    reloptions: definition.options?.length ? SqlArray.of(definition.options) : null,
  };
}

export function attributeRow(relation: Oid, column: ColumnDefinition): CatalogRow {
  const type = types.row(column.type);
  return {
    attrelid: relation,
    attname: column.name,
    atttypid: column.type,
    attstattarget: -1,
    attlen: type.length,
    attnum: column.number,
    attndims: types.elementOf(column.type) !== 0 ? 1 : 0,
    attcacheoff: -1,
    atttypmod: column.typmod,
    attbyval: type.byValue,
    attalign: ALIGN_LETTERS[type.align],
    attstorage: type.storageKind,
    attnotnull: column.notNull,
    atthasdef: column.hasDefault,
    attislocal: true,
    attcollation: type.collation,
  };
}

const ALIGN_LETTERS: Record<number, string> = { 1: 'c', 2: 's', 4: 'i', 8: 'd' };

export interface CheckDefinition {
  readonly oid: Oid;
  readonly name: string;
  readonly schema: Oid;
  readonly relation: Oid;
  readonly columns: readonly number[];
  readonly text: string;
}

export function checkRow(check: CheckDefinition): CatalogRow {
  return {
    oid: check.oid,
    conname: check.name,
    connamespace: check.schema,
    contype: 'c',
    convalidated: true,
    conrelid: check.relation,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: true,
    conkey: check.columns.length > 0 ? SqlArray.of(check.columns) : null,
    conbin: check.text,
  };
}

export interface IndexDefinition {
  readonly oid: Oid;
  readonly relation: Oid;
  /** Places of the columns in the table, from 0, keys first. */
  readonly places: readonly number[];
  readonly keys: readonly IndexKeyColumn[];
  readonly collations: readonly Oid[];
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly nullsNotDistinct: boolean;
}

/** pg_index.indoption (access/genam.h INDOPTION_*). */
export const IndexOption = { descending: 1, nullsFirst: 2 } as const;

export function indexRow(index: IndexDefinition): CatalogRow {
  return {
    indexrelid: index.oid,
    indrelid: index.relation,
    indnatts: index.places.length,
    indnkeyatts: index.keys.length,
    indisunique: index.isUnique,
    indnullsnotdistinct: index.nullsNotDistinct,
    indisprimary: index.isPrimary,
    indimmediate: true,
    indisvalid: true,
    indisready: true,
    indislive: true,
    indkey: SqlArray.vector(index.places.map((place) => place + 1)),
    indcollation: SqlArray.vector(index.collations),
    indclass: SqlArray.vector(index.keys.map((key) => key.operatorClass)),
    indoption: SqlArray.vector(index.keys.map(optionOf)),
  };
}

function optionOf({ descending, nullsFirst }: IndexKeyColumn): number {
  return (descending ? IndexOption.descending : 0) | (nullsFirst ? IndexOption.nullsFirst : 0);
}

export interface KeyConstraintDefinition {
  readonly oid: Oid;
  readonly name: string;
  readonly schema: Oid;
  readonly relation: Oid;
  readonly index: Oid;
  readonly isPrimary: boolean;
  /** attnums of the key columns. */
  readonly columns: readonly number[];
}

export function keyConstraintRow(constraint: KeyConstraintDefinition): CatalogRow {
  return {
    oid: constraint.oid,
    conname: constraint.name,
    connamespace: constraint.schema,
    contype: constraint.isPrimary ? 'p' : 'u',
    convalidated: true,
    conrelid: constraint.relation,
    conindid: constraint.index,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: true,
    connoinherit: true,
    conkey: SqlArray.of(constraint.columns),
  };
}
