import type { Tid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { align8, itemOffset } from '../../storage/page/page.js';
import { AttributeCursor } from '../tuple/attribute-cursor.js';
import type { AnyAttributeStorage } from '../tuple/attribute-storage.js';
import { Infomask } from '../tuple/tuple-header.js';
import { writeNullBitmap } from '../tuple/tuple-layout.js';
import type { IndexKey, IndexShape, IntegerKind } from './index-shape.js';
import {
  HAS_NULLS,
  HAS_VAR_WIDTH,
  MAX_ENTRY_BYTES,
  MAX_SIZE,
  TUPLE_HEADER_BYTES,
  attributesOf,
  blockOfTuple,
  dataOffset,
  hasNulls,
  isNullAt,
  offsetOfTuple,
  setInfo,
  setPivot,
  setTid,
  tidOfTuple,
  tieBreakerAt,
  tupleSize,
  withTieBreaker,
} from './index-tuple.js';
import { SearchKey } from './search-key.js';
import { compareBytes, compareIntegers, int32, lowWord, unpadded } from './stored-values.js';

/**
 * Forms, takes apart, cuts off and compares the entries of one index (nbtutils.c, nbtsearch.c _bt_compare).
 *
 * Order: the key columns from the left, nulls at the end their column says; then the heap row's place. So no two entries
 * are equal. INCLUDE columns have no part in it.
 */
export class IndexFormat {
  /** Key columns. */
  readonly keyCount: number;
  private readonly columns: number;
  private readonly isAllInteger: boolean;
  private readonly integers: (IntegerKind | undefined)[];
  private readonly integerOffsets: number[];
  private readonly signs: number[];
  /** Where the entries being compared have their values. */
  private readonly cursor = new AttributeCursor();
  private readonly otherCursor = new AttributeCursor();
  private readonly scratchBytes = Buffer.alloc(8);
  private readonly lengths: number[] = [];

  constructor(readonly index: IndexShape) {
    const { keys, layout } = index;
    this.keyCount = keys.length;
    this.columns = layout.attributes.length;
    this.integerOffsets = keys.map((_, column) => layout.fixedOffset(column));
    this.integers = keys.map(({ integer }, column) => (this.integerOffsets[column] >= 0 ? integer : undefined));
    this.isAllInteger = this.integers.every((kind) => kind !== undefined);
    this.signs = keys.map(({ descending }) => (descending ? -1 : 1));
  }

  /** A new entry. Raises 54000 when no page could hold three such. */
  form(values: readonly unknown[], tid: Tid): Buffer {
    const tuple = Buffer.allocUnsafe(this.entrySize(values, tid));
    this.formInto(tuple, 0, tuple.length, values, tid);
    return tuple;
  }

  /** The bytes that an entry of these values takes. To be followed by `formInto` for the same values. */
  entrySize(values: readonly unknown[], tid: Tid): number {
    const size = this.sizeOf(values);
    if (size > MAX_ENTRY_BYTES) throw tooLarge(this.index, size, tid);
    return size;
  }

  /** As `form`, in place. */
  formInto(target: Buffer, at: number, size: number, values: readonly unknown[], tid: Tid): void {
    this.write(target, at, size, values);
    setTid(target, at, tid);
  }

  /** The first `count` values of an entry; of a pivot no more than it has. They stay good. */
  deform(page: Buffer, at: number, count = this.columns): unknown[] {
    const values: unknown[] = [];
    this.read(page, at, Math.min(count, attributesOf(page, at, this.columns)), values);
    return values;
  }

  searchKey(values: readonly unknown[], tid?: Tid): SearchKey {
    const key = new SearchKey(values);
    if (tid) key.setTid(tid);
    key.isInteger = values.every((value, column) => value !== null && this.integers[column] !== undefined);
    if (key.isInteger) this.encodeIntegers(key);
    else this.encodeStored(key);
    return key;
  }

  /** For the place of an entry, or of a pivot, which may have fewer columns. */
  searchKeyOf(page: Buffer, at: number): SearchKey {
    const key = this.searchKey(this.deform(page, at, this.keyCount));
    const tieBreaker = tieBreakerAt(page, at);
    if (tieBreaker >= 0) key.setTid(tidOfTuple(page, tieBreaker));
    return key;
  }

  /** Positive when the key comes after item `number` of the page, 0 when they are equal as far as the key goes. */
  compareItem(key: SearchKey, page: Buffer, number: number): number {
    return this.compare(key, page, itemOffset(page, number));
  }

  compare(key: SearchKey, page: Buffer, at: number): number {
    const attributes = attributesOf(page, at, this.columns);
    const common = Math.min(key.values.length, attributes, this.keyCount);
    const isFast = key.isInteger && !hasNulls(page, at);
    const order = isFast ? this.compareIntegerKey(key, page, at, common) : this.compareValues(key, page, at, common);
    if (order !== 0) return order;
    if (key.values.length > attributes) return 1;
    return compareTieBreaker(key, page, at, attributes);
  }

  /** Orders two entries that are no pivots: by their key columns, 0 when these are equal. */
  compareKeys(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
    if (this.isAllInteger && !hasNulls(a, aAt) && !hasNulls(b, bAt)) return this.compareStored(a, aAt, b, bAt);
    const { cursor, otherCursor } = this;
    cursor.start(aAt + dataOffset(hasNulls(a, aAt)));
    otherCursor.start(bAt + dataOffset(hasNulls(b, bAt)));
    for (let column = 0; column < this.keyCount; column++) {
      const aIsNull = isNullAt(a, aAt, column);
      const bIsNull = isNullAt(b, bAt, column);
      const isEither = aIsNull || bIsNull;
      const order = isEither ? nullOrder(this.index.keys[column], aIsNull, bIsNull) : this.comparePlaced(column, a, b);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** How many columns tell two entries apart, more than there are when only the heap row's place does (_bt_keep_natts). */
  distinguishing(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
    const left = this.deform(a, aAt, this.keyCount);
    const right = this.deform(b, bAt, this.keyCount);
    const common = Math.min(left.length, right.length);
    for (let column = 0; column < common; column++) {
      if (this.compareColumn(column, left[column], right[column]) !== 0) return column + 1;
    }
    return common + 1;
  }

  /** The shortest pivot that comes after `lastLeft` and not after `firstRight` (_bt_truncate). */
  separator(lastLeft: Buffer, firstRight: Buffer): Buffer {
    const kept = this.distinguishing(lastLeft, 0, firstRight, 0);
    const pivot = this.cut(firstRight, Math.min(kept, this.keyCount));
    if (kept > this.keyCount) return withTieBreaker(pivot, this.keyCount, lastLeft, 0);
    setPivot(pivot, kept, false);
    return pivot;
  }

  /** Orders the values of one key column, nulls included. */
  compareColumn(column: number, a: unknown, b: unknown): number {
    const key = this.index.keys[column];
    if (a === null || b === null) return nullOrder(key, a === null, b === null);
    return key.compare(a, b) * this.signs[column];
  }

  private formPart(values: readonly unknown[]): Buffer {
    const tuple = Buffer.allocUnsafe(this.sizeOf(values));
    this.write(tuple, 0, tuple.length, values);
    return tuple;
  }

  private sizeOf(values: readonly unknown[]): number {
    const start = dataOffset(values.includes(null));
    const size = align8(start + this.index.layout.measure(values, this.lengths));
    if (size > MAX_SIZE) throw tooWide(size);
    return size;
  }

  private write(target: Buffer, at: number, size: number, values: readonly unknown[]): void {
    const withNulls = values.includes(null);
    target.fill(0, at, at + size);
    const bits = this.index.layout.fill(target, at + dataOffset(withNulls), values, this.lengths);
    if (withNulls) writeNullBitmap(target, at + TUPLE_HEADER_BYTES, values);
    const hasVarWidth = (bits & Infomask.hasVarWidth) !== 0;
    setInfo(target, at, size | (hasVarWidth ? HAS_VAR_WIDTH : 0) | (withNulls ? HAS_NULLS : 0));
  }

  /** A copy with only the first columns. */
  private cut(tuple: Buffer, columns: number): Buffer {
    if (columns === this.columns) return Buffer.from(tuple.subarray(0, tupleSize(tuple)));
    const part = this.formPart(this.deform(tuple, 0, columns));
    tuple.copy(part, 0, 0, 6);
    return part;
  }

  private read(page: Buffer, at: number, count: number, values: unknown[]): void {
    const withNulls = hasNulls(page, at);
    const bits = withNulls ? at + TUPLE_HEADER_BYTES : -1;
    this.index.layout.readData(page, at + dataOffset(withNulls), bits, count, values);
  }

  private compareValues(key: SearchKey, page: Buffer, at: number, count: number): number {
    this.cursor.start(at + dataOffset(hasNulls(page, at)));
    for (let column = 0; column < count; column++) {
      const isNull = key.values[column] === null;
      const isOther = isNullAt(page, at, column);
      const isEither = isNull || isOther;
      const order = isEither
        ? nullOrder(this.index.keys[column], isNull, isOther)
        : this.compareValue(key, column, page);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** A value of the key with the page's next, neither null. */
  private compareValue(key: SearchKey, column: number, page: Buffer): number {
    const { cursor } = this;
    const attribute = this.index.layout.attributes[column];
    cursor.find(attribute, page);
    const { compare, integer, bytes } = this.index.keys[column];
    const stored = key.stored[column];
    let order;
    if (!stored) order = compare(key.values[column], attribute.read(page, cursor.at, cursor.bytes));
    else if (integer) order = compareIntegers(integer, stored, 0, page, cursor.at);
    else {
      const length = bytes === 'blank-padded' ? unpadded(page, cursor.at, cursor.bytes) : cursor.bytes;
      order = compareBytes(stored, 0, stored.length, page, cursor.at, length);
    }
    return order * this.signs[column];
  }

  /** The next values of two entries, neither null. */
  private comparePlaced(column: number, a: Buffer, b: Buffer): number {
    const { cursor, otherCursor: other } = this;
    const attribute = this.index.layout.attributes[column];
    cursor.find(attribute, a);
    other.find(attribute, b);
    const { compare, integer, bytes } = this.index.keys[column];
    let order;
    if (integer) order = compareIntegers(integer, a, cursor.at, b, other.at);
    else if (bytes === 'plain') order = compareBytes(a, cursor.at, cursor.bytes, b, other.at, other.bytes);
    else if (bytes) {
      const length = unpadded(a, cursor.at, cursor.bytes);
      order = compareBytes(a, cursor.at, length, b, other.at, unpadded(b, other.at, other.bytes));
    } else {
      order = compare(attribute.read(a, cursor.at, cursor.bytes), attribute.read(b, other.at, other.bytes));
    }
    return order * this.signs[column];
  }

  private compareIntegerKey(key: SearchKey, page: Buffer, at: number, count: number): number {
    const data = at + TUPLE_HEADER_BYTES;
    for (let column = 0; column < count; column++) {
      const place = data + this.integerOffsets[column];
      const kind = this.integers[column]!;
      let order = kind === 'int8' ? key.high[column] - int32(page, place + 4) : 0;
      if (order === 0) order = key.low[column] - lowWord(page, place, kind);
      if (order !== 0) return order * this.signs[column];
    }
    return 0;
  }

  private compareStored(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
    for (let column = 0; column < this.keyCount; column++) {
      const offset = TUPLE_HEADER_BYTES + this.integerOffsets[column];
      const order = compareIntegers(this.integers[column]!, a, aAt + offset, b, bAt + offset);
      if (order !== 0) return order * this.signs[column];
    }
    return 0;
  }

  private encodeIntegers(key: SearchKey): void {
    const { scratchBytes } = this;
    for (let column = 0; column < key.values.length; column++) {
      this.index.layout.attributes[column].write(key.values[column], scratchBytes, 0);
      key.low[column] = lowWord(scratchBytes, 0, this.integers[column]!);
      key.high[column] = int32(scratchBytes, 4);
    }
  }

  private encodeStored(key: SearchKey): void {
    const { keys, layout } = this.index;
    for (let column = 0; column < key.values.length; column++) {
      const { integer, bytes } = keys[column];
      const isStored = key.values[column] !== null && (integer ?? bytes) !== undefined;
      const value = isStored ? storedValue(layout.attributes[column], key.values[column]) : null;
      key.stored[column] =
        value && bytes === 'blank-padded' ? value.subarray(0, unpadded(value, 0, value.length)) : value;
    }
  }
}

/** The values are equal, as far as both have any. A column that was cut off is less than everything. */
function compareTieBreaker(key: SearchKey, page: Buffer, at: number, attributes: number): number {
  const place = tieBreakerAt(page, at);
  if (!key.hasTid) return place < 0 && !key.isPivotSearch && key.values.length === attributes ? 1 : 0;
  if (place < 0) return 1;
  const blocks = key.block - blockOfTuple(page, place);
  return blocks !== 0 ? blocks : key.offset - offsetOfTuple(page, place);
}

function nullOrder(key: IndexKey, aIsNull: boolean, bIsNull: boolean): number {
  if (aIsNull === bIsNull) return 0;
  return aIsNull === key.nullsFirst ? -1 : 1;
}

function storedValue(attribute: AnyAttributeStorage, value: unknown): Buffer {
  const bytes = Buffer.allocUnsafe(attribute.byteLength(value));
  attribute.write(value, bytes, 0);
  return bytes;
}

function tooWide(size: number): Error {
  return error(SqlState.programLimitExceeded, `index row requires ${size} bytes, maximum size is ${MAX_SIZE}`);
}

function tooLarge({ name, tableName }: IndexShape, size: number, { block, offset }: Tid): Error {
  return error(
    SqlState.programLimitExceeded,
    `index row size ${size} exceeds btree version 4 maximum ${MAX_ENTRY_BYTES} for index "${name}"`,
    {
      detail: `Index row references tuple (${block},${offset}) in relation "${tableName}".`,
      hint: 'Values larger than 1/3 of a buffer page cannot be indexed.\nConsider a function index of an MD5 hash of the value, or use full text indexing.',
    },
  );
}
