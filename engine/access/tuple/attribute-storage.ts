/**
 * How one data type lies in a tuple. The types themselves live above this layer.
 *
 * `length` is the byte count of a fixed-length type, -1 for a varlena (length word, then payload), -2 for a C string.
 */
export interface AttributeStorage<V = never> {
  readonly length: number;
  readonly align: 1 | 2 | 4 | 8;
  /** Bytes of the payload: without a varlena's length word and without a C string's final zero. */
  byteLength(value: V): number;
  /** Writes the payload, `byteLength(value)` bytes. */
  write(value: V, target: Buffer, at: number): void;
  /** Must not keep a view of `source`: it is a page. */
  read(source: Buffer, at: number, byteLength: number): V;
}

/** A storage of any type: values go in and come out unchecked, as the catalog says what they are. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyAttributeStorage = AttributeStorage<any>;
