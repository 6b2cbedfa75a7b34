import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../schedulers/seeded-random.js';
import type { WriteEvent } from '../trace/storage-event.js';
import { SECTOR_BYTES, type ProfileName } from './disk-model.js';
import { drawSurvivors } from './draw-survivors.js';
import { honestProfiles, profiles } from './profiles.js';
import { materialise, sectorCount } from './survivors.js';
import { anyTraceOfWrites } from './testing/any-trace.js';
import { HandMadeTrace, filesOf } from './testing/hand-made-trace.js';
import type { NodeId, Volume } from './volume.js';

const PROFILE: ProfileName = 'posix-weak';
const ZEROS = '\0'.repeat(SECTOR_BYTES);
const full = (letter: string, sectors = 1): string => letter.repeat(sectors * SECTOR_BYTES);

describe('crash states', () => {
  let trace: HandMadeTrace;
  beforeEach(() => (trace = new HandMadeTrace()));

  it('hold the sectors that survived of a torn write, and the old ones between', () => {
    const a = trace.safeFile('a', full('o', 4));
    const write = trace.write(a, full('n', 4));
    expect(trace.left(PROFILE, [[write, [0, 2]]])).to.deep.equal({
      '/a': full('n') + full('o') + full('n') + full('o'),
    });
    expect(trace.left(PROFILE, [[write, []]])).to.deep.equal({ '/a': full('o', 4) });
    expect(trace.left(PROFILE, [[write, [0, 1, 2, 3]]])).to.deep.equal(trace.left(PROFILE, [[write, 'whole']]));
  });

  it('number the sectors of a write from its first one, cut where the write begins and ends', () => {
    const a = trace.safeFile('a', full('o', 3));
    const write = trace.write(a, 'n'.repeat(SECTOR_BYTES + 200), SECTOR_BYTES - 100);
    expect(sectorCount(trace.events[0] as WriteEvent)).to.equal(3);
    const changed = [...trace.left(PROFILE, [[write, [0]]])['/a']].flatMap((letter, at) =>
      letter === 'n' ? [at] : [],
    );
    expect([changed[0], changed.at(-1)]).to.deep.equal([SECTOR_BYTES - 100, SECTOR_BYTES - 1]);
    const last = trace.left(PROFILE, [[write, [2]]])['/a'];
    expect(last.lastIndexOf('n')).to.equal(2 * SECTOR_BYTES + 99);
    expect(last.indexOf('n')).to.equal(2 * SECTOR_BYTES);
  });

  it('end an extending write that was torn with its last sector; what is missing before reads as zeros', () => {
    const a = trace.safeFile('a', full('o'));
    const write = trace.write(a, full('n', 3), SECTOR_BYTES);
    expect(trace.left(PROFILE, [[write, [1]]])).to.deep.equal({ '/a': full('o') + full('\0') + full('n') });
  });

  it('bring along what was written to a sector before, where a write covers it only in part', () => {
    const a = trace.safeFile('a', full('o', 2));
    trace.write(a, 'earlier', 4);
    const write = trace.write(a, 'NEW', 8);
    trace.write(a, 'later', 100);
    expect(trace.left(PROFILE, [[write, 'whole']])['/a'].slice(0, 16)).to.equal('ooooearlNEWooooo');
    expect(trace.left(PROFILE, [[write, 'whole']])['/a']).to.not.include('later');
  });

  it('bring along nothing of the sectors that a write covers whole, or that did not survive', () => {
    const a = trace.safeFile('a', full('o', 3));
    trace.write(a, 'early', SECTOR_BYTES - 10);
    trace.write(a, 'early', 2 * SECTOR_BYTES + 300);
    const write = trace.write(a, 'n'.repeat(2 * SECTOR_BYTES), SECTOR_BYTES - 4);
    const torn = trace.left(PROFILE, [[write, [1]]]);
    expect(torn).to.deep.equal({ '/a': full('o') + full('n') + full('o') });
    expect(trace.left(PROFILE, [[write, [0]]])['/a'].slice(SECTOR_BYTES - 11, SECTOR_BYTES)).to.equal('oearlyonnnn');
  });

  it('do not bring back, with a sector, what had been cut off before it was written again', () => {
    const a = trace.safeFile('a', 'old old old');
    trace.truncate(a, 3);
    const write = trace.write(a, 'n', 5);
    expect(trace.left(PROFILE, [[write, 'whole']])['/a'].slice(0, 7)).to.equal('old\0\0n\0');
  });

  it('lose a truncation, or keep it', () => {
    const a = trace.safeFile('a', full('o', 2));
    const truncation = trace.truncate(a, 5);
    expect(trace.left(PROFILE)).to.deep.equal({ '/a': full('o', 2) });
    expect(trace.left(PROFILE, [[truncation, 'whole']])).to.deep.equal({ '/a': 'ooooo' });
  });

  it('hold the size alone of an extending write, zeros in the gap', () => {
    const a = trace.safeFile('a', 'old');
    const write = trace.write(a, 'new contents', 1);
    expect(trace.left(PROFILE, [[write, 'size']])).to.deep.equal({ '/a': `old${'\0'.repeat(10)}` });
  });

  it('do not make a file shorter by the size of a write that extended it less', () => {
    const a = trace.safeFile('a', 'old');
    const [short, long] = [trace.write(a, '1234'), trace.write(a, '123456')];
    const left = trace.left(PROFILE, [
      [long, 'whole'],
      [short, 'size'],
    ]);
    expect(left).to.deep.equal({ '/a': '123456' });
  });

  it('hold a renamed file under both names, where only half of the rename survived', () => {
    const a = trace.safeFile('a', 'data');
    const rename = trace.rename(a, 'a', 'b');
    expect(trace.left(PROFILE)).to.deep.equal({ '/a': 'data' });
    expect(trace.left(PROFILE, [[rename, 'both-names']])).to.deep.equal({ '/a': 'data', '/b': 'data' });
    expect(trace.left(PROFILE, [[rename, 'whole']])).to.deep.equal({ '/b': 'data' });
  });

  it('bring a file back whose removal was lost, with what of it is safe', () => {
    const a = trace.safeFile('a', 'old');
    trace.write(a, 'new');
    trace.sync(a);
    trace.write(a, 'lost');
    trace.remove(a, 'a');
    expect(trace.left(PROFILE)).to.deep.equal({ '/a': 'new' });
  });

  it('hide a file whose creation was lost, though its data are safe', () => {
    const { node, start } = trace.create('a');
    trace.write(node, 'data');
    trace.sync(node, 'data');
    expect(trace.left(PROFILE)).to.deep.equal({});
    expect(trace.left(PROFILE, [[start, 'whole']])).to.deep.equal({ '/a': 'data' });
  });

  it('remove no name that has come to mean another file', () => {
    const a = trace.safeFile('a', 'first');
    const b = trace.safeFile('b', 'second');
    const over = trace.rename(b, 'b', 'a');
    trace.rename(b, 'a', 'c');
    const removal = trace.remove(a, 'a');
    const left = trace.left(PROFILE, [
      [over, 'whole'],
      [removal, 'whole'],
    ]);
    expect(left).to.deep.equal({ '/a': 'second' });
  });

  it('leave what was safe, and each other, alone', () => {
    const a = trace.safeFile('a', full('o', 20));
    const write = trace.write(a, full('n', 20));
    const { image, pending } = trace.sweep(PROFILE);
    const one = materialise(image, pending, new Map([[write, 'whole']]));
    const other = materialise(image, pending, new Map([[write, [3]]]));
    one.truncate(a, 0);
    expect(filesOf(image)).to.deep.equal({ '/a': full('o', 20) });
    expect(filesOf(other)['/a'].indexOf('n')).to.equal(3 * SECTOR_BYTES);
  });

  for (const profile of honestProfiles) {
    it(`of ${profile} hold in every sector one of its versions, none older than the last that was synced`, () => {
      fc.assert(
        fc.property(anyTraceOfWrites, fc.integer(), (made, seed) => {
          const ordered = oneAfterAnother(made);
          const versions = new Map([...made.base.files()].map(({ id }) => [id, versionsOf(ordered, id)]));
          const { image, pending } = ordered.sweep(profile);
          const random = new SeededRandom(seed);
          for (let draw = 0; draw < 6; draw++) {
            const left = materialise(image, pending, drawSurvivors(random, image, pending, profiles[profile]));
            for (const { path, id } of left.files()) expectVersions(left, id, versions.get(id)!, path);
          }
        }),
        { numRuns: 40 },
      );
    });
  }
});

