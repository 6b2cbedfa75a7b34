import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { AttributeStorage } from '../../../access/tuple/attribute-storage.js';
import type { SqlType } from '../sql-type.js';
import { SqlArray } from './sql-array.js';

/**
 * Arrays as bytes (utils/array.h ArrayType; array_send).
 *
 *     vl_len(4) | ndim(4) dataoffset(4) elemtype(4) | lengths, lower bounds (4 each) | null bitmap | aligned elements
 *
 * Offsets count from vl_len, which the payload does not contain: payload offset = struct offset - 4.
 */
const LENGTH_WORD = 4;
const FIXED_HEADER = 16;

export function arrayStorage<V>(element: SqlType<V>): AttributeStorage<SqlArray<V>> {
  return {
    length: -1,
    align: element.row.align === 8 ? 8 : 4,
    byteLength: (array) => layOut(element, array, undefined) - LENGTH_WORD,
    write: (array, target, at) => writeArray(element, array, target, at),
    read: (source, at) => readArray(element, source, at),
  };
}

function headerBytes(array: SqlArray): number {
  const bounds = FIXED_HEADER + array.dimensions * 8;
  return align(hasNulls(array) ? bounds + Math.ceil(array.elements.length / 8) : bounds, 8);
}

function hasNulls(array: SqlArray): boolean {
  return array.elements.includes(null);
}

function align(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}

/** Walks the elements, calling `visit` with the struct offset of each; returns where the last one ends, aligned. */
function layOut<V>(
  element: SqlType<V>,
  array: SqlArray<V>,
  visit: ((value: V, offset: number) => void) | undefined,
): number {
  const { storage } = element;
  let offset = headerBytes(array);
  for (const value of array.elements) {
    if (value === null) continue;
    visit?.(value, offset);
    offset = align(offset + elementBytes(storage, storage.byteLength(value)), storage.align);
  }
  return offset;
}

function elementBytes(storage: { length: number }, payloadBytes: number): number {
  if (storage.length === -1) return payloadBytes + LENGTH_WORD;
  return storage.length === -2 ? payloadBytes + 1 : payloadBytes;
}

function writeArray<V>(element: SqlType<V>, array: SqlArray<V>, target: Buffer, at: number): void {
  const start = at - LENGTH_WORD;
  const total = layOut(element, array, undefined);
  target.fill(0, at, start + total);
  target.writeInt32LE(array.dimensions, at);
  target.writeInt32LE(hasNulls(array) ? headerBytes(array) : 0, at + 4);
  target.writeUInt32LE(element.oid, at + 8);
  [...array.lengths, ...array.lowerBounds].forEach((number, i) =>
    target.writeInt32LE(number, start + FIXED_HEADER + i * 4),
  );
  if (hasNulls(array)) writeBitmap(array, target, start + FIXED_HEADER + array.dimensions * 8);
  layOut(element, array, (value, offset) => writeElement(element, value, target, start + offset));
}

function writeBitmap(array: SqlArray, target: Buffer, at: number): void {
  array.elements.forEach((value, i) => {
    if (value !== null) target[at + (i >> 3)] |= 1 << (i & 7);
  });
}

/** Varlena elements always have the four-byte header: total length shifted left by two. */
function writeElement<V>({ storage }: SqlType<V>, value: V, target: Buffer, at: number): void {
  if (storage.length !== -1) return storage.write(value, target, at);
  target.writeUInt32LE((storage.byteLength(value) + LENGTH_WORD) << 2, at);
  storage.write(value, target, at + LENGTH_WORD);
}

