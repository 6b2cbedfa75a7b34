import { createHash } from 'node:crypto';
import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { decodeHex } from '../../types/bytea.js';
import type { Code } from '../signature.js';
import { sliceBounds } from './text-slices.js';

/** Functions on bytea (utils/adt/varlena.c, encode.c, cryptohashfuncs.c). */
function substring(bytes: Buffer, start: number, length?: number): Buffer {
  return bytes.subarray(...sliceBounds(start, length));
}

function position(bytes: Buffer, part: Buffer): number {
  return bytes.indexOf(part) + 1;
}

function overlay(bytes: Buffer, part: Buffer, start: number, length = part.length): Buffer {
  if (start <= 0) throw error(SqlState.substringError, 'negative substring length not allowed');
  return Buffer.concat([bytes.subarray(0, start - 1), part, bytes.subarray(Math.max(start - 1 + length, 0))]);
}

function trim(bytes: Buffer, set: Buffer, left: boolean, right: boolean): Buffer {
  let from = 0;
  let to = bytes.length;
  if (left) while (from < to && set.includes(bytes[from])) from++;
  if (right) while (to > from && set.includes(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}

/** SQLSTATE array_subscript_error. */
function requireIndex(index: number | bigint, count: number): number {
  if (index >= 0 && index < count) return Number(index);
  throw error('2202E', `index ${index} out of valid range, 0..${count - 1}`);
}

function changed(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}

function bitAt(bytes: Buffer, index: bigint): number {
  const at = requireIndex(index, bytes.length * 8);
  return (bytes[at >> 3] >> (at & 7)) & 1;
}

function withBit(bytes: Buffer, index: bigint, bit: number): Buffer {
  const at = requireIndex(index, bytes.length * 8);
  if (bit !== 0 && bit !== 1) throw error(SqlState.invalidParameterValue, 'new bit must be 0 or 1');
  const mask = 1 << (at & 7);
  return changed(bytes, at >> 3, bit ? bytes[at >> 3] | mask : bytes[at >> 3] & ~mask);
}

function encode(bytes: Buffer, format: string): string {
  switch (format.toLowerCase()) {
    case 'hex':
      return bytes.toString('hex');
    case 'base64':
      // Lines of 76 characters, as MIME has them.
      return bytes.toString('base64').replace(/(.{76})(?=.)/g, '$1\n');
    case 'escape':
      return bytes.toString('latin1').replace(/[\\\0\x80-\xff]/g, (byte) => escapeByte(byte.charCodeAt(0)));
    default:
      throw error(SqlState.invalidParameterValue, `unrecognized encoding: "${format}"`);
  }
}

function escapeByte(byte: number): string {
  return byte === 0x5c ? '\\\\' : `\\${byte.toString(8).padStart(3, '0')}`;
}

function decode(text: string, format: string): Buffer {
  switch (format.toLowerCase()) {
    case 'hex':
      return decodeHex(text);
    case 'base64':
      return decodeBase64(text);
    case 'escape':
      return decodeEscapes(text);
    default:
      throw error(SqlState.invalidParameterValue, `unrecognized encoding: "${format}"`);
  }
}

function decodeBase64(text: string): Buffer {
  const bad = /[^A-Za-z0-9+/=\s]/u.exec(text);
  if (bad) {
    throw error(SqlState.invalidParameterValue, `invalid symbol "${bad[0]}" found while decoding base64 sequence`);
  }
  const digits = text.replace(/\s/g, '');
  if (digits.length % 4 !== 0) {
    throw error(SqlState.invalidParameterValue, 'invalid base64 end sequence', {
      hint: 'Input data is missing padding, is truncated, or is otherwise corrupted.',
    });
  }
  return Buffer.from(digits, 'base64');
}

function decodeEscapes(text: string): Buffer {
  const parts = text.split(/(\\\\|\\[0-3][0-7]{2})/);
  if (parts.some((part, i) => i % 2 === 0 && part.includes('\\'))) {
    throw error(SqlState.invalidTextRepresentation, 'invalid input syntax for type bytea');
  }
  const bytesOf = (part: string, i: number) =>
    i % 2 === 0 ? Buffer.from(part) : Buffer.of(part === '\\\\' ? 0x5c : parseInt(part.slice(1), 8));
  return Buffer.concat(parts.map(bytesOf));
}

function bitCount(bytes: Buffer): bigint {
  let count = 0;
  for (const byte of bytes) for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return BigInt(count);
}

const digest = (algorithm: string) => (bytes: Buffer) => createHash(algorithm).update(bytes).digest();

export const byteaCode: Readonly<Record<string, Code>> = {
  byteacat: (a: Buffer, b: Buffer) => Buffer.concat([a, b]),
  byteaoctetlen: (bytes: Buffer) => bytes.length,
  bitLengthOfBytes: (bytes: Buffer) => bytes.length * 8,
  bytea_substr: (bytes: Buffer, start: number, length: number) => substring(bytes, start, length),
  bytea_substr_no_len: (bytes: Buffer, start: number) => substring(bytes, start),
  byteapos: position,
  byteaoverlay: (bytes: Buffer, part: Buffer, start: number, length: number) => overlay(bytes, part, start, length),
  byteaoverlay_no_len: (bytes: Buffer, part: Buffer, start: number) => overlay(bytes, part, start),
  byteatrim: (bytes: Buffer, set: Buffer) => trim(bytes, set, true, true),
  bytealtrim: (bytes: Buffer, set: Buffer) => trim(bytes, set, true, false),
  byteartrim: (bytes: Buffer, set: Buffer) => trim(bytes, set, false, true),
  byteaGetByte: (bytes: Buffer, index: number) => bytes[requireIndex(index, bytes.length)],
  byteaSetByte: (bytes: Buffer, index: number, byte: number) =>
    changed(bytes, requireIndex(index, bytes.length), byte & 0xff),
  byteaGetBit: bitAt,
  byteaSetBit: withBit,
  bytea_bit_count: bitCount,
  binary_encode: encode,
  binary_decode: decode,
  sha224_bytea: digest('sha224'),
  sha256_bytea: digest('sha256'),
  sha384_bytea: digest('sha384'),
  sha512_bytea: digest('sha512'),
};
