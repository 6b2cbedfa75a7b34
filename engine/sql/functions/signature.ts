import type { Oid } from '../../base/block.js';
import type { CallEnvironment } from './environment.js';

/**
 * The code of a function: its arguments, then the environment. A strict function never sees null. A set-returning function returns
 * an iterable of values.
 */
export type Code = (...args: never[]) => unknown;

/** The actual types of one call, for polymorphic functions and those of "any". */
export interface CallTypes {
  readonly args: readonly Oid[];
  readonly returns: Oid;
}

/** Code made for one place of a call, which may depend on its types, or keep what it prepared there. */
export interface BoundCode {
  readonly bind: (types: CallTypes) => Code;
}

export function bound(bind: (types: CallTypes) => Code): BoundCode {
  return { bind };
}

/** The work of an aggregate over one group. */
export interface AggregateState {
  /** Takes one row's arguments. */
  step(args: readonly unknown[], env: CallEnvironment): void;
  result(env: CallEnvironment): unknown;
}

export interface AggregateCode {
  /** Are rows with a null argument passed over? */
  readonly skipsNulls: boolean;
  readonly start: (types: CallTypes) => AggregateState;
}

export type Implementation = Code | BoundCode | AggregateCode;

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** One row of pg_proc, with its implementation. */
export interface FunctionSignature {
  readonly oid: Oid;
  readonly name: string;
  readonly kind: 'function' | 'aggregate';
  readonly args: readonly Oid[];
  /** The element type of a VARIADIC last argument, else 0. "any" for VARIADIC "any". */
  readonly variadic: Oid;
  /** Values of the trailing arguments that a call may leave out, as text. */
  readonly defaults: readonly string[];
  readonly returns: Oid;
  readonly returnsSet: boolean;
  /** Null when an argument is null. */
  readonly strict: boolean;
  readonly volatility: Volatility;
  /** pg_proc.prosrc. */
  readonly source: string;
  readonly implementation: Implementation;
  /** Columns of a function that returns record (OUT parameters). */
  readonly outputs?: readonly { readonly name: string; readonly type: Oid }[];
}

/** One row of pg_operator. */
export interface OperatorSignature {
  readonly oid: Oid;
  readonly name: string;
  /** 0 for a prefix operator. */
  readonly left: Oid;
  readonly right: Oid;
  readonly procedure: FunctionSignature;
  /** The operator with its operands swapped, 0 for none. */
  readonly commutator: Oid;
  /** The operator that says the opposite, 0 for none. */
  readonly negator: Oid;
  readonly canHash: boolean;
  readonly canMerge: boolean;
}

/**
 * Functions that belong together: rows of pg_proc and the code they name.
 *
 * A row is `oid name(argument types) result`, then in any order: `stable`, `volatile`, `lax` (not strict), `set`, `aggregate`,
 * `variadic=type`, `defaults=a,b`, `code=name` (default: the function's name).
 */
export interface FunctionFamily {
  readonly rows: string;
  readonly code: Readonly<Record<string, Implementation>>;
}
