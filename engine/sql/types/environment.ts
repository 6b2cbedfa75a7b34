import type { Oid } from '../../base/block.js';
import type { TimeZone } from './datetime/zone.js';

/** The kinds of object that a reg* type names. */
export type NamedKind = 'relation' | 'type' | 'function' | 'function-with-arguments' | 'role' | 'schema';

/** How reg* values are turned into names and back; the catalog implements it. */
export interface CatalogNames {
  /** The object's oid, as the search path finds it; throws the catalog's own error when it does not exist. */
  oidOf(kind: NamedKind, name: string): Oid;
  /** The name to print, qualified where the search path needs it; undefined for an oid of nothing. */
  nameOf(kind: NamedKind, oid: Oid): string | undefined;
}

/** What the text forms of some types depend on. Everything has a default, so that a type can be printed anywhere. */
export interface TextEnvironment {
  /** The session's TimeZone, found by findTimeZone(); default UTC. */
  readonly timeZone?: TimeZone;
  /** Start of the transaction, in microseconds since 2000-01-01 UTC: what 'now' and 'today' mean. */
  now?(): bigint;
  readonly names?: CatalogNames;
}
