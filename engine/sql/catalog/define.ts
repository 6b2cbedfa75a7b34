import type { Oid } from '../../base/block.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import type { CatalogRow } from './catalog-store.js';
import { BOOTSTRAP_SUPERUSER, HEAP_ACCESS_METHOD } from './catalog-table.js';

/** The rows that describe a table, as PostgreSQL 15 fills them (catalog/heap.c). */
export interface ColumnDefinition {
  readonly name: string;
  readonly number: number;
  readonly type: Oid;
  readonly typmod: number;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
}

export interface ClassDefinition {
  readonly oid: Oid;
  readonly name: string;
  readonly schema: Oid;
  readonly owner?: Oid;
  /** `r` table, `v` view. */
  readonly kind: 'r' | 'v';
  readonly columnCount: number;
  readonly checkCount: number;
  readonly isShared?: boolean;
  readonly frozenXid: number;
}

/** A relation's first relfilenode is its oid. */
export function classRow(definition: ClassDefinition): CatalogRow {
  const isTable = definition.kind === 'r';
  return {
    oid: definition.oid,
    relname: definition.name,
    relnamespace: definition.schema,
    relowner: definition.owner ?? BOOTSTRAP_SUPERUSER,
    relam: isTable ? HEAP_ACCESS_METHOD : 0,
    relfilenode: isTable ? definition.oid : 0,
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
