import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../schedulers/seeded-random.js';
import { diskIdentity } from './disk-identity.js';
import { drawSurvivors } from './draw-survivors.js';
import { profiles } from './profiles.js';
import { materialise } from './survivors.js';
import { anyTrace } from './testing/any-trace.js';
import { filesOf } from './testing/hand-made-trace.js';
import { ROOT, VOLUME_BLOCK_BYTES, Volume } from './volume.js';

const SETS = 5;

function diskWith(contents: Buffer, name = 'a'): Volume {
  const volume = Volume.empty();
  const file = volume.addNode('file');
  volume.setEntry(ROOT, name, file);
  volume.write(file, contents, 0);
  return volume;
}

describe('disk identities', () => {
  it('are equal only where names, sizes and contents are, over a whole walk and under two models', () => {
    let equalPairs = 0;
    fc.assert(
      fc.property(anyTrace, fc.integer(), (trace, seed) => {
        const random = new SeededRandom(seed);
        const byIdentity = new Map<string, string>();
        for (const name of ['posix-weak', 'ext4-ordered'] as const) {
          const sweep = trace.sweep(name, 0);
          for (let at = 1; at <= 2 * trace.events.length; at++) {
            sweep.advanceTo(at);
            for (let set = 0; set < SETS; set++) {
              const survivors = drawSurvivors(random, sweep.image, sweep.pending, profiles[name]);
              const disk = materialise(sweep.image, sweep.pending, survivors);
              const identity = diskIdentity(disk);
              const files = JSON.stringify(Object.entries(filesOf(disk)).sort());
              if (byIdentity.has(identity)) equalPairs++;
              expect(byIdentity.get(identity) ?? files).to.equal(files);
              byIdentity.set(identity, files);
            }
          }
        }
      }),
      { numRuns: 160 },
    );
    expect(equalPairs).to.be.greaterThan(5000);
  });

  it('differ by one byte, by length, and by name', () => {
    const contents = Buffer.alloc(20_000, 7);
    const identity = diskIdentity(diskWith(contents));
    expect(diskIdentity(diskWith(Buffer.from(contents)))).to.equal(identity);
    for (const at of [0, 8191, 8192, 19_999]) {
      const changed = Buffer.from(contents);
      changed[at]++;
      expect(diskIdentity(diskWith(changed))).to.not.equal(identity);
    }
    expect(diskIdentity(diskWith(contents.subarray(1)))).to.not.equal(identity);
    expect(diskIdentity(diskWith(contents, 'b'))).to.not.equal(identity);
  });

  it('are the same in whatever order the names came', () => {
    const disk = (names: readonly string[]): Volume => {
      const volume = Volume.empty();
      const nodes = [volume.addNode('file'), volume.addNode('file')];
      for (const name of names) volume.setEntry(ROOT, name, nodes[name === 'a' ? 0 : 1]);
      return volume;
    };
    expect(diskIdentity(disk(['b', 'a']))).to.equal(diskIdentity(disk(['a', 'b'])));
    expect(diskIdentity(disk(['b']))).to.not.equal(diskIdentity(disk(['a'])));
  });

  it('do not tell zeros that were written from a hole, but how long it is', () => {
    const hole = (bytes: number): Volume => {
      const volume = diskWith(Buffer.from('begin'));
      volume.truncate(volume.lookUp('/a')!, bytes);
      return volume;
    };
    const written = hole(2 * VOLUME_BLOCK_BYTES);
    written.write(written.lookUp('/a')!, Buffer.alloc(100), VOLUME_BLOCK_BYTES + 50);
    expect(diskIdentity(written)).to.equal(diskIdentity(hole(2 * VOLUME_BLOCK_BYTES)));
    expect(diskIdentity(written)).to.not.equal(diskIdentity(hole(2 * VOLUME_BLOCK_BYTES + 1)));
  });

  it('follow later changes of the disk, and spare its copies', () => {
    const disk = diskWith(Buffer.alloc(20_000, 7));
    const before = diskIdentity(disk);
    const copy = disk.fork();
    const file = disk.lookUp('/a')!;
    disk.write(file, Buffer.from('x'), 9000);
    const changed = diskIdentity(disk);
    expect(changed).to.not.equal(before);
    disk.write(file, Buffer.from('y'), 9000);
    expect(diskIdentity(disk)).to.not.equal(changed);
    disk.write(file, Buffer.alloc(1, 7), 9000);
    expect(diskIdentity(disk)).to.equal(before);
    expect(diskIdentity(copy)).to.equal(before);
    disk.removeEntry(ROOT, 'a');
    expect(diskIdentity(disk)).to.equal(diskIdentity(Volume.empty()));
  });
});
