import { isKeyword } from './words.js';

/**
 * The words of a date/time text, as utils/adt/datetime.c ParseDateTime cuts them.
 *
 * - `time`: digits with colons; `date`: digits or letters joined by punctuation, or a zone's name; `number`: digits, maybe with
 *   a fraction;
 * - `word`: letters; `zone`: a sign and digits; `special`: a sign and letters. All in lower case.
 */
export interface DateTimeToken {
  readonly kind: 'time' | 'date' | 'number' | 'word' | 'zone' | 'special';
  readonly text: string;
}

const TIME = /\d+:[\d:]*(?:\.\d*)?/y;
/** Three fields with the same delimiter, two fields, or one with a month in words. */
const DATE = /\d+(?:([-/.])\d+\1[\d\-/.]*|[-/]\d+|([-/.])(?!\d)[A-Za-z0-9]*(?:\2[A-Za-z0-9]*)*)/y;
const NUMBER = /\d+(?:\.\d*)?|\.\d+/y;
const LETTERS = /[A-Za-z]+/y;
const JOINED = /[A-Za-z0-9+\-/_.:]+/y;
const SIGNED = /[+-]\s*(?:\d[\d:.]*(?:-\d+)?|[A-Za-z]+)/y;
const IGNORED = /[\s,;!"#$%&'()*<=>?@[\\\]^_`{|}~]+/y;

/** undefined when a character can begin no word. */
export function tokenize(text: string): DateTimeToken[] | undefined {
  const tokens: DateTimeToken[] = [];
  let at = matchAt(IGNORED, text, 0)?.length ?? 0;
  while (at < text.length) {
    const found = nextToken(text, at);
    if (!found) return undefined;
    tokens.push({ kind: found.kind, text: found.text.replace(/\s/g, '').toLowerCase() });
    at += found.text.length;
    at += matchAt(IGNORED, text, at)?.length ?? 0;
  }
  return tokens;
}

function nextToken(text: string, at: number): DateTimeToken | undefined {
  const time = matchAt(TIME, text, at);
  if (time !== undefined) return { kind: 'time', text: time };
  const date = matchAt(DATE, text, at);
  if (date !== undefined) return { kind: 'date', text: date };
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) return { kind: 'number', text: number };
  const letters = matchAt(LETTERS, text, at);
  if (letters !== undefined) return wordOrName(text, at, letters);
  const signed = matchAt(SIGNED, text, at);
  if (signed !== undefined) return { kind: /[A-Za-z]/.test(signed) ? 'special' : 'zone', text: signed };
  return undefined;
}

/** Letters with punctuation are a date (`Jan-5-2020`) or a zone; with `+` or digits only when they are no word known here. */
function wordOrName(text: string, at: number, letters: string): DateTimeToken {
  const next = text[at + letters.length] ?? '';
  const isJoined = /[-/.]/.test(next) || (/[+\d]/.test(next) && !isKeyword(letters.toLowerCase()));
  return isJoined ? { kind: 'date', text: matchAt(JOINED, text, at)! } : { kind: 'word', text: letters };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
