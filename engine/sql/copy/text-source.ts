import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { TextEnvironment } from '../types/environment.js';
import { types } from '../types/type-table.js';
import { namedColumns } from './copy-columns.js';
import type { CopyOptions } from './copy-options.js';
import { TextDecoding } from './encoding.js';
import { fieldSplitter, type SplitLine } from './fields.js';
import { LineReader } from './line-reader.js';
import type { CopiedColumn, RowSource } from './row-source.js';

const LONGEST_SHOWN = 100;

interface Input {
  readonly name: string;
  readonly forcesNotNull: boolean;
  readonly forcesNull: boolean;
  readonly read: (text: string) => unknown;
}

/** Rows from text or CSV. */
export class TextSource implements RowSource {
  private readonly decoding = new TextDecoding();
  private readonly lines: LineReader;
  private readonly split: SplitLine;
  private readonly inputs: readonly Input[];
  private isBeforeHeader: boolean;
  private isLast = false;
  /** What is being read, for the context of errors. */
  private line: string | undefined;
  private column: { readonly name: string; readonly text: string | null } | undefined;

  constructor(
    private readonly options: CopyOptions,
    columns: readonly CopiedColumn[],
    environment: TextEnvironment,
    forced: { readonly notNull: readonly boolean[]; readonly null: readonly boolean[] },
  ) {
    this.lines = new LineReader(options);
    this.split = fieldSplitter(options);
    this.isBeforeHeader = options.header !== 'none';
    this.inputs = columns.map(({ name, type, typmod }, index) => {
      const { input } = types.byOid(type);
      return {
        name,
        forcesNotNull: forced.notNull[index],
        forcesNull: forced.null[index],
        read: (text) => input(text, typmod, environment),
      };
    });
  }

  get lineNumber(): number {
    return this.lines.lineNumber;
  }

  push(piece: Buffer, isLast: boolean): void {
    const text = this.decoding.decode(piece, isLast);
    this.isLast = isLast && this.decoding.isValid;
    this.lines.push(text, this.isLast);
  }

  next(): unknown[] | undefined {
    this.line = undefined;
    const line = this.lines.next();
    if (line === undefined) {
      this.checkRest();
      return undefined;
    }
    this.line = line;
    if (!this.isBeforeHeader) return this.rowOf(line);
    this.isBeforeHeader = false;
    if (this.options.header === 'match') this.matchHeader(this.split(line));
    return this.next();
  }

  place(): string {
    const where = `line ${this.lineNumber}`;
    if (this.column) {
      const { name, text } = this.column;
      return `${where}, column ${name}: ${text === null ? 'null input' : `"${shortened(text)}"`}`;
    }
    return this.line === undefined ? where : `${where}: "${shortened(this.line)}"`;
  }

  forgetRow(): void {
    this.line = undefined;
  }

  /** Without any line, the header that has to match is an empty one. */
  private checkRest(): void {
    try {
      this.decoding.check();
    } catch (thrown) {
      this.lines.lineNumber++;
      throw thrown;
    }
    if (!this.isLast || !this.isBeforeHeader || this.options.header !== 'match') return;
    this.lines.lineNumber++;
    this.line = '';
    this.matchHeader(['']);
  }

  private rowOf(line: string): unknown[] {
    const fields = this.inputs.length === 0 && line === '' ? [] : this.split(line);
    const { inputs } = this;
    if (fields.length > inputs.length) throw badFile('extra data after last expected column');
    const values: unknown[] = fields;
    for (let index = 0; index < inputs.length; index++) {
      if (index >= fields.length) throw badFile(`missing data for column "${inputs[index].name}"`);
      values[index] = this.value(inputs[index], fields[index]);
    }
    return values;
  }

  private value(input: Input, field: string | null): unknown {
    let text = field;
    if (text === null && input.forcesNotNull) text = this.options.nullText;
    else if (text !== null && input.forcesNull && text === this.options.nullText) text = null;
    if (text === null) return null;
    try {
      return input.read(text);
    } catch (thrown) {
      this.column = { name: input.name, text };
      throw thrown;
    }
  }

  private matchHeader(fields: readonly (string | null)[]): void {
    const { inputs, options } = this;
    if (fields.length !== inputs.length) {
      throw badFile(`wrong number of fields in header line: got ${fields.length}, expected ${inputs.length}`);
    }
    inputs.forEach(({ name }, index) => {
      const field = fields[index];
      if (field === name) return;
      const got = field === null ? `null value ("${options.nullText}")` : `"${field}"`;
      throw badFile(`column name mismatch in header line field ${index + 1}: got ${got}, expected "${name}"`);
    });
  }
}

/** A source of rows in text or CSV format, the columns that its options name looked up. */
export function openTextSource(
  options: CopyOptions,
  columns: readonly CopiedColumn[],
  relation: Parameters<typeof namedColumns>[3],
  environment: TextEnvironment,
): TextSource {
  return new TextSource(options, columns, environment, {
    notNull: namedColumns('FORCE_NOT_NULL', options.forceNotNull, columns, relation),
    null: namedColumns('FORCE_NULL', options.forceNull, columns, relation),
  });
}

function badFile(message: string): PgError {
  return error(SqlState.badCopyFileFormat, message);
}

/** The first hundred bytes, in whole characters. */
function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_SHOWN) return text;
  return `${bytes.toString('utf8', 0, LONGEST_SHOWN).replace(/\ufffd+$/, '')}...`;
}
