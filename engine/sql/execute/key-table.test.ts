import { expect } from 'chai';
import fc from 'fast-check';
import { Numeric } from '../types/numeric/numeric.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { KeyTable } from './key-table.js';

describe('KeyTable', () => {
  const text = fc.option(fc.string(), { nil: null });
  const number = fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null });

  it('finds a key just when an equal one was put in, NULLs being equal', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, number)), fc.tuple(text, number), (keys, wanted) => {
        const table = new KeyTable<number>([TypeOid.text, TypeOid.int8]);
        keys.forEach((key, index) => table.set(key, index));
        const expected = keys.findLastIndex(([a, b]) => a === wanted[0] && b === wanted[1]);
        expect(table.get(wanted) ?? -1).to.equal(expected);
      }),
    );
  });

  it('takes values for equal that differ in how they are written', () => {
    const table = new KeyTable<string>([TypeOid.numeric, TypeOid.float8]);
    const numeric = (value: string): Numeric => types.byOid(TypeOid.numeric).input(value, -1) as Numeric;
    table.set([numeric('1.50'), 0], 'first');
    expect(table.get([numeric('1.5'), -0])).to.equal('first');
    expect(table.has([numeric('1.51'), 0])).to.equal(false);
    expect([...table.values()]).to.deep.equal(['first']);
  });

  it('keeps infinite dates apart from NULL', () => {
    const table = new KeyTable<string>([TypeOid.date, TypeOid.date]);
    table.set([Infinity, 1], 'late');
    expect(table.has([null, 1])).to.equal(false);
    expect(table.has([-Infinity, 1])).to.equal(false);
  });
});
