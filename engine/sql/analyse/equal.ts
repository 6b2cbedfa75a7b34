import type { Expression } from './expression.js';

/** Do two analysed expressions mean the same? Compares structure, not text (nodes/equalfuncs.c equal()). */
export function sameExpression(a: Expression, b: Expression): boolean {
  return sameValue(a, b);
}

/** Not part of what an expression means. */
const IGNORED = new Set([
  'location',
  'operator',
  'name',
  'explicit',
  'environment',
  'open',
  'caller',
  'start',
  'equality',
  'cast',
]);

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (isOpaque(a) || isOpaque(b)) return false;
  return sameFields(a as Record<string, unknown>, b as Record<string, unknown>);
}

/** Sources, queries and functions are the same only if identical. */
function isOpaque(value: object): boolean {
  return 'scope' in value || 'columns' in value || 'implementation' in value || 'convert' in value;
}

function sameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a).filter((key) => !IGNORED.has(key));
  const others = Object.keys(b).filter((key) => !IGNORED.has(key));
  return keys.length === others.length && keys.every((key) => sameValue(a[key], b[key]));
}
