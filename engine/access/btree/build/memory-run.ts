import type { Tid } from '../../../base/block.js';
import type { IndexFormat } from '../index-format.js';
import { compareTids } from '../index-tuple.js';
import type { TupleStream } from './tuple-stream.js';

const FIRST_BYTES = 1 << 16;
const FIRST_ENTRIES = 1 << 10;
/** A 32-bit key, one more value on each side for nulls, and an entry's number make an exact JS number. */
const NUMBER_BITS = 20;
const MAX_ENTRIES = 2 ** NUMBER_BITS;
const KEY_VALUES = 2 ** 32;
/** What sorting takes for an entry besides its bytes: where it starts, and its key. */
const BYTES_PER_ENTRY = 12;

/**
 * Entries that are collected in memory and then sorted.
 *
 * An index on one small integer column is sorted as numbers: the key and the entry's number in one, without comparing
 * any entry. That needs the rows in physical order, as a scan of the table brings them: their order breaks ties.
 */
export class MemoryRun implements TupleStream {
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  at = 0;
  count = 0;
  private used = 0;
  private starts = new Uint32Array(FIRST_ENTRIES);
  private numbers: Float64Array | undefined;
  /** The first key column's values when they are not integers: comparing them must not decode them each time. */
  private readonly firstValues: unknown[] | undefined;
  private order: Uint32Array | undefined;
  private lastPlace = -1;
  private position = 0;

  constructor(
    private readonly format: IndexFormat,
    private readonly maxBytes: number,
  ) {
    const { keys } = format.index;
    if (isSmallInteger(format)) this.numbers = new Float64Array(FIRST_ENTRIES);
    else if (keys[0].integer === undefined) this.firstValues = [];
  }

  /** False when it is full. */
  add(values: readonly unknown[], tid: Tid): boolean {
    const size = this.format.entrySize(values, tid);
    if (this.count > 0 && this.isFullFor(size)) return false;
    this.reserve(size);
    this.format.formInto(this.bytes, this.used, size, values, tid);
    this.starts[this.count] = this.used;
    this.firstValues?.push(values[0]);
    this.noteNumber(values[0], tid);
    this.used += size;
    this.count++;
    return true;
  }

  /** Puts the entries in order; `next` then goes through them. */
  sort(): void {
    if (this.numbers) this.numbers.subarray(0, this.count).sort();
    else this.order = this.sortedByComparing();
    this.position = 0;
  }

  next(): boolean {
    if (this.position >= this.count) return false;
    this.at = this.starts[this.numberAt(this.position++)];
    return true;
  }

  /** Begins anew, with the same memory. */
  clear(): void {
    this.used = 0;
    this.count = 0;
    this.lastPlace = -1;
    this.order = undefined;
    if (this.firstValues) this.firstValues.length = 0;
    if (isSmallInteger(this.format)) this.numbers ??= new Float64Array(this.starts.length);
  }

  private numberAt(position: number): number {
    return this.numbers ? entryNumber(this.numbers[position]) : this.order![position];
  }

  private isFullFor(size: number): boolean {
    const needed = this.used + size + (this.count + 1) * BYTES_PER_ENTRY;
    return needed > this.maxBytes || this.count === MAX_ENTRIES;
  }

  private reserve(size: number): void {
    if (this.used + size > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.used + size));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    if (this.count < this.starts.length) return;
    const starts = new Uint32Array(2 * this.count);
    starts.set(this.starts);
    this.starts = starts;
    if (!this.numbers) return;
    const numbers = new Float64Array(2 * this.count);
    numbers.set(this.numbers);
    this.numbers = numbers;
  }

  private noteNumber(value: unknown, { block, offset }: Tid): void {
    if (!this.numbers) return;
    const place = block * 0x1_0000 + offset;
    if (place < this.lastPlace) this.numbers = undefined;
    else this.numbers[this.count] = this.keyNumber(value as number | null) * MAX_ENTRIES + this.count;
    this.lastPlace = place;
  }

  private keyNumber(value: number | null): number {
    const { descending, nullsFirst, integer } = this.format.index.keys[0];
    if (value === null) return nullsFirst ? -1 : KEY_VALUES;
    const rising = integer === 'uint4' ? value : value + KEY_VALUES / 2;
    return descending ? KEY_VALUES - 1 - rising : rising;
  }

  private sortedByComparing(): Uint32Array {
    const { format, bytes, starts, firstValues } = this;
    const order = Uint32Array.from({ length: this.count }, (_, number) => number);
    return order.sort((a, b) => {
      const first = firstValues ? format.compareColumn(0, firstValues[a], firstValues[b]) : 0;
      if (first !== 0) return first;
      return format.compareKeys(bytes, starts[a], bytes, starts[b]) || compareTids(bytes, starts[a], bytes, starts[b]);
    });
  }
}

function isSmallInteger({ index, keyCount }: IndexFormat): boolean {
  const { integer } = index.keys[0];
  return keyCount === 1 && integer !== undefined && integer !== 'int8';
}

/** The remainder also of a negative number, which stands for a null. */
function entryNumber(number: number): number {
  return number - Math.floor(number / MAX_ENTRIES) * MAX_ENTRIES;
}
