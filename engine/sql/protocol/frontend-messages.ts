import type { Oid } from '../../base/block.js';
import { violation, type RawMessage } from './message-stream.js';
import { Frontend } from './message-types.js';

export type FormatCode = 'text' | 'binary';
export type Target = 'statement' | 'portal';

/** What a started session's client says. Byte arrays are views into the message. */
export type FrontendMessage =
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'parse'; readonly name: string; readonly sql: string; readonly parameterTypes: Oid[] }
  | {
      readonly kind: 'bind';
      readonly portal: string;
      readonly statement: string;
      readonly parameterFormats: FormatCode[];
      readonly parameters: (Buffer | null)[];
      readonly resultFormats: FormatCode[];
    }
  | { readonly kind: 'describe' | 'close'; readonly target: Target; readonly name: string }
  | { readonly kind: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly kind: 'functionCall' | 'sync' | 'flush' | 'terminate' | 'copy' | 'password' };

/** Reads fields off a message body; what does not fit raises FATAL 08P01. */
class Fields {
  private at = 0;

  constructor(private readonly body: Buffer) {}

  int16(): number {
    const at = this.advance(2);
    return this.body.readUInt16BE(at);
  }

  int32(): number {
    const at = this.advance(4);
    return this.body.readInt32BE(at);
  }

  oid(): Oid {
    return this.int32() >>> 0;
  }

  text(): string {
    const end = this.body.indexOf(0, this.at);
    if (end < 0) throw violation('invalid string in message');
    const value = this.body.toString('utf8', this.at, end);
    this.at = end + 1;
    return value;
  }

  byte(): number {
    return this.body[this.advance(1)];
  }

  /** A length word and as many bytes; null when the length is -1. */
  value(): Buffer | null {
    const length = this.int32();
    if (length === -1) return null;
    if (length < 0) throw violation('insufficient data left in message');
    const at = this.advance(length);
    return this.body.subarray(at, at + length);
  }

  list<T>(read: () => T): T[] {
    const count = this.int16();
    const values: T[] = [];
    for (let index = 0; index < count; index++) values.push(read());
    return values;
  }

  format(): FormatCode {
    const code = this.int16();
    if (code > 1) throw violation(`unsupported format code: ${code}`);
    return code === 0 ? 'text' : 'binary';
  }

  end<T>(message: T): T {
    if (this.at !== this.body.length) throw violation('invalid message format');
    return message;
  }

  private advance(count: number): number {
    const from = this.at;
    if (from + count > this.body.length) throw violation('insufficient data left in message');
    this.at += count;
    return from;
  }
}

export function parseFrontendMessage({ type, body }: RawMessage): FrontendMessage {
  const fields = new Fields(body);
  switch (type) {
    case Frontend.query:
      return fields.end({ kind: 'query', sql: fields.text() });
    case Frontend.parse:
      return fields.end({
        kind: 'parse',
        name: fields.text(),
        sql: fields.text(),
        parameterTypes: fields.list(() => fields.oid()),
      });
    case Frontend.bind:
      return parseBind(fields);
    case Frontend.describe:
    case Frontend.close:
      return fields.end({
        kind: type === Frontend.describe ? 'describe' : 'close',
        target: parseTarget(fields.byte(), type),
        name: fields.text(),
      });
    case Frontend.execute:
      return fields.end({ kind: 'execute', portal: fields.text(), maxRows: Math.max(0, fields.int32()) });
    case Frontend.sync:
      return fields.end({ kind: 'sync' });
    case Frontend.flush:
      return fields.end({ kind: 'flush' });
    case Frontend.functionCall:
      return { kind: 'functionCall' };
    case Frontend.terminate:
      return { kind: 'terminate' };
    case Frontend.password:
      return { kind: 'password' };
    default:
      return { kind: 'copy' };
  }
}

function parseBind(fields: Fields): FrontendMessage {
  return fields.end({
    kind: 'bind',
    portal: fields.text(),
    statement: fields.text(),
    parameterFormats: fields.list(() => fields.format()),
    parameters: fields.list(() => fields.value()),
    resultFormats: fields.list(() => fields.format()),
  });
}

function parseTarget(code: number, type: number): Target {
  if (code === 'S'.charCodeAt(0)) return 'statement';
  if (code === 'P'.charCodeAt(0)) return 'portal';
  throw violation(`invalid ${type === Frontend.describe ? 'DESCRIBE' : 'CLOSE'} message subtype ${code}`);
}

/** The format of value `index`: no code means text for all, one code holds for all. */
export function formatAt(formats: readonly FormatCode[], index: number): FormatCode {
  if (formats.length === 0) return 'text';
  return formats.length === 1 ? formats[0] : formats[index];
}
