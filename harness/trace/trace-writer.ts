import { createMappedFile, type MappedFile } from './mapped-file.js';
import {
  CHUNK_BYTES,
  CHUNK_HEADER_BYTES,
  CHUNK_MAGIC,
  CHUNK_VERSION,
  ENTRY_HEADER_BYTES,
  EntryDouble,
  EntryWord,
  RECORDED_OPERATIONS,
  chunkPath,
  entryBytes,
  type RecordedOperation,
} from './record-format.js';
import type { TraceArea } from './trace-area.js';

const NOTHING = Buffer.alloc(0);

/** A call that is about to be made. */
export interface RecordedCall {
  readonly operation: RecordedOperation;
  readonly path: Uint8Array;
  readonly fromPath?: Uint8Array;
  /** Inode numbers. */
  readonly node?: number;
  readonly directory?: number;
  readonly fromDirectory?: number;
  readonly offset?: number;
  readonly data?: Uint8Array;
}

/** Appends one process's calls to its log. Maps the first chunk with the first call: many processes change nothing. */
export class TraceWriter {
  /** Where the last call's data were copied to: the bytes from `dataAt` on. */
  bytes: Buffer = NOTHING;
  dataAt = 0;
  private file: MappedFile | undefined;
  private words = new Int32Array(0);
  private doubles = new Float64Array(0);
  private chunks = 0;
  private entryAt = 0;
  private freeAt = 0;

  constructor(
    private readonly area: Pick<TraceArea, 'nextSequence'>,
    private readonly trace: string,
    private readonly slot: number,
    private readonly chunkBytes = CHUNK_BYTES,
  ) {}

  /** Puts a call on record; it is made after this has returned. */
  begin({ operation, path, fromPath = NOTHING, data = NOTHING, ...call }: RecordedCall): void {
    const bytes = entryBytes(path.length, fromPath.length, data.length);
    if (this.freeAt + bytes > this.bytes.length) this.nextChunk(bytes);
    const at = this.freeAt;
    const { words, doubles } = this;
    const word = at / 4;
    words[word + EntryWord.operation] = RECORDED_OPERATIONS.indexOf(operation);
    words[word + EntryWord.pathBytes] = path.length;
    words[word + EntryWord.fromPathBytes] = fromPath.length;
    words[word + EntryWord.dataBytes] = data.length;
    const double = at / 8;
    doubles[double + EntryDouble.node] = call.node ?? 0;
    doubles[double + EntryDouble.directory] = call.directory ?? 0;
    doubles[double + EntryDouble.fromDirectory] = call.fromDirectory ?? 0;
    doubles[double + EntryDouble.offset] = call.offset ?? 0;
    const pathAt = at + ENTRY_HEADER_BYTES;
    this.dataAt = pathAt + path.length + fromPath.length;
    this.bytes.set(path, pathAt);
    this.bytes.set(fromPath, pathAt + path.length);
    this.bytes.set(data, this.dataAt);
    this.entryAt = at;
    this.freeAt = at + bytes;
    words[word + EntryWord.start] = this.area.nextSequence();
    Atomics.store(words, word + EntryWord.bytes, bytes);
  }

  /** The write on record is really made with these bytes: a fault has changed it on its way, or cut it short. */
  amend(source: Uint8Array, from: number, length: number): void {
    if (source !== this.bytes) this.bytes.set(source.subarray(from, from + length), this.dataAt);
    this.words[this.entryAt / 4 + EntryWord.dataBytes] = length;
  }

  /** The call has returned; `node` when its inode was not known before. */
  end(errno: number, node = 0): void {
    const word = this.entryAt / 4;
    if (node !== 0) this.doubles[this.entryAt / 8 + EntryDouble.node] = node;
    this.words[word + EntryWord.errno] = errno;
    Atomics.store(this.words, word + EntryWord.end, this.area.nextSequence());
  }

  close(): void {
    this.file?.unmap();
    this.file = undefined;
    this.bytes = NOTHING;
    this.freeAt = 0;
  }

  private nextChunk(firstEntryBytes: number): void {
    this.close();
    const bytes = Math.max(this.chunkBytes, CHUNK_HEADER_BYTES + firstEntryBytes);
    this.file = createMappedFile(chunkPath(this.trace, this.slot, this.chunks++), bytes);
    const { buffer } = this.file;
    this.bytes = Buffer.from(buffer);
    this.words = new Int32Array(buffer, 0, Math.floor(bytes / 4));
    this.doubles = new Float64Array(buffer, 0, Math.floor(bytes / 8));
    this.words[0] = CHUNK_MAGIC;
    this.words[1] = CHUNK_VERSION;
    this.freeAt = CHUNK_HEADER_BYTES;
  }
}
