import { setU32, u32 } from './bytes.js';

/** How a page is named: tablespace, database, relation file, fork, block (storage/buf_internals.h). */
export const BLOCK_BYTES = 8192;

export type Oid = number;
declare const blockBrand: unique symbol;
export type BlockNumber = number & { readonly [blockBrand]: true };

export const INVALID_OID: Oid = 0;
export const INVALID_BLOCK = 0xffff_ffff as BlockNumber;
export const DEFAULT_TABLESPACE: Oid = 1663;
export const GLOBAL_TABLESPACE: Oid = 1664;
/** The first oid that user objects get (access/transam.h FirstNormalObjectId). */
export const FIRST_NORMAL_OID: Oid = 16384;

export function blockNumber(value: number): BlockNumber {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_fffe)
    throw new RangeError(`not a block number: ${value}`);
  return value as BlockNumber;
}

/** RelFileNode of PostgreSQL 15. `database` is 0 for shared relations. */
export interface RelFile {
  readonly tablespace: Oid;
  readonly database: Oid;
  readonly relation: Oid;
}

export const Fork = { main: 0, freeSpaceMap: 1, visibilityMap: 2, init: 3 } as const;
export type Fork = (typeof Fork)[keyof typeof Fork];

export function sameRelFile(a: RelFile, b: RelFile): boolean {
  return a.relation === b.relation && a.database === b.database && a.tablespace === b.tablespace;
}

/** As it stands in log records (RelFileNode): three 32-bit integers. */
export const REL_FILE_BYTES = 12;

export function writeRelFile(bytes: Buffer, at: number, file: RelFile): void {
  setU32(bytes, at, file.tablespace);
  setU32(bytes, at + 4, file.database);
  setU32(bytes, at + 8, file.relation);
}

export function readRelFile(bytes: Buffer, at: number): RelFile {
  return { tablespace: u32(bytes, at), database: u32(bytes, at + 4), relation: u32(bytes, at + 8) };
}

/** `1663/5/16384`, as PostgreSQL names a relation in messages. */
export function formatRelFile(file: RelFile): string {
  return `${file.tablespace}/${file.database}/${file.relation}`;
}

/** A heap tuple's place: block and 1-based line pointer. */
export interface Tid {
  readonly block: BlockNumber;
  readonly offset: number;
}
