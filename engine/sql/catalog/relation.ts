import type { Oid, RelFile } from '../../base/block.js';
import type { TupleLayout } from '../../access/tuple/tuple-layout.js';

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

/** What the relation cache knows about a table or built-in view. Never changes; a new one replaces it after DDL. */
export interface Relation {
  readonly oid: Oid;
  readonly name: string;
  readonly schema: Oid;
  readonly schemaName: string;
  readonly kind: 'table' | 'view';
  readonly isCatalog: boolean;
  readonly isShared: boolean;
  /** Meaningless for views. */
  readonly file: RelFile;
  readonly columns: readonly Column[];
  readonly layout: TupleLayout;
  readonly checks: readonly CheckConstraint[];
}
