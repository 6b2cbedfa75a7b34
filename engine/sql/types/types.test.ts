import { expect } from 'chai';
import fc from 'fast-check';
import type { BlockNumber } from '../../base/block.js';
import { lsn } from '../../base/lsn.js';
import { PgError } from '../../base/errors.js';
import { SqlArray } from './array/sql-array.js';
import { Numeric } from './numeric/numeric.js';
import type { SqlType } from './sql-type.js';
import { inputCases } from './testing/input-cases.js';
import { types } from './type-table.js';

/** Anything but zero characters and halves of pairs, which text cannot hold. */
const anyText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));
const anyNumeric = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(90))
      .map(([n, s]) => Numeric.of(n, s)),
  },
  { weight: 1, arbitrary: fc.constantFrom(Numeric.nan, Numeric.infinity, Numeric.negativeInfinity) },
);
const anyTimestamp = fc.bigInt({ min: -211_813_488_000_000_000n, max: 9_223_371_331_199_999_999n });
const anyInt4 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const anyInt8 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyOid = fc.integer({ min: 0, max: 0xffff_ffff });
const anyFloat8 = fc.double();

function arrayOf<V>(item: fc.Arbitrary<V>): fc.Arbitrary<SqlArray<V>> {
  const flat = fc.tuple(fc.array(fc.option(item), { maxLength: 6 }), fc.integer({ min: -3, max: 3 }));
  const square = fc.tuple(fc.array(fc.option(item), { minLength: 6, maxLength: 6 }), fc.constant([2, 3]));
  return fc.oneof(
    flat.map(([items, lower]) => SqlArray.of(items, lower)),
    square.map(([items, lengths]) => SqlArray.shaped(items, lengths, [1, 1])),
  );
}

const anySnapshot = fc
  .tuple(fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 64n - 2n }), { maxLength: 5 }), fc.bigInt({ min: 1n, max: 9n }))
  .map(([ids, least]) => {
    const running = ids.toSorted((a, b) => (a < b ? -1 : 1));
    return { xmin: running[0] ?? least, xmax: (running.at(-1) ?? least) + 1n, running };
  });

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int2: fc.integer({ min: -0x8000, max: 0x7fff }),
  int4: anyInt4,
  int8: anyInt8,
  oid: anyOid,
  xid: anyOid,
  xid8: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  float4: fc.float(),
  float8: anyFloat8,
  numeric: anyNumeric,
  text: anyText,
  varchar: anyText,
  bpchar: anyText,
  name: fc.string({ maxLength: 63 }).filter((text) => !text.includes('\0')),
  char: fc.integer({ min: 0, max: 127 }).map((byte) => (byte === 0 ? '' : String.fromCharCode(byte))),
  bytea: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  pg_snapshot: anySnapshot,
  txid_snapshot: anySnapshot,
  uuid: fc.uuid(),
  tid: fc.record({ block: anyOid.map((block) => block as BlockNumber), offset: fc.nat(0xffff) }),
  pg_lsn: fc.nat(Number.MAX_SAFE_INTEGER).map(lsn),
  date: fc.integer({ min: -2_451_545, max: 2_145_031_948 }),
  time: fc.bigInt({ min: 0n, max: 86_400_000_000n }),
  timestamp: anyTimestamp,
  timestamptz: anyTimestamp,
  interval: fc.record({
    months: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    days: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    micros: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  }),
  _int4: arrayOf(anyInt4),
  _text: arrayOf(anyText),
  _numeric: arrayOf(anyNumeric),
  _float8: arrayOf(anyFloat8),
  int2vector: fc.array(fc.integer({ min: -0x8000, max: 0x7fff })).map((items) => SqlArray.vector(items)),
};

function throughStorage(type: SqlType, value: unknown): unknown {
  const { storage } = type;
  const bytes = storage.byteLength(value);
  // Arrays need their payload four bytes after an aligned place, where the length word stands.
  const page = Buffer.alloc(8 + bytes + 8, 0xee);
  storage.write(value, page, 4);
  expect(
    page.subarray(4 + bytes).every((byte) => byte === 0xee),
    'wrote no more than it said',
  ).to.equal(true);
  return storage.read(page, 4, bytes);
}

