import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { Fork } from '../../base/block.js';
import { openCluster, type Cluster } from '../../memory/testing/processes.js';
import { initPage } from '../page/page.js';
import { BUFFER_MEMBERS_URL, COUNTER_AT, stopBackground } from '../testing/buffer-members.js';
import {
  SMALL_SIZES,
  TEST_RELATION as T,
  block,
  makeDataDirectory,
  openTestStorage,
  type TestStorage,
} from '../testing/test-storage.js';

const OBSERVER_SLOT = 19;

describe('shared buffers between real processes', () => {
  let directory: string;
  let cleanup: () => Promise<void>;

  beforeEach(async () => {
    ({ path: directory, cleanup } = await dir({ unsafeCleanup: true }));
    makeDataDirectory(directory);
  });
  afterEach(() => cleanup());

  function open(cluster: Cluster, pages: number): TestStorage {
    const storage = openTestStorage(directory, cluster.memory(OBSERVER_SLOT));
    storage.files.create(T, Fork.main);
    for (let i = 0; i < pages; i++) {
      const id = storage.buffers.extend(T, Fork.main);
      initPage(storage.buffers.page(id));
      storage.buffers.markDirty(id);
      storage.buffers.unlockRelease(id);
    }
    return storage;
  }

  /** The counters of all pages, from disk: everything is written and thrown out of the buffers before. */
  function countersOnDisk(storage: TestStorage): number[] {
    storage.buffers.checkpointFlush({ isImmediate: true, throttle: () => {} });
    storage.buffers.dropRelation([T]);
    return Array.from({ length: storage.buffers.blocks(T, Fork.main) }, (_, number) => {
      const id = storage.buffers.read(T, Fork.main, block(number));
      const counter = storage.buffers.page(id).readUInt32LE(COUNTER_AT);
      storage.buffers.release(id);
      return counter;
    });
  }

  async function inBackground(cluster: Cluster, work: Promise<string>[]): Promise<number> {
    const writer = cluster.start(18, BUFFER_MEMBERS_URL, 'writeInBackground', directory);
    await Promise.all(work);
    stopBackground(cluster.memory(OBSERVER_SLOT));
    return Number(await writer.ended);
  }

  it('lose no change when four processes change more pages than fit, beside checkpoints', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const storage = open(cluster, 40);
    const members = [0, 1, 2, 3].map((slot) =>
      cluster.start(slot, BUFFER_MEMBERS_URL, 'incrementPages', directory, '40', '8000'),
    );
    const written = await inBackground(
      cluster,
      members.map(({ ended }) => ended),
    );
    const counters = countersOnDisk(storage);
    expect(counters.reduce((sum, each) => sum + each, 0)).to.equal(32_000);
    expect(written).to.be.greaterThan(0);
  });

  it('lose no change when all pages fit and every process wants the same two', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const storage = open(cluster, 2);
    const members = [0, 1, 2, 3].map((slot) =>
      cluster.start(slot, BUFFER_MEMBERS_URL, 'incrementPages', directory, '2', '20000'),
    );
    await Promise.all(members.map(({ ended }) => ended));
    expect(countersOnDisk(storage).reduce((sum, each) => sum + each, 0)).to.equal(80_000);
  });

  it('give every extension a block of its own', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const storage = open(cluster, 0);
    const members = [0, 1, 2].map((slot) =>
      cluster.start(slot, BUFFER_MEMBERS_URL, 'extendTogether', directory, '400'),
    );
    await inBackground(
      cluster,
      members.map(({ ended }) => ended),
    );
    const counters = countersOnDisk(storage);
    expect(counters.length).to.equal(1200);
    expect(new Set(counters).size).to.equal(1200);
  });

  it('forget dropped relations while others work', async () => {
    using cluster = openCluster(SMALL_SIZES);
    const storage = open(cluster, 30);
    const droppers = [4, 5].map((slot) => cluster.start(slot, BUFFER_MEMBERS_URL, 'createAndDrop', directory, '100'));
    const members = [0, 1].map((slot) =>
      cluster.start(slot, BUFFER_MEMBERS_URL, 'incrementPages', directory, '30', '5000'),
    );
    await inBackground(
      cluster,
      [...droppers, ...members].map(({ ended }) => ended),
    );
    expect(countersOnDisk(storage).reduce((sum, each) => sum + each, 0)).to.equal(10_000);
  });
});
