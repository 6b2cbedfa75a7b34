import type { Oid } from '../../base/block.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { Caller } from '../functions/call.js';
import type { AggregateCall, CaseOperand, Expression } from './expression.js';
import type { Source } from './source.js';

/** An output column of a query. `table` and `attribute` tell where a plain column came from, 0 if computed. */
export interface OutputColumn {
  readonly name: string;
  readonly type: Oid;
  readonly typmod: number;
  readonly table: Oid;
  readonly attribute: number;
}

export interface SortKey {
  /** Place in the query's target row, which may have more columns than it shows. */
  readonly index: number;
  readonly type: Oid;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Limits {
  readonly limit?: Expression;
  readonly offset?: Expression;
  readonly withTies: boolean;
}

/** WITH name AS (...). */
export interface CommonTable {
  readonly name: string;
  readonly columns: readonly OutputColumn[];
  readonly query: Query;
}

interface QueryBase {
  readonly columns: readonly OutputColumn[];
  readonly orderBy: readonly SortKey[];
  readonly limits: Limits;
  readonly commonTables: readonly CommonTable[];
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full';

export type FromItem =
  | { readonly kind: 'source'; readonly source: Source }
  | {
      readonly kind: 'join';
      readonly join: JoinKind;
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on: Expression | null;
    };

export interface Grouping {
  readonly keys: readonly Expression[];
  /** So many of the keys stand in GROUP BY; the rest depend on them. */
  readonly named: number;
  readonly aggregates: readonly AggregateCall[];
}

export interface RowLocking {
  readonly sources: readonly Source[];
  readonly strength: 'key share' | 'share' | 'no key update' | 'update';
  readonly waitPolicy: 'block' | 'skip' | 'error';
}

export interface SelectQuery extends QueryBase {
  readonly kind: 'select';
  readonly scope: object;
  readonly from: FromItem | null;
  readonly where: Expression | null;
  /** After it, targets and having speak of the grouped row only. */
  readonly grouping: Grouping | null;
  readonly having: Expression | null;
  /** The first `columns.length` are shown, the rest serve ORDER BY and DISTINCT ON. */
  readonly targets: readonly Expression[];
  /** Places in the target row; all shown columns for plain DISTINCT. */
  readonly distinctOn: readonly number[] | null;
  readonly locking: RowLocking | null;
  /** Set-returning calls in the target list: each input row gives as many rows as the longest set has. */
  readonly setCalls: readonly SetCall[];
}

/** `operand` stands for the current value of the set. */
export interface SetCall {
  readonly operand: CaseOperand;
  readonly caller: Caller;
  readonly args: readonly Expression[];
  readonly location: number | undefined;
}

export interface ValuesQuery extends QueryBase {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

export interface SetQuery extends QueryBase {
  readonly kind: 'set-operation';
  readonly operation: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: Query;
  readonly right: Query;
  /** Coercions of each side's columns to the common types, over rows of that side; null where none is needed. */
  readonly leftConversions: readonly Expression[] | null;
  readonly rightConversions: readonly Expression[] | null;
}

export type Query = SelectQuery | ValuesQuery | SetQuery;

/** A check that every new row of a table must pass. */
export interface RowCheck {
  readonly name: string;
  readonly condition: Expression;
}

/** The row being written, as default expressions, checks and RETURNING see it: `target`'s columns. */
interface Modification {
  readonly relation: Relation;
  readonly target: Source;
  readonly scope: object;
  readonly checks: readonly RowCheck[];
  readonly returning: { readonly targets: readonly Expression[]; readonly columns: readonly OutputColumn[] } | null;
  readonly commonTables: readonly CommonTable[];
}

export interface InsertStatement extends Modification {
  readonly kind: 'insert';
  readonly source: Query | null;
  /** The value of each column of the table, over rows of `source`. */
  readonly values: readonly Expression[];
  /** Several rows of constants or expressions: then `source` is null and `values` empty. */
  readonly rows: readonly (readonly Expression[])[] | null;
  readonly sourceScope: object;
  readonly onConflict: OnConflict | null;
}

/** What becomes of a row that cannot be inserted since another one has its key. */
export interface OnConflict {
  /** The unique indexes whose keys count. */
  readonly arbiters: readonly TableIndex[];
  /** Were they named? Otherwise they are all there are. */
  readonly isInferred: boolean;
  /** null: nothing. */
  readonly update: {
    /** The row that was to be inserted, as the new values and the condition see it. */
    readonly excluded: Source;
    readonly assignments: UpdateStatement['assignments'];
    readonly where: Expression | null;
  } | null;
}

export interface UpdateStatement extends Modification {
  readonly kind: 'update';
  readonly from: FromItem;
  readonly where: Expression | null;
  /** New values by column place; the rest stay. */
  readonly assignments: readonly { readonly index: number; readonly value: Expression }[];
}

export interface DeleteStatement extends Modification {
  readonly kind: 'delete';
  readonly from: FromItem;
  readonly where: Expression | null;
}

export type ModifyStatement = InsertStatement | UpdateStatement | DeleteStatement;
