import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { dir } from 'tmp-promise';
import { BLOCK_BYTES, Fork, type RelFile } from '../../base/block.js';
import { INVALID_LSN, lsn } from '../../base/lsn.js';
import { PageAt, addItem, initPage, isPageVerified, pageLsn, setPageLsn } from '../page/page.js';
import {
  TEST_RELATION as T,
  block,
  makeDataDirectory,
  openTestStorage,
  testRelation,
  type TestStorage,
} from '../testing/test-storage.js';
import type { BufferId } from './descriptors.js';

const VALUE_AT = 4000;
const AT_ONCE = { isImmediate: true, throttle: () => {} };

describe('buffer manager', () => {
  let directory: string;
  let cleanup: () => Promise<void>;
  let storage: TestStorage;

  beforeEach(async () => {
    ({ path: directory, cleanup } = await dir({ unsafeCleanup: true }));
    makeDataDirectory(directory);
    storage = openTestStorage(directory);
    storage.files.create(T, Fork.main);
  });
  afterEach(async () => {
    expect(storage.buffers.pinnedBuffers).to.equal(0);
    expect(storage.context.memory.lwlocks.heldCount).to.equal(0);
    await cleanup();
  });

  function setValue(id: BufferId, value: number): void {
    const page = storage.buffers.page(id);
    page.writeUInt32LE(value, VALUE_AT);
    storage.buffers.markDirty(id);
    setPageLsn(page, storage.wal.insert());
  }

  function addPage(file: RelFile, value: number): void {
    const id = storage.buffers.extend(file, Fork.main);
    initPage(storage.buffers.page(id));
    setValue(id, value);
    storage.buffers.unlockRelease(id);
  }

  function update(number: number, value: number, file = T): void {
    const id = storage.buffers.read(file, Fork.main, block(number));
    storage.buffers.lock(id, 'exclusive');
    setValue(id, value);
    storage.buffers.unlockRelease(id);
  }

  function valueOf(file: RelFile, number: number): number {
    const id = storage.buffers.read(file, Fork.main, block(number));
    storage.buffers.lock(id, 'shared');
    const value = storage.buffers.page(id).readUInt32LE(VALUE_AT);
    storage.buffers.unlockRelease(id);
    return value;
  }

  function pageOnDisk(number: number, file = T): Buffer {
    const bytes = fs.readFileSync(join(directory, `base/5/${file.relation}`));
    return bytes.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES);
  }

  function outcomeOf(body: () => number): number | string {
    try {
      return body();
    } catch (thrown) {
      return (thrown as Error).message.slice(0, 15);
    }
  }

  const writes = (): string[] => storage.calls.log.filter((call) => call.startsWith('pwrite'));

  it('agrees with a model under random work on more pages than buffers, and writes no page before its WAL', () => {
    const relations = [0, 1, 2].map((index) => testRelation(20000 + index));
    const operation = fc.record({
      kind: fc.constantFrom(
        'add',
        'add',
        'update',
        'update',
        'update',
        'read',
        'read',
        'pin',
        'unpin',
        'hint',
        'checkpoint',
        'sweep',
        'flush',
        'drop',
        'truncate',
        'rewrite',
      ),
      relation: fc.nat(2),
      page: fc.nat(100),
      value: fc.nat(0xffff_fffe),
    });
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 200 }), (operations) => {
        storage.buffers.dropRelation(relations);
        const model = relations.map((): number[] => []);
        const pinned: { relation: number; id: BufferId }[] = [];
        const unpin = (): void => pinned.splice(0).forEach(({ id }) => storage.buffers.release(id));
        for (const file of relations) storage.files.unlink(file, { redo: true });
        for (const file of relations) storage.files.create(file, Fork.main);
        storage.buffers.setHintLogger(() => storage.wal.insert());

        for (const { kind, relation, page, value } of operations) {
          const file = relations[relation];
          const pages = model[relation];
          const number = pages.length === 0 ? -1 : page % pages.length;
          if (kind === 'add') {
            addPage(file, value);
            pages.push(value);
          } else if (kind === 'checkpoint') storage.buffers.checkpointFlush(AT_ONCE);
          else if (kind === 'sweep') storage.buffers.backgroundSweep(5);
          else if (kind === 'flush') storage.buffers.flushRelation(file);
          else if (kind === 'unpin') unpin();
          else if (kind === 'drop') {
            unpin();
            storage.buffers.dropRelation([file]);
            storage.files.unlink(file, { redo: true });
            storage.files.create(file, Fork.main);
            pages.length = 0;
          } else if (number < 0) continue;
          else if (kind === 'update') {
            update(number, value, file);
            pages[number] = value;
          } else if (kind === 'read') expect(valueOf(file, number)).to.equal(pages[number]);
          else if (kind === 'pin' && pinned.length < 13) {
            pinned.push({ relation, id: storage.buffers.read(file, Fork.main, block(number)) });
          } else if (kind === 'hint') {
            const id = storage.buffers.read(file, Fork.main, block(number));
            storage.buffers.lock(id, 'shared');
            storage.buffers.page(id)[VALUE_AT + 4] ^= 1;
            storage.buffers.markDirtyHint(id);
            storage.buffers.unlockRelease(id);
          } else if (kind === 'rewrite') {
            const id = storage.buffers.read(file, Fork.main, block(number), 'zero-and-lock');
            initPage(storage.buffers.page(id));
            setValue(id, value);
            storage.buffers.unlockRelease(id);
            pages[number] = value;
          } else if (kind === 'truncate') {
            unpin();
            storage.buffers.dropRelationFrom(file, Fork.main, number);
            storage.files.truncate(file, Fork.main, number);
            pages.length = number;
          }
        }
        unpin();
        storage.buffers.checkpointFlush(AT_ONCE);
        model.forEach((pages, relation) => {
          expect(storage.buffers.blocks(relations[relation], Fork.main)).to.equal(pages.length);
          pages.forEach((value, number) => {
            expect(valueOf(relations[relation], number)).to.equal(value);
            const stored = pageOnDisk(number, relations[relation]);
            expect(isPageVerified(stored, number)).to.equal(true);
            expect(stored.readUInt32LE(VALUE_AT)).to.equal(value);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('makes the WAL durable up to a page before it writes the page, unless replay is going on', () => {
    addPage(T, 1);
    const end = storage.wal.insert();
    const id = storage.buffers.read(T, Fork.main, block(0));
    storage.buffers.lock(id, 'exclusive');
    storage.buffers.markDirty(id);
    setPageLsn(storage.buffers.page(id), end);
    expect(storage.wal.flushed()).to.be.lessThan(end);
    storage.buffers.flushBuffer(id);
    expect(storage.wal.flushed()).to.equal(end);
    storage.wal.open = false;
    storage.buffers.markDirty(id);
    setPageLsn(storage.buffers.page(id), lsn(end + 100));
    storage.buffers.flushBuffer(id);
    expect(storage.wal.flushed()).to.equal(end);
    storage.buffers.unlockRelease(id);
  });

  it('never puts a checksum into the shared page', () => {
    addPage(T, 1);
    storage.buffers.checkpointFlush(AT_ONCE);
    const id = storage.buffers.read(T, Fork.main, block(0));
    expect(storage.buffers.page(id).readUInt16LE(PageAt.checksum)).to.equal(0);
    expect(pageOnDisk(0).readUInt16LE(PageAt.checksum)).not.to.equal(0);
    storage.buffers.release(id);
  });

  it('keeps a page dirty that changed while it was written', () => {
    addPage(T, 1);
    let changed = false;
    storage.context.os.reach = (point) => {
      if (point !== 'buffer:after-write' || changed) return;
      changed = true;
      storage.buffers.setHintLogger(() => INVALID_LSN);
      const id = storage.buffers.read(T, Fork.main, block(0));
      storage.buffers.page(id).writeUInt32LE(2, VALUE_AT);
      storage.buffers.markDirtyHint(id);
      storage.buffers.release(id);
    };
    expect(storage.buffers.checkpointFlush(AT_ONCE)).to.equal(1);
    expect(pageOnDisk(0).readUInt32LE(VALUE_AT)).to.equal(1);
    expect(storage.buffers.checkpointFlush(AT_ONCE)).to.equal(1);
    expect(pageOnDisk(0).readUInt32LE(VALUE_AT)).to.equal(2);
    expect(storage.buffers.checkpointFlush(AT_ONCE)).to.equal(0);
  });

  it('writes at a checkpoint in file order, only what was dirty when it began, with pauses in between', () => {
    for (let i = 0; i < 12; i++) addPage(T, i);
    storage.buffers.checkpointFlush(AT_ONCE);
    for (const number of [7, 3, 11, 5]) update(number, 100 + number);
    storage.calls.log.length = 0;
    const fractions: number[] = [];
    const written = storage.buffers.checkpointFlush({
      isImmediate: false,
      throttle: (fraction) => {
        fractions.push(fraction);
        expect(storage.context.memory.lwlocks.heldCount).to.equal(0);
        update(0, 999);
      },
    });
    expect(written).to.equal(4);
    expect(fractions).to.deep.equal([0.25, 0.5, 0.75, 1]);
    expect(writes()).to.deep.equal([3, 5, 7, 11].map((number) => `pwrite base/5/16384 ${number}`));
    expect(storage.buffers.checkpointFlush(AT_ONCE)).to.equal(1);
  });

  it('reports a damaged page, or zeroes it when asked', () => {
    addPage(T, 1);
    storage.buffers.checkpointFlush(AT_ONCE);
    storage.buffers.dropRelation([T]);
    const damaged = fs.readFileSync(join(directory, 'base/5/16384'));
    damaged[5000] ^= 1;
    fs.writeFileSync(join(directory, 'base/5/16384'), damaged);
    const warnings: string[] = [];
    storage.buffers.onDamagedPage = ({ severity, message }) => warnings.push(`${severity}: ${message}`);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(() => storage.buffers.read(T, Fork.main, block(0)))
        .to.throw('invalid page in block 0 of relation base/5/16384')
        .with.property('sqlState', 'XX001');
    }
    expect(warnings).to.have.length(3);
    expect(warnings[0]).to.match(
      /^WARNING: page verification failed, calculated checksum (\d+) but expected (?!\1)\d+$/,
    );
    const id = storage.buffers.read(T, Fork.main, block(0), 'zero-on-error');
    expect(storage.buffers.page(id).equals(Buffer.alloc(BLOCK_BYTES))).to.equal(true);
    storage.buffers.release(id);
  });

  it('survives failing reads, writes and extensions, and does the work when they no longer fail', () => {
    const fail = (kind: string, code: string): void => {
      storage.calls.fail = (call) => (call.startsWith(kind) ? Object.assign(new Error(), { code }) : undefined);
    };
    for (let i = 0; i < 40; i++) addPage(T, i);
    fail('pread', 'EIO');
    for (let i = 0; i < 20; i++) expect(() => valueOf(T, i)).to.throw(/could not read block/);
    storage.calls.fail = undefined;
    for (let i = 20; i < 30; i++) update(i, i);
    fail('pwrite', 'ENOSPC');
    expect(() => storage.buffers.checkpointFlush(AT_ONCE)).to.throw(/No space left/);
    expect(() => addPage(T, 40)).to.throw(/No space left/);
    const outcomes = Array.from({ length: 40 }, (_, i) => outcomeOf(() => valueOf(T, i)));
    outcomes.forEach((outcome, i) => expect(outcome).to.be.oneOf([i, 'could not write']));
    expect(outcomes).to.include('could not write');
    storage.calls.fail = undefined;
    addPage(T, 40);
    for (let i = 0; i <= 40; i++) expect(valueOf(T, i)).to.equal(i);
    expect(storage.buffers.blocks(T, Fork.main)).to.equal(41);
  });

  it('evicts no pinned page, and says so when all are pinned', () => {
    for (let i = 0; i < 17; i++) addPage(T, i);
    const ids = Array.from({ length: 16 }, (_, i) => storage.buffers.read(T, Fork.main, block(i)));
    expect(new Set(ids).size).to.equal(16);
    expect(() => storage.buffers.read(T, Fork.main, block(16))).to.throw('no unpinned buffers available');
    expect(storage.buffers.read(T, Fork.main, block(3))).to.equal(ids[3]);
    expect(storage.buffers.pinCount(ids[3])).to.equal(2);
    expect(() => storage.buffers.dropRelation([T])).to.throw(/pinned/);
    storage.buffers.releaseAll();
    expect(valueOf(T, 16)).to.equal(16);
  });

  it('lets often used pages stay when others pass through', () => {
    for (let i = 0; i < 60; i++) addPage(T, i);
    storage.buffers.checkpointFlush(AT_ONCE);
    for (let i = 0; i < 5; i++) [0, 1, 2].forEach((hot) => valueOf(T, hot));
    storage.calls.log.length = 0;
    for (let i = 3; i < 60; i++) {
      valueOf(T, i);
      if (i % 8 === 0) [0, 1, 2].forEach((hot) => valueOf(T, hot));
    }
    const hotReads = storage.calls.log.filter((call) => /^pread .* [012]$/.test(call));
    expect(hotReads).to.deep.equal([]);
  });

  it('logs an image before the first hint change of a clean page, and keeps none during recovery', () => {
    addPage(T, 1);
    storage.buffers.checkpointFlush(AT_ONCE);
    const logged: number[] = [];
    const { slots } = storage.context.memory;
    storage.buffers.setHintLogger((_file, _fork, number, page) => {
      logged.push(number, page.readUInt32LE(VALUE_AT), slots.delayCheckpoint(slots.mine));
      return storage.wal.insert();
    });
    const id = storage.buffers.read(T, Fork.main, block(0));
    storage.buffers.lock(id, 'shared');
    storage.wal.open = false;
    storage.buffers.markDirtyHint(id);
    expect(storage.buffers.checkpointFlush(AT_ONCE)).to.equal(0);
    storage.wal.open = true;
    storage.buffers.markDirtyHint(id);
    storage.buffers.markDirtyHint(id);
    expect(logged).to.deep.equal([0, 1, 1]);
    expect(slots.delayCheckpoint(slots.mine)).to.equal(0);
    expect(pageLsn(storage.buffers.page(id))).to.equal(2);
    storage.buffers.unlockRelease(id);
    expect(storage.buffers.checkpointFlush(AT_ONCE)).to.equal(1);
  });

  it('insists that a page is changed under its exclusive lock', () => {
    addPage(T, 1);
    const id = storage.buffers.read(T, Fork.main, block(0));
    expect(() => storage.buffers.markDirty(id)).to.throw(/not locked exclusively/);
    storage.buffers.lock(id, 'shared');
    expect(() => storage.buffers.markDirty(id)).to.throw(/not locked exclusively/);
    expect(storage.buffers.tryLock(id, 'exclusive')).to.equal(false);
    storage.buffers.unlockRelease(id);
    expect(() => storage.buffers.release(id)).to.throw(/not pinned/);
  });

  it('does not let the background writer touch pages in use, and lets it clean the others', () => {
    for (let i = 0; i < 16; i++) addPage(T, i);
    for (let i = 0; i < 40; i++) valueOf(T, 0);
    expect(storage.buffers.backgroundSweep(0).written).to.equal(0);
    for (let i = 16; i < 30; i++) addPage(T, i);
    storage.calls.log.length = 0;
    let written = 0;
    for (let round = 0; round < 20; round++) written += storage.buffers.backgroundSweep(100).written;
    expect(written).to.equal(writes().length);
    expect(written).to.be.greaterThan(0);
  });

  it('counts hits, reads and writes, and adds them up for the cluster', () => {
    for (let i = 0; i < 20; i++) addPage(T, i);
    for (let i = 0; i < 20; i++) valueOf(T, i);
    const { own } = storage.buffers.statistics;
    expect(own.extended).to.equal(20);
    expect(own.reads).to.be.greaterThan(3);
    expect(own.hits + own.reads).to.equal(20);
    storage.buffers.statistics.publish();
    storage.buffers.statistics.publish();
    expect(storage.buffers.statistics.shared()).to.deep.equal(own);
  });

  it('gives back items through a view that stays the same', () => {
    addPage(T, 1);
    const id = storage.buffers.read(T, Fork.main, block(0));
    expect(storage.buffers.page(id)).to.equal(storage.buffers.page(id));
    storage.buffers.lock(id, 'exclusive');
    expect(addItem(storage.buffers.page(id), Buffer.from('row'))).to.equal(1);
    storage.buffers.markDirty(id);
    storage.buffers.releaseAll();
  });
});
