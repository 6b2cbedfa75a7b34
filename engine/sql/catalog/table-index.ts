import type { Oid } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { IndexShape } from '../../access/btree/index-shape.js';

export interface IndexKeyColumn {
  readonly operatorClass: Oid;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The constraint an index was made for. */
export interface KeyConstraint {
  readonly oid: Oid;
  readonly name: string;
}

/** An index of a table, as the relation cache describes it. */
export interface TableIndex {
  readonly oid: Oid;
  readonly name: string;
  readonly shape: IndexShape;
  /** Where the index's columns, keys first, stand among the table's, from 0. */
  readonly places: readonly number[];
  readonly keys: readonly IndexKeyColumn[];
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  /** Does every row have its entry? */
  readonly isValid: boolean;
  /** null for an index made by CREATE INDEX. */
  readonly constraint: KeyConstraint | null;
  /**
   * Snapshots that do not see this transaction may miss rows in the index: when it was built there were HOT chains with
   * other keys in their older versions (pg_index.indcheckxmin). null: anyone may use it.
   */
  readonly usableSince: Xid | null;
  /** pg_class.relpages and reltuples. */
  readonly pages: number;
  readonly tuples: number;
}
