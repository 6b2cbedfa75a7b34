import { setU32, u32 } from '../../base/bytes.js';
import { DEFAULT_TABLESPACE, type Oid } from '../../base/block.js';

/**
 * Bodies of records about databases (commands/dbcommands_xlog.h).
 *
 *   create by copy   database:u32 tablespace:u32 sourceDatabase:u32 sourceTablespace:u32
 *   create by log    database:u32 tablespace:u32
 *   drop             database:u32 count:i32 tablespaces:u32...
 */
export const DatabaseInfo = { createByCopy: 0x00, createByLog: 0x10, drop: 0x20 } as const;

export function encodeCreateByCopy(database: Oid, source: Oid): Buffer {
  return words(database, DEFAULT_TABLESPACE, source, DEFAULT_TABLESPACE);
}

export function encodeCreateByLog(database: Oid): Buffer {
  return words(database, DEFAULT_TABLESPACE);
}

export function encodeDrop(database: Oid): Buffer {
  return words(database, 1, DEFAULT_TABLESPACE);
}

/** The database a record is about. */
export function databaseOf(data: Buffer): Oid {
  return u32(data, 0);
}

export function sourceOf(data: Buffer): Oid {
  return u32(data, 8);
}

/** Pairs of tablespace and database, `1663/5`, as pg_waldump prints them. */
export function describeCopy(data: Buffer): string {
  return `copy dir ${u32(data, 12)}/${u32(data, 8)} to ${u32(data, 4)}/${u32(data, 0)}`;
}

export function describeCreation(data: Buffer): string {
  return `create dir ${u32(data, 4)}/${u32(data, 0)}`;
}

export function describeDrop(data: Buffer): string {
  const tablespaces = Array.from({ length: u32(data, 4) }, (_, index) => u32(data, 8 + 4 * index));
  return `dir${tablespaces.map((tablespace) => ` ${tablespace}/${u32(data, 0)}`).join('')}`;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => setU32(bytes, 4 * index, value));
  return bytes;
}
