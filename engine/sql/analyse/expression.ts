import type { Oid } from '../../base/block.js';
import type { Caller } from '../functions/call.js';
import type { Cast } from '../functions/cast-table.js';
import type { AggregateState, FunctionSignature } from '../functions/signature.js';
import type { TextEnvironment } from '../types/environment.js';
import type { Parameters } from './parameters.js';
import type { Query } from './query.js';
import type { Source } from './source.js';

/**
 * Analysed expressions: names resolved, types known, coercions explicit. What the compiler turns into closures and the
 * deparser back into text.
 */
interface Typed {
  readonly type: Oid;
  /** Type modifier, -1 for none. */
  readonly typmod: number;
}

export interface Constant extends Typed {
  readonly kind: 'constant';
  readonly value: unknown;
  /** For a literal whose type is still open: what reading its text may depend on. */
  readonly environment?: TextEnvironment;
  readonly location?: number;
}

/** `$n`; `index` counts from 0. */
export interface Parameter extends Typed {
  readonly kind: 'parameter';
  readonly index: number;
  /** Where its type is decided, while that is open. */
  readonly open?: Parameters;
  readonly location?: number;
}

export interface ColumnReference extends Typed {
  readonly kind: 'column';
  readonly source: Source;
  /** Place among the source's columns, from 0. */
  readonly index: number;
  readonly name: string;
  readonly location?: number;
}

export type SystemColumnName = 'tableoid' | 'ctid' | 'xmin' | 'xmax' | 'cmin' | 'cmax';

export interface SystemColumn extends Typed {
  readonly kind: 'system-column';
  readonly source: Source;
  readonly name: SystemColumnName;
  readonly location?: number;
}

export interface Call extends Typed {
  readonly kind: 'call';
  readonly signature: FunctionSignature;
  readonly caller: Caller;
  readonly args: readonly Expression[];
  /** The operator's symbol, when it was written as one. */
  readonly operator?: string;
  readonly location?: number;
}

export interface CastExpression extends Typed {
  readonly kind: 'cast';
  readonly cast: Cast;
  readonly arg: Expression;
  /** Written in the statement, not put in by the analyser. */
  readonly explicit: boolean;
}

/** Applies a type modifier (varchar(10), numeric(8,2)). */
export interface Modify extends Typed {
  readonly kind: 'modify';
  readonly arg: Expression;
  readonly explicit: boolean;
}

export interface Logic extends Typed {
  readonly kind: 'and' | 'or';
  readonly args: readonly Expression[];
}

export interface Not extends Typed {
  readonly kind: 'not';
  readonly arg: Expression;
}

export interface NullTest extends Typed {
  readonly kind: 'null-test';
  readonly arg: Expression;
  readonly isNull: boolean;
}

export interface BooleanTest extends Typed {
  readonly kind: 'boolean-test';
  readonly arg: Expression;
  readonly wanted: true | false | null;
  readonly negated: boolean;
}

/** Stands for a value computed once: CASE's operand, BETWEEN's, an array's element. */
export interface CaseOperand extends Typed {
  readonly kind: 'case-operand';
}

/** The n-th column of the row at hand. */
export interface Slot extends Typed {
  readonly kind: 'slot';
  readonly index: number;
}

export interface Case extends Typed {
  readonly kind: 'case';
  /** When present, its value is what `operand` means inside the branches' conditions. */
  readonly subject?: { readonly value: Expression; readonly operand: CaseOperand };
  readonly branches: readonly { readonly condition: Expression; readonly result: Expression }[];
  readonly otherwise: Expression;
}

export interface Coalesce extends Typed {
  readonly kind: 'coalesce';
  readonly args: readonly Expression[];
}

export interface MinMax extends Typed {
  readonly kind: 'greatest' | 'least';
  readonly args: readonly Expression[];
}

export interface NullIf extends Typed {
  readonly kind: 'nullif';
  readonly left: Expression;
  readonly equality: Caller;
  readonly right: Expression;
}

/** IS DISTINCT FROM. `equality` compares the two operands. */
export interface Distinct extends Typed {
  readonly kind: 'distinct';
  readonly left: Expression;
  readonly right: Expression;
  readonly equality: Caller;
  readonly negated: boolean;
}

/** `left op ANY|ALL (array)`. */
export interface ArrayComparison extends Typed {
  readonly kind: 'array-comparison';
  readonly caller: Caller;
  readonly operator: string;
  readonly all: boolean;
  readonly left: Expression;
  readonly array: Expression;
}

export interface ArrayConstructor extends Typed {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
}

export interface Subscript extends Typed {
  readonly kind: 'subscript';
  readonly array: Expression;
  readonly index: Expression;
}

export interface ScalarSubquery extends Typed {
  readonly kind: 'scalar-subquery' | 'exists' | 'array-subquery';
  readonly query: Query;
}

/** `left op ANY|ALL (subquery)`; `columns` stand for the subquery's row in `comparison`. */
export interface QuantifiedSubquery extends Typed {
  readonly kind: 'quantified-subquery';
  readonly all: boolean;
  readonly query: Query;
  readonly left: readonly Expression[];
  readonly lefts: readonly CaseOperand[];
  readonly rights: readonly CaseOperand[];
  readonly comparison: Expression;
  /** The equality of a plain IN, which may be looked up in a hash table. */
  readonly hashable: boolean;
}

export interface AggregateCall extends Typed {
  readonly kind: 'aggregate';
  readonly signature: FunctionSignature;
  /** Rows with a null argument are passed over. */
  readonly skipsNulls: boolean;
  readonly start: () => AggregateState;
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Expression;
  readonly orderBy: readonly { expression: Expression; descending: boolean; nullsFirst: boolean }[];
  readonly star: boolean;
  readonly location?: number;
}

/** After grouping: the n-th grouping expression, or the n-th aggregate, of the grouped row. */
export interface GroupedReference extends Typed {
  readonly kind: 'grouped';
  readonly scope: object;
  readonly index: number;
  readonly original: Expression;
}

export type Expression =
  | Constant
  | Parameter
  | ColumnReference
  | SystemColumn
  | Call
  | CastExpression
  | Modify
  | Logic
  | Not
  | NullTest
  | BooleanTest
  | CaseOperand
  | Slot
  | Case
  | Coalesce
  | MinMax
  | NullIf
  | Distinct
  | ArrayComparison
  | ArrayConstructor
  | Subscript
  | ScalarSubquery
  | QuantifiedSubquery
  | AggregateCall
  | GroupedReference;
