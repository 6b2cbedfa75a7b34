import { createHash } from 'node:crypto';
import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { Oid } from '../../../base/block.js';
import { SqlArray } from '../../types/array/sql-array.js';
import { TypeOid } from '../../types/oids.js';
import { codePointLength, requireValidText, trimBlanks } from '../../types/text.js';
import { types } from '../../types/type-table.js';
import type { CallEnvironment } from '../environment.js';
import { type CallTypes, type Code, type Implementation, bound } from '../signature.js';
import { formatText } from './format.js';
import { quoteIdentifier, quoteLiteral } from './quoting.js';
import {
  left,
  overlay,
  pad,
  position,
  repeat,
  reverse,
  right,
  splitPart,
  substring,
  translate,
  trim,
} from './text-slices.js';

type Printer = (value: unknown, env: CallEnvironment) => string;

/** How values of a type appear inside a longer text: by their output function. */
export function printerOf(type: Oid): Printer {
  const { output } = types.byOid(type);
  return (value, env) => output(value, env);
}

/** Booleans print as `t` here and characters keep their padding: the output function, not the cast to text. */
function concatenation(callTypes: CallTypes, separated: boolean): Code {
  const printers = callTypes.args.map(printerOf);
  return (...given: unknown[]) => {
    const env = given[printers.length] as CallEnvironment;
    const texts = printers.map((print, i) => (given[i] === null ? null : print(given[i], env)));
    if (!separated) return texts.filter((text) => text !== null).join('');
    const [separator, ...parts] = texts;
    return separator === null ? null : parts.filter((text) => text !== null).join(separator);
  };
}

/** Words start after anything but a letter or digit. */
function initialCapitals(text: string): string {
  return lowerCase(text).replace(/[\p{L}\p{N}]+/gu, (word) => {
    const first = String.fromCodePoint(word.codePointAt(0)!);
    return upperCase(first) + word.slice(first.length);
  });
}

/** One character for one, as towupper() does: JS would write `SS` for `ß`. */
function upperCase(text: string): string {
  return mapped(text, text.toUpperCase(), (character) => character.toUpperCase());
}

function lowerCase(text: string): string {
  return mapped(text, text.toLowerCase(), (character) => character.toLowerCase());
}

function mapped(text: string, whole: string, map: (character: string) => string): string {
  if (/^[\0-\x7f]*$/.test(text)) return whole;
  return Array.from(text, (character) => (codePointLength(map(character)) === 1 ? map(character) : character)).join('');
}

function character(code: number): string {
  if (code === 0) throw error(SqlState.programLimitExceeded, 'null character not permitted');
  if (code < 0) throw error(SqlState.invalidParameterValue, 'character number must be positive');
  if (code > 0x10ffff)
    throw error(SqlState.programLimitExceeded, `requested character too large for encoding: ${code}`);
  if (code >= 0xd800 && code <= 0xdfff) {
    throw error(SqlState.programLimitExceeded, `requested character not valid for encoding: ${code}`);
  }
  return String.fromCodePoint(code);
}

function md5(value: string | Buffer): string {
  return createHash('md5').update(value).digest('hex');
}

/** Parts between delimiters; null delimiter: every character, empty delimiter: one part. */
function splitText(
  text: string | null,
  delimiter: string | null,
  nullText: string | null = null,
): (string | null)[] | null {
  if (text === null) return null;
  const parts = text === '' ? [] : delimiter === null ? [...text] : delimiter === '' ? [text] : text.split(delimiter);
  return parts.map((part) => (part === nullText ? null : part));
}

function toArray(text: string | null, delimiter: string | null, nullText?: string | null): SqlArray<string> | null {
  const parts = splitText(text, delimiter, typeof nullText === 'string' ? nullText : null);
  return parts && SqlArray.of(parts);
}

/** The environment comes last: a call of two arguments has it where another has its third. */
function withoutThird(code: (a: string | null, b: string | null) => unknown): Code {
  return (a: string | null, b: string | null) => code(a, b);
}

const concatWith = (side: 'left' | 'right') =>
  bound(({ args }) => {
    const print = printerOf(args[side === 'left' ? 0 : 1]);
    if (side === 'left') return (value: unknown, text: string, env: CallEnvironment) => print(value, env) + text;
    return (text: string, value: unknown, env: CallEnvironment) => text + print(value, env);
  });

