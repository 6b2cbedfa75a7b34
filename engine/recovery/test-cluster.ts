import { openAccess, type Access } from '../access/access.js';
import type { Notice } from '../base/errors.js';
import { Settings } from '../base/settings/settings.js';
import { arenaBytes } from '../memory/arena.js';
import { memorySizes } from '../memory/area-table.js';
import type { EngineContext } from '../memory/context.js';
import { Interrupts } from '../memory/interrupts.js';
import { openMemory } from '../memory/memory.js';
import type { Files, Os, SharedMemory } from '../os/os.js';
import { openRealOs } from '../os/real-os.js';
import { openStorage, type Storage } from '../storage/storage.js';
import { Wal } from '../wal/wal.js';
import { openRecovery, readControlFile, type Recovery } from './recovery.js';

/** Thrown by the call at which the machine stops. */
export class MachineStopped extends Error {}

/**
 * The real files behind a counter. At call number `stopAt` the machine stops: that call and all later ones throw and do
 * nothing, so what was done before is what the next start finds.
 */
export class CountedFiles {
  calls = 0;
  stopAt = Infinity;
  readonly names: string[] = [];
  /** Called before each call with its name and first argument; may throw. */
  watch: (name: keyof Files, first: unknown) => void = () => {};
  private readonly open = new Set<number>();
  readonly files: Files;

  constructor(private readonly real: Files) {
    this.files = new Proxy<Files>(real, {
      get: (_target, property) => (...all: unknown[]) => this.run(property as keyof Files, all),
    });
  }

  /** Closes what the stopped process left open. */
  closeAll(): void {
    for (const fd of this.open) this.real.close(fd);
    this.open.clear();
  }

  private run(name: keyof Files, all: unknown[]): unknown {
    if (++this.calls >= this.stopAt) throw new MachineStopped(`stopped at call ${this.calls}, ${name}`);
    this.names.push(name);
    this.watch(name, all[0]);
    const result: unknown = Reflect.apply(this.real[name], this.real, all);
    if (name === 'open') this.open.add(result as number);
    if (name === 'close') this.open.delete(all[0] as number);
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
  private readonly shared: SharedMemory;

  constructor(directory: string, change: (settings: Settings) => void = () => {}, os: Os = openRealOs()) {
    const settings = new Settings();
    settings.set('max_connections', 5, 'override');
    settings.set('shared_buffers', 64, 'override');
    settings.set('wal_buffers', 16, 'override');
    settings.set('max_wal_size', 4, 'override');
    settings.set('min_wal_size', 2, 'override');
    change(settings);
    this.counted = new CountedFiles(os.files);
    const watched = { ...os, files: this.counted.files };
    const sizes = memorySizes(settings);
    this.shared = os.sharedMemory.create(arenaBytes(sizes));
    const memory = openMemory(watched, Object.assign(this.shared, { fd: -1 }), sizes, 0);
    memory.slots.claim(os.processes.pid, 1);
    const interrupts = new Interrupts(memory.slots, () => os.clock.monotonic());
    this.ctx = { os: watched, memory, settings, interrupts, dataDirectory: directory };
    const { segmentBytes, systemIdentifier } = readControlFile(watched, directory);
    this.wal = new Wal(this.ctx, { segmentBytes, systemIdentifier });
    this.storage = openStorage(this.ctx, this.wal);
    this.access = openAccess(this.ctx, this.wal, this.storage);
    const parts = { wal: this.wal, storage: this.storage, access: this.access };
    this.recovery = openRecovery(this.ctx, parts, (notice: Notice) => this.log.push(`${notice.severity}: ${notice.message}`));
  }

  /** Forgets everything that is only in memory. */
  crash(): void {
    this.counted.closeAll();
    this.shared.release();
  }

  /** As a server does that is asked to end. */
  shutDown(): void {
    this.recovery.performShutdownCheckpoint();
    this.crash();
  }
}
