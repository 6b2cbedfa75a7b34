import type { IndexKey, ScanBound, ScanRange } from '../../access/btree/index-shape.js';
import { TypeOid } from '../types/oids.js';
import type { SqlArray } from '../types/array/sql-array.js';
import type { Evaluate } from './compile.js';
import type { Frame, Row } from './frame.js';

/** One column's equality: with a value, with any of an array's, or with null. */
export interface EqualKey {
  readonly kind: 'value' | 'any' | 'null';
  /** null for `null`. */
  readonly operand: Evaluate | null;
  readonly fit: Fit;
}

/** `column op value`; `not-null` has no value. */
export interface RangeKey {
  readonly operator: '<' | '<=' | '>=' | '>' | 'not-null';
  readonly operand: Evaluate | null;
  readonly fit: Fit;
}

/** Makes a value that a column is compared with one of the column's type, or tells on which side of them all it lies. */
export type Fit = ((value: unknown) => unknown) | null;
const BELOW_ALL = Symbol('below all');
const ABOVE_ALL = Symbol('above all');

const INTEGER_LIMITS: Readonly<Record<number, readonly [bigint, bigint]>> = {
  [TypeOid.int2]: [-0x8000n, 0x7fffn],
  [TypeOid.int4]: [-0x8000_0000n, 0x7fff_ffffn],
  [TypeOid.int8]: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
};

/** null: values of the operand's type are compared as they are. */
export function fitOf(operand: number, column: number): Fit {
  const limits = INTEGER_LIMITS[column];
  if (operand === column || !limits || !(operand in INTEGER_LIMITS)) return null;
  const [least, greatest] = limits;
  return (given) => {
    const value = BigInt(given as number | bigint);
    if (value < least) return BELOW_ALL;
    if (value > greatest) return ABOVE_ALL;
    return column === TypeOid.int8 ? value : Number(value);
  };
}

const NO_RANGES: readonly ScanRange[] = [];

/** Where in an index to look, computed anew for each scan. */
export class IndexRanges {
  private readonly hasList: boolean;

  constructor(
    private readonly keys: readonly IndexKey[],
    private readonly equal: readonly EqualKey[],
    private readonly range: readonly RangeKey[],
  ) {
    this.hasList = equal.some(({ kind }) => kind === 'any');
  }

  /** In the index's order; none when a comparison with null, or out of the type's range, lets no row through. */
  of(row: Row, frame: Frame): readonly ScanRange[] {
    const bounds = this.range.length > 0 ? this.bounds(row, frame) : NO_BOUNDS;
    if (bounds === null) return NO_RANGES;
    if (this.hasList) return this.prefixes(row, frame).map((equal) => rangeOf(equal, bounds));
    const equal: unknown[] = [];
    for (const key of this.equal) {
      const value = key.kind === 'null' ? null : valueOf(key, row, frame);
      if (value === undefined) return NO_RANGES;
      equal.push(value);
    }
    return [rangeOf(equal, bounds)];
  }

  /** All combinations of the values that the lists leave for the leading columns. */
  private prefixes(row: Row, frame: Frame): unknown[][] {
    let prefixes: unknown[][] = [[]];
    this.equal.forEach((key, column) => {
      const values = this.valuesFor(key, column, row, frame);
      prefixes = prefixes.flatMap((prefix) => values.map((value) => prefix.concat([value])));
    });
    return prefixes;
  }

  private valuesFor(key: EqualKey, column: number, row: Row, frame: Frame): unknown[] {
    if (key.kind === 'null') return [null];
    if (key.kind === 'value') {
      const value = valueOf(key, row, frame);
      return value === undefined ? [] : [value];
    }
    const array = key.operand!(row, frame) as SqlArray | null;
    const values = (array?.elements ?? []).map((element) => fitted(element, key.fit));
    return this.distinct(
      values.filter((value) => value !== undefined),
      this.keys[column],
    );
  }

  private distinct(values: unknown[], { compare, descending }: IndexKey): unknown[] {
    const sign = descending ? -1 : 1;
    const sorted = values.sort((a, b) => compare(a, b) * sign);
    return sorted.filter((value, index) => index === 0 || compare(sorted[index - 1], value) !== 0);
  }

  /** null: no value can lie between them. */
  private bounds(row: Row, frame: Frame): Bounds | null {
    const key = this.keys[this.equal.length];
    const bounds: Bounds = { excludeNulls: true };
    for (const { operator, operand, fit } of this.range) {
      if (operator === 'not-null') continue;
      const given = operand!(row, frame);
      if (given === null) return null;
      const value = fit === null ? given : fit(given);
      const isLower = operator.startsWith('>');
      if (value === BELOW_ALL || value === ABOVE_ALL) {
        if (isLower === (value === ABOVE_ALL)) return null;
        continue;
      }
      tighten(bounds, key, isLower !== key.descending, { value, inclusive: operator.endsWith('=') });
    }
    return bounds;
  }
}

interface Bounds {
  lower?: ScanBound;
  upper?: ScanBound;
  excludeNulls: boolean;
}

const NO_BOUNDS: Bounds = { excludeNulls: false };

function rangeOf(equal: readonly unknown[], { lower, upper, excludeNulls }: Bounds): ScanRange {
  return { equal, lower, upper, excludeNulls };
}

/** Keeps the bound that leaves less, in the index's own order. */
function tighten(bounds: Bounds, { compare, descending }: IndexKey, isLower: boolean, bound: ScanBound): void {
  const side = isLower ? 'lower' : 'upper';
  const known = bounds[side];
  const order = known ? compare(bound.value, known.value) * (descending ? -1 : 1) * (isLower ? 1 : -1) : 1;
  if (order > 0 || (order === 0 && !bound.inclusive)) bounds[side] = bound;
}

/** undefined: equal to nothing. */
function valueOf({ operand, fit }: EqualKey, row: Row, frame: Frame): unknown {
  return fitted(operand!(row, frame), fit);
}

function fitted(value: unknown, fit: Fit): unknown {
  if (value === null) return undefined;
  if (fit === null) return value;
  const result = fit(value);
  return result === BELOW_ALL || result === ABOVE_ALL ? undefined : result;
}
