import type { Oid } from '../../base/block.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType, hashInteger, invalidInput, mix, outOfRange, requireBytes } from './sql-type.js';
import { fixedStorage, int32Storage, int64Storage, uint32Storage } from './storages.js';

const INTEGER = /^[ \t\n\v\f\r]*([+-]?[0-9]+)[ \t\n\v\f\r]*$/;

export const INT4_MAX = 0x7fff_ffff;
export const INT4_MIN = -0x8000_0000;
export const INT8_MAX = 0x7fff_ffff_ffff_ffffn;
export const INT8_MIN = -0x8000_0000_0000_0000n;

function digitsOf(text: string, typeName: string): string {
  const match = INTEGER.exec(text);
  if (!match) throw invalidInput(typeName, text);
  return match[1];
}

function parseWithin(text: string, typeName: string, lowest: number, highest: number): number {
  const value = Number(digitsOf(text, typeName));
  if (value < lowest || value > highest) throw outOfRange(`value "${text}" is out of range for type ${typeName}`);
  return value + 0;
}

function parseInt8(text: string): bigint {
  const digits = digitsOf(text, 'bigint');
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  if (value < INT8_MIN || value > INT8_MAX) throw outOfRange(`value "${text}" is out of range for type bigint`);
  return value;
}

/** A sign is allowed and negates modulo 2^32 (utils/adt/oid.c). */
function parseOid(text: string): number {
  const value = Number(digitsOf(text, 'oid'));
  if (value < INT4_MIN || value > 0xffff_ffff) throw outOfRange(`value "${text}" is out of range for type oid`);
  return value >>> 0;
}

/** strtoul with base 0: leading hexadecimal, octal or decimal digits, 0 when there are none (utils/adt/xid.c). */
function parseLeniently(text: string): bigint {
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
  if (!match) return 0n;
  const digits = /^0[0-7]/.test(match[2]) ? `0o${match[2].slice(1)}` : match[2];
  return match[1] === '-' ? -BigInt(digits) : BigInt(digits);
}

const number = {
  output: (value: number): string => String(value),
  compare: (a: number, b: number): number => a - b,
  equals: (a: number, b: number): boolean => a === b,
  hash: (value: number): number => mix(value),
};

export const int2: SqlType<number> = defineType(TypeOid.int2, {
  ...number,
  storage: fixedStorage<number>(
    TypeOid.int2,
    (value, target, at) => target.writeInt16LE(value, at),
    (source, at) => source.readInt16LE(at),
  ),
  input: (text) => parseWithin(text, 'smallint', -0x8000, 0x7fff),
  send(value) {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    return bytes;
  },
  receive(bytes) {
    requireBytes(bytes, 2);
    return bytes.readInt16BE();
  },
});

export const int4: SqlType<number> = defineType(TypeOid.int4, {
  ...number,
  storage: int32Storage(TypeOid.int4),
  input: (text) => parseWithin(text, 'integer', INT4_MIN, INT4_MAX),
  send(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  receive(bytes) {
    requireBytes(bytes, 4);
    return bytes.readInt32BE();
  },
});

export const int8: SqlType<bigint> = defineType(TypeOid.int8, {
  storage: int64Storage(TypeOid.int8),
  input: parseInt8,
  output: (value) => value.toString(),
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  equals: (a, b) => a === b,
  hash: hashInteger,
  send: sendInt64,
  receive: receiveInt64,
});

export function sendInt64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function receiveInt64(bytes: Buffer): bigint {
  requireBytes(bytes, 8);
  return bytes.readBigInt64BE();
}

/** An unsigned 32-bit type. xid and cid have equality but no order in SQL; ours is used for grouping only. */
export function unsignedType(oid: Oid, parse: (text: string) => number): SqlType<number> {
  return defineType<number>(oid, {
    ...number,
    storage: uint32Storage(oid),
    input: parse,
    send(value) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
    receive(bytes) {
      requireBytes(bytes, 4);
      return bytes.readUInt32BE();
    },
  });
}

export const oid = unsignedType(TypeOid.oid, parseOid);
export const xid = unsignedType(TypeOid.xid, (text) => Number(BigInt.asUintN(32, parseLeniently(text))));
export const cid = unsignedType(TypeOid.cid, (text) => Number(BigInt.asUintN(32, parseLeniently(text))));

/** A 64-bit transaction id, as an unsigned bigint. */
export const xid8: SqlType<bigint> = defineType(TypeOid.xid8, {
  ...int8,
  storage: fixedStorage<bigint>(
    TypeOid.xid8,
    (value, target, at) => target.writeBigUInt64LE(value, at),
    (source, at) => source.readBigUInt64LE(at),
  ),
  input: (text) => BigInt.asUintN(64, parseLeniently(text)),
  send: (value) => sendInt64(BigInt.asIntN(64, value)),
  receive: (bytes) => BigInt.asUintN(64, receiveInt64(bytes)),
});
