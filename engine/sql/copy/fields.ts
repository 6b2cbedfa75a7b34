import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { CopyOptions } from './copy-options.js';
import { decodeText } from './encoding.js';

/** The fields of one line; null for those that stand for NULL. */
export type SplitLine = (line: string) => (string | null)[];

export function fieldSplitter(options: CopyOptions): SplitLine {
  return options.format === 'csv' ? csvSplitter(options) : textSplitter(options);
}

const ESCAPE = /\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|[\s\S]?)/g;
const LETTERS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Text format: a backslash takes the next character out of its meaning (CopyReadAttributesText). */
function textSplitter({ delimiter, nullText }: CopyOptions): SplitLine {
  return (line) => {
    const fields: (string | null)[] = line.includes('\\') ? splitEscaped(line, delimiter) : line.split(delimiter);
    for (let index = 0; index < fields.length; index++) {
      const raw = fields[index]!;
      if (raw === nullText) fields[index] = null;
      else if (raw.includes('\\')) fields[index] = unescape(raw);
    }
    return fields;
  };
}

function splitEscaped(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === delimiter) {
      fields.push(line.slice(start, at));
      start = at + 1;
    }
  }
  fields.push(line.slice(start));
  return fields;
}

/** Bytes given by number may only together be characters: then the whole field is put together from bytes. */
function unescape(raw: string): string {
  let hasBytes = false;
  const text = raw.replace(ESCAPE, (_, code: string) => {
    const value = byteValue(code);
    if (value === undefined) return LETTERS[code] ?? code;
    if (value === 0 || value > 0x7f) hasBytes = true;
    return String.fromCharCode(value);
  });
  return hasBytes ? decodeText(unescapeBytes(raw)) : text;
}

function unescapeBytes(raw: string): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of raw.matchAll(ESCAPE)) {
    parts.push(Buffer.from(raw.slice(from, match.index)));
    const value = byteValue(match[1]);
    parts.push(value === undefined ? Buffer.from(LETTERS[match[1]] ?? match[1]) : Buffer.from([value]));
    from = match.index + match[0].length;
  }
  parts.push(Buffer.from(raw.slice(from)));
  return Buffer.concat(parts);
}

function byteValue(code: string): number | undefined {
  if (code === '') return undefined;
  if (code[0] >= '0' && code[0] <= '7') return parseInt(code, 8) & 0xff;
  return code.length > 1 && code[0] === 'x' ? parseInt(code.slice(1), 16) : undefined;
}

/** CSV: only a field without any quote can be NULL (CopyReadAttributesCSV). */
function csvSplitter({ delimiter, nullText, quote, escape }: CopyOptions): SplitLine {
  return (line) => {
    const fields: (string | null)[] = [];
    if (line.includes(quote)) return splitQuoted(line, delimiter, nullText, quote, escape);
    for (const field of line.split(delimiter)) fields.push(field === nullText ? null : field);
    return fields;
  };
}

function splitQuoted(
  line: string,
  delimiter: string,
  nullText: string,
  quote: string,
  escape: string,
): (string | null)[] {
  const fields: (string | null)[] = [];
  let field = '';
  let wasQuoted = false;
  let at = 0;
  for (; at < line.length; at++) {
    if (line[at] === delimiter) {
      fields.push(!wasQuoted && field === nullText ? null : field);
      field = '';
      wasQuoted = false;
    } else if (line[at] === quote) {
      wasQuoted = true;
      const quoted = readQuoted(line, at + 1, quote, escape);
      field += quoted.text;
      at = quoted.end;
    } else field += line[at];
  }
  fields.push(!wasQuoted && field === nullText ? null : field);
  return fields;
}

/** From behind the opening quote; `end` is the place of the closing one. */
function readQuoted(line: string, from: number, quote: string, escape: string): { text: string; end: number } {
  let text = '';
  for (let at = from; at < line.length; at++) {
    const next = line[at + 1];
    if (line[at] === escape && (next === escape || next === quote)) {
      text += next;
      at++;
    } else if (line[at] === quote) return { text, end: at };
    else text += line[at];
  }
  throw error(SqlState.badCopyFileFormat, 'unterminated CSV quoted field');
}
