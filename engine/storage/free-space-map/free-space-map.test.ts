import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { dir } from 'tmp-promise';
import { BLOCK_BYTES, Fork } from '../../base/block.js';
import { setPageLsn } from '../page/page.js';
import {
  TEST_RELATION as T,
  block,
  makeDataDirectory,
  openTestStorage,
  type TestStorage,
} from '../testing/test-storage.js';
import { SLOTS, spaceOfCategory } from './layout.js';
import { blockOfSlot, fileBlock, slotOfBlock } from './map-address.js';

/** A table of so many blocks, all zeros: what the map needs of it is its length. */
function setLength(directory: string, blocks: number): void {
  fs.truncateSync(join(directory, 'base/5/16384'), blocks * BLOCK_BYTES);
}

describe('free-space map', () => {
  let directory: string;
  let cleanup: () => Promise<void>;
  let storage: TestStorage;

  beforeEach(async () => {
    ({ path: directory, cleanup } = await dir({ unsafeCleanup: true }));
    makeDataDirectory(directory);
    start();
    storage.files.create(T, Fork.main);
  });
  afterEach(async () => {
    expect(storage.buffers.pinnedBuffers).to.equal(0);
    expect(storage.context.memory.lwlocks.heldCount).to.equal(0);
    await cleanup();
  });

  function start(): void {
    storage = openTestStorage(directory);
    storage.buffers.setHintLogger(() => storage.wal.insert());
  }

  function restartAfterCheckpoint(): void {
    storage.buffers.checkpointFlush({ isImmediate: true, throttle: () => {} });
    start();
  }

  it('stands in the file as PostgreSQL puts it: each page before those below it', () => {
    const pages = [0, 1, SLOTS - 1, SLOTS, SLOTS * SLOTS].map((number) => fileBlock({ level: 0, number }));
    expect(pages).to.deep.equal([2, 3, 4070, 4072, 2 + SLOTS * (SLOTS + 1) + 1]);
    expect(fileBlock({ level: 2, number: 0 })).to.equal(0);
    expect([0, 1, 2].map((number) => fileBlock({ level: 1, number }))).to.deep.equal([1, 4071, 8141]);
    for (const each of [0, 4068, 4069, 0xffff_fff0]) {
      const { address, slot } = slotOfBlock(each);
      expect(blockOfSlot(address, slot)).to.equal(each);
    }
  });

  it('knows nothing of a table without a map, and makes none by asking', () => {
    setLength(directory, 10);
    expect(storage.freeSpace.search(T, 100)).to.equal(undefined);
    expect(storage.freeSpace.recorded(T, block(3))).to.equal(0);
    storage.freeSpace.vacuum(T);
    expect(storage.files.exists(T, Fork.freeSpaceMap)).to.equal(false);
  });

  it('gives a page with room exactly when there is one, once the upper levels are right (model)', () => {
    // Blocks of three pages of the map, among them the first and last of each.
    const where = fc
      .oneof(fc.nat(30), fc.integer({ min: SLOTS - 3, max: SLOTS + 3 }), fc.nat(3 * SLOTS - 1))
      .map(block);
    const room = fc.nat(255).map(spaceOfCategory);
    const step = fc.record({ where, room, wanted: fc.integer({ min: 1, max: 8160 }), vacuums: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const file = { ...T, relation: T.relation + 1 };
        storage.files.create(file, Fork.main, { redo: true });
        fs.truncateSync(join(directory, `base/5/${file.relation}`), 3 * SLOTS * BLOCK_BYTES);
        const model = new Map<number, number>();
        for (const { where: page, room: bytes, wanted, vacuums } of steps) {
          storage.freeSpace.record(file, page, bytes);
          model.set(page, bytes);
          expect(storage.freeSpace.recorded(file, page)).to.equal(bytes);
          if (vacuums) storage.freeSpace.vacuum(file);
          const found = storage.freeSpace.search(file, wanted);
          const hasRoom = [...model.values()].some((each) => each >= Math.ceil(wanted / 32) * 32 || each === 8160);
          if (found !== undefined) expect(model.get(found)).to.be.at.least(wanted);
          if (vacuums) expect(found !== undefined).to.equal(hasRoom);
        }
        storage.buffers.dropRelation([file]);
        storage.files.unlink(file, { redo: true });
      }),
      { numRuns: 30 },
    );
  });

  it('looks among the neighbours first when a page had less than it promised', () => {
    setLength(directory, 100);
    for (const [page, bytes] of [
      [7, 800],
      [9, 800],
      [50, 4000],
    ])
      storage.freeSpace.record(T, block(page), bytes);
    expect(storage.freeSpace.recordAndSearch(T, block(7), 0, 700)).to.equal(9);
    expect(storage.freeSpace.recordAndSearch(T, block(9), 0, 700)).to.equal(50);
    expect(storage.freeSpace.recordAndSearch(T, block(50), 0, 700)).to.equal(undefined);
  });

  it('lets the page above learn that it promised too much', () => {
    setLength(directory, 2 * SLOTS);
    for (const page of [5, SLOTS + 5]) storage.freeSpace.record(T, block(page), 500);
    storage.freeSpace.vacuum(T);
    storage.freeSpace.record(T, block(5), 0);
    expect(storage.freeSpace.search(T, 400)).to.equal(SLOTS + 5);
  });

  it('never gives a block behind the end of the table, and forgets it', () => {
    setLength(directory, 100);
    for (const page of [20, 99]) storage.freeSpace.record(T, block(page), 900);
    storage.freeSpace.vacuum(T);
    setLength(directory, 50);
    expect(storage.freeSpace.search(T, 800)).to.equal(20);
    expect(storage.freeSpace.recordAndSearch(T, block(20), 0, 800)).to.equal(undefined);
    expect(storage.freeSpace.recorded(T, block(99))).to.equal(0);
  });

  it('is cut with its table', () => {
    setLength(directory, 3 * SLOTS);
    for (const page of [5, 10, 15, SLOTS + 5, 2 * SLOTS + 5]) storage.freeSpace.record(T, block(page), 900);
    storage.freeSpace.vacuum(T);
    expect(storage.freeSpace.prepareTruncate(T, 12)).to.equal(3);
    storage.buffers.dropRelationFrom(T, Fork.freeSpaceMap, 3);
    storage.files.truncate(T, Fork.freeSpaceMap, 3);
    setLength(directory, 12);
    storage.freeSpace.vacuum(T, 12);
    expect([5, 10, 15].map((page) => storage.freeSpace.recorded(T, block(page)))).to.deep.equal([896, 896, 0]);
    expect(storage.freeSpace.prepareTruncate(T, 12)).to.equal(undefined);
    expect(storage.freeSpace.prepareTruncate(T, 0)).to.equal(2);
    expect(storage.files.exists({ ...T, relation: 1 }, Fork.freeSpaceMap)).to.equal(false);
    expect(storage.freeSpace.prepareTruncate({ ...T, relation: 1 }, 0)).to.equal(undefined);
  });

  it('begins a damaged page anew: its room is lost, nothing else', () => {
    setLength(directory, 100);
    storage.freeSpace.record(T, block(20), 900);
    storage.freeSpace.vacuum(T);
    restartAfterCheckpoint();
    expect(storage.freeSpace.search(T, 800)).to.equal(20);
    const path = join(directory, 'base/5/16384_fsm');
    const bytes = fs.readFileSync(path);
    bytes[2 * BLOCK_BYTES + 5000] ^= 0xff;
    fs.writeFileSync(path, bytes);
    start();
    expect(storage.freeSpace.search(T, 800)).to.equal(undefined);
    storage.freeSpace.record(T, block(21), 900);
    storage.freeSpace.vacuum(T);
    expect(storage.freeSpace.search(T, 800)).to.equal(21);
  });

  it('survives that its pages come back from different times', () => {
    setLength(directory, 3 * SLOTS);
    const old = join(directory, 'old');
    const path = join(directory, 'base/5/16384_fsm');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3 * SLOTS - 1), fc.nat(8160)), { minLength: 4 }),
        fc.nat(7),
        (records, kept) => {
          for (const [page, bytes] of records.slice(0, 2)) storage.freeSpace.record(T, block(page), bytes);
          storage.freeSpace.vacuum(T);
          restartAfterCheckpoint();
          fs.copyFileSync(path, old);
          for (const [page, bytes] of records.slice(2)) storage.freeSpace.record(T, block(page), bytes);
          storage.freeSpace.vacuum(T);
          restartAfterCheckpoint();
          const [now, before] = [fs.readFileSync(path), fs.readFileSync(old)];
          for (let page = 0; page * BLOCK_BYTES < before.length; page++) {
            if ((kept & (1 << page)) === 0)
              before.copy(now, page * BLOCK_BYTES, page * BLOCK_BYTES, (page + 1) * BLOCK_BYTES);
          }
          fs.writeFileSync(path, now);
          start();
          for (const wanted of [1, 1000, 8000]) {
            const found = storage.freeSpace.search(T, wanted);
            if (found !== undefined) expect(storage.freeSpace.recorded(T, found)).to.be.at.least(wanted);
          }
          storage.freeSpace.vacuum(T);
          const best = Math.max(...records.map(([page]) => storage.freeSpace.recorded(T, block(page))));
          if (best > 0) expect(storage.freeSpace.search(T, best)).not.to.equal(undefined);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('logs an image of the whole page before its first change: it has no hole', () => {
    setLength(directory, 10);
    const images: boolean[] = [];
    storage.buffers.setHintLogger((_file, fork, _block, page, isStandard) => {
      if (fork === Fork.freeSpaceMap) images.push(isStandard);
      const end = storage.wal.insert();
      setPageLsn(page, end);
      return end;
    });
    storage.freeSpace.record(T, block(3), 900);
    expect(images).to.deep.equal([false]);
  });
});
