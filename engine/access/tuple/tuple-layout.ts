import { setU16, setU32, u32 } from '../../base/bytes.js';
import { assert, error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { AnyAttributeStorage } from './attribute-storage.js';
import {
  Field,
  Infomask,
  Infomask2,
  MAX_ATTRIBUTES,
  MAX_TUPLE_BYTES,
  TUPLE_HEADER_BYTES,
  tupleHoff,
  tupleInfomask,
  tupleInfomask2,
} from './tuple-header.js';
import { C_STRING, VARLENA, alignUp, damagedLength, storedOutOfLine } from './varlena.js';

/** A varlena of at most this many bytes in all has a one-byte header and no alignment (postgres.h VARATT_SHORT_MAX). */
const SHORT_VARLENA_MAX = 0x7f;
const VARLENA_MAX_BYTES = 0x3fff_ffff;

/**
 * Forms and takes apart the tuples of one table (access/common/heaptuple.c).
 *
 * Values are in attribute order; null is SQL NULL. A tuple may hold fewer attributes than the layout (added columns):
 * the missing ones read as null.
 */
export class TupleLayout {
  /** Offsets of the leading attributes that stand at the same place in every tuple without nulls; -1 from there on. */
  private readonly fixedOffsets: Int32Array;

  constructor(readonly attributes: readonly AnyAttributeStorage[]) {
    assert(attributes.length <= MAX_ATTRIBUTES, 'a tuple has at most 1600 attributes');
    this.fixedOffsets = fixedOffsetsOf(attributes);
  }

  /** A new tuple; xmin, xmax, command id and ctid are zero. Raises 54000 when no page could hold it. */
  form(values: readonly unknown[]): Buffer {
    const count = this.attributes.length;
    assert(values.length === count, () => `${count} values wanted, ${values.length} given`);
    const hasNull = values.includes(null);
    const hoff = alignUp(TUPLE_HEADER_BYTES + (hasNull ? (count + 7) >> 3 : 0), 8);
    const lengths: number[] = [];
    const bytes = hoff + this.measure(values, lengths);
    if (alignUp(bytes, 8) > MAX_TUPLE_BYTES) throw tooBig(alignUp(bytes, 8));
    const tuple = Buffer.allocUnsafe(bytes).fill(0);
    let infomask = this.fill(tuple, hoff, values, lengths);
    if (hasNull) {
      infomask |= Infomask.hasNull;
      writeNullBitmap(tuple, Field.bits, values);
    }
    setU16(tuple, Field.infomask2, count);
    setU16(tuple, Field.infomask, infomask);
    tuple[Field.hoff] = hoff;
    return tuple;
  }

  /**
   * The first `upTo` values of the tuple that begins at `at`. The values are copies: the page may change afterwards.
   */
  deform(source: Buffer, upTo = this.attributes.length, at = 0): unknown[] {
    const present = Math.min(upTo, tupleInfomask2(source, at) & Infomask2.attributeCount);
    const values: unknown[] = [];
    const hasNull = (tupleInfomask(source, at) & Infomask.hasNull) !== 0;
    const data = at + tupleHoff(source, at);
    this.readData(source, data, hasNull ? at + Field.bits : -1, present, values);
    for (let i = present; i < upTo; i++) values[i] = null;
    return values;
  }

  /** Where attribute `index` stands in the data area of a tuple without nulls; -1 when that is not always the same. */
  fixedOffset(index: number): number {
    return this.fixedOffsets[index];
  }

  /** The first `count` values of a data area that begins at `data`; `bits`: where the null bitmap is, -1 for none. */
  readData(source: Buffer, data: number, bits: number, count: number, values: unknown[]): void {
    if (bits >= 0) this.deformWithNulls(source, bits, data, count, values);
    else this.deformWithoutNulls(source, data, count, values);
  }

  /** How many bytes the leading attributes' `values` take in a data area; notes each one's own in `lengths`. */
  measure(values: readonly unknown[], lengths: number[]): number {
    let size = 0;
    for (let i = 0; i < values.length; i++) {
      lengths[i] = 0;
      const value = values[i];
      if (value === null) continue;
      const attribute = this.attributes[i];
      lengths[i] = attribute.length > 0 ? attribute.length : attribute.byteLength(value as never);
      size = endOf(attribute, size, lengths[i]);
    }
    return size;
  }

  /** Writes the data area that `measure` has measured and returns the infomask bits that describe it. */
  fill(tuple: Buffer, start: number, values: readonly unknown[], lengths: readonly number[]): number {
    let at = 0;
    let infomask = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === null) continue;
      const attribute = this.attributes[i];
      const end = endOf(attribute, at, lengths[i]);
      const payload = start + end - lengths[i] - (attribute.length === C_STRING ? 1 : 0);
      if (attribute.length < 0) infomask |= Infomask.hasVarWidth;
      if (attribute.length === VARLENA) writeVarlenaHeader(tuple, payload, lengths[i]);
      attribute.write(value as never, tuple, payload);
      at = end;
    }
    return infomask;
  }

  private deformWithoutNulls(source: Buffer, data: number, present: number, values: unknown[]): void {
    let next = 0;
    for (let i = 0; i < present; i++) {
      const attribute = this.attributes[i];
      const fixed = this.fixedOffsets[i];
      if (fixed >= 0 && attribute.length > 0) {
        values[i] = attribute.read(source, data + fixed, attribute.length);
        next = fixed + attribute.length;
      } else {
        next = readAttribute(attribute, source, data, next, values, i);
      }
    }
  }

  private deformWithNulls(source: Buffer, bits: number, data: number, present: number, values: unknown[]): void {
    let next = 0;
    for (let i = 0; i < present; i++) {
      const isPresent = (source[bits + (i >> 3)] >> (i & 7)) & 1;
      if (isPresent) next = readAttribute(this.attributes[i], source, data, next, values, i);
      else values[i] = null;
    }
  }
}