const quoteAny = (whenNull: string | null) =>
  bound(({ args }) => {
    const print = printerOf(args[0]);
    return (value: unknown, env: CallEnvironment) => (value === null ? whenNull : quoteLiteral(print(value, env)));
  });

const nullCount = (counts: (value: unknown) => boolean) =>
  bound(
    ({ args }) =>
      (...given: unknown[]) =>
        given.slice(0, args.length).filter(counts).length,
  );

export const textCode: Readonly<Record<string, Implementation>> = {
  textcat: (a: string, b: string) => a + b,
  textanycat: concatWith('right'),
  anytextcat: concatWith('left'),
  text_concat: bound((callTypes) => concatenation(callTypes, false)),
  text_concat_ws: bound((callTypes) => concatenation(callTypes, true)),
  textlen: codePointLength,
  bpcharlen: (text: string) => codePointLength(trimBlanks(text)),
  textoctetlen: (text: string) => Buffer.byteLength(text),
  bpcharoctetlen: (text: string) => Buffer.byteLength(text),
  bitLengthOfText: (text: string) => Buffer.byteLength(text) * 8,
  lower: lowerCase,
  upper: upperCase,
  initcap: initialCapitals,
  text_substr: (text: string, start: number, length: number) => substring(text, start, length),
  text_substr_no_len: (text: string, start: number) => substring(text, start),
  textpos: position,
  textoverlay: (text: string, part: string, start: number, length: number) => overlay(text, part, start, length),
  textoverlay_no_len: (text: string, part: string, start: number) => overlay(text, part, start),
  text_left: left,
  text_right: right,
  text_reverse: reverse,
  repeat,
  lpad: (text: string, length: number, fill: string) => pad(text, length, fill, 'left'),
  rpad: (text: string, length: number, fill: string) => pad(text, length, fill, 'right'),
  lpadBlanks: (text: string, length: number) => pad(text, length, ' ', 'left'),
  rpadBlanks: (text: string, length: number) => pad(text, length, ' ', 'right'),
  btrim: (text: string, set: string) => trim(text, set, 'both'),
  ltrim: (text: string, set: string) => trim(text, set, 'left'),
  rtrim: (text: string, set: string) => trim(text, set, 'right'),
  btrim1: (text: string) => trim(text, ' ', 'both'),
  ltrim1: (text: string) => trim(text, ' ', 'left'),
  translate,
  replace_text: (text: string, from: string, to: string) => (from === '' ? text : text.replaceAll(from, () => to)),
  split_part: splitPart,
  text_to_array: withoutThird((text, delimiter) => toArray(text, delimiter)),
  text_to_array_null: toArray,
  text_to_table: withoutThird((text, delimiter) => splitText(text, delimiter) ?? []),
  text_to_table_null: (text: string | null, delimiter: string | null, nullText: string | null) =>
    splitText(text, delimiter, nullText) ?? [],
  text_starts_with: (text: string, prefix: string) => text.startsWith(prefix),
  ascii: (text: string) => text.codePointAt(0) ?? 0,
  chr: character,
  md5_text: md5,
  md5_bytea: md5,
  quote_ident: quoteIdentifier,
  quote_literal: quoteLiteral,
  quote_nullable: (text: string | null) => (text === null ? 'NULL' : quoteLiteral(text)),
  quoteAnyLiteral: quoteAny(null),
  quoteAnyNullable: quoteAny('NULL'),
  text_format: bound(({ args }) => formatText(args.map(printerOf))),
  text_format_nv: bound(() => formatText([printerOf(TypeOid.text)])),
  pg_num_nulls: nullCount((value) => value === null),
  pg_num_nonnulls: nullCount((value) => value !== null),
  pg_convert_to: (text: string, encoding: string) => encode(text, encoding),
  pg_convert_from: (bytes: Buffer, encoding: string) => decode(bytes, encoding),
};

function nodeEncoding(name: string): BufferEncoding {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain === 'utf8' || plain === 'unicode') return 'utf8';
  if (plain === 'latin1' || plain === 'iso88591') return 'latin1';
  throw error(SqlState.invalidParameterValue, `invalid destination encoding name "${name}"`);
}

function encode(text: string, encoding: string): Buffer {
  return Buffer.from(text, nodeEncoding(encoding));
}

function decode(bytes: Buffer, encoding: string): string {
  return requireValidText(bytes.toString(nodeEncoding(encoding)));
}
