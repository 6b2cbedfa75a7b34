import type { Node } from '@pgsql/types';
import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';

/**
 * Reading the grammar's trees. A node is an object with one key, its kind: `{ ColumnRef: {...} }`. Zero, false, empty
 * and absent fields are left out.
 */
export type NodeKind = Node extends infer N ? (N extends N ? keyof N : never) : never;

export function kindOf(node: Node): NodeKind {
  for (const kind in node) return kind as NodeKind;
  throw new TypeError('an empty tree node');
}

/** The body of a node of whatever kind. */
export function bodyOf(node: Node): Record<string, unknown> {
  return (node as unknown as Record<string, Record<string, unknown>>)[kindOf(node)];
}

/** The text of a String node. */
export function stringOf(node: Node): string {
  return (node as { String: { sval?: string } }).String.sval ?? '';
}

export function namesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map(stringOf);
}

/** An operator's or function's name without `pg_catalog.`; 0A000 for any other schema. */
export function unqualifiedName(nodes: readonly Node[] | undefined, what: string): string {
  const names = namesOf(nodes);
  const schema = names.length > 1 ? names[names.length - 2] : 'pg_catalog';
  if (schema !== 'pg_catalog') throw unsupported(`${what} in schema "${schema}"`);
  return names[names.length - 1];
}

/** 0A000 for what this engine does not have. `location` is a byte offset in the statement. */
export function unsupported(construct: string, location?: number): PgError {
  return error(SqlState.featureNotSupported, `${construct} is not supported`, at(location));
}

/** Error details that point at a tree location (bytes from 0); the session turns it into characters. */
export function at(location: number | undefined): { position?: number } {
  return location === undefined || location < 0 ? {} : { position: location + 1 };
}
