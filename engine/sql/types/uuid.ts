import { TypeOid } from './oids.js';
import { type SqlType, defineType, hashText, invalidInput, requireBytes } from './sql-type.js';

/** 32 hexadecimal digits, a hyphen allowed after each group of four, braces allowed around (utils/adt/uuid.c). */
const UUID = /^(?:\{((?:[0-9a-f]{4}-?){7}[0-9a-f]{4})\}|((?:[0-9a-f]{4}-?){7}[0-9a-f]{4}))$/i;

function parse(text: string): string {
  const match = UUID.exec(text);
  if (!match) throw invalidInput('uuid', text);
  return canonical((match[1] ?? match[2]).replaceAll('-', '').toLowerCase());
}

/** The 8-4-4-4-12 form of 32 lower-case digits. */
export function canonical(digits: string): string {
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, index) => digits.slice(cuts[index], end))
    .join('-');
}

function bytesOf(value: string): Buffer {
  return Buffer.from(value.replaceAll('-', ''), 'hex');
}

/** Values are canonical lower-case strings, whose order is that of the bytes. */
export const uuid: SqlType<string> = defineType(TypeOid.uuid, {
  storage: {
    length: 16,
    align: 1,
    byteLength: () => 16,
    write: (value, target, at) => void bytesOf(value).copy(target, at),
    read: (source, at) => canonical(source.toString('hex', at, at + 16)),
  },
  input: parse,
  output: (value) => value,
  send: bytesOf,
  receive(bytes) {
    requireBytes(bytes, 16);
    return canonical(bytes.toString('hex'));
  },
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  equals: (a, b) => a === b,
  hash: hashText,
});
