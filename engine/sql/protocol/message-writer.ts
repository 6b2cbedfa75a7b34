import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';

const FIRST_CAPACITY = 16 * 1024;
/** A row no larger than this keeps the buffer; a larger one gives it back when taken. */
const KEPT_CAPACITY = 256 * 1024;
const LARGEST_MESSAGE = 1024 ** 3 - 1;

/** Gathers messages to send. Lengths are filled in by `end`. */
export class MessageWriter {
  private bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  private at = 0;
  private lengthAt = 0;

  get pendingBytes(): number {
    return this.at;
  }

  /** What has gathered, as a buffer of its own. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.at));
    this.at = 0;
    if (this.bytes.length > KEPT_CAPACITY) this.bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
    return taken;
  }

  /** Where the messages end now, to come back to with `rewind` when one cannot be finished. */
  mark(): number {
    return this.at;
  }

  rewind(mark: number): void {
    this.at = mark;
  }

  begin(type: number): this {
    this.reserve(5);
    this.bytes[this.at] = type;
    this.lengthAt = this.at + 1;
    this.at += 5;
    return this;
  }

  end(): void {
    this.bytes.writeInt32BE(this.at - this.lengthAt, this.lengthAt);
  }

  byte(value: number): this {
    this.reserve(1);
    this.bytes[this.at++] = value;
    return this;
  }

  int16(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeUInt16BE(value & 0xffff, this.at);
    return this;
  }

  int32(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeInt32BE(value | 0, this.at);
    return this;
  }

  /** Text and a zero byte. */
  text(value: string): this {
    this.raw(value);
    return this.byte(0);
  }

  raw(value: string | Buffer): this {
    if (typeof value === 'string') {
      this.reserve(value.length * 3);
      this.at += this.bytes.write(value, this.at);
    } else {
      this.reserve(value.length);
      this.at += value.copy(this.bytes, this.at);
    }
    return this;
  }

  /** A length word and the value's bytes; -1 alone for null. */
  value(value: string | Buffer | null): this {
    if (value === null) return this.int32(-1);
    const lengthAt = this.at;
    this.int32(0).raw(value);
    this.bytes.writeInt32BE(this.at - lengthAt - 4, lengthAt);
    return this;
  }

  private reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    if (needed > LARGEST_MESSAGE) throw error(SqlState.programLimitExceeded, 'result row is too large to send');
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}
