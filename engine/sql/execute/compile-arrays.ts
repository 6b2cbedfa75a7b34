import type { ArrayComparison } from '../analyse/expression.js';
import { SqlArray } from '../types/array/sql-array.js';
import type { Evaluate } from './compile.js';

/** `left op ANY|ALL (array)` in three-valued logic. */
export function compileArrayComparison({ caller, all }: ArrayComparison, left: Evaluate, array: Evaluate): Evaluate {
  return (row, frame) => {
    const items = array(row, frame) as SqlArray | null;
    if (items === null) return null;
    const value = left(row, frame);
    let unknown = false;
    for (const item of items.elements) {
      const result = caller([value, item], frame.execution.call);
      if (result === null) unknown = true;
      else if (result !== all) return !all;
    }
    return unknown ? null : all;
  };
}

export function compileArray(elements: readonly Evaluate[]): Evaluate {
  return (row, frame) => SqlArray.of(elements.map((element) => element(row, frame)));
}

export function compileSubscript(array: Evaluate, index: Evaluate): Evaluate {
  return (row, frame) => {
    const items = array(row, frame) as SqlArray | null;
    const position = index(row, frame) as number | null;
    return items === null || position === null ? null : items.at(position);
  };
}
