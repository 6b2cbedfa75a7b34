import { expect } from 'chai';
import * as fc from 'fast-check';
import type { AnyAttributeStorage, AttributeStorage } from './attribute-storage.js';
import { tupleHoff, tupleInfomask, tupleInfomask2 } from './tuple-header.js';
import { TupleLayout } from './tuple-layout.js';

const integer = (length: 1 | 2 | 4 | 8): AttributeStorage<number> => ({
  length,
  align: length,
  byteLength: () => length,
  write: (value, target, at) => void target.writeUIntLE(value, at, Math.min(length, 6)),
  read: (source, at) => source.readUIntLE(at, Math.min(length, 6)),
});

const bytes = (align: 4 | 8): AttributeStorage<Buffer> => ({
  length: -1,
  align,
  byteLength: (value) => value.length,
  write: (value, target, at) => void value.copy(target, at),
  read: (source, at, length) => Buffer.from(source.subarray(at, at + length)),
});

const cString: AttributeStorage<string> = {
  length: -2,
  align: 1,
  byteLength: (value) => Buffer.byteLength(value),
  write: (value, target, at) => void target.write(value, at),
  read: (source, at, length) => source.toString('utf8', at, at + length),
};

const name: AttributeStorage<Buffer> = { ...bytes(4), length: 64, align: 1, byteLength: () => 64 };

interface Column {
  readonly storage: AnyAttributeStorage;
  readonly value: fc.Arbitrary<unknown>;
}

const columns: fc.Arbitrary<Column> = fc.constantFrom<Column>(
  { storage: integer(1), value: fc.nat(255) },
  { storage: integer(2), value: fc.nat(65535) },
  { storage: integer(4), value: fc.nat(2 ** 31 - 1) },
  { storage: integer(8), value: fc.nat(2 ** 31 - 1) },
  { storage: bytes(4), value: fc.uint8Array({ maxLength: 300 }).map(Buffer.from) },
  { storage: bytes(8), value: fc.uint8Array({ minLength: 120, maxLength: 135 }).map(Buffer.from) },
  { storage: cString, value: fc.stringMatching(/^[a-z]{0,20}$/) },
  { storage: name, value: fc.uint8Array({ minLength: 64, maxLength: 64 }).map(Buffer.from) },
);

const tables = fc.array(columns, { minLength: 1, maxLength: 12 }).chain((chosen) =>
  fc.record({
    layout: fc.constant(new TupleLayout(chosen.map(({ storage }) => storage))),
    values: fc.tuple(...chosen.map(({ value }) => fc.option(value, { nil: null, freq: 5 }))),
  }),
);

describe('tuple layout', () => {
  it('gives back what it formed, from anywhere in a page, and any part of it', () => {
    fc.assert(
      fc.property(tables, fc.nat(20), ({ layout, values }, words) => {
        const tuple = layout.form(values);
        const at = words * 8;
        const page = Buffer.concat([Buffer.alloc(at, 0xff), tuple, Buffer.alloc(16, 0xff)]);
        expect(layout.deform(page, undefined, at)).to.deep.equal(values);
        for (let upTo = 0; upTo < values.length; upTo++) {
          expect(layout.deform(tuple, upTo)).to.deep.equal(values.slice(0, upTo));
        }
      }),
    );
  });

  it('reads columns added later as null', () => {
    fc.assert(
      fc.property(tables, ({ layout, values }) => {
        const wider = new TupleLayout([...layout.attributes, integer(4), cString]);
        expect(wider.deform(layout.form(values))).to.deep.equal([...values, null, null]);
      }),
    );
  });

  it('lays a tuple out as PostgreSQL does', () => {
    const layout = new TupleLayout([integer(2), bytes(4), integer(8), bytes(4), integer(1)]);
    const long = Buffer.alloc(200, 0x61);
    const tuple = layout.form([258, Buffer.from('abc'), null, long, 7]);
    expect(tupleHoff(tuple)).to.equal(24);
    expect(tupleInfomask2(tuple)).to.equal(5);
    expect(tupleInfomask(tuple)).to.equal(0x0003);
    expect(tuple[23]).to.equal(0b11011);
    // int2, a short varlena unaligned behind it, a long one aligned to 4, and one byte.
    const expected = Buffer.concat([
      Buffer.from([0x02, 0x01, (4 << 1) | 1, 0x61, 0x62, 0x63, 0, 0]),
      Buffer.from([((204 << 2) & 0xff) >>> 0, (204 << 2) >>> 8, 0, 0]),
      long,
      Buffer.from([7]),
    ]);
    expect(tuple.subarray(24)).to.deep.equal(expected);
  });

  it('has one bitmap byte for eight attributes and pads the header', () => {
    const layout = new TupleLayout(Array.from({ length: 9 }, () => integer(1)));
    expect(tupleHoff(layout.form([1, 2, 3, 4, 5, 6, 7, 8, 9]))).to.equal(24);
    expect(tupleHoff(layout.form([1, 2, 3, 4, 5, 6, 7, 8, null]))).to.equal(32);
  });

  it('refuses a row that no page can hold', () => {
    const layout = new TupleLayout([bytes(4)]);
    expect(layout.form([Buffer.alloc(8160 - 24 - 4)]).length).to.equal(8160);
    expect(() => layout.form([Buffer.alloc(8160 - 24 - 3)]))
      .to.throw('row is too big: size 8168, maximum size 8160')
      .with.property('sqlState', '54000');
  });

  it('does not read a damaged length word', () => {
    const layout = new TupleLayout([bytes(4)]);
    const tuple = layout.form([Buffer.alloc(300)]);
    tuple.writeUInt32LE(0x0000_0002, 24);
    expect(() => layout.deform(tuple)).to.throw('damaged length word');
  });
});
