import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { codePointLength } from '../../types/text.js';

/**
 * Parts of strings, counted in characters (code points) from 1 as SQL does (utils/adt/varlena.c).
 */
const SURROGATE = /[\ud800-\udfff]/;

/** The string as its characters; plain strings stay as they are, which is faster. */
export function charactersOf(text: string): string | string[] {
  return SURROGATE.test(text) ? [...text] : text;
}

export function joined(characters: string | string[]): string {
  return typeof characters === 'string' ? characters : characters.join('');
}

/** SQL's substring: `start` may lie before the string, and `length` then counts from there. */
export function substring(text: string, start: number, length?: number): string {
  return joined(charactersOf(text).slice(...sliceBounds(start, length)));
}

export function sliceBounds(start: number, length: number | undefined): [from: number, to?: number] {
  if (length === undefined) return [Math.max(start - 1, 0)];
  if (length < 0) throw error(SqlState.substringError, 'negative substring length not allowed');
  return [Math.max(start - 1, 0), Math.max(start - 1 + length, 0)];
}

export function overlay(
  text: string,
  replacement: string,
  start: number,
  length = codePointLength(replacement),
): string {
  if (start <= 0) throw error(SqlState.substringError, 'negative substring length not allowed');
  const characters = charactersOf(text);
  const before = joined(characters.slice(0, start - 1));
  return before + replacement + joined(characters.slice(Math.max(start - 1 + length, 0)));
}

/** 1-based position in characters, 0 when absent. */
export function position(text: string, part: string): number {
  const index = text.indexOf(part);
  return index < 0 ? 0 : codePointLength(text.slice(0, index)) + 1;
}

/** The first `count` characters; all but the last -count for a negative count. */
export function left(text: string, count: number): string {
  return joined(charactersOf(text).slice(0, count));
}

export function right(text: string, count: number): string {
  const characters = charactersOf(text);
  return joined(characters.slice(count < 0 ? -count : Math.max(characters.length - count, 0)));
}

export function reverse(text: string): string {
  return [...text].reverse().join('');
}

/** 1 GB: no value may be larger. */
const MAX_TEXT_BYTES = 0x3fff_fff0;

function requireLength(characters: number): void {
  if (characters > MAX_TEXT_BYTES) throw error(SqlState.programLimitExceeded, 'requested length too large');
}

export function repeat(text: string, count: number): string {
  if (count <= 0) return '';
  requireLength(text.length * count);
  return text.repeat(count);
}

/** Pads on one side with `fill`, or cuts on the right to `length`. */
export function pad(text: string, length: number, fill: string, side: 'left' | 'right'): string {
  const wanted = Math.max(length, 0);
  requireLength(wanted);
  const characters = charactersOf(text);
  const missing = wanted - characters.length;
  if (missing <= 0 || fill === '') return joined(characters.slice(0, wanted));
  const filling = charactersOf(fill);
  const whole = fill.repeat(Math.floor(missing / filling.length)) + joined(filling.slice(0, missing % filling.length));
  return side === 'left' ? whole + text : text + whole;
}

/** Removes characters of `set` from the ends. */
export function trim(text: string, set: string, sides: 'left' | 'right' | 'both'): string {
  const characters = charactersOf(text);
  const inSet = new Set(set);
  let from = 0;
  let to = characters.length;
  if (sides !== 'right') while (from < to && inSet.has(characters[from])) from++;
  if (sides !== 'left') while (to > from && inSet.has(characters[to - 1])) to--;
  return joined(characters.slice(from, to));
}

/** Replaces each character of `from` by the one at its place in `to`, or by nothing. */
export function translate(text: string, from: string, to: string): string {
  const replacements = new Map<string, string>();
  const targets = [...to];
  [...from].forEach((character, i) => replacements.has(character) || replacements.set(character, targets[i] ?? ''));
  return [...text].map((character) => replacements.get(character) ?? character).join('');
}

/** The n-th part between delimiters; from the end when n is negative. */
export function splitPart(text: string, delimiter: string, n: number): string {
  if (n === 0) throw error(SqlState.invalidParameterValue, 'field position must not be zero');
  if (text === '') return '';
  const parts = delimiter === '' ? [text] : text.split(delimiter);
  return parts.at(n > 0 ? n - 1 : n) ?? '';
}
