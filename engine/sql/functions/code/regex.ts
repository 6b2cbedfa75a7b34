import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { SqlArray } from '../../types/array/sql-array.js';
import { codePointLength } from '../../types/text.js';
import { remembering } from '../call.js';
import { type Code, type Implementation, bound } from '../signature.js';
import { joined, charactersOf } from './text-slices.js';
import { invalidRegex, translateRegex } from './regex-translation.js';

/** The regular-expression operators and functions (utils/adt/regexp.c). */
interface Flags {
  readonly javascript: string;
  readonly global: boolean;
  readonly literal: boolean;
}

/** Raises 22023 for a letter that is no option. */
function parseFlags(letters: string): Flags {
  let insensitive = false;
  let dotMatchesNewline = true;
  let multiline = false;
  let global = false;
  let literal = false;
  for (const letter of letters) {
    if (letter === 'i') insensitive = true;
    else if (letter === 'c') insensitive = false;
    else if (letter === 'g') global = true;
    else if (letter === 'q') literal = true;
    else if (letter === 'm' || letter === 'n') [multiline, dotMatchesNewline] = [true, false];
    else if (letter === 'p') [multiline, dotMatchesNewline] = [false, false];
    else if (letter === 'w') [multiline, dotMatchesNewline] = [true, true];
    else if (letter === 's') [multiline, dotMatchesNewline] = [false, true];
    else if (!'ebtx'.includes(letter)) {
      throw error(SqlState.invalidParameterValue, `invalid regular expression option: "${letter}"`);
    }
  }
  const javascript = `gu${insensitive ? 'i' : ''}${dotMatchesNewline ? 's' : ''}${multiline ? 'm' : ''}`;
  return { javascript, global, literal };
}

interface CompiledRegex extends Flags {
  readonly expression: RegExp;
}

function compile(pattern: string, letters: string): CompiledRegex {
  const embedded = /^(?:\*\*\*:)?\(\?([a-z]+)\)/.exec(pattern);
  const flags = parseFlags(letters + (embedded?.[1] ?? ''));
  const body = embedded ? pattern.slice(embedded[0].length) : pattern;
  try {
    return {
      ...flags,
      expression: new RegExp(flags.literal ? translateRegex(`***=${body}`) : translateRegex(body), flags.javascript),
    };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw invalidRegex(reasonOf(thrown.message));
    throw thrown;
  }
}

/** PostgreSQL's words for what JS finds wrong. */
function reasonOf(message: string): string {
  if (/Unterminated group|Unmatched '\)'/i.test(message)) return 'parentheses () not balanced';
  if (/Nothing to repeat|Incomplete quantifier/i.test(message)) return 'quantifier operand invalid';
  if (/Unterminated character class/i.test(message)) return 'brackets [] not balanced';
  if (/Range out of order in character class|Invalid character class/i.test(message)) return 'invalid character range';
  if (/numbers out of order/i.test(message)) return 'invalid repetition count(s)';
  if (/Invalid (named )?reference|Invalid escape|Invalid decimal escape/i.test(message))
    return 'invalid backreference number';
  return 'invalid regular expression syntax';
}

/** Keeps the compiled form of the last pattern and flags of one place. */
function compiler(): (pattern: string, letters: string) => CompiledRegex {
  const compiled = remembering((key: string) => {
    const end = key.indexOf('/');
    return compile(key.slice(end + 1), key.slice(0, end));
  });
  return (pattern, letters) => compiled(`${letters}/${pattern}`);
}

type Compiler = ReturnType<typeof compiler>;

function atPlace(make: (compile: Compiler) => Code): Implementation {
  return bound(() => make(compiler()));
}

function operator(letters: string, wanted: boolean): Implementation {
  return atPlace((compile) => (text: string, pattern: string) => isMatch(compile(pattern, letters), text) === wanted);
}

function isMatch({ expression }: CompiledRegex, text: string): boolean {
  expression.lastIndex = 0;
  return expression.test(text);
}

function matches({ expression }: CompiledRegex, text: string): RegExpExecArray[] {
  return [...text.matchAll(expression)];
}

/** The groups of a match, or all of it when there are none. */
function groupsOf(match: RegExpExecArray): SqlArray<string> {
  return SqlArray.of(match.length === 1 ? [match[0]] : match.slice(1).map((group) => group ?? null));
}

