import { openAccess, type Access } from '../../access/access.js';
import type { AttributeStorage } from '../../access/tuple/attribute-storage.js';
import { TupleLayout } from '../../access/tuple/tuple-layout.js';
import { DEFAULT_TABLESPACE, type RelFile, type Tid } from '../../base/block.js';
import type { Notice } from '../../base/errors.js';
import { Settings } from '../../base/settings/settings.js';
import { arenaBytes } from '../../memory/arena.js';
import { memorySizes } from '../../memory/area-table.js';
import type { EngineContext } from '../../memory/context.js';
import { Interrupts } from '../../memory/interrupts.js';
import { openMemory } from '../../memory/memory.js';
import type { Files, Os } from '../../os/os.js';
import { openRealOs } from '../../os/real-os.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import { openStorage, type Storage } from '../../storage/storage.js';
import { Wal } from '../../wal/wal.js';
import { openRecovery, readControlFile, type Recovery } from '../recovery.js';

const SYNCS: ReadonlySet<keyof Files> = new Set(['fsync', 'fdatasync', 'fsyncDirectory']);

/** Thrown by the call at which the machine stops. */
export class MachineStopped extends Error {}

/**
 * The real files behind a counter. At call number `stopAt` the machine stops: that call and all later ones throw and do
 * nothing, so what was done before is what the next start finds. Syncs are counted but not made: only processes die here.
 */
export class CountedFiles {
  calls = 0;
  stopAt = Infinity;
  /** Called before each call; may throw what the call should. */
  watch: (name: keyof Files, all: unknown[]) => void = () => {};
  readonly files: Files;
  /** Open descriptors. */
  readonly paths = new Map<number, string>();

  constructor(private readonly real: Files) {
    this.files = new Proxy<Files>(real, {
      get:
        (_target, property) =>
        (...all: unknown[]) =>
          this.run(property as keyof Files, all),
    });
  }

  /** Closes what the stopped process left open. */
  closeAll(): void {
    for (const fd of this.paths.keys()) this.real.close(fd);
    this.paths.clear();
  }

  private run(name: keyof Files, all: unknown[]): unknown {
    if (++this.calls >= this.stopAt) throw new MachineStopped(`stopped at call ${this.calls}, ${name}`);
    this.watch(name, all);
    if (SYNCS.has(name)) return undefined;
    const result: unknown = Reflect.apply(this.real[name], this.real, all);
    if (name === 'open') this.paths.set(result as number, all[0] as string);
    if (name === 'close') this.paths.delete(all[0] as number);
    return result;
  }
}

/** One process's engine on private memory, over a data directory that outlives it. */
export class TestEngine {
  readonly counted: CountedFiles;
  readonly ctx: EngineContext;
  readonly wal: Wal;
  readonly storage: Storage;
  readonly access: Access;
  readonly recovery: Recovery;
  readonly log: string[] = [];
  /** Called with every named point. */
  reach: (point: string) => void = () => {};

  constructor(directory: string, change: (settings: Settings) => void = () => {}) {
    const settings = testSettings(change);
    const real = openRealOs();
    this.counted = new CountedFiles(real.files);
    const os: Os = {
      ...real,
      files: this.counted.files,
      sharedMemory: privateMemory,
      reach: (point) => this.reach(point),
    };
    const sizes = memorySizes(settings);
    const memory = openMemory(os, privateMemory.create(arenaBytes(sizes)), sizes, 0);
    memory.slots.claim(os.processes.pid, 1);
    const interrupts = new Interrupts(memory.slots, () => os.clock.monotonic());
    this.ctx = { os, memory, settings, interrupts, dataDirectory: directory };
    const { segmentBytes, systemIdentifier } = readControlFile(os, directory);
    this.wal = new Wal(this.ctx, { segmentBytes, systemIdentifier });
    this.storage = openStorage(this.ctx, this.wal);
    this.access = openAccess(this.ctx, this.wal, this.storage);
    const parts = { wal: this.wal, storage: this.storage, access: this.access };
    const write = ({ severity, message }: Notice): unknown => this.log.push(`${severity}: ${message}`);
    this.recovery = openRecovery(this.ctx, parts, write);
  }

  /** Forgets everything that is only in memory. */
  crash(): void {
    this.counted.closeAll();
  }

  /** As a server does that is asked to end. */
  shutDown(): void {
    this.recovery.performShutdownCheckpoint();
    this.crash();
  }

  /** Runs `body` in a transaction and commits it. */
  transact(body: () => void, synchronous = true): void {
    this.access.transactions.begin({ isolation: 'read committed', readOnly: false });
    body();
    this.access.transactions.commit({ synchronous });
  }
}

/** Small enough that a test reaches every edge. */
function testSettings(change: (settings: Settings) => void): Settings {
  const settings = new Settings();
  settings.set('max_connections', 5, 'override');
  settings.set('backend_pool_size', 0, 'override');
  settings.set('shared_buffers', 64, 'override');
  settings.set('wal_buffers', 16, 'override');
  settings.set('max_wal_size', 4, 'override');
  settings.set('min_wal_size', 2, 'override');
  change(settings);
  return settings;
}

const int4: AttributeStorage<number> = {
  length: 4,
  align: 4,
  byteLength: () => 4,
  write: (value, target, at) => void target.writeInt32LE(value, at),
  read: (source, at) => source.readInt32LE(at),
};
const text: AttributeStorage<string> = {
  length: -1,
  align: 4,
  byteLength: (value) => Buffer.byteLength(value),
  write: (value, target, at) => void target.write(value, at),
  read: (source, at, bytes) => source.toString('utf8', at, at + bytes),
};
const layout = new TupleLayout([int4, text]);

/** A table of (key, value). */
export class TestTable {
  constructor(
    private readonly engine: TestEngine,
    relation = 16384,
    database = 5,
  ) {
    this.file = { tablespace: DEFAULT_TABLESPACE, database, relation };
  }
  readonly file: RelFile;

  create(): void {
    this.engine.access.heap.create(this.file);
  }

  insert(key: number, value: string): Tid {
    return this.engine.access.heap.insert(this.file, layout.form([key, value]));
  }

  /** Adds a version with the new value. */
  update(key: number, value: string): void {
    this.engine.access.heap.update(this.file, this.find(key), layout.form([key, value]));
  }

  delete(key: number): void {
    this.engine.access.heap.delete(this.file, this.find(key));
  }

  /** What a new transaction sees. */
  contents(): Record<number, string> {
    const found: Record<number, string> = {};
    this.engine.transact(() => this.each((key, value) => (found[key] = value)));
    return found;
  }

  private find(wanted: number): Tid {
    let tid: Tid | undefined;
    this.each((key, _value, at) => {
      if (key === wanted) tid = at;
    });
    if (!tid) throw new Error(`no row ${wanted}`);
    return tid;
  }

  private each(visit: (key: number, value: string, tid: Tid) => void): void {
    const { heap, transactions } = this.engine.access;
    const scan = heap.scan(this.file, transactions.latestSnapshot());
    for (let tuple = scan.next(); tuple; tuple = scan.next()) {
      const [key, value] = tuple.values(layout) as [number, string];
      visit(key, value, tuple.tid);
    }
    scan.close();
  }
}
