import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { MAX_DIMENSIONS, SqlArray } from './sql-array.js';

/**
 * Array literals: `{1,NULL,"a b"}`, `{{1,2},{3,4}}`, `[0:1]={1,2}` (utils/adt/arrayfuncs.c array_in, array_out).
 */
const SPACE = /[ \t\n\v\f\r]/;

/** Parses a literal; `parseElement` turns the text of one element into its value. Errors 22P02. */
export function parseArray<V>(text: string, parseElement: (text: string) => V): SqlArray<V> {
  return new ArrayParser(text, parseElement).parse();
}

class ArrayParser<V> {
  private at = 0;
  private readonly elements: (V | null)[] = [];
  private readonly lengths: number[] = [];
  /** How deep the elements are nested; unknown until the first one is met. */
  private depth: number | undefined;

  constructor(
    private readonly text: string,
    private readonly parseElement: (text: string) => V,
  ) {}

  parse(): SqlArray<V> {
    const bounds = this.parseBounds();
    this.skipSpace();
    if (this.text[this.at] !== '{') {
      throw this.malformed(
        bounds ? 'Array contents must start with "{".' : 'Array value must start with "{" or dimension information.',
      );
    }
    this.parseLevel(0);
    this.skipSpace();
    if (this.at < this.text.length) throw this.malformed('Junk after closing right brace.');
    return this.shape(bounds);
  }

  private shape(bounds: Bounds[] | undefined): SqlArray<V> {
    if (bounds) {
      const declared = bounds.map(({ lower, upper }) => upper - lower + 1);
      if (
        this.elements.length === 0 ||
        declared.length !== this.lengths.length ||
        declared.some((n, d) => n !== this.lengths[d])
      ) {
        throw this.malformed('Specified array dimensions do not match array contents.');
      }
    }
    const lower = this.lengths.map((_, d) => bounds?.[d].lower ?? 1);
    return SqlArray.shaped(this.elements, this.lengths, lower);
  }

  private parseBounds(): Bounds[] | undefined {
    const prefix = /^[ \t\n\v\f\r]*((?:\[[^\]]*\][ \t\n\v\f\r]*)+)=/.exec(this.text);
    if (!prefix) return undefined;
    this.at = prefix[0].length;
    return [...prefix[1].matchAll(/\[([^\]]*)\]/g)].map(([, body]) => this.parseBound(body));
  }

  private parseBound(body: string): Bounds {
    const match = /^(?:([+-]?\d+):)?([+-]?\d+)$/.exec(body);
    if (!match) throw this.malformed('"[" must introduce explicitly-specified array dimensions.');
    const bounds = { lower: Number(match[1] ?? 1), upper: Number(match[2]) };
    if (bounds.upper < bounds.lower) throw error('2202E', 'upper bound cannot be less than lower bound');
    return bounds;
  }

  /** One braced list; `at` stands on its opening brace. */
  private parseLevel(level: number): number {
    if (level >= MAX_DIMENSIONS) {
      const counts = `(${level + 1}) exceeds the maximum allowed (${MAX_DIMENSIONS})`;
      throw error(SqlState.programLimitExceeded, `number of array dimensions ${counts}`);
    }
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === '}' && level === 0) {
      this.at++;
      return 0;
    }
    let count = 0;
    do {
      this.parseItem(level);
      count++;
      this.skipSpace();
    } while (this.accept(','));
    if (!this.accept('}')) throw this.unexpected();
    this.agree(level, count);
    return count;
  }

  private parseItem(level: number): void {
    this.skipSpace();
    if (this.text[this.at] === '{') {
      if (this.depth !== undefined && this.depth <= level) throw this.malformed('Unexpected "{" character.');
      this.parseLevel(level + 1);
      return;
    }
    if (this.depth !== undefined && this.depth !== level) throw this.malformed('Unexpected array element.');
    this.depth = level;
    this.elements.push(this.parseValue());
  }

  /** All lists at one level must have the same length. */
  private agree(level: number, count: number): void {
    if ((this.lengths[level] ??= count) !== count) {
      throw this.malformed('Multidimensional arrays must have sub-arrays with matching dimensions.');
    }
  }

  private parseValue(): V | null {
    if (this.text[this.at] === '"') return this.parseElement(this.parseQuoted());
    const plain = this.parsePlain();
    if (plain.text === '') throw this.unexpected();
    return !plain.escaped && plain.text.toUpperCase() === 'NULL' ? null : this.parseElement(plain.text);
  }

  private parseQuoted(): string {
    let value = '';
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      if (this.text[this.at] === '\\') this.at++;
      if (this.at >= this.text.length) throw this.malformed('Unexpected end of input.');
      value += this.text[this.at];
    }
    this.at++;
    return value;
  }

  private parsePlain(): { text: string; escaped: boolean } {
    let value = '';
    let escaped = false;
    let significant = 0;
    for (; this.at < this.text.length && !/[{},"]/.test(this.text[this.at]); this.at++) {
      const isEscape = this.text[this.at] === '\\';
      if (isEscape) {
        escaped = true;
        if (++this.at >= this.text.length) throw this.malformed('Unexpected end of input.');
      }
      value += this.text[this.at];
      if (isEscape || !SPACE.test(this.text[this.at])) significant = value.length;
    }
    return { text: value.slice(0, significant), escaped };
  }

  private skipSpace(): void {
    while (this.at < this.text.length && SPACE.test(this.text[this.at])) this.at++;
  }

  private accept(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private unexpected(): Error {
    const found = this.text[this.at];
    if (found === undefined) return this.malformed('Unexpected end of input.');
    return this.malformed(/[{},]/.test(found) ? `Unexpected "${found}" character.` : 'Unexpected array element.');
  }

  private malformed(detail: string): Error {
    return error(SqlState.invalidTextRepresentation, `malformed array literal: "${this.text}"`, { detail });
  }
}

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** The literal of an array, with its bounds in front when one is not 1. */
export function formatArray<V>(array: SqlArray<V>, formatElement: (value: V) => string): string {
  if (array.elements.length === 0) return '{}';
  const texts = array.elements.map((element) => (element === null ? 'NULL' : quoted(formatElement(element))));
  return boundsPrefix(array) + braces(texts, array.lengths);
}

function boundsPrefix(array: SqlArray): string {
  if (array.lowerBounds.every((lower) => lower === 1)) return '';
  const bounds = array.lowerBounds.map((lower, d) => `[${lower}:${lower + array.lengths[d] - 1}]`);
  return `${bounds.join('')}=`;
}

function braces(texts: readonly string[], lengths: readonly number[]): string {
  if (lengths.length === 1) return `{${texts.join(',')}}`;
  const size = texts.length / lengths[0];
  const parts = Array.from({ length: lengths[0] }, (_, i) =>
    braces(texts.slice(i * size, (i + 1) * size), lengths.slice(1)),
  );
  return `{${parts.join(',')}}`;
}

function quoted(text: string): string {
  const plain = text !== '' && !/[{}",\\ \t\n\v\f\r]/.test(text) && text.toUpperCase() !== 'NULL';
  return plain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
