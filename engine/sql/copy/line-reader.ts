import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { CopyOptions } from './copy-options.js';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const NONE = -1;

/** How the first line ended; all others must end so too. */
type LineEnd = 'unknown' | 'newline' | 'carriage return' | 'both';

/**
 * Cuts text that comes in pieces into lines, for COPY's text and CSV formats (commands/copyfromparse.c CopyReadLineText).
 *
 * A newline inside a quoted CSV field, or behind a backslash in text format, belongs to the line. `\.` ends the data: what
 * comes behind it is thrown away.
 */
export class LineReader {
  /** Of the line that `next` gave last, counted from 1. */
  lineNumber = 0;
  private text = '';
  /** Where the line under way begins, and how far it has been looked at. */
  private start = 0;
  private at = 0;
  private lineEnd: LineEnd = 'unknown';
  private isInQuote = false;
  private wasEscape = false;
  private isAtEnd = false;
  private isFinished = false;
  /** Lines that the line under way has taken in. */
  private innerLines = 0;
  /** Without these the next newline simply ends the line. */
  private isPlain = false;
  private readonly isCsv: boolean;
  private readonly quote: number;
  private readonly escape: number;

  constructor({ format, quote, escape }: Pick<CopyOptions, 'format' | 'quote' | 'escape'>) {
    this.isCsv = format === 'csv';
    this.quote = this.isCsv ? quote.charCodeAt(0) : NONE;
    // A doubled quote switches twice: nothing needs to be known of escapes then.
    this.escape = this.isCsv && escape !== quote ? escape.charCodeAt(0) : NONE;
  }

  /** More of the text; `isLast`: there is no more. */
  push(piece: string, isLast: boolean): void {
    if (this.isFinished) return;
    this.text = this.text.slice(this.start) + piece;
    this.at -= this.start;
    this.start = 0;
    this.isAtEnd = isLast;
    this.isPlain =
      !this.isInQuote &&
      !this.text.includes('\r') &&
      (this.isCsv
        ? !this.text.includes(String.fromCharCode(this.quote)) && !this.text.includes('\\')
        : !this.text.includes('\\'));
  }

