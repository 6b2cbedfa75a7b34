import { expect } from 'chai';
import fc from 'fast-check';
import { FaultSyntaxError } from '../faults/parse.js';
import { parsePowerLoss, printPowerLoss, type PowerLoss } from './print-crash.js';
import type { Survival } from './survivors.js';

const sectors = fc
  .uniqueArray(fc.nat({ max: 40 }), { maxLength: 20 })
  .map((drawn): Survival => drawn.sort((a, b) => a - b));
const survival: fc.Arbitrary<Survival> = fc.oneof(fc.constantFrom('whole', 'size', 'both-names'), sectors);

/** In the order of their events, as they are printed. */
const anyLoss: fc.Arbitrary<PowerLoss> = fc.record({
  at: fc.nat(),
  survivors: fc
    .uniqueArray(fc.tuple(fc.nat(), survival), { selector: ([start]) => start, maxLength: 12 })
    .map((entries) => new Map(entries.sort(([a], [b]) => a - b))),
});

describe('power losses in print', () => {
  it('parse back to what was printed', () => {
    fc.assert(
      fc.property(anyLoss, (loss) => {
        const parsed = parsePowerLoss(printPowerLoss(loss));
        expect(parsed).to.deep.equal(loss);
        expect([...parsed.survivors]).to.deep.equal([...loss.survivors]);
      }),
      { numRuns: 300 },
    );
  });

  const examples = [
    'power-loss at +0 keep {}',
    'power-loss at +1412 keep {1398, 1401[0-3,8]}',
    'power-loss at +1412 keep {1398[size], 1404[both-names]}',
    'power-loss at +7 keep {3[]}',
  ];
  for (const line of examples) {
    it(`print what they parse: ${line}`, () => expect(printPowerLoss(parsePowerLoss(line))).to.equal(line));
  }

  it('are printed in the order of the events, whatever order they were put together in', () => {
    const survivors = new Map<number, Survival>([
      [9, 'whole'],
      [4, [1, 2, 3]],
    ]);
    expect(printPowerLoss({ at: 12, survivors })).to.equal('power-loss at +12 keep {4[1-3], 9}');
  });

  const mistakes = [
    '',
    'power-loss',
    'power-loss at +12',
    'power-loss at 12 keep {}',
    'power-loss at +x keep {}',
    'power-loss at +12 keep {1, 2',
    'power-loss at +12 keep {1;2}',
    'power-loss at +12 keep {1,2}',
    'power-loss at +12 keep {one}',
    'power-loss at +12 keep {-1}',
    'power-loss at +12 keep {1, 1}',
    'power-loss at +12 keep {1[3-0]}',
    'power-loss at +12 keep {1[half]}',
    'power-loss at +12 keep {1[0-x]}',
    'power-loss at +12 keep {1[-1]}',
    'power-loss at +12 keep {1[1.5]}',
    'power-loss at +12 keep {1[1-2-3]}',
    'power-loss at +12 keep {1[2,1]}',
    'power-loss at +12 keep {1[0-3}',
    'power-loss at +12 keep {} and more',
  ];
  for (const line of mistakes) {
    it(`refuse: ${line || '(nothing)'}`, () => expect(() => parsePowerLoss(line)).to.throw(FaultSyntaxError));
  }
});
