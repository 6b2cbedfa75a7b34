import { TypeOid } from './oids.js';
import { type SqlType, defineType, invalidInput, requireBytes } from './sql-type.js';
import { fixedStorage } from './storages.js';

/** Unique prefixes of these words are accepted, in any case (utils/adt/bool.c parse_bool). */
const WORDS: readonly (readonly [word: string, shortest: number, value: boolean])[] = [
  ['true', 1, true],
  ['false', 1, false],
  ['yes', 1, true],
  ['no', 1, false],
  ['on', 2, true],
  ['off', 2, false],
  ['1', 1, true],
  ['0', 1, false],
];

function parse(text: string): boolean {
  const word = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').toLowerCase();
  const found = WORDS.find(([full, shortest]) => word.length >= shortest && full.startsWith(word));
  if (!found) throw invalidInput('boolean', text);
  return found[2];
}

export const bool: SqlType<boolean> = defineType(TypeOid.bool, {
  storage: fixedStorage<boolean>(
    TypeOid.bool,
    (value, target, at) => target.writeUInt8(value ? 1 : 0, at),
    (source, at) => source[at] !== 0,
  ),
  input: parse,
  output: (value) => (value ? 't' : 'f'),
  send: (value) => Buffer.of(value ? 1 : 0),
  receive(bytes) {
    requireBytes(bytes, 1);
    return bytes[0] !== 0;
  },
  compare: (a, b) => Number(a) - Number(b),
  equals: (a, b) => a === b,
  hash: (value) => (value ? 0x9e3779b9 : 0x7f4a7c15),
});