function oneAfterAnother({ base, events }: HandMadeTrace): HandMadeTrace {
  const ordered = new HandMadeTrace();
  for (const event of events) ordered.call(event);
  return Object.assign(ordered, { base });
}

/** What each sector of a file may be after a crash, from the last sync on; all it has ever been, when one failed. */
function versionsOf({ base, events }: HandMadeTrace, node: NodeId): Set<string>[] {
  const own = events
    .filter((event) => event.kind === 'sync' || event.kind === 'write')
    .filter((event) => event.node === node);
  const hasFailed = own.some((event) => event.kind === 'sync' && event.failed);
  const volume = base.fork();
  let versions = sectorsOf(volume, node).map((sector) => new Set([sector]));
  for (const event of own) {
    if (event.kind === 'sync') {
      if (!hasFailed) versions = sectorsOf(volume, node).map((sector) => new Set([sector]));
      continue;
    }
    volume.write(node, event.data, event.offset);
    sectorsOf(volume, node).forEach((sector, index) => (versions[index] ??= new Set([ZEROS])).add(sector));
  }
  return versions;
}

function expectVersions(left: Volume, node: NodeId, versions: Set<string>[], path: string): void {
  sectorsOf(left, node).forEach((sector, index) => {
    expect(versions[index].has(sector), `sector ${index} of ${path} is one of its versions`).to.equal(true);
  });
}

/** The last one made whole with zeros. */
function sectorsOf(volume: Volume, node: NodeId): string[] {
  const contents = volume.contents(node).toString('latin1');
  return Array.from({ length: Math.ceil(contents.length / SECTOR_BYTES) }, (_, sector) =>
    contents.slice(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES).padEnd(SECTOR_BYTES, '\0'),
  );
}
