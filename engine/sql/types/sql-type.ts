import type { Oid } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { PgError, error } from '../../base/errors.js';
import type { TextEnvironment } from './environment.js';
import type { AttributeStorage } from '../../access/tuple/attribute-storage.js';
import { type TypeRow, typeRow } from './type-rows.js';

/**
 * A data type: how its values (V, a JS value that is never null) are read, printed, stored, ordered and hashed.
 *
 * SQL NULL is JS null and never reaches these methods.
 */
export interface SqlType<V = unknown> {
  readonly oid: Oid;
  /** pg_type.typname, e.g. `int4`. */
  readonly name: string;
  readonly row: TypeRow;
  readonly storage: AttributeStorage<V>;
  /** Is there a default btree operator class? If not, `compare`, `equals` and `hash` must not be called. */
  readonly ordered: boolean;
  /** The text form's value. `typmod` -1: none. Errors 22P02, 22003, 22007, 22008, 22001 as PostgreSQL's input functions. */
  input(text: string, typmod: number, env?: TextEnvironment): V;
  output(value: V, env?: TextEnvironment): string;
  /** The binary wire format. */
  send(value: V, env?: TextEnvironment): Buffer;
  receive(bytes: Buffer, typmod: number): V;
  /** A total order, the one of the type's default btree operator class. Text: byte order of UTF-8 (collation C). */
  compare(a: V, b: V): number;
  equals(a: V, b: V): boolean;
  /** 32 bits; equal values have equal hashes, across the integer types and across the float types too. */
  hash(value: V): number;
  /** Applies a type modifier. `explicit` casts cut where assignment raises 22001. Absent: the type has no modifiers. */
  coerce?(value: V, typmod: number, explicit: boolean): V;
  /** The typmod of the modifiers written in parentheses, e.g. `numeric(10,2)` → ['10','2']. */
  typmodIn?(modifiers: string[]): number;
  /** The modifiers as printed after the type's name, e.g. `(10,2)`. */
  typmodOut?(typmod: number): string;
}

type Required = 'input' | 'output' | 'storage';
type Defaulted = 'send' | 'receive' | 'compare' | 'equals' | 'hash';
export type TypeDefinition<V> = Pick<SqlType<V>, Required> &
  Partial<Pick<SqlType<V>, Defaulted | 'coerce' | 'typmodIn' | 'typmodOut'>>;

/** Completes a definition: the row of pg_type, the text form as binary form, equality from the order. */
export function defineType<V>(oid: Oid, definition: TypeDefinition<V>): SqlType<V> {
  const row = typeRow(oid);
  const compare = definition.compare ?? noOrder(row.name);
  return {
    send: (value, env) => Buffer.from(definition.output(value, env)),
    receive: (bytes, typmod) => definition.input(bytes.toString(), typmod),
    equals: (a, b) => compare(a, b) === 0,
    hash: (value) => hashText(definition.output(value)),
    ...definition,
    oid,
    name: row.name,
    row,
    ordered: definition.compare !== undefined,
    compare,
  };
}

function noOrder(name: string): () => never {
  return () => {
    throw error(SqlState.undefinedFunction, `could not identify an ordering operator for type ${name}`);
  };
}

/** 22P02, with the name of the type as PostgreSQL prints it in messages. */
export function invalidInput(typeName: string, text: string): PgError {
  return error(SqlState.invalidTextRepresentation, `invalid input syntax for type ${typeName}: "${text}"`);
}

export function outOfRange(message: string): PgError {
  return error(SqlState.numericValueOutOfRange, message);
}

/** 22P03 for a binary value of the wrong size. */
export function requireBytes(bytes: Buffer, length: number): void {
  if (bytes.length < length) throw error('08P01', 'insufficient data left in message');
  if (bytes.length > length)
    throw error(SqlState.invalidBinaryRepresentation, 'incorrect binary data format in bind parameter');
}

/** A 32-bit FNV-1a over UTF-16 code units, finished so that low bits depend on all. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

export function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return mix(hash);
}

/** The finaliser of MurmurHash3. */
export function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Equal integers hash alike, whether they come as number or bigint. */
export function hashInteger(value: bigint): number {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return mix(low ^ (high < 0 ? ~high : high));
}
