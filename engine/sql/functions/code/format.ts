import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { int4 } from '../../types/integers.js';
import type { CallEnvironment } from '../environment.js';
import type { Code } from '../signature.js';
import { quoteIdentifier, quoteLiteral } from './quoting.js';
import { pad } from './text-slices.js';

type Printer = (value: unknown, env: CallEnvironment) => string;

const SPECIFIER = /%(?:(\d+)\$)?(-*)(?:(\*)(?:(\d+)\$)?|(\d+))?([\s\S])?/y;

function invalid(message: string, hint?: string): PgError {
  return error(SqlState.invalidParameterValue, message, hint ? { hint } : {});
}

/** The function format(): `%s`, `%I`, `%L`, `%%`, positions and widths (utils/adt/varlena.c text_format). */
export function formatText(printers: readonly Printer[]): Code {
  return (...given: unknown[]) => {
    const [template, ...values] = given.slice(0, printers.length);
    if (template === null) return null;
    return new Formatter(
      template as string,
      values,
      printers.slice(1),
      given[printers.length] as CallEnvironment,
    ).format();
  };
}

class Formatter {
  /** How many arguments are used up; positions say where to go on. */
  private used = 0;

  constructor(
    private readonly template: string,
    private readonly values: readonly unknown[],
    private readonly printers: readonly Printer[],
    private readonly env: CallEnvironment,
  ) {}

  format(): string {
    let result = '';
    let at = 0;
    while (at < this.template.length) {
      const next = this.template.indexOf('%', at);
      if (next < 0) return result + this.template.slice(at);
      result += this.template.slice(at, next);
      SPECIFIER.lastIndex = next;
      const match = SPECIFIER.exec(this.template)!;
      at = next + match[0].length;
      result += this.convert(match);
    }
    return result;
  }

  private convert([, argument, flags, star, starArgument, width, type]: RegExpExecArray): string {
    if (type === undefined) throw invalid('unterminated format() type specifier', 'For a single "%" use "%%".');
    if (type === '%') return '%';
    if (!'sIL'.includes(type)) {
      throw invalid(`unrecognized format() type specifier "${type}"`, 'For a single "%" use "%%".');
    }
    const size = star ? this.widthFromArgument(starArgument, flags) : width === undefined ? undefined : Number(width);
    if (argument !== undefined) this.used = this.positionOf(argument);
    const text = this.convertValue(type);
    return size === undefined ? text : this.justify(text, Math.abs(size), flags !== '' || size < 0);
  }

  /** `*` takes the width from an argument; a negative one aligns to the left. */
  private widthFromArgument(position: string | undefined, flags: string): number {
    if (position !== undefined) this.used = this.positionOf(position);
    const index = this.used++;
    if (index >= this.values.length) throw invalid('too few arguments for format()');
    const width = this.integerAt(index);
    return flags === '' ? width : Math.abs(width);
  }

  private integerAt(index: number): number {
    const value = this.values[index];
    if (value === null) return 0;
    return typeof value === 'number' ? value : int4.input(this.printers[index](value, this.env), -1);
  }

  private positionOf(argument: string): number {
    if (Number(argument) === 0) throw invalid('format specifies argument 0, but arguments are numbered from 1');
    return Number(argument) - 1;
  }

  private convertValue(type: string): string {
    const index = this.used++;
    if (index >= this.values.length) throw invalid('too few arguments for format()');
    const value = this.values[index];
    if (value === null) return this.convertNull(type);
    const text = this.printers[index](value, this.env);
    if (type === 's') return text;
    return type === 'I' ? quoteIdentifier(text) : quoteLiteral(text);
  }

  private convertNull(type: string): string {
    if (type === 'I') throw error(SqlState.nullValueNotAllowed, 'null values cannot be formatted as an SQL identifier');
    return type === 'L' ? 'NULL' : '';
  }

  private justify(text: string, width: number, left: boolean): string {
    return [...text].length >= width ? text : pad(text, width, ' ', left ? 'right' : 'left');
  }
}