  /** The next line without its end; undefined when the rest of it has not come yet, or there is no more. */
  next(): string | undefined {
    if (this.isFinished) return undefined;
    if (this.isPlain && (this.lineEnd === 'newline' || this.lineEnd === 'unknown')) return this.nextPlain();
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === NEWLINE || code === CARRIAGE_RETURN || code === BACKSLASH) {
        const outcome = this.special(code);
        if (outcome === 'wait') return undefined;
        if (outcome !== 'go on') return this.take(outcome.length);
      } else if (this.isCsv) this.noteQuoting(code);
    }
    return this.lastLine();
  }

  private nextPlain(): string | undefined {
    const end = this.text.indexOf('\n', this.at);
    if (end < 0) {
      this.at = this.text.length;
      return this.lastLine();
    }
    this.lineEnd = 'newline';
    this.at = end;
    return this.take(1);
  }

  /** The line up to here, whose end has so many characters. */
  private take(endLength: number): string | undefined {
    const line = this.text.slice(this.start, this.at);
    this.at += endLength;
    this.start = this.at;
    return this.isFinished && line === '' ? undefined : this.counted(line);
  }

  /** What stands behind the last end of a line is a line as well. */
  private lastLine(): string | undefined {
    if (!this.isAtEnd) return undefined;
    this.isFinished = true;
    return this.start === this.text.length ? undefined : this.counted(this.text.slice(this.start));
  }

  private counted(line: string): string {
    this.lineNumber += 1 + this.innerLines;
    this.innerLines = 0;
    return line;
  }

  /** Looks at a newline, carriage return or backslash; `{ length }`: the line ends here, with so many characters. */
  private special(code: number): 'go on' | 'wait' | { readonly length: number } {
    if ((code === CARRIAGE_RETURN || code === BACKSLASH) && this.isShort(1)) return 'wait';
    if (code === BACKSLASH && this.beginsEnd() && this.isShort(this.endMarkLength())) return 'wait';
    if (this.isCsv) this.noteQuoting(code);
    if (code === BACKSLASH) return this.backslash();
    if (this.isInQuote) return 'go on';
    return code === NEWLINE ? this.newline() : this.carriageReturn();
  }

  /** Are there not yet so many characters behind this one, and may more come? */
  private isShort(count: number): boolean {
    return !this.isAtEnd && this.at + count >= this.text.length;
  }

  /** An escape counts only inside a quoted field and right before a quote. */
  private noteQuoting(code: number): void {
    if (this.isInQuote && code === this.escape) this.wasEscape = !this.wasEscape;
    if (code === this.quote && !this.wasEscape) this.isInQuote = !this.isInQuote;
    if (code !== this.escape) this.wasEscape = false;
    if (this.isInQuote && code === (this.lineEnd === 'newline' ? NEWLINE : CARRIAGE_RETURN)) this.innerLines++;
  }

  private newline(): { readonly length: number } {
    if (this.lineEnd === 'carriage return' || this.lineEnd === 'both') throw this.strayEnd('newline', 'n');
    this.lineEnd = 'newline';
    return { length: 1 };
  }

  private carriageReturn(): { readonly length: number } {
    if (this.lineEnd === 'newline') throw this.strayEnd('carriage return', 'r');
    if (this.lineEnd === 'carriage return') return { length: 1 };
    if (this.codeAt(1) === NEWLINE) {
      this.lineEnd = 'both';
      return { length: 2 };
    }
    if (this.lineEnd === 'both') throw this.strayEnd('carriage return', 'r');
    this.lineEnd = 'carriage return';
    return { length: 1 };
  }

  /** In text format a backslash hides the character behind it; in CSV it only counts in `\.` alone on a line. */
  private backslash(): 'go on' | { readonly length: number } {
    if (this.isCsv && (this.at !== this.start || this.isInQuote)) return 'go on';
    if (this.codeAt(1) !== DOT) {
      if (!this.isCsv) this.at++;
      return 'go on';
    }
    return this.endMark();
  }

  private endMark(): 'go on' | { readonly length: number } {
    let after = this.codeAt(2);
    if (this.lineEnd === 'both') {
      if (after === NEWLINE) return this.wrongEndMark('does not match previous newline style');
      if (after !== CARRIAGE_RETURN) return this.wrongEndMark('corrupt');
      after = this.codeAt(3);
    }
    if (after !== CARRIAGE_RETURN && after !== NEWLINE) return this.wrongEndMark('corrupt');
    const wanted = this.lineEnd === 'carriage return' ? CARRIAGE_RETURN : NEWLINE;
    if (this.lineEnd !== 'unknown' && after !== wanted)
      throw this.endMarkError('does not match previous newline style');
    this.isFinished = true;
    return { length: this.text.length - this.at };
  }

  /** In CSV it was data all the same. */
  private wrongEndMark(problem: string): 'go on' {
    if (!this.isCsv) throw this.endMarkError(problem);
    return 'go on';
  }

  private beginsEnd(): boolean {
    return this.codeAt(1) === DOT;
  }

  private endMarkLength(): number {
    return this.lineEnd === 'both' ? 3 : 2;
  }

  private codeAt(distance: number): number {
    return this.text.charCodeAt(this.at + distance);
  }

  /** The line of the error is the one under way. */
  private strayEnd(what: string, letter: string): PgError {
    this.lineNumber++;
    const hint = this.isCsv ? `Use quoted CSV field to represent ${what}.` : `Use "\\${letter}" to represent ${what}.`;
    return error(SqlState.badCopyFileFormat, `${this.isCsv ? 'unquoted' : 'literal'} ${what} found in data`, { hint });
  }

  private endMarkError(problem: string): PgError {
    this.lineNumber++;
    return error(SqlState.badCopyFileFormat, `end-of-copy marker ${problem}`);
  }
}