function fixedOffsetsOf(attributes: readonly AnyAttributeStorage[]): Int32Array {
  const offsets = new Int32Array(attributes.length).fill(-1);
  let at = 0;
  for (let i = 0; i < attributes.length; i++) {
    if (attributes[i].length < 0) break;
    offsets[i] = alignUp(at, attributes[i].align);
    at = offsets[i] + attributes[i].length;
  }
  return offsets;
}

/** Where the next attribute may begin, after one of `payload` bytes placed at or after `at`. */
function endOf(attribute: AnyAttributeStorage, at: number, payload: number): number {
  if (attribute.length > 0) return alignUp(at, attribute.align) + payload;
  if (attribute.length === C_STRING) return at + payload + 1;
  return payload + 1 <= SHORT_VARLENA_MAX ? at + 1 + payload : alignUp(at, attribute.align) + 4 + payload;
}

function writeVarlenaHeader(tuple: Buffer, payloadAt: number, payload: number): void {
  if (payload + 1 <= SHORT_VARLENA_MAX) tuple[payloadAt - 1] = ((payload + 1) << 1) | 1;
  else setU32(tuple, payloadAt - 4, ((payload + 4) << 2) >>> 0);
}

/** Sets the bits of the values that are not null in a bitmap of zeros at `bits`. */
export function writeNullBitmap(tuple: Buffer, bits: number, values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) if (values[i] !== null) tuple[bits + (i >> 3)] |= 1 << (i & 7);
}

/** Reads one attribute that begins at or after `next` in the data area; returns where it ends. */
function readAttribute(
  attribute: AnyAttributeStorage,
  source: Buffer,
  data: number,
  next: number,
  values: unknown[],
  index: number,
): number {
  if (attribute.length > 0) {
    const at = alignUp(next, attribute.align);
    values[index] = attribute.read(source, data + at, attribute.length);
    return at + attribute.length;
  }
  if (attribute.length === C_STRING) {
    const end = source.indexOf(0, data + next);
    values[index] = attribute.read(source, data + next, end - data - next);
    return end - data + 1;
  }
  return readVarlena(attribute, source, data, next, values, index);
}

function readVarlena(
  attribute: AnyAttributeStorage,
  source: Buffer,
  data: number,
  next: number,
  values: unknown[],
  index: number,
): number {
  const header = source[data + next];
  if (header & 1) {
    const total = header >> 1;
    if (total === 0) throw storedOutOfLine();
    values[index] = attribute.read(source, data + next + 1, total - 1);
    return next + total;
  }
  // A zero byte is padding, or the low byte of a word that is already aligned: aligning finds the word in both cases.
  const at = header === 0 ? alignUp(next, attribute.align) : next;
  const word = u32(source, data + at);
  const total = word >>> 2;
  if ((word & 3) !== 0 || total < 4 || total > VARLENA_MAX_BYTES) {
    throw damagedLength();
  }
  values[index] = attribute.read(source, data + at + 4, total - 4);
  return at + total;
}

function tooBig(bytes: number): Error {
  return error(SqlState.programLimitExceeded, `row is too big: size ${bytes}, maximum size ${MAX_TUPLE_BYTES}`);
}
