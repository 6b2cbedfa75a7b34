import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BLOCK_BYTES, type BlockNumber, type RelFile } from '../../base/block.js';
import { lsn, type Lsn } from '../../base/lsn.js';
import { Settings } from '../../base/settings/settings.js';
import { arenaBytes } from '../../memory/arena.js';
import type { MemorySizes } from '../../memory/area-table.js';
import type { EngineContext } from '../../memory/context.js';
import { Interrupts } from '../../memory/interrupts.js';
import { openMemory, type Memory } from '../../memory/memory.js';
import { openRealOs } from '../../os/real-os.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import type { FileDescriptor, Files, Os } from '../../os/os.js';
import type { WriteAheadLog } from '../buffers/buffer-io.js';
import { pageLsn } from '../page/header.js';
import { openStorage, type Storage } from '../storage.js';

/** Few buffers: eviction happens all the time. */
export const SMALL_SIZES: MemorySizes = {
  buffers: 16,
  walPages: 4,
  processSlots: 20,
  locks: 64,
  commitLogPages: 4,
  statisticsEntries: 16,
  subtransactionLogPages: 4,
  preparedTransactions: 4,
};

export const TEST_RELATION = testRelation(16384);

export function testRelation(relation: number): RelFile {
  return { tablespace: 1663, database: 5, relation };
}

export function block(value: number): BlockNumber {
  return value as BlockNumber;
}

/** A WAL that only counts: positions are handed out, and flushed when somebody asks. */
export interface CountingWal extends WriteAheadLog {
  /** The end of a new record. */
  insert(): Lsn;
  flushed(): number;
  isOpen(): boolean;
  open: boolean;
}

const STATISTICS_WORDS = { inserted: 200, flushed: 201 } as const;

/** Shared by all processes of a cluster, in words of the area 'statistics' that nobody else uses. */
export function sharedCountingWal(memory: Memory): CountingWal {
  const { i32 } = memory.arena.area('statistics');
  return {
    open: true,
    insert: () => lsn(Atomics.add(i32, STATISTICS_WORDS.inserted, 1) + 1),
    flushed: () => Atomics.load(i32, STATISTICS_WORDS.flushed),
    flush(upTo) {
      for (;;) {
        const before = Atomics.load(i32, STATISTICS_WORDS.flushed);
        if (before >= upTo || Atomics.compareExchange(i32, STATISTICS_WORDS.flushed, before, upTo) === before) return;
      }
    },
    isOpen(): boolean {
      return this.open;
    },
  };
}

export interface FileCalls {
  /** `pwrite base/5/16384 0`, `fsync base/5/16384`, ... in their order. */
  readonly log: string[];
  /** Throws what it returns, before the call. */
  fail: ((call: string) => Error | undefined) | undefined;
}

/** Real files, with a log of the calls and failures on demand; refuses to write a page before its WAL. */
export function watchedFiles(real: Files, dataDirectory: string, calls: FileCalls, wal: CountingWal): Files {
  const names = new Map<FileDescriptor, string>();
  const local = (path: string): string => path.replace(`${dataDirectory}/`, '');
  const note = (call: string): void => {
    calls.log.push(call);
    const failure = calls.fail?.(call);
    if (failure) throw failure;
  };
  const handler: Partial<Files> = {
    open(path, mode) {
      note(`open ${local(path)} ${mode}`);
      const fd = real.open(path, mode);
      names.set(fd, local(path));
      return fd;
    },
    pwrite(fd, source, offset, length, position) {
      note(`pwrite ${names.get(fd)} ${position / BLOCK_BYTES}`);
      if (length === BLOCK_BYTES && wal.isOpen() && pageLsn(source as Buffer) > wal.flushed()) {
        throw new Error(
          `page with LSN ${pageLsn(source as Buffer)} written when the WAL is durable to ${wal.flushed()}`,
        );
      }
      real.pwrite(fd, source, offset, length, position);
    },
    pread(fd, ...rest) {
      note(`pread ${names.get(fd)} ${rest[3] / BLOCK_BYTES}`);
      return real.pread(fd, ...rest);
    },
    fsync(fd) {
      note(`fsync ${names.get(fd)}`);
      real.fsync(fd);
    },
    ftruncate(fd, bytes) {
      note(`ftruncate ${names.get(fd)} ${bytes}`);
      real.ftruncate(fd, bytes);
    },
    fsyncDirectory(path) {
      note(`fsync ${local(path)}/`);
      real.fsyncDirectory(path);
    },
    unlink(path) {
      note(`unlink ${local(path)}`);
      real.unlink(path);
    },
  };
  return new Proxy(real, {
    get: (target, name) => handler[name as keyof Files] ?? (target[name as keyof Files] as () => void).bind(target),
  });
}

export interface TestStorage extends Storage {
  readonly context: EngineContext;
  readonly wal: CountingWal;
  readonly calls: FileCalls;
}

/** Storage over a real directory; alone in private memory, or as a process of a cluster when given its memory. */
export function openTestStorage(dataDirectory: string, shared?: Memory, sizes = SMALL_SIZES): TestStorage {
  const os: Os = openRealOs();
  const memory = shared ?? openMemory(os, privateMemory.create(arenaBytes(sizes)), sizes, 0);
  const settings = new Settings();
  const wal = sharedCountingWal(memory);
  const calls: FileCalls = { log: [], fail: undefined };
  os.files = watchedFiles(os.files, dataDirectory, calls, wal);
  const interrupts = new Interrupts(memory.slots, os.clock.monotonic);
  const context: EngineContext = { os, memory, settings, interrupts, dataDirectory };
  return { context, wal, calls, ...openStorage(context, wal) };
}

export function makeDataDirectory(path: string): void {
  for (const directory of ['base', 'base/5', 'global']) mkdirSync(join(path, directory), { recursive: true });
}
