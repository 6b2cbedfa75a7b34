import type { OutputColumn } from '../analyse/query.js';
import type { TextEnvironment } from '../types/environment.js';
import { types } from '../types/type-table.js';
import { BINARY_SIGNATURE, FILE_HEADER_BYTES } from './binary-format.js';
import type { CopyOptions } from './copy-options.js';

/** What COPY TO makes of rows, message by message; '' for none. */
export interface RowWriter {
  begin(): string | Buffer;
  row(values: readonly unknown[]): string | Buffer;
  end(): string | Buffer;
}

export function rowWriter(
  options: CopyOptions,
  columns: readonly Pick<OutputColumn, 'name' | 'type'>[],
  forceQuote: readonly boolean[],
  environment: TextEnvironment,
): RowWriter {
  if (options.format === 'binary') return binaryWriter(columns, environment);
  const field = options.format === 'csv' ? csvField(options, columns.length === 1) : textField(options);
  const outputs = columns.map(({ type }) => types.byOid(type).output);
  const { delimiter, nullText } = options;
  return {
    begin: () =>
      options.header === 'none' ? '' : `${columns.map(({ name }) => field(name, false)).join(delimiter)}\n`,
    row(values) {
      let line = '';
      for (let index = 0; index < outputs.length; index++) {
        if (index > 0) line += delimiter;
        const value = values[index];
        line += value === null ? nullText : field(outputs[index](value, environment), forceQuote[index]);
      }
      return `${line}\n`;
    },
    end: () => '',
  };
}

type WriteField = (text: string, isForced: boolean) => string;

/** CopyAttributeOutText: a backslash before what would mean something else. */
function textField({ delimiter }: CopyOptions): WriteField {
  const special = new RegExp(
    `[\\b\\f\\n\\r\\t\\v\\\\${delimiter === ']' || delimiter === '^' ? `\\${delimiter}` : delimiter}]`,
  );
  const all = new RegExp(special.source, 'g');
  return (text) => (special.test(text) ? text.replace(all, (found) => `\\${LETTERS[found] ?? found}`) : text);
}

const LETTERS: Readonly<Record<string, string>> = {
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
};

/** CopyAttributeOutCSV: quotes around what would mean something else. A lone `\.` would end the data. */
function csvField({ delimiter, quote, escape, nullText }: CopyOptions, isOnly: boolean): WriteField {
  return (text, isForced) => {
    const needsQuotes =
      isForced ||
      text === nullText ||
      (isOnly && text === '\\.') ||
      text.includes(delimiter) ||
      text.includes(quote) ||
      text.includes('\n') ||
      text.includes('\r');
    if (!needsQuotes) return text;
    const escaped = escape === quote ? text : text.split(escape).join(escape + escape);
    return quote + escaped.split(quote).join(escape + quote) + quote;
  };
}

function binaryWriter(columns: readonly Pick<OutputColumn, 'type'>[], environment: TextEnvironment): RowWriter {
  const sends = columns.map(({ type }) => types.byOid(type).send);
  let header = Buffer.concat([BINARY_SIGNATURE, Buffer.alloc(FILE_HEADER_BYTES - BINARY_SIGNATURE.length)]);
  /** The header goes with what follows it. */
  const takeHeader = (): Buffer => {
    const taken = header;
    header = NOTHING;
    return taken;
  };
  return {
    begin: () => '',
    row(values) {
      const parts: Buffer[] = [takeHeader(), int16(sends.length)];
      for (let index = 0; index < sends.length; index++) {
        const value = values[index] === null ? null : sends[index](values[index], environment);
        parts.push(int32(value === null ? -1 : value.length));
        if (value !== null) parts.push(value);
      }
      return Buffer.concat(parts);
    },
    end: () => Buffer.concat([takeHeader(), int16(-1)]),
  };
}

const NOTHING = Buffer.alloc(0);

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
