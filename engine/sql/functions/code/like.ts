import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { remembering } from '../call.js';
import { type Implementation, bound } from '../signature.js';

/**
 * LIKE: `%` any string, `_` any character, backslash takes the next one literally (utils/adt/like_match.c).
 *
 * A pattern becomes a regular expression, kept from row to row by the place of the call.
 */
type Matcher = (text: string) => boolean;

function compile(pattern: string, flags: string): Matcher {
  const plain = plainForm(pattern);
  if (plain && flags === '') return plain;
  const expression = new RegExp(`^${sourceOf(pattern)}$`, `su${flags}`);
  return (text) => expression.test(text);
}

/** Patterns without wildcards, or with one `%` at an end, need no regular expression. */
function plainForm(pattern: string): Matcher | undefined {
  if (/[_\\]/.test(pattern)) return undefined;
  const first = pattern.indexOf('%');
  if (first < 0) return (text) => text === pattern;
  if (first === pattern.length - 1) return (text) => text.startsWith(pattern.slice(0, -1));
  if (first === 0 && pattern.indexOf('%', 1) < 0) return (text) => text.endsWith(pattern.slice(1));
  return undefined;
}

function sourceOf(pattern: string): string {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '%') source += '.*';
    else if (pattern[i] === '_') source += '.';
    else if (pattern[i] !== '\\') source += escaped(pattern[i]);
    else if (++i >= pattern.length)
      throw error(SqlState.invalidEscapeSequence, 'LIKE pattern must not end with escape character');
    else source += escaped(pattern[i]);
  }
  return source;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function like(flags: string, wanted: boolean): Implementation {
  return bound(() => {
    const matcherOf = remembering((pattern: string) => compile(pattern, flags));
    return (text: string, pattern: string) => matcherOf(pattern)(text) === wanted;
  });
}

/** Bytes match as if they were the characters U+0000..U+00FF. */
function byteaLike(wanted: boolean): Implementation {
  return bound(() => {
    const matcherOf = remembering((pattern: string) => compile(pattern, ''));
    return (bytes: Buffer, pattern: Buffer) =>
      matcherOf(pattern.toString('latin1'))(bytes.toString('latin1')) === wanted;
  });
}

function escapeError(): PgError {
  return error(SqlState.invalidEscapeSequence, 'invalid escape string', {
    hint: 'Escape string must be empty or one character.',
  });
}

/** A pattern with another escape character, as one with the backslash. */
export function likeEscape(pattern: string, escape: string): string {
  if ([...escape].length > 1) throw escapeError();
  if (escape === '\\') return pattern;
  if (escape === '') return pattern.replaceAll('\\', '\\\\');
  let result = '';
  let isEscaped = false;
  for (const character of pattern) {
    if (character === escape && !isEscaped) {
      result += '\\';
      isEscaped = true;
      continue;
    }
    if (character === '\\' && !isEscaped) result += '\\';
    result += character;
    isEscaped = false;
  }
  return result;
}

export const likeCode: Readonly<Record<string, Implementation>> = {
  textlike: like('', true),
  textnlike: like('', false),
  texticlike: like('i', true),
  texticnlike: like('i', false),
  namelike: like('', true),
  namenlike: like('', false),
  nameiclike: like('i', true),
  nameicnlike: like('i', false),
  bytealike: byteaLike(true),
  byteanlike: byteaLike(false),
  like_escape: likeEscape,
  like_escape_bytea: (pattern: Buffer, escape: Buffer) =>
    Buffer.from(likeEscape(pattern.toString('latin1'), escape.toString('latin1')), 'latin1'),
};