describe('SQL types', () => {
  for (const [name, arbitrary] of Object.entries(values)) {
    const type = types.byName(name)!;

    it(`${name}: text, wire and disk give the value back`, () => {
      fc.assert(
        fc.property(arbitrary, (value) => {
          const shown = type.output(value);
          for (const copy of [type.input(shown, -1), type.receive(type.send(value), -1), throughStorage(type, value)]) {
            if (type.ordered) expect(type.equals(copy, value)).to.equal(true);
            expect(type.output(copy)).to.equal(shown);
          }
        }),
        { numRuns: 60 },
      );
    });

    if (!type.ordered) continue;
    it(`${name}: compare is a total order that equals and hash agree with`, () => {
      fc.assert(
        fc.property(arbitrary, arbitrary, arbitrary, (a, b, c) => {
          const sorted = [a, b, c].sort((x, y) => type.compare(x, y));
          expect(type.compare(sorted[0], sorted[2])).to.be.at.most(0);
          expect(Math.sign(type.compare(a, b)) + Math.sign(type.compare(b, a))).to.equal(0);
          expect(type.equals(a, b)).to.equal(type.compare(a, b) === 0);
          const twin = type.input(type.output(a), -1);
          expect(type.compare(a, twin)).to.equal(0);
          expect(type.hash(a)).to.equal(type.hash(twin));
        }),
        { numRuns: 60 },
      );
    });
  }

  it('read and print texts as PostgreSQL does', () => {
    for (const [name, cases] of Object.entries(inputCases)) {
      const type = types.byName(name)!;
      for (const [text, expected] of cases)
        expect(reading(type, text), `${name} ${JSON.stringify(text)}`).to.equal(expected);
    }
  });

  it('text orders by the bytes of UTF-8', () => {
    const type = types.byName('text')!;
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(type.compare(a, b))).to.equal(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('equal integers hash alike in all integer types', () => {
    const [small, big] = [types.byName('int4')!, types.byName('int8')!];
    fc.assert(fc.property(anyInt4, (value) => small.hash(value) === big.hash(BigInt(value))));
  });

  it('apply type modifiers: cut, pad, round, refuse', () => {
    const coerced = (name: string, modifiers: string[], text: string, explicit = false) => {
      const type = types.byName(name)!;
      return type.output(type.coerce!(type.input(text, -1), type.typmodIn!(modifiers), explicit));
    };
    expect(coerced('varchar', ['3'], 'abc  ')).to.equal('abc');
    expect(coerced('varchar', ['3'], 'abcd', true)).to.equal('abc');
    expect(() => coerced('varchar', ['3'], 'abcd')).to.throw('value too long for type character varying(3)');
    expect(coerced('bpchar', ['4'], 'é')).to.equal('é   ');
    expect(coerced('numeric', ['5', '2'], '123.455')).to.equal('123.46');
    expect(coerced('numeric', ['2', '-3'], '54321')).to.equal('54000');
    expect(() => coerced('numeric', ['5', '2'], '999.995')).to.throw('numeric field overflow');
    expect(coerced('timestamp', ['3'], '2020-01-01 00:00:00.12345')).to.equal('2020-01-01 00:00:00.123');
  });

  it('print their names as format_type() does', () => {
    const name = (catalogName: string, typmod?: number) => types.format(types.byName(catalogName)!.oid, typmod);
    expect(name('numeric', ((10 << 16) | 2) + 4)).to.equal('numeric(10,2)');
    expect(name('varchar', 14)).to.equal('character varying(10)');
    expect(name('timestamptz', 3)).to.equal('timestamp(3) with time zone');
    expect([name('_int4'), name('char'), name('bpchar', -1), name('bpchar')]).to.eql([
      'integer[]',
      '"char"',
      'bpchar',
      'character',
    ]);
    expect([types.format(0), types.format(999_999)]).to.eql(['-', '???']);
  });
});

function reading(type: SqlType, text: string): string {
  try {
    return type.output(type.input(text, -1));
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    return `ERROR ${thrown.sqlState} ${thrown.message}`;
  }
}
