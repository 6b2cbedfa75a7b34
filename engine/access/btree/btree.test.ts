import { expect } from 'chai';
import * as fc from 'fast-check';
import { withDirectory } from '../../wal/testing/small-log.js';
import { begin, commit, int4, startAccess, text, transact, type TestProcess } from '../testing/test-access.js';
import { allEntries, entriesOf, intKey, rowPlace, testIndex, textKey, type FoundEntry } from '../testing/test-index.js';
import { TupleLayout } from '../tuple/tuple-layout.js';
import type { IndexKey, IndexShape, ScanRange } from './btree.js';

type Row = readonly unknown[];

function withIndex(index: IndexShape, body: (process: TestProcess) => void): Promise<void> {
  return withDirectory((directory) => {
    const process = startAccess(directory);
    transact(process, () => process.access.btree.create(index));
    begin(process);
    process.access.transactions.snapshot();
    body(process);
    commit(process);
  });
}

function insertAll({ access }: TestProcess, index: IndexShape, rows: readonly Row[]): void {
  rows.forEach((values, n) => access.btree.insert(index, values, rowPlace(n), 'none'));
}

/** What an index should find, from a plain array. */
class Model {
  private readonly sorted: FoundEntry[];

  constructor(
    private readonly index: IndexShape,
    rows: readonly Row[],
  ) {
    this.sorted = rows.map((values, row) => ({ values: [...values], row }));
    this.sorted.sort((a, b) => this.compare(a.values, b.values) || a.row - b.row);
  }

  find({ equal, lower, upper, excludeNulls }: ScanRange): FoundEntry[] {
    const next = equal.length;
    return this.sorted.filter(({ values }) => {
      if (this.compare(equal, values) !== 0) return false;
      if (excludeNulls && values[next] === null) return false;
      if (lower && !this.isWithin(next, lower.value, values[next], lower.inclusive)) return false;
      return !upper || this.isWithin(next, values[next], upper.value, upper.inclusive);
    });
  }

  private isWithin(column: number, a: unknown, b: unknown, inclusive: boolean): boolean {
    const order = this.compareColumn(column, a, b);
    return inclusive ? order <= 0 : order < 0;
  }

  private compare(a: Row, b: Row): number {
    const columns = Math.min(a.length, this.index.keys.length);
    for (let column = 0; column < columns; column++) {
      const order = this.compareColumn(column, a[column], b[column]);
      if (order !== 0) return order;
    }
    return 0;
  }

  private compareColumn(column: number, a: unknown, b: unknown): number {
    const { compare, descending, nullsFirst } = this.index.keys[column];
    if (a === null && b === null) return 0;
    if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
    return descending ? -compare(a, b) : compare(a, b);
  }
}

const few = fc.integer({ min: -5, max: 5 });
const nullable = fc.option(few, { nil: null, freq: 4 });
const word = fc.oneof(fc.string({ maxLength: 400 }), fc.string({ maxLength: 4, unit: 'grapheme' }));
const padded = fc.tuple(fc.string({ maxLength: 4 }), fc.nat(6)).map(([start, blanks]) => start + ' '.repeat(blanks));

const paddedKey: IndexKey = {
  ...textKey,
  compare: (a, b) => textKey.compare(String(a).replace(/ +$/, ''), String(b).replace(/ +$/, '')),
  bytes: 'blank-padded',
};

const shapes: Record<string, { index: IndexShape; row: fc.Arbitrary<Row> }> = {
  integers: { index: testIndex(), row: fc.tuple(fc.integer({ min: -1000, max: 1000 })) },
  'integers with many duplicates and nulls': { index: testIndex(), row: fc.tuple(nullable) },
  'descending integers, nulls first': {
    index: testIndex({ keys: [{ ...intKey, descending: true, nullsFirst: true }] }),
    row: fc.tuple(nullable),
  },
  text: {
    index: testIndex({ layout: new TupleLayout([text]), keys: [textKey] }),
    row: fc.tuple(fc.option(word, { nil: null, freq: 8 })),
  },
  'text with blanks that do not count': {
    index: testIndex({ layout: new TupleLayout([text]), keys: [paddedKey] }),
    row: fc.tuple(fc.option(padded, { nil: null, freq: 8 })),
  },
  'text that only its type can order, and integers behind it': {
    index: testIndex({
      layout: new TupleLayout([text, int4]),
      keys: [
        { ...textKey, bytes: undefined },
        { ...intKey, descending: true },
      ],
    }),
    row: fc.tuple(fc.option(fc.string({ maxLength: 3 }), { nil: null, freq: 8 }), nullable),
  },
  'integer, text and an included integer': {
    index: testIndex({ layout: new TupleLayout([int4, text, int4]), keys: [intKey, { ...textKey, nullsFirst: true }] }),
    row: fc.tuple(few, fc.option(word, { nil: null, freq: 8 }), few),
  },
};

const bound = (value: fc.Arbitrary<unknown>): fc.Arbitrary<ScanRange['lower']> =>
  fc.option(fc.record({ value, inclusive: fc.boolean() }), { nil: undefined });

function rangeOf(row: fc.Arbitrary<Row>, columns: number): fc.Arbitrary<ScanRange> {
  return fc.tuple(row, row, fc.nat(columns), fc.boolean()).chain(([one, other, count, excludeNulls]) => {
    const equal = fc.constant(one.slice(0, count));
    if (count === columns) return fc.record({ equal });
    const ends = { lower: bound(fc.constant(one[count])), upper: bound(fc.constant(other[count])) };
    return fc.record({ equal, ...ends, excludeNulls: fc.constant(excludeNulls) });
  });
}

describe('btree', function () {
  this.slow(10_000);

  for (const [title, { index, row }] of Object.entries(shapes)) {
    it(`finds what an array finds: ${title}`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(row, { minLength: 1, maxLength: 1500, size: 'max' }),
          fc.array(rangeOf(row, index.keys.length), { maxLength: 30, size: 'max' }),
          (rows, ranges) =>
            withIndex(index, (process) => {
              insertAll(process, index, rows);
              expect(process.access.btree.verify(index, 'tree')).to.deep.equal([]);
              const model = new Model(index, rows);
              for (const range of [{ equal: [] }, ...ranges]) {
                const wanted = model.find(range);
                expect(entriesOf(process.access.btree.scan(index, range, 'forward'))).to.deep.equal(wanted);
                expect(entriesOf(process.access.btree.scan(index, range, 'backward')).reverse()).to.deep.equal(wanted);
              }
            }),
        ),
        { numRuns: 12, interruptAfterTimeLimit: 30_000 },
      ));
  }

  for (const order of ['ascending', 'descending', 'shuffled'] as const) {
    it(`grows to several levels: ${order}`, () => {
      const index = testIndex();
      return withIndex(index, (process) => {
        const count = 20_000;
        const keyOf = {
          ascending: (n: number) => n,
          descending: (n: number) => count - n,
          shuffled: (n: number) => (n * 7919) % count,
        };
        for (let n = 0; n < count; n++) process.access.btree.insert(index, [keyOf[order](n)], rowPlace(n), 'none');
        expect(process.access.btree.verify(index, 'tree')).to.deep.equal([]);
        const found = allEntries(process, index);
        expect(found.length).to.equal(count);
        found.forEach(({ values, row }, at) => {
          if (values[0] !== keyOf[order](row)) throw new Error(`row ${row} has key ${String(values[0])}`);
          if (at > 0 && (found[at - 1].values[0] as number) >= (values[0] as number)) throw new Error(`order at ${at}`);
        });
      });
    });
  }
});
