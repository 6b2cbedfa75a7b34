import { expect } from 'chai';
import fc from 'fast-check';
import { formatLsn, lsn, parseLsn, readLsn, writeLsn } from './lsn.js';

const anyLsn = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map(lsn);

describe('Lsn', () => {
  it('prints as PostgreSQL prints it', () => {
    expect(formatLsn(lsn(0x16_b374d848))).to.equal('16/B374D848');
    expect(formatLsn(lsn(0x1_0000_0000))).to.equal('1/0');
  });

  it('survives text and bytes', () => {
    fc.assert(
      fc.property(anyLsn, (value) => {
        const bytes = Buffer.alloc(8);
        writeLsn(bytes, 0, value);
        expect(readLsn(bytes, 0)).to.equal(value);
        expect(bytes.readBigUInt64LE(0)).to.equal(BigInt(value));
        expect(parseLsn(formatLsn(value))).to.equal(value);
      }),
    );
  });

  it('refuses what is not an LSN', () => {
    for (const text of ['', '1', '1/', '/1', '1/G', '123456789/0', '1/0 '])
      expect(() => parseLsn(text)).to.throw(RangeError);
    for (const value of [-1, 0.5, NaN, 2 ** 53]) expect(() => lsn(value)).to.throw(RangeError);
  });
});
