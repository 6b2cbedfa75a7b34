import { TypeOid } from './oids.js';
import { type SqlType, defineType, mix, requireBytes } from './sql-type.js';
import { fixedStorage } from './storages.js';
import { requireValidText } from './text.js';

/**
 * "char": one byte, the type of flag columns in the catalogs (utils/adt/char.c).
 *
 * A value is a string of one character U+0001..U+00FF whose code is the byte, or '' for the zero byte.
 */
export function byteOfChar(value: string): number {
  return value === '' ? 0 : value.charCodeAt(0);
}

export function charOfByte(byte: number): string {
  return byte === 0 ? '' : String.fromCharCode(byte);
}

function parse(text: string): string {
  const octal = /^\\([0-3])([0-7])([0-7])$/.exec(text);
  if (octal) return charOfByte(parseInt(octal[1] + octal[2] + octal[3], 8));
  const bytes = Buffer.from(requireValidText(text));
  return bytes.length === 0 ? '' : charOfByte(bytes[0]);
}

/** Bytes that are no ASCII print as an octal escape. */
function print(value: string): string {
  const byte = byteOfChar(value);
  return byte < 0x80 ? value : `\\${byte.toString(8)}`;
}

export const char: SqlType<string> = defineType(TypeOid.char, {
  storage: fixedStorage<string>(
    TypeOid.char,
    (value, target, at) => target.writeUInt8(byteOfChar(value), at),
    (source, at) => charOfByte(source[at]),
  ),
  input: parse,
  output: print,
  send: (value) => Buffer.of(byteOfChar(value)),
  receive(bytes) {
    requireBytes(bytes, 1);
    return charOfByte(bytes[0]);
  },
  compare: (a, b) => byteOfChar(a) - byteOfChar(b),
  equals: (a, b) => a === b,
  hash: (value) => mix(byteOfChar(value)),
});
