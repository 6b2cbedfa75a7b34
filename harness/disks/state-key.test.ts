import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../schedulers/seeded-random.js';
import { drawSurvivors } from './draw-survivors.js';
import { profiles } from './profiles.js';
import { stateKey } from './state-key.js';
import { materialise, type Survival, type Survivors } from './survivors.js';
import { anyTrace } from './testing/any-trace.js';
import { HandMadeTrace, filesOf } from './testing/hand-made-trace.js';

const SETS = 40;

/** Any survivors at all, legal or not, of few kinds, so that many coincide. */
function anySurvivors(random: SeededRandom, starts: readonly number[]): Survivors {
  const share = random.pick([0.2, 0.5, 0.9]);
  return new Map(starts.filter(() => random.chance(share)).map((start): [number, Survival] => [start, 'whole']));
}

describe('state keys', () => {
  it('are equal only of equal disks, over a whole walk', () => {
    let equalPairs = 0;
    fc.assert(
      fc.property(anyTrace, fc.integer(), (trace, seed) => {
        const random = new SeededRandom(seed);
        const sweep = trace.sweep('posix-weak', 0);
        const known = new Map<string, Record<string, string>>();
        for (let at = 1; at <= 2 * trace.events.length; at++) {
          sweep.advanceTo(at);
          const { image, pending, version } = sweep;
          for (let set = 0; set < SETS / 8; set++) {
            const survivors = random.chance(0.5)
              ? drawSurvivors(random, image, pending, profiles['posix-weak'])
              : anySurvivors(
                  random,
                  pending.map(({ event }) => event.start),
                );
            const key = stateKey(version, pending, survivors);
            const files = filesOf(materialise(image, pending, survivors));
            if (known.has(key)) equalPairs++;
            expect(known.get(key) ?? files).to.deep.equal(files);
            known.set(key, files);
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(equalPairs).to.be.greaterThan(1000);
  });

  it('do not tell a surviving write from none, where a later one covers the same bytes', () => {
    const trace = new HandMadeTrace();
    const a = trace.safeFile('a', 'old');
    const [first, second] = [trace.write(a, 'one'), trace.write(a, 'two')];
    const { pending, version } = trace.sweep('xfs');
    const key = (...starts: number[]): string =>
      stateKey(version, pending, new Map(starts.map((start) => [start, 'whole'])));
    expect(key(first, second)).to.equal(key(second));
    expect(key(first)).to.not.equal(key(second));
    expect(key()).to.not.equal(key(first));
    const torn: Survivors = new Map<number, Survival>([
      [first, 'whole'],
      [second, []],
    ]);
    expect(stateKey(version, pending, torn)).to.not.equal(stateKey(version, pending, new Map([[second, []]])));
  });

  it('tell torn from whole, and other images apart', () => {
    const trace = new HandMadeTrace();
    const start = trace.write(trace.safeFile('a', 'old'), Buffer.alloc(2048));
    const { pending } = trace.sweep('xfs');
    const survivals: Survival[] = ['whole', 'size', [], [0], [0, 1], [1]];
    const keys = survivals.map((survival) => stateKey(0, pending, new Map([[start, survival]])));
    expect(new Set([...keys, stateKey(1, pending, new Map([[start, 'whole']]))]).size).to.equal(survivals.length + 1);
  });
});
