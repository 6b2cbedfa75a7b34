import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType, hashBytes } from './sql-type.js';

/** Reads the hex form `\x…` or the escape form (utils/adt/varlena.c byteain). */
function parse(text: string): Buffer {
  return text.startsWith('\\x') ? decodeHex(text.slice(2)) : parseEscapes(text);
}

/** Hexadecimal pairs, with white space allowed between them. Errors 22023 (utils/adt/encode.c). */
export function decodeHex(text: string): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (/[ \n\t\r]/.test(text[i])) continue;
    const high = hexDigit(text, i);
    if (++i >= text.length)
      throw error(SqlState.invalidParameterValue, 'invalid hexadecimal data: odd number of digits');
    bytes.push((high << 4) | hexDigit(text, i));
  }
  return Buffer.from(bytes);
}

function hexDigit(text: string, at: number): number {
  const value = parseInt(text[at], 16);
  if (!Number.isNaN(value)) return value;
  const shown = String.fromCodePoint(text.codePointAt(at)!);
  throw error(SqlState.invalidParameterValue, `invalid hexadecimal digit: "${shown}"`);
}

/** `\\` is a backslash, `\ooo` a byte in octal, everything else stands for itself. */
function parseEscapes(text: string): Buffer {
  if (!text.includes('\\')) return Buffer.from(text);
  const parts = text.split(/(\\\\|\\[0-3][0-7]{2})/);
  if (parts.some((part, index) => index % 2 === 0 && part.includes('\\')))
    throw error(SqlState.invalidTextRepresentation, 'invalid input syntax for type bytea');
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : unescape(part))));
}

function unescape(escape: string): Buffer {
  return Buffer.of(escape === '\\\\' ? 0x5c : parseInt(escape.slice(1), 8));
}

export const bytea: SqlType<Buffer> = defineType<Buffer>(TypeOid.bytea, {
  storage: {
    length: -1,
    align: 4,
    byteLength: (value) => value.length,
    write: (value, target, at) => void value.copy(target, at),
    read: (source, at, byteLength) => Buffer.from(source.subarray(at, at + byteLength)),
  },
  input: parse,
  output: (value) => `\\x${value.toString('hex')}`,
  send: (value) => value,
  receive: (bytes) => Buffer.from(bytes),
  compare: (a, b) => Buffer.compare(a, b),
  equals: (a, b) => a.equals(b),
  hash: hashBytes,
});
