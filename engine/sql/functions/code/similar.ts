import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { Code } from '../signature.js';

/**
 * SIMILAR TO: the pattern as an advanced regular expression (utils/adt/regexp.c similar_escape_internal).
 *
 * `%` and `_` are as in LIKE; `| * + ? {} () []` as in regular expressions; the escape character takes the next one literally.
 */
export function similarToRegex(pattern: string, escape: string): string {
  if ([...escape].length > 1) {
    const hint = 'Escape string must be empty or one character.';
    throw error(SqlState.invalidEscapeSequence, 'invalid escape string', { hint });
  }
  let body = '';
  let inBrackets = false;
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i];
    if (character === escape && i + 1 < characters.length) body += `\\${characters[++i]}`;
    else if (character === escape) continue;
    else if (inBrackets) {
      if (character === ']') inBrackets = false;
      body += character === '\\' ? '\\\\' : character;
    } else {
      inBrackets = character === '[';
      body += outsideBrackets(character);
    }
  }
  return `^(?:${body})$`;
}

function outsideBrackets(character: string): string {
  if (character === '%') return '.*';
  if (character === '_') return '.';
  if (character === '(') return '(?:';
  return '\\.^$'.includes(character) ? `\\${character}` : character;
}

export const similarCode: Readonly<Record<string, Code>> = {
  similar_to_escape_1: (pattern: string) => similarToRegex(pattern, '\\'),
  similar_to_escape_2: similarToRegex,
  similar_escape: (pattern: string | null, escape: string | null) =>
    pattern === null ? null : similarToRegex(pattern, escape ?? '\\'),
};
