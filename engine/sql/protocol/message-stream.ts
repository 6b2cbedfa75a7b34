import { fatal, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Frontend, MAX_STARTUP_PACKET_BYTES } from './message-types.js';

export interface RawMessage {
  readonly type: number;
  /** Without type and length. A view that stays valid until the next `push`. */
  readonly body: Buffer;
}

const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(Frontend));
const FIRST_CAPACITY = 8192;

/** Cuts a client's bytes into messages. What is no message of the protocol raises FATAL 08P01. */
export class MessageStream {
  private bytes: Buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;

  /** Longest message taken; raised once the client is authenticated. */
  constructor(public maxMessageBytes: number) {}

  push(chunk: Buffer): void {
    if (this.start === this.end) {
      this.bytes = chunk;
      this.start = 0;
      this.end = chunk.length;
      return;
    }
    this.makeRoom(chunk.length);
    chunk.copy(this.bytes, this.end);
    this.end += chunk.length;
  }

  /** Bytes that arrived and belong to no message taken yet. */
  get pendingBytes(): number {
    return this.end - this.start;
  }

  /** The next whole message, or undefined until more bytes come; with `wanted`, only if it is of that type. */
  next(wanted?: number): RawMessage | undefined {
    if (this.pendingBytes < 1) return undefined;
    const type = this.bytes[this.start];
    if (wanted !== undefined && type !== wanted) return undefined;
    if (!KNOWN_TYPES.has(type)) throw violation(`invalid frontend message type ${type}`);
    if (this.pendingBytes < 5) return undefined;
    const length = this.checkedLength(this.bytes.readInt32BE(this.start + 1), this.maxMessageBytes);
    if (this.pendingBytes < length + 1) return undefined;
    const body = this.bytes.subarray(this.start + 5, this.start + 1 + length);
    this.start += length + 1;
    return { type, body };
  }

  /** The body of a packet without a type byte, as clients send first. */
  nextStartupPacket(): Buffer | undefined {
    if (this.pendingBytes < 4) return undefined;
    const length = this.bytes.readInt32BE(this.start);
    if (length < 8 || length > MAX_STARTUP_PACKET_BYTES) throw violation('invalid length of startup packet');
    if (this.pendingBytes < length) return undefined;
    const body = this.bytes.subarray(this.start + 4, this.start + length);
    this.start += length;
    return body;
  }

  private checkedLength(length: number, maximum: number): number {
    if (length < 4) throw violation('invalid message length');
    if (length > maximum) {
      throw violation('invalid message length', {
        detail: `The message is ${length} bytes long; at most ${maximum} are accepted here.`,
      });
    }
    return length;
  }

  /** The unread bytes move into a buffer of our own: the chunk they came in belongs to the socket. */
  private makeRoom(added: number): void {
    const needed = this.pendingBytes + added;
    const isOwn = this.bytes.byteOffset === 0 && this.bytes.length === this.bytes.buffer.byteLength;
    if (isOwn && this.end + added <= this.bytes.length) return;
    const target = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(needed))));
    this.bytes.copy(target, 0, this.start, this.end);
    this.end = this.pendingBytes;
    this.start = 0;
    this.bytes = target;
  }
}

export function violation(message: string, details?: { detail?: string }): PgError {
  return fatal(SqlState.protocolViolation, message, details);
}
