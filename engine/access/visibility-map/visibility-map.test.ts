import { expect } from 'chai';
import * as fs from 'node:fs';
import { Fork, blockNumber } from '../../base/block.js';
import { lsn, type Lsn } from '../../base/lsn.js';
import { initPage, setAllVisible } from '../../storage/page/page.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { FIRST_RECORD, recordsOf } from '../testing/replay.js';
import { TABLE, startAccess, transact, type TestProcess } from '../testing/test-access.js';
import { BLOCKS_PER_MAP_PAGE, MapBit, bitsIn, countBits, mapBlockOf, mapByteOf, mapShiftOf } from './map-format.js';
import { maskedMapPage } from './page-mask.js';

const { allVisible, allFrozen, both } = MapBit;

async function withTable(body: (me: TestProcess, directory: string) => void): Promise<void> {
  await withDirectory((directory) => {
    const me = startAccess(directory);
    transact(me, () => me.access.heap.create(TABLE));
    body(me, directory);
  });
}

function set({ access }: TestProcess, heapBlock: number, bits: number, at: Lsn = lsn(5000)): void {
  const { visibilityMap } = access;
  const map = visibilityMap.pin(TABLE, heapBlock);
  visibilityMap.set(map, heapBlock, bits, () => at);
  visibilityMap.release(map);
}

function clear({ access }: TestProcess, heapBlock: number, bits?: number): boolean {
  const { visibilityMap } = access;
  const map = visibilityMap.pin(TABLE, heapBlock);
  const wasSet = visibilityMap.clear(map, heapBlock, bits);
  visibilityMap.release(map);
  return wasSet;
}

function mapBlocks({ storage }: TestProcess): number {
  return storage.buffers.blocks(TABLE, Fork.visibilityMap);
}

