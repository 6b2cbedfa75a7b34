import type { Oid } from '../../base/block.js';
import type { Relation } from '../catalog/relation.js';
import type { Caller } from '../functions/call.js';
import type { Expression } from './expression.js';
import type { CommonTable, Query } from './query.js';

export interface SourceColumn {
  readonly name: string;
  readonly type: Oid;
  readonly typmod: number;
}

export type SourceBody =
  | { readonly kind: 'table'; readonly relation: Relation }
  | { readonly kind: 'subquery'; readonly query: Query }
  | { readonly kind: 'common-table'; readonly table: CommonTable }
  | FunctionSource;

/** Rows of a set, or the one row of a plain value. A row of several columns is an array. */
export interface FunctionSource {
  readonly kind: 'function';
  readonly name: string;
  readonly caller: Caller;
  readonly args: readonly Expression[];
  readonly returnsSet: boolean;
  readonly ordinality: boolean;
}

/**
 * One thing rows come from in a FROM clause (a range table entry). All sources of a query level share one flat row:
 * this one's columns lie at [offset, offset + columns.length), and a table's system columns in the slot behind them.
 */
export interface Source {
  readonly alias: string;
  /** The query level it belongs to, by identity. */
  readonly scope: object;
  readonly columns: readonly SourceColumn[];
  readonly offset: number;
  readonly body: SourceBody;
  readonly location: number | undefined;
  /** Which columns are read; the rest need not be taken out of the tuple. */
  readonly used: boolean[];
  usesSystemColumns: boolean;
}

/** Slots of the flat row this source takes. */
export function sourceWidth(source: Source): number {
  return source.columns.length + 1;
}

export function systemSlot(source: Source): number {
  return source.offset + source.columns.length;
}