/** A match's replacement: `\1`..`\9` groups, `\&` all of it, `\\` a backslash. */
function expand(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\\([1-9&\\])/g, (_, reference: string) => {
    if (reference === '\\') return '\\';
    return match[reference === '&' ? 0 : Number(reference)] ?? '';
  });
}

/** Replaces the n-th match from a position on, or all with `n` 0. */
function replace(regex: CompiledRegex, text: string, replacement: string, n: number, start = 1): string {
  const found = matchesFrom(regex, text, start);
  const chosen = n === 0 ? found : found.slice(n - 1, n);
  let result = '';
  let at = 0;
  for (const match of chosen) {
    result += text.slice(at, match.index) + expand(replacement, match);
    at = match.index + match[0].length;
  }
  return result + text.slice(at);
}

/** The matches from the character at `start` (from 1) on: none when the text ends before it. */
function matchesFrom(regex: CompiledRegex, text: string, start: number): RegExpExecArray[] {
  const characters = charactersOf(text);
  if (start > characters.length + 1) return [];
  const skipped = joined(characters.slice(0, start - 1)).length;
  return matches(regex, text).filter((match) => match.index >= skipped);
}

function positive(value: number, what: string): number {
  if (value <= 0) throw error(SqlState.invalidParameterValue, `invalid value for parameter "${what}": ${value}`);
  return value;
}

function nonNegative(value: number, what: string): number {
  return value === 0 ? 0 : positive(value, what);
}

