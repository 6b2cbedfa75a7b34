import { tupleSize } from '../index-tuple.js';

/** Entries in order, one at a time: the current one is the tuple at `bytes[at]`, good until the next step. */
export interface TupleStream {
  readonly bytes: Buffer;
  readonly at: number;
  /** Goes on to the next entry; false behind the last. */
  next(): boolean;
}

/** The current entry alone: a view. */
export function currentTuple({ bytes, at }: TupleStream): Buffer {
  return bytes.subarray(at, at + tupleSize(bytes, at));
}
