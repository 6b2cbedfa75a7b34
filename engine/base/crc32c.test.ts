import { expect } from 'chai';
import fc from 'fast-check';
import { crc32c } from './crc32c.js';

describe('crc32c', () => {
  it('gives the check value of the Castagnoli polynomial', () => {
    expect(crc32c(Buffer.from('123456789'))).to.equal(0xe3069283);
  });

  it('continues: the parts give what the whole gives, on either side of the native threshold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const all = Buffer.from(bytes);
        const at = Math.min(cut, all.length);
        expect(crc32c(all, at, all.length, crc32c(all, 0, at))).to.equal(crc32c(all));
      }),
    );
  });
});
