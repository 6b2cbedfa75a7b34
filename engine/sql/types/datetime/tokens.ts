/**
 * The words of a date/time text, as utils/adt/datetime.c ParseDateTime cuts them.
 *
 * - `time`: digits with colons; `date`: digits or letters joined by `-`, `/` or `.`; `number`: digits, maybe with a fraction;
 * - `word`: letters, in lower case; `zone`: a sign and digits, maybe with colons; `special`: a sign and letters.
 */
export type DateTimeToken = { readonly kind: 'time' | 'date' | 'number' | 'word' | 'zone' | 'special'; readonly text: string };

const PATTERNS: readonly (readonly [kind: DateTimeToken['kind'], pattern: RegExp])[] = [
  ['time', /\d+:[\d:]*(?:\.\d*)?/y],
  ['date', /\d+([-/.])(?:\d+(?:\1\d*)*|[A-Za-z]+(?:\1[A-Za-z0-9]*)*)/y],
  ['number', /\d+(?:\.\d*)?|\.\d+/y],
  ['date', /[A-Za-z]+\d*[-/.][A-Za-z0-9_/.+:-]*/y],
  ['word', /[A-Za-z]+/y],
  ['zone', /[+-]\s*\d[\d:.]*(?:-\d+)?/y],
  ['special', /[+-]\s*[A-Za-z]+/y],
];

const IGNORED = /[\s,;!"#$%&'()*<=>?@[\\\]^_`{|}~]+/y;

/** undefined when a character can begin no word. */
export function tokenize(text: string): DateTimeToken[] | undefined {
  const tokens: DateTimeToken[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = matchAt(IGNORED, text, at);
    if (skipped) {
      at += skipped.length;
      continue;
    }
    const found = nextToken(text, at);
    if (!found) return undefined;
    tokens.push(found.token);
    at += found.length;
  }
  return tokens;
}

function nextToken(text: string, at: number): { token: DateTimeToken; length: number } | undefined {
  for (const [kind, pattern] of PATTERNS) {
    const matched = matchAt(pattern, text, at);
    // A decimal number, `1.5`, looks like a date of two fields: only a second delimiter or letters make it one.
    if (matched && !(kind === 'date' && /^\d+\.\d+$/.test(matched))) {
      return { token: { kind, text: matched.replace(/\s/g, '').toLowerCase() }, length: matched.length };
    }
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
