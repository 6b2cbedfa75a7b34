import { expect } from 'chai';
import fc from 'fast-check';
import { ageOf, destinationOf, parseXidJump, printXidJump, xidCourse, xidMargins } from './xid-course.js';

const HALF = 2 ** 31 - 1;
const margins = { warn: 40_000_000, stop: 3_000_000 };

describe('jumps of transaction ids', () => {
  it('parse back from their text', () =>
    fc.assert(
      fc.property(xidCourse, ({ jumps }) => {
        for (const jump of jumps) expect(parseXidJump(printXidJump(jump))).to.deep.equal(jump);
      }),
    ));

  it('are nothing else', () => {
    for (const text of ['', '5', 'ahead', '5 before dawn', '-1 ahead', '1 before stop ']) {
      expect(() => parseXidJump(text)).to.throw('not a jump');
    }
  });

  it('lead to so many before a limit, or so many ahead', () => {
    const situation = { nextXid: 1000, oldestXid: 3 };
    const to = (text: string): number | undefined => destinationOf(parseXidJump(text), situation, margins);
    expect(to('5 before warn')).to.equal(3 + HALF - margins.warn - 5);
    expect(to('5 before stop')).to.equal(3 + HALF - margins.stop - 5);
    expect(to('50 before wrap')).to.equal(3 + HALF - 50);
    expect(to('17 ahead')).to.equal(1017);
  });

  it('never lead back, to a special id, or so far that the oldest id would lie in the future', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 2 ** 34 }).filter((next) => next % 2 ** 32 >= 3),
        fc.integer({ min: 0, max: HALF }),
        xidCourse,
        (nextXid, age, { jumps }) => {
          const oldestXid = (((nextXid % 2 ** 32) - age) >>> 0) % 2 ** 32;
          for (const jump of jumps) {
            const to = destinationOf(jump, { nextXid, oldestXid }, margins);
            if (to === undefined) continue;
            expect(to).to.be.greaterThan(nextXid);
            expect(to % 2 ** 32).to.be.at.least(3);
            expect(ageOf(to, oldestXid)).to.be.lessThan(HALF);
          }
        },
      ),
    ));

  it("take the limits from the target's settings", () => {
    expect(xidMargins({})).to.deep.equal(margins);
    expect(xidMargins({ xid_stop_margin: '7', xid_warn_margin: 9 })).to.deep.equal({ warn: 9, stop: 7 });
    const wide = { warn: 2_000_000_000, stop: 1_000_000_000 };
    const situation = { nextXid: 10, oldestXid: 3 };
    expect(destinationOf(parseXidJump('1 before stop'), situation, wide)).to.equal(3 + HALF - 1_000_000_001);
  });
});
