import { isUtf8 } from 'node:buffer';
import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';

/** What UTF-8 bytes say. Raises 22021 for what is none, and for zero bytes. */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString('utf8');
  throw invalidBytes(bytes, validBytes(bytes));
}

/** Decodes text that comes in pieces, as far as it is valid: so that what stands before a wrong byte is still seen. */
export class TextDecoding {
  private rest: Buffer = Buffer.alloc(0);
  private failure: PgError | undefined;

  /** The text of the whole lines that have come, and after the last piece of all; nothing behind a wrong byte. */
  decode(piece: Buffer, isLast: boolean): string {
    if (this.failure) return '';
    const bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const end = isLast ? bytes.length : lineEnds(bytes);
    const whole = bytes.subarray(0, end);
    this.rest = Buffer.from(bytes.subarray(end));
    if (isUtf8(whole) && !whole.includes(0)) return whole.toString('utf8');
    const valid = validBytes(whole);
    this.failure = invalidBytes(whole, valid);
    return whole.toString('utf8', 0, valid);
  }

  /** Has no wrong byte come yet? */
  get isValid(): boolean {
    return this.failure === undefined;
  }

  /** To be called when all text so far is used up: raises 22021 if a wrong byte comes next. */
  check(): void {
    if (this.failure) throw this.failure;
  }
}

/** How many bytes there are up to behind the last newline or carriage return. */
function lineEnds(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
}

/** How many bytes there are before the first that is wrong. */
function validBytes(bytes: Buffer): number {
  let from = 0;
  for (let length = 0; from < bytes.length; from += length) {
    length = sequenceLength(bytes[from]);
    const sequence = bytes.subarray(from, from + length);
    if (bytes[from] === 0 || sequence.length < length || !isUtf8(sequence)) break;
  }
  return from;
}

/** Names as many bytes as the first one announces. */
function invalidBytes(bytes: Buffer, from: number): PgError {
  const sequence = bytes.subarray(from, from + sequenceLength(bytes[from]));
  const shown = [...sequence].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
  return error(SqlState.characterNotInRepertoire, `invalid byte sequence for encoding "UTF8": ${shown}`);
}

function sequenceLength(first: number): number {
  if (first < 0xc0 || first >= 0xf8) return 1;
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
