import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { loadVolume } from '../../disks/load-volume.js';
import { eventually } from '../../runner/time.js';
import { replay, treeOf } from '../../trace/testing/replay.js';
import type { StorageEvent } from '../../trace/storage-event.js';
import { readTrace } from '../../trace/trace-reader.js';
import { engineFactory, tracePathOf } from './engine-target.js';

type Tree = Map<string, Buffer | undefined>;

/** Of what was in flight any part may be there: as it turned out, so be it. */
function settle(events: readonly StorageEvent[], replayed: Tree, found: Tree): void {
  for (const event of events.filter(({ end }) => end === Infinity)) {
    const [ours, theirs] = [replayed.get(event.path), found.get(event.path)];
    const isWithin = event.kind === 'write' && ours?.length === theirs?.length;
    if (isWithin) theirs?.copy(ours!, event.offset, event.offset, event.offset + event.data.length);
    else if (event.kind !== 'sync') replayed.set(event.path, theirs);
  }
}

describe('engine target on record', () => {
  it('its calls, replayed onto the files it began with, give the files a SIGKILL left', async () => {
    const directory = await dir({ unsafeCleanup: true });
    const factory = engineFactory();
    const config = { directory: directory.path, preload: [], settings: {}, walSegmentMegabytes: 1 };
    const target = factory.create({ ...config, recordPayloads: true });
    try {
      await target.prepare();
      const base = loadVolume(target.dataDirectory, '/data');
      await target.start();
      await target.whenServing(30_000, async (client) => {
        await client.query('create table kept (a int, b text)');
        await client.query('create table dropped (a int)');
        for (let i = 0; i < 20; i++) {
          await client.query(`insert into kept select g, repeat('x', 300) from generate_series(1, 200) g`);
          if (i % 10 === 5) await client.query('checkpoint');
        }
        await client.query('drop table dropped');
        const half = client.query(`insert into kept select g, 'lost' from generate_series(1, 5000) g`);
        target.kill(target.processes().map(({ pid }) => pid));
        await half.catch(() => {});
      });
      expect(await eventually(5000, () => target.hasEnded())).to.equal(true);

      const events = readTrace(tracePathOf(directory.path), base);
      const kinds = new Set(events.map(({ kind }) => kind));
      expect([...kinds]).to.include.members(['create', 'write', 'sync', 'truncate', 'rename']);
      const replayed = treeOf(replay(base.volume, events));
      const found = treeOf(loadVolume(target.dataDirectory, '/data').volume);
      settle(events, replayed, found);
      const paths = new Set([...replayed.keys(), ...found.keys()]);
      const differing = [...paths].filter((path) => {
        const [expected, actual] = [replayed.get(path), found.get(path)];
        return replayed.has(path) !== found.has(path) || (expected && !actual?.equals(expected));
      });
      expect(differing).to.deep.equal([]);
    } finally {
      await target.dispose();
      factory.dispose();
      await directory.cleanup();
    }
  });

  it('keeps no record unless it is asked to', async () => {
    const directory = await dir({ unsafeCleanup: true });
    const factory = engineFactory();
    const target = factory.create({ directory: directory.path, preload: [], settings: {}, walSegmentMegabytes: 1 });
    try {
      await target.prepare();
      await target.start();
      await target.whenServing(30_000, async (client) => void (await client.query('create table t (a int)')));
      expect(readTrace(tracePathOf(directory.path))).to.deep.equal([]);
      expect(target.trace.processes()).to.not.deep.equal([]);
    } finally {
      await target.dispose();
      factory.dispose();
      await directory.cleanup();
    }
  });
});