function readArray<V>(element: SqlType<V>, source: Buffer, at: number): SqlArray<V> {
  const start = at - LENGTH_WORD;
  const dimensions = source.readInt32LE(at);
  const dataOffset = source.readInt32LE(at + 4);
  const numbers = Array.from({ length: dimensions * 2 }, (_, i) => source.readInt32LE(start + FIXED_HEADER + i * 4));
  const lengths = numbers.slice(0, dimensions);
  const count = dimensions === 0 ? 0 : lengths.reduce((product, length) => product * length, 1);
  const bitmap = dataOffset === 0 ? undefined : start + FIXED_HEADER + dimensions * 8;
  let offset = dataOffset === 0 ? align(FIXED_HEADER + dimensions * 8, 8) : dataOffset;
  const elements: (V | null)[] = [];
  for (let i = 0; i < count; i++) {
    if (bitmap !== undefined && !(source[bitmap + (i >> 3)] & (1 << (i & 7)))) {
      elements.push(null);
      continue;
    }
    const { value, bytes } = readElement(element, source, start + offset);
    elements.push(value);
    offset = align(offset + bytes, element.storage.align);
  }
  return SqlArray.shaped(elements, lengths, numbers.slice(dimensions));
}

function readElement<V>({ storage }: SqlType<V>, source: Buffer, at: number): { value: V; bytes: number } {
  if (storage.length > 0) return { value: storage.read(source, at, storage.length), bytes: storage.length };
  if (storage.length === -2) {
    const length = source.indexOf(0, at) - at;
    return { value: storage.read(source, at, length), bytes: length + 1 };
  }
  const bytes = source.readUInt32LE(at) >>> 2;
  return { value: storage.read(source, at + LENGTH_WORD, bytes - LENGTH_WORD), bytes };
}

/** Dimensions, null flag, element type, bounds; then each element with its length, -1 for NULL. */
export function sendArray<V>(element: SqlType<V>, array: SqlArray<V>): Buffer {
  const header = Buffer.alloc(12 + array.dimensions * 8);
  header.writeInt32BE(array.dimensions, 0);
  header.writeInt32BE(hasNulls(array) ? 1 : 0, 4);
  header.writeUInt32BE(element.oid, 8);
  array.lengths.forEach((length, d) => header.writeInt32BE(length, 12 + d * 8));
  array.lowerBounds.forEach((lower, d) => header.writeInt32BE(lower, 16 + d * 8));
  return Buffer.concat([header, ...array.elements.flatMap((value) => sendElement(element, value))]);
}

function sendElement<V>(element: SqlType<V>, value: V | null): Buffer[] {
  const length = Buffer.alloc(4);
  if (value === null) {
    length.writeInt32BE(-1);
    return [length];
  }
  const bytes = element.send(value);
  length.writeInt32BE(bytes.length);
  return [length, bytes];
}

export function receiveArray<V>(element: SqlType<V>, bytes: Buffer, typmod: number): SqlArray<V> {
  const reader = new WireReader(bytes);
  const dimensions = reader.int32();
  if (dimensions < 0) throw invalidBinary(`invalid number of dimensions: ${dimensions}`);
  const flags = reader.int32();
  if (flags !== 0 && flags !== 1) throw invalidBinary('invalid array flags');
  const sent = reader.int32() >>> 0;
  if (sent !== element.oid)
    throw error(
      SqlState.datatypeMismatch,
      `binary data has array element type ${sent} instead of expected ${element.oid}`,
    );
  const bounds = Array.from({ length: dimensions }, () => ({ length: reader.int32(), lower: reader.int32() }));
  const count = dimensions === 0 ? 0 : bounds.reduce((product, { length }) => product * length, 1);
  const elements: (V | null)[] = [];
  for (let i = 0; i < count; i++) {
    const size = reader.int32();
    elements.push(size === -1 ? null : element.receive(reader.take(size), typmod));
  }
  return SqlArray.shaped(
    elements,
    bounds.map(({ length }) => length),
    bounds.map(({ lower }) => lower),
  );
}

function invalidBinary(message: string): Error {
  return error(SqlState.invalidBinaryRepresentation, message);
}

class WireReader {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  int32(): number {
    return this.take(4).readInt32BE();
  }

  take(length: number): Buffer {
    if (length < 0 || this.at + length > this.bytes.length) throw error('08P01', 'insufficient data left in message');
    return this.bytes.subarray(this.at, (this.at += length));
  }
}