describe('visibility map', () => {
  it('has two bits for a block, where PostgreSQL 15 has them', () => {
    expect(BLOCKS_PER_MAP_PAGE).to.equal(32672);
    expect([0, 32671, 32672].map(mapBlockOf)).to.deep.equal([0, 0, 1]);
    expect([0, 3, 4, 32671, 32672].map(mapByteOf)).to.deep.equal([24, 24, 25, 8191, 24]);
    expect([0, 1, 2, 3, 4].map(mapShiftOf)).to.deep.equal([0, 2, 4, 6, 0]);
    const page = Buffer.alloc(8192);
    page[24] = 0b11_01_00_11;
    expect([0, 1, 2, 3, 4].map((block) => bitsIn(page, block))).to.deep.equal([3, 0, 1, 3, 0]);
    expect(countBits(page)).to.deep.equal({ allVisible: 3, allFrozen: 2 });
  });

  it('says nothing of a table without a map, and grows to the page that is asked for', () =>
    withTable((me) => {
      const { visibilityMap } = me.access;
      expect(visibilityMap.status(TABLE, 7)).to.equal(0);
      expect(visibilityMap.isAllVisible(TABLE, 7)).to.equal(false);
      expect(me.storage.files.exists(TABLE, Fork.visibilityMap)).to.equal(false);
      set(me, BLOCKS_PER_MAP_PAGE + 1, allVisible);
      expect(mapBlocks(me)).to.equal(2);
      expect(visibilityMap.isAllVisible(TABLE, BLOCKS_PER_MAP_PAGE + 1)).to.equal(true);
      expect(visibilityMap.status(TABLE, 1)).to.equal(0);
      expect(me.storage.buffers.pinnedBuffers).to.equal(0);
    }));

  it('sets and clears one block without its neighbours, and counts', () =>
    withTable((me) => {
      const { visibilityMap } = me.access;
      const statuses = (): number[] => [4, 5, 6, 7, 8].map((block) => visibilityMap.status(TABLE, block));
      for (const block of [4, 5, 6, 7, 8]) set(me, block, both);
      expect(clear(me, 6)).to.equal(true);
      expect(clear(me, 6)).to.equal(false);
      expect(clear(me, 7, allFrozen)).to.equal(true);
      expect(statuses()).to.deep.equal([both, both, 0, allVisible, both]);
      expect(visibilityMap.count(TABLE)).to.deep.equal({ allVisible: 4, allFrozen: 3 });
    }));

  it('logs a change of bits once', () =>
    withTable((me) => {
      const { visibilityMap } = me.access;
      let logged = 0;
      const map = visibilityMap.pin(TABLE, 3);
      for (let round = 0; round < 2; round++) visibilityMap.set(map, 3, allVisible, () => lsn(5000 + logged++));
      visibilityMap.release(map);
      expect(logged).to.equal(1);
    }));

  it('takes the mark off the heap page together with the bit', () =>
    withTable((me) => {
      const { visibilityMap } = me.access;
      const page = Buffer.alloc(8192);
      initPage(page);
      set(me, 0, both);
      const map = visibilityMap.pin(TABLE, 0);
      expect(visibilityMap.unmark(page, 0, map), 'a page without mark').to.equal(false);
      expect(visibilityMap.status(TABLE, 0)).to.equal(both);
      setAllVisible(page);
      expect(visibilityMap.unmark(page, 0, map)).to.equal(true);
      expect(visibilityMap.status(TABLE, 0)).to.equal(0);
      expect(() => visibilityMap.clear(map, BLOCKS_PER_MAP_PAGE)).to.throw('wrong page of the visibility map');
      visibilityMap.release(map);
    }));

  it('forgets the blocks behind the end of a truncated table', () =>
    withTable((me) => {
      const { visibilityMap, heap } = me.access;
      for (const block of [0, 8, 9, 10, 11, 12, BLOCKS_PER_MAP_PAGE]) set(me, block, both);
      expect(mapBlocks(me)).to.equal(2);
      transact(me, () => heap.truncate(TABLE, 10));
      expect(mapBlocks(me)).to.equal(1);
      expect([0, 8, 9, 10, 11, 12].map((block) => visibilityMap.status(TABLE, block))).to.deep.equal([
        3, 3, 3, 0, 0, 0,
      ]);
      transact(me, () => heap.truncate(TABLE, 0));
      expect(mapBlocks(me)).to.equal(0);
      expect(visibilityMap.status(TABLE, 0)).to.equal(0);
    }));

  it('logs an image before its first clearing after a checkpoint, whole, for no part of it is a hole', () =>
    withTable((me) => {
      const { wal, storage } = me;
      set(me, 5, both, wal.insertLsn());
      set(me, 9, both, wal.insertLsn());
      storage.buffers.flushRelation(TABLE);
      wal.withAllInsertLocks(() => wal.setRedoLsn(wal.currentInsertPosition()));
      const from = wal.insertLsn();
      clear(me, 5);
      clear(me, 9);
      const images = recordsOf(me, FIRST_RECORD).filter(({ lsn: at, rmgr }) => at >= from && rmgr === Rmgr.xlog);
      expect(images.map(({ info }) => info)).to.deep.equal([XlogInfo.fullPageImageForHint]);
      const [block] = images[0].blocks;
      expect(block).to.deep.include({ fork: Fork.visibilityMap, imageBytes: 8192 });
      const image = Buffer.alloc(8192);
      block.restoreImage(image);
      expect([5, 9].map((heapBlock) => bitsIn(image, heapBlock))).to.deep.equal([0, both]);
    }));

  it('takes a torn page for one without bits', () =>
    withTable((me, directory) => {
      set(me, 5, both);
      me.storage.buffers.flushRelation(TABLE);
      me.storage.buffers.dropRelationFrom(TABLE, Fork.visibilityMap, 0);
      const path = `${directory}/base/5/${TABLE.relation}_vm`;
      const bytes = fs.readFileSync(path);
      bytes[25] ^= 0xff;
      fs.writeFileSync(path, bytes);
      expect(me.access.visibilityMap.status(TABLE, 5)).to.equal(0);
      set(me, 6, both);
      expect([5, 6].map((block) => me.access.visibilityMap.status(TABLE, block))).to.deep.equal([0, both]);
    }));

  it('is compared by its bits alone', () =>
    withTable((me) => {
      set(me, 1, allVisible);
      const map = me.storage.buffers.read(TABLE, Fork.visibilityMap, blockNumber(0));
      const masked = maskedMapPage(me.storage.buffers.page(map));
      me.storage.buffers.release(map);
      expect(masked.findIndex((byte) => byte !== 0)).to.equal(mapByteOf(1));
    }));
});
