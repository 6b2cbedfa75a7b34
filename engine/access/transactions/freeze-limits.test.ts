import { expect } from 'chai';
import * as fc from 'fast-check';
import { isNormalXid, xid, xidPrecedes } from '../../base/xid.js';
import { computeFreezeLimits, isFailsafeDue } from './freeze-limits.js';

const DEFAULTS = { freezeMinAge: 50_000_000, freezeTableAge: 150_000_000, freezeMaxAge: 200_000_000 };

describe('what a vacuum freezes', () => {
  it('follows vacuum_freeze_min_age, at most half of autovacuum_freeze_max_age', () => {
    const at = (changes: Partial<typeof DEFAULTS>): number =>
      computeFreezeLimits(
        { oldestXmin: xid(900_000_000), nextXid: xid(900_000_100), relFrozenXid: xid(890_000_000) },
        { ...DEFAULTS, ...changes },
      ).freezeLimit;
    expect(at({})).to.equal(850_000_000);
    expect(at({ freezeMinAge: 0 })).to.equal(900_000_000);
    expect(at({ freezeMinAge: 500_000_000 })).to.equal(800_000_000);
  });

  it('is all there is below the horizon when an old snapshot holds it back', () => {
    const situation = { oldestXmin: xid(100_000_000), nextXid: xid(400_000_000), relFrozenXid: xid(90_000_000) };
    expect(computeFreezeLimits(situation, DEFAULTS)).to.deep.equal({
      freezeLimit: 100_000_000,
      isAggressive: true,
      isXminFarPast: true,
    });
  });

  it('visits the whole table at the age of vacuum_freeze_table_age, and before autovacuum would', () => {
    const isAggressive = (age: number, freezeTableAge: number): boolean =>
      computeFreezeLimits(
        { oldestXmin: xid(5), nextXid: xid(5), relFrozenXid: xid(5 - age) },
        { ...DEFAULTS, freezeTableAge },
      ).isAggressive;
    expect([149_999_999, 150_000_010].map((age) => isAggressive(age, 150_000_000))).to.deep.equal([false, true]);
    expect([189_000_000, 190_000_010].map((age) => isAggressive(age, 2_000_000_000))).to.deep.equal([false, true]);
    expect(isAggressive(0, 0)).to.equal(true);
  });

  it('is never a special id and never later than the horizon, wherever on the circle', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 2 ** 32 - 1 }),
        fc.nat(1_000_000_000),
        fc.nat(1_000_000_000),
        fc.nat(1_000_000_000),
        fc.integer({ min: 100, max: 2_000_000_000 }),
        (next, held, frozenAge, freezeMinAge, freezeMaxAge) => {
          const oldestXmin = xid(next - held);
          fc.pre(isNormalXid(oldestXmin) && isNormalXid(xid(next - frozenAge)));
          const { freezeLimit } = computeFreezeLimits(
            { oldestXmin, nextXid: xid(next), relFrozenXid: xid(next - frozenAge) },
            { freezeMinAge, freezeTableAge: 0, freezeMaxAge },
          );
          expect(isNormalXid(freezeLimit)).to.equal(true);
          // Special ids are stepped over towards the present: by two at most.
          if (oldestXmin > 5) expect(xidPrecedes(oldestXmin, freezeLimit)).to.equal(false);
        },
      ),
    ));

  it('is all that counts beyond the failsafe age', () => {
    const isDue = (age: number, failsafeAge: number): boolean =>
      isFailsafeDue(xid(7 - age), xid(7), failsafeAge, 200_000_000);
    expect([1_600_000_000, 1_600_000_010].map((age) => isDue(age, 1_600_000_000))).to.deep.equal([false, true]);
    expect([200_000_001, 210_000_010].map((age) => isDue(age, 0))).to.deep.equal([false, true]);
  });
});
