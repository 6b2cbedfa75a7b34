import type { Oid, RelFile } from '../../base/block.js';
import type { TupleLayout } from '../../access/tuple/tuple-layout.js';
import type { TableIndex } from './table-index.js';

export interface Column {
  readonly name: string;
  /** attnum, from 1. */
  readonly number: number;
  readonly type: Oid;
  readonly typmod: number;
  readonly notNull: boolean;
  /** The default expression's SQL text, or undefined. */
  readonly defaultText: string | undefined;
}

export interface CheckConstraint {
  readonly oid: Oid;
  readonly name: string;
  /** The condition's SQL text. */
  readonly text: string;
}

/** What the relation cache knows about a table, index or built-in view. Never changes; a new one replaces it after DDL. */
export interface Relation {
  readonly oid: Oid;
  readonly name: string;
  readonly schema: Oid;
  readonly schemaName: string;
  readonly kind: 'table' | 'index' | 'view';
  readonly isCatalog: boolean;
  readonly isShared: boolean;
  /** Meaningless for views. */
  readonly file: RelFile;
  readonly columns: readonly Column[];
  readonly layout: TupleLayout;
  readonly checks: readonly CheckConstraint[];
  /** Of a table, in the order of their names. */
  readonly indexes: readonly TableIndex[];
  /** Percent to which inserts fill a table's pages. */
  readonly fillFactor: number;
  /** pg_class.relpages, reltuples (-1: never counted) and relallvisible, as they were when this was read. */
  readonly counted: RelationCounts;
}

export interface RelationCounts {
  readonly pages: number;
  readonly tuples: number;
  readonly allVisible: number;
}

export const NEVER_COUNTED: RelationCounts = { pages: 0, tuples: -1, allVisible: 0 };
