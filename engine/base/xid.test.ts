import { expect } from 'chai';
import fc from 'fast-check';
import { FROZEN_XID, epochOf, fullXid, fullXidFrom, nextFullXid, widenXid, xid, xidOf, xidPrecedes } from './xid.js';

describe('Xid', () => {
  it('compares across the wrap', () => {
    expect(xidPrecedes(xid(0xffff_fff0), xid(5))).to.equal(true);
    expect(xidPrecedes(xid(5), xid(0xffff_fff0))).to.equal(false);
    expect(xidPrecedes(FROZEN_XID, xid(0x9000_0000))).to.equal(true);
  });

  it('agrees with 64-bit order within half the circle', () => {
    const start = fc.integer({ min: 3, max: 2 ** 45 }).map((n) => (n % 2 ** 32 < 3 ? n + 3 : n));
    fc.assert(
      fc.property(start, fc.integer({ min: 3, max: 2 ** 31 - 4 }), (from, distance) => {
        const later = from + distance;
        fc.pre(later % 2 ** 32 >= 3);
        expect(xidPrecedes(xidOf(fullXid(from)), xidOf(fullXid(later)))).to.equal(true);
        expect(widenXid(xidOf(fullXid(from)), fullXid(later))).to.equal(from);
      }),
    );
  });

  it('steps over the special ids at each wrap', () => {
    const next = nextFullXid(fullXidFrom(1, xid(0xffff_ffff)));
    expect(epochOf(next)).to.equal(2);
    expect(xidOf(next)).to.equal(3);
  });
});
