import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { BLOCK_BYTES, Fork } from '../base/block.js';
import { SYNC_QUEUE_ENTRIES } from '../memory/area-table.js';
import { openMemory } from '../memory/memory.js';
import { openRealOs } from '../os/real-os.js';
import {
  TEST_RELATION as T,
  block,
  makeDataDirectory,
  openTestStorage,
  type TestStorage,
} from './testing/test-storage.js';

const PAGE = Buffer.alloc(BLOCK_BYTES);

/** A second process of the same cluster, in this one. */
function secondProcess(storage: TestStorage, directory: string): TestStorage {
  const { arena } = storage.context.memory;
  const other = openTestStorage(directory, openMemory(openRealOs(), arena.memory, arena.sizes, 1));
  other.wal.open = false;
  return other;
}

describe('sync requests', () => {
  let directory: string;
  let cleanup: () => Promise<void>;
  let checkpointer: TestStorage;

  beforeEach(async () => {
    ({ path: directory, cleanup } = await dir({ unsafeCleanup: true }));
    makeDataDirectory(directory);
    checkpointer = openTestStorage(directory);
    checkpointer.wal.open = false;
    checkpointer.files.create(T, Fork.main);
    checkpointer.sync.processSyncRequests();
    checkpointer.calls.log.length = 0;
  });
  afterEach(() => cleanup());

  const fsyncs = (): string[] => checkpointer.calls.log.filter((call) => call.startsWith('fsync'));

  it('syncs each written file once, whoever wrote it, and forgets it then', () => {
    const backend = secondProcess(checkpointer, directory);
    for (let i = 0; i < 5; i++) backend.files.extend(T, Fork.main, block(i), PAGE);
    checkpointer.files.write(T, Fork.main, block(2), PAGE);
    const result = checkpointer.sync.processSyncRequests();
    expect(fsyncs()).to.deep.equal(['fsync base/5/16384']);
    expect(result.files).to.equal(1);
    expect(result.longestMs).to.be.greaterThan(0);
    expect(checkpointer.sync.processSyncRequests().files).to.equal(0);
    backend.files.write(T, Fork.main, block(2), PAGE);
    expect(checkpointer.sync.processSyncRequests().files).to.equal(1);
  });

  it('syncs the directory of a new file', () => {
    checkpointer.files.create({ ...T, relation: 16390 }, Fork.main);
    checkpointer.sync.processSyncRequests();
    expect(fsyncs()).to.deep.equal(['fsync base/5/16390', 'fsync base/5/']);
  });

  it('leaves a file that is written during the pass to the next one', () => {
    const backend = secondProcess(checkpointer, directory);
    backend.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.calls.fail = (call) => {
      if (call.startsWith('fsync')) backend.files.write(T, Fork.main, block(0), PAGE);
      return undefined;
    };
    checkpointer.sync.processSyncRequests();
    checkpointer.calls.fail = undefined;
    expect(checkpointer.sync.processSyncRequests().files).to.equal(1);
  });

  it('never tries a failed fsync again: PANIC', () => {
    checkpointer.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.calls.fail = (call) =>
      call.startsWith('fsync') ? Object.assign(new Error(), { code: 'EIO' }) : undefined;
    expect(() => checkpointer.sync.processSyncRequests())
      .to.throw('could not fsync file "base/5/16384": Input/output error')
      .with.property('severity', 'PANIC');
  });

  it('without a descriptor for it leaves the file due, which is no PANIC: nothing was tried', () => {
    checkpointer.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.calls.fail = (call) =>
      call.startsWith('open') ? Object.assign(new Error(), { code: 'EMFILE' }) : undefined;
    expect(() => checkpointer.sync.processSyncRequests())
      .to.throw('could not open file "base/5/16384": Too many open files')
      .with.include({ severity: 'ERROR', sqlState: '53000' });
    checkpointer.calls.fail = undefined;
    expect(checkpointer.sync.processSyncRequests().files).to.equal(1);
  });

  it('does not mind a file that was dropped meanwhile, but one that vanished', () => {
    const backend = secondProcess(checkpointer, directory);
    backend.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.sync.absorb();
    backend.files.unlink(T, { redo: true });
    checkpointer.sync.processSyncRequests();
    backend.files.create(T, Fork.main);
    checkpointer.sync.absorb();
    checkpointer.context.os.files.unlink(`${directory}/base/5/16384`);
    expect(() => checkpointer.sync.processSyncRequests())
      .to.throw(/No such file/)
      .with.property('severity', 'PANIC');
  });

  it('keeps a file that was dropped and made again', () => {
    checkpointer.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.files.unlink(T, { redo: true });
    checkpointer.files.create(T, Fork.main);
    checkpointer.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.sync.processSyncRequests();
    expect(fsyncs()).to.include('fsync base/5/16384');
  });

  it('makes room in a full queue by dropping repeated requests', () => {
    const { sync } = checkpointer;
    const request = (relation: number) => ({ kind: 'sync', ...T, relation, fork: 0, segment: 0 }) as const;
    const queueFull = secondProcess(checkpointer, directory).sync;
    for (let i = 0; i < SYNC_QUEUE_ENTRIES; i++) queueFull.announce({ ...request(i % 100), kind: 'forget' });
    expect(queueFull.requestSync(request(7))).to.equal(true);
    sync.absorb();
    checkpointer.files.create({ ...T, relation: 7 }, Fork.main);
    expect(sync.processSyncRequests().files).to.equal(2);
  });

  it('hands over what is left to the process that checkpoints next', () => {
    checkpointer.files.extend(T, Fork.main, block(0), PAGE);
    checkpointer.files.create({ ...T, relation: 16390 }, Fork.main);
    checkpointer.files.unlink({ ...T, relation: 16390 });
    checkpointer.sync.absorb();
    checkpointer.sync.handOver();
    const next = secondProcess(checkpointer, directory);
    next.sync.preCheckpoint();
    expect(next.sync.processSyncRequests().files).to.equal(3);
    next.sync.postCheckpoint();
    expect(next.files.exists({ ...T, relation: 16390 }, Fork.main)).to.equal(false);
  });
});
