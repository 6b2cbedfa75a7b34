import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../schedulers/seeded-random.js';
import type { ChangeEvent } from '../trace/storage-event.js';
import type { PendingChange } from './crash-sweep.js';
import { PROFILE_NAMES, type ProfileName } from './disk-model.js';
import { drawSurvivors } from './draw-survivors.js';
import { profiles } from './profiles.js';
import { anyTrace } from './testing/any-trace.js';
import { HandMadeTrace } from './testing/hand-made-trace.js';
import { illegalSurvivals } from './testing/illegal-survivals.js';
import type { Survivors } from './survivors.js';

const DRAWS = 400;

/** A page rewritten, a file made longer, names made, moved, replaced and taken away. */
function busyTrace(): HandMadeTrace {
  const trace = new HandMadeTrace();
  const page = trace.safeFile('page', Buffer.alloc(16_384));
  const gone = trace.safeFile('gone', 'gone');
  trace.safeFile('replaced', 'replaced');
  trace.write(page, Buffer.alloc(16_384, 1));
  const { node } = trace.create('made.tmp');
  trace.write(node, Buffer.alloc(16_384, 2));
  trace.rename(node, 'made.tmp', 'made');
  trace.remove(gone, 'gone');
  const next = trace.create('next.tmp');
  trace.write(next.node, Buffer.alloc(16_384, 3));
  trace.rename(next.node, 'next.tmp', 'replaced');
  return trace;
}

type Outcome = (survivors: Survivors, pending: readonly PendingChange[]) => boolean;

const kept = (survivors: Survivors, pending: readonly PendingChange[]): ChangeEvent[] =>
  pending.map(({ event }) => event).filter(({ start }) => survivors.has(start));

/** What many draws have to show, since each finds other bugs; with the models that allow it. */
const outcomes: Readonly<Record<string, readonly [isPossible: (profile: ProfileName) => boolean, Outcome]>> = {
  nothing: [() => true, (survivors) => survivors.size === 0],
  everything: [
    () => true,
    (survivors, pending) => pending.every(({ event }) => survivors.get(event.start) === 'whole'),
  ],
  'one loss alone': [() => true, (survivors, pending) => survivors.size === pending.length - 1],
  'one change alone': [() => true, (survivors) => survivors.size === 1],
  'the names without any data': [
    (profile) => !profiles[profile].replacingFlushes,
    (survivors, pending) =>
      survivors.size > 0 && pending.every(({ event }) => survivors.has(event.start) === (event.kind !== 'write')),
  ],
  'the data without any name': [
    () => true,
    (survivors, pending) => pending.every(({ event }) => survivors.has(event.start) === (event.kind === 'write')),
  ],
  'a torn rewrite of a page': [
    () => true,
    (survivors) => Array.isArray(survivors.get(1)) && (survivors.get(1) as unknown[]).length > 0,
  ],
  'a rewrite that lacks a sector in its middle': [
    (profile) => profile !== 'atomic-8k',
    (survivors) => {
      const sectors = survivors.get(1);
      return Array.isArray(sectors) && sectors[0] === 0 && sectors.at(-1) === 31 && sectors.length < 32;
    },
  ],
  'a torn extending write': [
    () => true,
    (survivors, pending) =>
      kept(survivors, pending).some(
        ({ kind, start }) => kind === 'write' && start > 1 && Array.isArray(survivors.get(start)),
      ),
  ],
  'a size without its data': [
    (profile) => profiles[profile].unwrittenTail === 'zeros',
    (survivors) => [...survivors.values()].includes('size'),
  ],
  'a file under both names': [
    (profile) => !profiles[profile].renameIsAtomic,
    (survivors) => [...survivors.values()].includes('both-names'),
  ],
  'a later name without an earlier one': [
    (profile) => profiles[profile].names === 'independent',
    (survivors, pending) => {
      const names = pending.map(({ event }) => event).filter(({ kind }) => kind !== 'write');
      return names.some(
        ({ start }, index) => index > 0 && survivors.has(start) && !survivors.has(names[index - 1].start),
      );
    },
  ],
};

describe('drawing survivors', () => {
  for (const profile of PROFILE_NAMES) {
    const model = profiles[profile];

    it(`${profile} keeps nothing that the model rules out`, () => {
      fc.assert(
        fc.property(anyTrace, fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (trace, seed, share) => {
          const sweep = trace.sweep(profile, Math.round(share * (2 * trace.events.length + 1)));
          const random = new SeededRandom(seed);
          for (let draw = 0; draw < 12; draw++) {
            const survivors = drawSurvivors(random, sweep.image, sweep.pending, model);
            expect(illegalSurvivals(sweep, survivors, model)).to.deep.equal([]);
          }
        }),
        { numRuns: 150 },
      );
    });

    it(`${profile} brings every kind of loss about`, () => {
      const { image, pending } = busyTrace().sweep(profile);
      const random = new SeededRandom(7);
      const drawn = Array.from({ length: DRAWS }, () => drawSurvivors(random, image, pending, model));
      for (const [name, [isPossible, isSo]] of Object.entries(outcomes)) {
        const times = drawn.filter((survivors) => isSo(survivors, pending)).length;
        if (isPossible(profile)) expect(times, name).to.be.greaterThan(0);
        else expect(times, name).to.equal(0);
      }
    });

    it(`${profile} draws the same from the same seed`, () => {
      const { image, pending } = busyTrace().sweep(profile);
      const draw = (seed: number) => drawSurvivors(new SeededRandom(seed), image, pending, model);
      for (let seed = 1; seed < 20; seed++) expect(draw(seed)).to.deep.equal(draw(seed));
    });
  }

  it('cuts a write of many pages more often than one of one page', () => {
    const trace = new HandMadeTrace();
    const [one, other] = ['one', 'other'].map((name) => trace.safeFile(name, Buffer.alloc(131_072)));
    const page = trace.write(one, Buffer.alloc(8192, 1));
    const pages = trace.write(other, Buffer.alloc(131_072, 1));
    const { image, pending } = trace.sweep('atomic-8k');
    const random = new SeededRandom(3);
    const torn = Array.from({ length: DRAWS }, () => drawSurvivors(random, image, pending, profiles['atomic-8k']));
    const timesCut = (start: number): number =>
      torn.filter((survivors) => survivors.size === 1 && survivors.has(start)).length;
    expect(timesCut(pages)).to.be.greaterThan(1.5 * timesCut(page));
  });

  it('keeps nothing where nothing is on its way', () => {
    const { image } = new HandMadeTrace().sweep('posix-weak');
    expect(drawSurvivors(new SeededRandom(1), image, [], profiles['posix-weak']).size).to.equal(0);
  });
});
