import { expect } from 'chai';
import { PROFILE_NAMES } from './disk-model.js';
import { honestProfiles, profiles } from './profiles.js';
import { HandMadeTrace } from './testing/hand-made-trace.js';

const journaled = honestProfiles.filter((name) => profiles[name].names === 'journaled');
const SECTOR = 512;
const full = (letter: string, sectors = 1): string => letter.repeat(sectors * SECTOR);

describe('crash sweep', () => {
  let trace: HandMadeTrace;
  beforeEach(() => (trace = new HandMadeTrace()));

  for (const profile of honestProfiles) {
    describe(`of ${profile}`, () => {
      it('keeps what a sync covered, and loses what it did not', () => {
        const [a, b] = [trace.safeFile('a', 'old-a'), trace.safeFile('b', 'old-b')];
        trace.write(a, 'safe!');
        trace.write(b, 'lost!');
        trace.sync(a, 'data');
        trace.write(a, 'after');
        expect(trace.left(profile)).to.deep.equal({ '/a': 'safe!', '/b': 'old-b' });
      });

      it('covers by a sync only what had ended before the sync began', () => {
        const a = trace.safeFile('a', 'old');
        const endWrite = trace.begin({ kind: 'write', node: a, offset: 0, data: Buffer.from('new'), path: '' });
        const endSync = trace.begin({ kind: 'sync', node: a, of: 'file', failed: false, path: '' });
        endWrite();
        endSync();
        expect(trace.left(profile)).to.deep.equal({ '/a': 'old' });
        trace.sync(a);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'new' });
      });

      it('makes safe what a sync covers only when the sync has ended', () => {
        const a = trace.safeFile('a', 'old');
        trace.write(a, 'new');
        const endSync = trace.begin({ kind: 'sync', node: a, of: 'file', failed: false, path: '' });
        const begun = trace.events.at(-1)!.start;
        expect(trace.left(profile)).to.deep.equal({ '/a': 'old' });
        endSync();
        expect(trace.left(profile, [], begun)).to.deep.equal({ '/a': 'old' });
        expect(trace.left(profile, [], begun + 1)).to.deep.equal({ '/a': 'new' });
      });

      it('lets a change happen from the moment its call began, and not before', () => {
        const a = trace.safeFile('a', 'old');
        trace.write(a, 'one');
        trace.begin({ kind: 'write', node: a, offset: 0, data: Buffer.from('two'), path: '' });
        const { start } = trace.events[1];
        expect(trace.sweep(profile, start - 1).pending.map(({ event }) => event.start)).to.deep.equal([1]);
        expect(trace.sweep(profile, start).pending.map(({ event }) => event.start)).to.deep.equal([1, start]);
        expect(trace.left(profile, [[start, 'whole']])).to.deep.equal({ '/a': 'two' });
      });

      it('keeps a truncation by a sync of its file, in order with the writes around it', () => {
        const a = trace.safeFile('a', 'old contents');
        trace.write(a, 'newer');
        trace.truncate(a, 3);
        trace.write(a, '!', 3);
        trace.sync(a, 'data');
        expect(trace.left(profile)).to.deep.equal({ '/a': 'new!' });
      });

      it('keeps a creation and a rename by a sync of the directory', () => {
        const { node } = trace.create('a.tmp');
        trace.sync(0, 'directory');
        trace.rename(node, 'a.tmp', 'a');
        expect(trace.left(profile)).to.deep.equal({ '/a.tmp': '' });
        trace.sync(0, 'directory');
        expect(trace.left(profile)).to.deep.equal({ '/a': '' });
      });

      it('keeps a removal by a sync of the directory', () => {
        const a = trace.safeFile('a', 'old');
        trace.remove(a, 'a');
        expect(trace.left(profile)).to.deep.equal({ '/a': 'old' });
        trace.sync(0, 'directory');
        expect(trace.left(profile)).to.deep.equal({});
      });

      it('forgets the data that a failed sync covered: a later sync that succeeds does not keep them', () => {
        const a = trace.safeFile('a', 'old');
        const forgotten = trace.write(a, 'new');
        trace.sync(a, 'data', true);
        trace.sync(a, 'data');
        const { pending } = trace.sweep(profile);
        expect(pending.map(({ event, isForgotten }) => [event.start, isForgotten])).to.deep.equal([[forgotten, true]]);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'old' });
        expect(trace.left(profile, [[forgotten, 'whole']])).to.deep.equal({ '/a': 'new' });
      });

      it('does not forget by a failed sync what had not ended before it began', () => {
        const a = trace.safeFile('a', 'old');
        const endWrite = trace.begin({ kind: 'write', node: a, offset: 0, data: Buffer.from('new'), path: '' });
        trace.sync(a, 'file', true);
        endWrite();
        trace.sync(a);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'new' });
      });

      it('keeps what is written once more after a failed sync; what was forgotten cannot undo it', () => {
        const a = trace.safeFile('a', full('o', 3));
        const forgotten = trace.write(a, full('f', 2));
        trace.sync(a, 'data', true);
        trace.write(a, full('n'), SECTOR);
        trace.sync(a, 'data');
        expect(trace.left(profile)).to.deep.equal({ '/a': full('o') + full('n') + full('o') });
        const kept = trace.left(profile, [[forgotten, 'whole']]);
        expect(kept).to.deep.equal({ '/a': full('f') + full('n') + full('o') });
        expect(trace.left(profile, [[forgotten, [1]]])).to.deep.equal(trace.left(profile));
      });

      it('writes a sector as the cache holds it, what was forgotten of it included', () => {
        const a = trace.safeFile('a', full('o'));
        trace.write(a, 'ffff', 2);
        trace.sync(a, 'data', true);
        trace.write(a, 'nn', 4);
        trace.sync(a, 'data');
        expect(trace.left(profile)['/a'].slice(0, 8)).to.equal('ooffnnoo');
      });

      it('does not let an older forgotten write into a sector that a newer one came along with', () => {
        const a = trace.safeFile('a', full('o'));
        const older = trace.write(a, full('1'));
        trace.write(a, full('2'));
        trace.sync(a, 'data', true);
        trace.write(a, 'n');
        trace.sync(a, 'data');
        const expected = { '/a': `n${'2'.repeat(SECTOR - 1)}` };
        expect(trace.left(profile)).to.deep.equal(expected);
        expect(trace.left(profile, [[older, 'whole']])).to.deep.equal(expected);
      });

      it('does not let what was forgotten undo a truncation that is safe', () => {
        const a = trace.safeFile('a', 'old');
        const forgotten = trace.write(a, 'forgotten', 2);
        trace.sync(a, 'file', true);
        trace.truncate(a, 4);
        trace.sync(a);
        expect(trace.left(profile, [[forgotten, 'whole']])).to.deep.equal({ '/a': 'olfo' });
        trace.truncate(a, 1);
        trace.sync(a);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'o' });
        expect(trace.sweep(profile).pending).to.deep.equal([]);
      });

      it('forgets no truncation and no name: these are not in the pages that a failed sync gives up', () => {
        const a = trace.safeFile('a', 'old');
        const { node } = trace.create('b');
        trace.truncate(a, 1);
        trace.sync(a, 'file', true);
        trace.sync(0, 'directory', true);
        trace.sync(a);
        trace.sync(0, 'directory');
        trace.sync(node);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'o', '/b': '' });
      });

      it('says that the image moved when a sync kept something, and only then', () => {
        const a = trace.safeFile('a', 'old');
        const sweep = () => trace.sweep(profile).version;
        const before = sweep();
        trace.write(a, 'new');
        expect(sweep()).to.equal(before);
        trace.sync(a);
        expect(sweep()).to.equal(before + 1);
        trace.sync(a);
        expect(sweep()).to.equal(before + 1);
      });
    });
  }

  describe('of posix-weak', () => {
    it('does not keep the name of a file by a sync of the file, but of its directory', () => {
      const directory = trace.safeDirectory('d');
      const { node } = trace.create('a', directory);
      trace.write(node, 'data');
      trace.sync(node);
      expect(trace.left('posix-weak')).to.deep.equal({});
      trace.sync(0, 'directory');
      expect(trace.left('posix-weak')).to.deep.equal({});
      trace.sync(directory, 'directory');
      expect(trace.left('posix-weak')).to.deep.equal({ '/d/a': 'data' });
    });

    it('does not keep a rename by a sync of the renamed file', () => {
      const a = trace.safeFile('a.tmp', 'data');
      trace.rename(a, 'a.tmp', 'a');
      trace.sync(a);
      expect(trace.left('posix-weak')).to.deep.equal({ '/a.tmp': 'data' });
    });

    it('keeps no data by a sync of the directory', () => {
      const { node } = trace.create('a');
      trace.write(node, 'data');
      trace.sync(0, 'directory');
      expect(trace.left('posix-weak')).to.deep.equal({ '/a': '' });
    });
  });

  for (const profile of journaled) {
    describe(`of ${profile}, with a journal`, () => {
      it('keeps the creation of a file that is synced, and all earlier name changes', () => {
        const gone = trace.safeFile('gone', '');
        const moved = trace.safeFile('moved.tmp', '');
        trace.remove(gone, 'gone');
        trace.rename(moved, 'moved.tmp', 'moved');
        const { node } = trace.create('a');
        trace.create('later');
        trace.write(node, 'data');
        trace.sync(node, 'data');
        expect(trace.left(profile)).to.deep.equal({ '/moved': '', '/a': 'data' });
      });

      it('keeps every name change made before the last write of a file that is synced whole', () => {
        const a = trace.safeFile('a', 'old');
        trace.create('before');
        trace.write(a, 'new');
        trace.create('after');
        trace.sync(a, 'file');
        expect(trace.left(profile)).to.deep.equal({ '/a': 'new', '/before': '' });
      });

      it('keeps no name by an fdatasync of a file whose metadata did not change', () => {
        const a = trace.safeFile('a', 'old');
        trace.create('before');
        trace.write(a, 'new');
        trace.sync(a, 'data');
        expect(trace.left(profile)).to.deep.equal({ '/a': 'new' });
      });

      it('does not let an earlier write undo a truncation that the journal has made safe', () => {
        const a = trace.safeFile('a', 'old');
        const earlier = trace.write(a, 'new and longer');
        trace.truncate(a, 2);
        trace.sync(trace.create('b').node);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'ol', '/b': '' });
        expect(trace.left(profile, [[earlier, 'whole']])).to.deep.equal({ '/a': 'ne', '/b': '' });
        trace.sync(a);
        expect(trace.left(profile)).to.deep.equal({ '/a': 'ne', '/b': '' });
      });

      it('keeps the data of no other file by forcing the journal', () => {
        const other = trace.create('other');
        trace.write(other.node, 'data');
        const { node } = trace.create('a');
        trace.sync(node);
        expect(trace.left(profile)).to.deep.equal({ '/other': '', '/a': '' });
      });
    });
  }

  describe('of a rename over another file', () => {
    function replaced(contents: string): { write: number; at: number } {
      trace.safeFile('a', 'old');
      const { node } = trace.create('a.tmp');
      const write = trace.write(node, contents);
      trace.rename(node, 'a.tmp', 'a');
      return { write, at: trace.sync(0, 'directory') };
    }

    for (const profile of honestProfiles) {
      const { replacingFlushes } = profiles[profile];
      it(`${profile} keeps the data of the new one ${replacingFlushes ? 'too' : 'not'}`, () => {
        replaced('new');
        expect(trace.left(profile)).to.deep.equal({ '/a': replacingFlushes ? 'new' : '' });
      });
    }

    it('keeps no data that were written after it, or of a rename to a name of its own', () => {
      replaced('new');
      const { node } = trace.create('b.tmp');
      trace.write(node, 'data');
      trace.rename(node, 'b.tmp', 'b');
      trace.write(trace.base.nextNode, 'NEWER');
      trace.sync(0, 'directory');
      expect(trace.left('ext4-ordered')).to.deep.equal({ '/a': 'new', '/b': '' });
    });
  });

  it('of lying-fsync keeps nothing, whatever is synced', () => {
    const a = trace.safeFile('a', 'old');
    const { node, start } = trace.create('b');
    const write = trace.write(a, 'new');
    for (const of of ['file', 'data'] as const) trace.sync(a, of);
    trace.sync(node);
    trace.sync(0, 'directory');
    expect(trace.left('lying-fsync')).to.deep.equal({ '/a': 'old' });
    const all = trace.left('lying-fsync', [
      [start, 'whole'],
      [write, 'whole'],
    ]);
    expect(all).to.deep.equal({ '/a': 'new', '/b': '' });
  });

  for (const profile of PROFILE_NAMES) {
    it(`of ${profile} visits places one after another as it would each alone`, () => {
      const { node } = trace.create('a');
      trace.write(node, 'one');
      trace.sync(node);
      trace.write(node, 'two');
      trace.sync(0, 'directory');
      trace.sync(node);
      const sweep = trace.sweep(profile, 0);
      for (let at = 1; at <= trace.events.at(-1)!.end; at++) {
        sweep.advanceTo(at);
        const alone = trace.sweep(profile, at);
        expect(sweep.pending).to.deep.equal(alone.pending);
        expect([...sweep.image.files()]).to.deep.equal([...alone.image.files()]);
      }
    });
  }
});
