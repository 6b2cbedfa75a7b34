import type { Oid, RelFile } from '../../base/block.js';
import type { TupleLayout } from '../tuple/tuple-layout.js';

/** Fixed-width integers whose order is that of their values, by how they are stored. */
export type IntegerKind = 'int2' | 'int4' | 'int8' | 'uint4';

/** Values whose order is that of their bytes: of all, or of those before the blanks at the end. */
export type BytesKind = 'plain' | 'blank-padded';

/** One key column. */
export interface IndexKey {
  /** The type's order, of two JS values that are not null. */
  readonly compare: (a: unknown, b: unknown) => number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** The values are stored as this and ordered as such: they are then compared where they lie, without decoding. */
  readonly integer?: IntegerKind;
  /** As `integer`: of a value of another type only what the column's storage makes of it is looked at. */
  readonly bytes?: BytesKind;
}

/** All that this layer needs to know of an index. Made by the relation cache; the same object as long as it is the same index. */
export interface IndexShape {
  readonly oid: Oid;
  readonly name: string;
  readonly file: RelFile;
  readonly heap: RelFile;
  /** What the heap's table is called. */
  readonly tableName: string;
  /** Key columns, then INCLUDE columns. */
  readonly layout: TupleLayout;
  /** One per key column. */
  readonly keys: readonly IndexKey[];
  readonly isUnique: boolean;
  readonly nullsNotDistinct: boolean;
}

/** One end of a range; the value may be null, for what comes after or before the nulls. */
export interface ScanBound {
  readonly value: unknown;
  readonly inclusive: boolean;
}

/**
 * Which entries a scan is for: those with these values in the leading key columns (null finds the nulls, as IS NULL), and
 * of them those whose next key column lies between the bounds.
 *
 * `lower` and `upper` are in the index's own order: of a descending column `lower` is the greater value. A bound that is
 * absent leaves that end open: nulls there are found, unless `excludeNulls` says that the next column may not be null.
 */
export interface ScanRange {
  readonly equal: readonly unknown[];
  readonly lower?: ScanBound;
  readonly upper?: ScanBound;
  readonly excludeNulls?: boolean;
}
