import type { IndexFormat } from '../index-format.js';
import { MAX_ENTRY_BYTES, hasNulls } from '../index-tuple.js';
import { currentTuple, type TupleStream } from './tuple-stream.js';

/** Passes on a stream, unless two entries after each other have the same key. */
export class UniqueStream implements TupleStream {
  /** The entry before: the source uses its bytes again. */
  private readonly previous = Buffer.alloc(MAX_ENTRY_BYTES);
  private hasCurrent = false;

  constructor(
    private readonly format: IndexFormat,
    private readonly source: TupleStream,
    private readonly duplicate: (values: unknown[]) => Error,
  ) {}

  get bytes(): Buffer {
    return this.source.bytes;
  }

  get at(): number {
    return this.source.at;
  }

  next(): boolean {
    const hadCurrent = this.hasCurrent;
    if (hadCurrent) currentTuple(this.source).copy(this.previous);
    this.hasCurrent = this.source.next();
    if (hadCurrent && this.hasCurrent) this.check();
    return this.hasCurrent;
  }

  private check(): void {
    const { format, bytes, at } = this;
    if (format.compareKeys(this.previous, 0, bytes, at) !== 0 || this.mayRepeat()) return;
    throw this.duplicate(format.deform(bytes, at, format.keyCount));
  }

  /** Nulls are distinct from each other, unless the index says otherwise. */
  private mayRepeat(): boolean {
    const { format, bytes, at } = this;
    if (format.index.nullsNotDistinct || !hasNulls(bytes, at)) return false;
    return format.deform(bytes, at, format.keyCount).includes(null);
  }
}