/** The parts between matches; empty matches at the ends or right after another match do not split. */
function split(regex: CompiledRegex, text: string): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const match of matches(regex, text)) {
    if (match[0] === '' && (match.index >= text.length || match.index === at)) continue;
    parts.push(text.slice(at, match.index));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

function requireNotGlobal(regex: CompiledRegex, name: string): CompiledRegex {
  if (!regex.global) return regex;
  throw globalRefused(name);
}

function globalRefused(name: string): PgError {
  const hint = name === 'regexp_match()' ? { hint: 'Use the regexp_matches function instead.' } : {};
  return error(SqlState.invalidParameterValue, `${name} does not support the "global" option`, hint);
}

function firstMatch(regex: CompiledRegex, text: string): SqlArray<string> | null {
  regex.expression.lastIndex = 0;
  const match = requireNotGlobal(regex, 'regexp_match()').expression.exec(text);
  return match && groupsOf(match);
}

function allMatches(regex: CompiledRegex, text: string): SqlArray<string>[] {
  const found = matches(regex, text).map(groupsOf);
  return regex.global ? found : found.slice(0, 1);
}

function substringOf(regex: CompiledRegex, text: string): string | null {
  regex.expression.lastIndex = 0;
  const match = regex.expression.exec(text);
  return match && (match.length > 1 ? (match[1] ?? null) : match[0]);
}

function count(regex: CompiledRegex, text: string, start: number): number {
  return matchesFrom(requireNotGlobal(regex, 'regexp_count()'), text, positive(start, 'start')).length;
}

function nthMatch(regex: CompiledRegex, text: string, start: number, n: number): RegExpExecArray | undefined {
  return matchesFrom(regex, text, positive(start, 'start'))[positive(n, 'n') - 1];
}

function substr(regex: CompiledRegex, text: string, start: number, n: number): string | null {
  return nthMatch(requireNotGlobal(regex, 'regexp_substr()'), text, start, n)?.[0] ?? null;
}

function instr(regex: CompiledRegex, text: string, start: number, n: number, atEnd = 0): number {
  if (atEnd !== 0 && atEnd !== 1)
    throw error(SqlState.invalidParameterValue, `invalid value for parameter "endoption": ${atEnd}`);
  const match = nthMatch(requireNotGlobal(regex, 'regexp_instr()'), text, start, n);
  if (!match) return 0;
  return codePointLength(text.slice(0, match.index + (atEnd ? match[0].length : 0))) + 1;
}

export const regexCode: Readonly<Record<string, Implementation>> = {
  textregexeq: operator('', true),
  textregexne: operator('', false),
  texticregexeq: operator('i', true),
  texticregexne: operator('i', false),
  nameregexeq: operator('', true),
  nameregexne: operator('', false),
  nameicregexeq: operator('i', true),
  nameicregexne: operator('i', false),
  textregexsubstr: atPlace((compile) => (text: string, pattern: string) => substringOf(compile(pattern, ''), text)),
  textregexreplace_noopt: atPlace(
    (compile) => (text: string, pattern: string, replacement: string) =>
      replace(compile(pattern, ''), text, replacement, 1),
  ),
  textregexreplace: atPlace((compile) => (text: string, pattern: string, replacement: string, letters: string) => {
    const regex = compile(pattern, letters);
    return replace(regex, text, replacement, regex.global ? 0 : 1);
  }),
  textregexreplace_extended_no_n: atPlace(
    (compile) => (text: string, pattern: string, replacement: string, start: number) =>
      replace(compile(pattern, ''), text, replacement, 1, positive(start, 'start')),
  ),
  textregexreplace_extended_no_flags: atPlace(
    (compile) => (text: string, pattern: string, replacement: string, start: number, n: number) =>
      replace(compile(pattern, ''), text, replacement, nonNegative(n, 'n'), positive(start, 'start')),
  ),
  regexp_match_no_flags: atPlace(
    (compile) => (text: string, pattern: string) => firstMatch(compile(pattern, ''), text),
  ),
  regexp_match: atPlace(
    (compile) => (text: string, pattern: string, letters: string) => firstMatch(compile(pattern, letters), text),
  ),
  regexp_matches_no_flags: atPlace(
    (compile) => (text: string, pattern: string) => allMatches(compile(pattern, ''), text),
  ),
  regexp_matches: atPlace(
    (compile) => (text: string, pattern: string, letters: string) => allMatches(compile(pattern, letters), text),
  ),
  regexp_split_to_array_no_flags: atPlace(
    (compile) => (text: string, pattern: string) => SqlArray.of(split(compile(pattern, ''), text)),
  ),
  regexp_split_to_array: atPlace(
    (compile) => (text: string, pattern: string, letters: string) =>
      SqlArray.of(split(requireNotGlobal(compile(pattern, letters), 'regexp_split_to_array()'), text)),
  ),
  regexp_split_to_table_no_flags: atPlace(
    (compile) => (text: string, pattern: string) => split(compile(pattern, ''), text),
  ),
  regexp_split_to_table: atPlace(
    (compile) => (text: string, pattern: string, letters: string) =>
      split(requireNotGlobal(compile(pattern, letters), 'regexp_split_to_table()'), text),
  ),
  regexp_like_no_flags: operator('', true),
  regexp_like: atPlace(
    (compile) => (text: string, pattern: string, letters: string) =>
      isMatch(requireNotGlobal(compile(pattern, letters), 'regexp_like()'), text),
  ),
  regexp_count_no_start: atPlace((compile) => (text: string, pattern: string) => count(compile(pattern, ''), text, 1)),
  regexp_count_no_flags: atPlace(
    (compile) => (text: string, pattern: string, start: number) => count(compile(pattern, ''), text, start),
  ),
  regexp_count: atPlace((compile) => (text: string, pattern: string, start: number, letters: string) => {
    positive(start, 'start');
    return count(compile(pattern, letters), text, start);
  }),
  regexp_substr_no_start: atPlace(
    (compile) => (text: string, pattern: string) => substr(compile(pattern, ''), text, 1, 1),
  ),
  regexp_substr_no_n: atPlace(
    (compile) => (text: string, pattern: string, start: number) => substr(compile(pattern, ''), text, start, 1),
  ),
  regexp_substr_no_flags: atPlace(
    (compile) => (text: string, pattern: string, start: number, n: number) =>
      substr(compile(pattern, ''), text, start, n),
  ),
  regexp_instr_no_start: atPlace(
    (compile) => (text: string, pattern: string) => instr(compile(pattern, ''), text, 1, 1),
  ),
  regexp_instr_no_n: atPlace(
    (compile) => (text: string, pattern: string, start: number) => instr(compile(pattern, ''), text, start, 1),
  ),
  regexp_instr_no_endoption: atPlace(
    (compile) => (text: string, pattern: string, start: number, n: number) =>
      instr(compile(pattern, ''), text, start, n),
  ),
  regexp_instr_no_flags: atPlace(
    (compile) => (text: string, pattern: string, start: number, n: number, atEnd: number) =>
      instr(compile(pattern, ''), text, start, n, atEnd),
  ),
};
