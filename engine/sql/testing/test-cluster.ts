import { dir } from 'tmp-promise';
import { openAccess } from '../../access/access.js';
import type { Notice } from '../../base/errors.js';
import { Settings } from '../../base/settings/settings.js';
import { memorySizes } from '../../memory/area-table.js';
import { arenaBytes } from '../../memory/arena.js';
import { Interrupts } from '../../memory/interrupts.js';
import { openMemory } from '../../memory/memory.js';
import type { Os, SharedMemory } from '../../os/os.js';
import { openRealOs } from '../../os/real-os.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import { ControlFile } from '../../recovery/control-file.js';
import { createCluster, openRecovery } from '../../recovery/recovery.js';
import { openStorage } from '../../storage/storage.js';
import { Wal } from '../../wal/wal.js';
import type { Engine } from '../engine.js';
import { bootstrapCatalogs, enterDatabase, loadParser, lookUpLogin, Session } from '../session.js';
import { TestSession } from './test-session.js';

const SEGMENT_BYTES = 1 << 20;
const SHARED_BUFFERS = 256;

/**
 * A cluster for tests of SQL: real files in a temporary directory, memory of this process alone. Each session has an
 * engine of its own on the shared memory, as if it were a process, so that sessions run transactions side by side. None
 * may wait for another: it would wait for ever.
 */
export class TestCluster {
  private nextSlot = 0;

  private constructor(
    private readonly os: Os,
    private readonly directory: string,
    private readonly settings: Settings,
    private readonly shared: SharedMemory,
    private readonly removeDirectory: () => Promise<void>,
  ) {}

  static async create(changes: Readonly<Record<string, string>> = {}): Promise<TestCluster> {
    await loadParser();
    const { path, cleanup } = await dir({ unsafeCleanup: true });
    const os = { ...openRealOs(), sharedMemory: privateMemory };
    const settings = new Settings();
    settings.set('shared_buffers', SHARED_BUFFERS, 'default');
    settings.set('log_checkpoints', false, 'default');
    for (const [name, text] of Object.entries(changes))
      settings.setText(name as 'log_checkpoints', text, 'command line');
    const directory = `${path}/data`;
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    const shared = os.sharedMemory.create(arenaBytes(memorySizes(settings)));
    const cluster = new TestCluster(os, directory, settings, shared, cleanup);
    const first = cluster.openEngine(true);
    bootstrapCatalogs(first, { superuser: 'postgres', passwordVerifier: null });
    return cluster;
  }

  /** `os` replaces parts of the outside world for this session. */
  session(os: Partial<Os> = {}, database = 'postgres'): TestSession {
    const engine = this.openEngine(false, os);
    const { databaseOid, roleOid, superuser } = lookUpLogin(engine, database, 'postgres');
    const identity = { database, databaseOid, role: 'postgres', roleOid, superuser };
    enterDatabase(engine, database, identity);
    const notices: Notice[] = [];
    const statuses: string[] = [];
    const session = new Session(engine, identity, {
      notice: (notice) => void notices.push(notice),
      parameterStatus: (name, value) => void statuses.push(`${name}=${value}`),
    });
    return new TestSession(session, engine, notices, statuses);
  }

  async close(): Promise<void> {
    this.shared.release();
    await this.removeDirectory();
  }

  private openEngine(isFirst: boolean, os: Partial<Os> = {}): Engine {
    const sizes = memorySizes(this.settings);
    const wholeOs = { ...this.os, ...os };
    const memory = openMemory(wholeOs, this.shared, sizes, this.nextSlot++);
    memory.slots.claim(10_000 + memory.slots.mine, 1);
    const interrupts = new Interrupts(memory.slots, () => wholeOs.clock.monotonic());
    const context = { os: wholeOs, memory, settings: this.settings.layer(), interrupts, dataDirectory: this.directory };
    const controlFile = new ControlFile(context);
    const { segmentBytes, systemIdentifier } = controlFile.read();
    const wal = new Wal(context, { segmentBytes, systemIdentifier });
    const storage = openStorage(context, wal);
    const access = openAccess(context, wal, storage);
    const recovery = openRecovery(context, { wal, storage, access }, () => {});
    if (isFirst) recovery.runStartup();
    return {
      ...context,
      wal,
      storage,
      access,
      serverStart: wholeOs.clock.now(),
      backendType: () => 'client backend',
      reloadConfiguration: () => false,
      controlFile: () => controlFile.read(),
      requestCheckpoint: () => void recovery.requestCheckpoint(0),
    };
  }
}
