import { Fork } from '../../base/block.js';
import type { Memory } from '../../memory/memory.js';
import { initPage, setPageLsn } from '../page/header.js';
import { TEST_RELATION, block, openTestStorage, type TestStorage } from './test-storage.js';

/** What the processes of the buffer tests do, as members of a Cluster (memory/testing/processes.ts). */
export const BUFFER_MEMBERS_URL = import.meta.url;
export const COUNTER_AT = 2000;
const STOP_WORD = 210;

function openMember(memory: Memory, directory: string): TestStorage {
  const storage = openTestStorage(directory, memory);
  storage.buffers.setHintLogger(() => storage.wal.insert());
  return storage;
}

/** Adds one to the counter of a random page, again and again; the pages do not all fit into the buffers. */
export function incrementPages(memory: Memory, directory: string, pages: string, times: string): void {
  const { buffers, wal } = openMember(memory, directory);
  for (let i = 0; i < Number(times); i++) {
    const number = Math.floor(Math.random() * Number(pages));
    const id = buffers.read(TEST_RELATION, Fork.main, block(number));
    buffers.lock(id, 'exclusive');
    const page = buffers.page(id);
    page.writeUInt32LE(page.readUInt32LE(COUNTER_AT) + 1, COUNTER_AT);
    buffers.markDirty(id);
    setPageLsn(page, wal.insert());
    buffers.unlockRelease(id);
    if (i % 8 === 0) touchHint(buffers, number);
  }
}

function touchHint(buffers: TestStorage['buffers'], number: number): void {
  const id = buffers.read(TEST_RELATION, Fork.main, block(number));
  buffers.lock(id, 'shared');
  buffers.page(id)[COUNTER_AT + 100] ^= 1;
  buffers.markDirtyHint(id);
  buffers.unlockRelease(id);
}

/** Checkpoints and sweeps until told to stop; prints how many pages it wrote. */
export function writeInBackground(memory: Memory, directory: string): void {
  const { buffers, sync } = openMember(memory, directory);
  const { i32 } = memory.arena.area('statistics');
  let written = 0;
  while (Atomics.load(i32, STOP_WORD) === 0) {
    written += buffers.checkpointFlush({ isImmediate: true, throttle: () => {} });
    sync.processSyncRequests();
    for (let round = 0; round < 5; round++) written += buffers.backgroundSweep(10).written;
  }
  process.stdout.write(String(written));
}

export function stopBackground(memory: Memory): void {
  Atomics.store(memory.arena.area('statistics').i32, STOP_WORD, 1);
}

/** Adds pages that carry the adder's slot and its own count. */
export function extendTogether(memory: Memory, directory: string, times: string): void {
  const { buffers, wal } = openMember(memory, directory);
  for (let i = 0; i < Number(times); i++) {
    const id = buffers.extend(TEST_RELATION, Fork.main);
    const page = buffers.page(id);
    initPage(page);
    page.writeUInt32LE(memory.slots.mine * 1_000_000 + i, COUNTER_AT);
    buffers.markDirty(id);
    setPageLsn(page, wal.insert());
    buffers.unlockRelease(id);
  }
}

/** Makes a relation of its own, fills it and drops it, over and over, while others use the same buffers. */
export function createAndDrop(memory: Memory, directory: string, times: string): void {
  const { buffers, files, wal } = openMember(memory, directory);
  for (let i = 0; i < Number(times); i++) {
    const file = { ...TEST_RELATION, relation: 30000 + memory.slots.mine };
    files.create(file, Fork.main, { redo: true });
    for (let added = 0; added < 6; added++) {
      const id = buffers.extend(file, Fork.main);
      initPage(buffers.page(id));
      buffers.markDirty(id);
      setPageLsn(buffers.page(id), wal.insert());
      buffers.unlockRelease(id);
    }
    buffers.dropRelation([file]);
    files.unlink(file, { redo: true });
  }
}
