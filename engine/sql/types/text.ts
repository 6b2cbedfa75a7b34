import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { lengthTypmod } from './modifiers.js';
import { TypeOid } from './oids.js';
import { type SqlType, type TypeDefinition, defineType, hashText } from './sql-type.js';
import { textStorage } from './storages.js';

/**
 * The character types. Values are JS strings; a length counts code points. Strings compare by the bytes of their UTF-8 form,
 * which is collation "C".
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF: they sort after all other code units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

export function codePointLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--;
  return length;
}

/** The first `count` code points. */
export function codePointPrefix(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (let i = 0; i < count && end < text.length; i++) end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Raises 22021 for the zero character and for halves of surrogate pairs, which UTF-8 text cannot hold. */
export function requireValidText(text: string): string {
  if (text.includes('\0'))
    throw error(SqlState.characterNotInRepertoire, 'invalid byte sequence for encoding "UTF8": 0x00');
  if (LONE_SURROGATE.test(text))
    throw error(SqlState.characterNotInRepertoire, 'invalid byte sequence for encoding "UTF8"');
  return text;
}

/** UTF-8 from the wire. */
export function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !Buffer.from(text).equals(bytes)) {
    throw error(SqlState.characterNotInRepertoire, 'invalid byte sequence for encoding "UTF8"');
  }
  return requireValidText(text);
}

function plain(oid: number): TypeDefinition<string> {
  return {
    storage: textStorage(oid),
    input: requireValidText,
    output: (value) => value,
    receive: decodeUtf8,
    compare: compareText,
    equals: (a, b) => a === b,
    hash: hashText,
  };
}

export const text: SqlType<string> = defineType(TypeOid.text, plain(TypeOid.text));
export const unknown: SqlType<string> = defineType(TypeOid.unknown, plain(TypeOid.unknown));
export const cstring: SqlType<string> = defineType(TypeOid.cstring, plain(TypeOid.cstring));
export const pgNodeTree: SqlType<string> = defineType(TypeOid.pgNodeTree, plain(TypeOid.pgNodeTree));

/**
 * Cuts to `length` characters. Only blanks may be lost, unless the cast is explicit (SQL's rule); else 22001.
 */
export function cut(value: string, length: number, explicit: boolean, typeName: string): string {
  if (value.length <= length) return value;
  const kept = codePointPrefix(value, length);
  if (!explicit && /[^ ]/.test(value.slice(kept.length))) {
    throw error(SqlState.stringDataRightTruncation, `value too long for type ${typeName}(${length})`);
  }
  return kept;
}

function coerceVarchar(value: string, typmod: number, explicit: boolean): string {
  return typmod < 4 ? value : cut(value, typmod - 4, explicit, 'character varying');
}

function typmodOut(typmod: number): string {
  return typmod > 4 ? `(${typmod - 4})` : '';
}

export const varchar: SqlType<string> = defineType(TypeOid.varchar, {
  ...plain(TypeOid.varchar),
  input: (value, typmod) => coerceVarchar(requireValidText(value), typmod, false),
  receive: (bytes, typmod) => coerceVarchar(decodeUtf8(bytes), typmod, false),
  coerce: coerceVarchar,
  typmodIn: (modifiers) => lengthTypmod(modifiers, 'varchar'),
  typmodOut,
});

function coerceBpchar(value: string, typmod: number, explicit: boolean): string {
  if (typmod < 4) return value;
  const fitting = cut(value, typmod - 4, explicit, 'character');
  return fitting + ' '.repeat(typmod - 4 - codePointLength(fitting));
}

export function trimBlanks(value: string): string {
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === 0x20) end--;
  return value.slice(0, end);
}

/** character(n): padded with blanks, which do not count in comparisons. */
export const bpchar: SqlType<string> = defineType(TypeOid.bpchar, {
  ...plain(TypeOid.bpchar),
  input: (value, typmod) => coerceBpchar(requireValidText(value), typmod, false),
  receive: (bytes, typmod) => coerceBpchar(decodeUtf8(bytes), typmod, false),
  compare: (a, b) => compareText(trimBlanks(a), trimBlanks(b)),
  equals: (a, b) => trimBlanks(a) === trimBlanks(b),
  hash: (value) => hashText(trimBlanks(value)),
  coerce: coerceBpchar,
  typmodIn: (modifiers) => lengthTypmod(modifiers, 'char'),
  typmodOut,
});
