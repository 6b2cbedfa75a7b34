import { error, type PgError } from '../../../base/errors.js';

/**
 * PostgreSQL's "advanced" regular expressions as JS ones (regex/regcomp.c, regc_lex.c).
 *
 * The syntax is translated; the matching is JS's: of several alternatives the first that matches wins, not the longest.
 */

/** SQLSTATE invalid_regular_expression. */
export function invalidRegex(message: string): PgError {
  return error('2201B', `invalid regular expression: ${message}`);
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '\\p{Nd}',
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  graph: '!-~\\u00a1-\\u{10ffff}',
  print: ' -~\\u00a0-\\u{10ffff}',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
  word: '\\p{L}\\p{Nd}_',
};

const WORD = '[\\p{L}\\p{Nd}_]';

/** Escapes outside brackets whose meaning or spelling differs from JS with the flag `u`. */
const ESCAPES: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  Z: '(?![\\s\\S])',
  m: `(?<!${WORD})(?=${WORD})`,
  M: `(?<=${WORD})(?!${WORD})`,
  y: `(?:(?<!${WORD})(?=${WORD})|(?<=${WORD})(?!${WORD}))`,
  Y: `(?:(?<!${WORD})(?!${WORD})|(?<=${WORD})(?=${WORD}))`,
  w: WORD,
  W: '[^\\p{L}\\p{Nd}_]',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '\\s',
  S: '\\S',
  a: '\\x07',
  b: '\\x08',
  B: '\\\\',
  e: '\\x1b',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  v: '\\v',
};

/** The JS source of an advanced regular expression. Raises 2201B. */
export function translateRegex(pattern: string): string {
  return new Translator(pattern).translate();
}

class Translator {
  private at = 0;
  private source = '';

  constructor(private readonly pattern: string) {}

  translate(): string {
    if (this.pattern.startsWith('***=')) return escapeAll(this.pattern.slice(4));
    if (this.pattern.startsWith('***:')) this.at = 4;
    while (this.at < this.pattern.length) this.translateNext();
    return this.source;
  }

  private translateNext(): void {
    const character = this.pattern[this.at];
    if (character === '\\') this.source += this.escape();
    else if (character === '[') this.source += this.bracket();
    else if (character === '{' && !/^\{\d/.test(this.pattern.slice(this.at))) this.take('\\{');
    else if (character === '}' && !/\{\d+(,\d*)?$/.test(this.source)) this.take('\\}');
    else if (character === ']') this.take('\\]');
    else this.take(character);
  }

  private take(text: string): void {
    this.source += text;
    this.at++;
  }

  private escape(): string {
    const rest = this.pattern.slice(this.at + 1);
    if (rest === '') throw invalidRegex('invalid escape \\ sequence');
    const numeric = /^(?:x([0-9a-fA-F]+)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(0[0-7]{0,2})|([1-9]\d?))/.exec(rest);
    if (numeric) {
      this.at += 1 + numeric[0].length;
      if (numeric[5]) return `(?:\\${numeric[5]})`;
      const code = numeric[4] ? parseInt(numeric[4], 8) : parseInt(numeric[1] ?? numeric[2] ?? numeric[3], 16);
      return `\\u{${code.toString(16)}}`;
    }
    const character = String.fromCodePoint(rest.codePointAt(0)!);
    this.at += 1 + character.length;
    if (Object.hasOwn(ESCAPES, character)) return ESCAPES[character];
    if (/[A-Za-z0-9]/.test(character)) throw invalidRegex('invalid escape \\ sequence');
    return escapeAll(character);
  }

  /** `[...]`: classes in `[:name:]`, a `]` at the start stands for itself. */
  private bracket(): string {
    const word = /^\[\[:([<>]):\]\]/.exec(this.pattern.slice(this.at));
    if (word) {
      this.at += word[0].length;
      return ESCAPES[word[1] === '<' ? 'm' : 'M'];
    }
    this.at++;
    let body = this.accept('^') ? '[^' : '[';
    for (let isFirst = true; isFirst || this.pattern[this.at] !== ']'; isFirst = false) {
      if (this.at >= this.pattern.length) throw invalidRegex('brackets [] not balanced');
      body += this.bracketItem();
    }
    this.at++;
    return `${body}]`;
  }

  private bracketItem(): string {
    const named = /^\[([:.=])(.*?)\1\]/.exec(this.pattern.slice(this.at));
    if (named) {
      this.at += named[0].length;
      if (named[1] !== ':') return escapeInBracket(named[2]);
      if (!Object.hasOwn(CLASSES, named[2])) throw invalidRegex('invalid character class');
      return CLASSES[named[2]];
    }
    const character = this.pattern[this.at];
    if (character === '\\') return this.bracketEscape();
    this.at++;
    return character === '-' ? '-' : escapeInBracket(character);
  }

  private bracketEscape(): string {
    const next = this.pattern[this.at + 1];
    if (next !== undefined && 'wds'.includes(next)) {
      this.at += 2;
      return next === 'w' ? CLASSES.word : next === 'd' ? CLASSES.digit : '\\s';
    }
    const escaped = this.escape();
    return escaped.startsWith('[') || escaped.startsWith('(') ? rejectClass() : escaped;
  }

  private accept(character: string): boolean {
    if (this.pattern[this.at] !== character) return false;
    this.at++;
    return true;
  }
}

function rejectClass(): never {
  throw invalidRegex('invalid escape \\ sequence');
}

function escapeAll(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function escapeInBracket(text: string): string {
  return text.replace(/[\\^[\]]/g, '\\$&');
}
