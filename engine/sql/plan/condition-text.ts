import { deparse } from '../analyse/deparse.js';
import type { Expression } from '../analyse/expression.js';

/** Conditions that all must hold, as EXPLAIN shows them. */
export function textOf(conditions: readonly Expression[], qualify = false): string {
  const texts = conditions.map((condition) => deparse(condition, { qualify }));
  return texts.length === 1 ? texts[0] : `(${texts.join(' AND ')})`;
}
