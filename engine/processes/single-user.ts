import type { Notice } from '../base/errors.js';
import { Settings } from '../base/settings/settings.js';
import { memorySizes } from '../memory/area-table.js';
import { arenaBytes } from '../memory/arena.js';
import type { Os, SharedMemory } from '../os/os.js';
import type { StartupResult } from '../recovery/recovery.js';
import {
  Parser,
  Session,
  enterDatabase,
  loadParser,
  lookUpLogin,
  type SessionCallbacks,
  type SessionIdentity,
} from '../sql/session.js';
import { assembleEngine, attachMemory, type Instance } from './instance.js';
import { processTypeNumber } from './process-table.js';

export interface SingleUserOptions {
  readonly settings?: Settings;
  readonly notice?: (notice: Notice) => void;
  /** Its sessions' parser; another engine in this process may have the same. */
  readonly parser?: Parser;
}

const FIRST_SLOT = 0;

/**
 * A whole engine in this process, with memory of its own: recovery, sessions, shutdown checkpoint. For
 * `crashwright engine single`, for making a cluster, and for many clusters inside one test process: it has no state
 * outside the object, and reaches the outside through `os` alone.
 *
 * The caller sees to it that `os.sharedMemory` is private memory and that nobody else uses the directory.
 */
export class SingleUser {
  private constructor(
    readonly engine: Instance,
    readonly startup: StartupResult,
    private readonly shared: SharedMemory,
    private readonly parser: Parser | undefined,
  ) {}

  /** Opens a cluster, after recovery if it needs it. Throws FATAL or PANIC as a startup process would. */
  static open(
    os: Os,
    dataDirectory: string,
    { settings = new Settings(), notice = () => {}, parser }: SingleUserOptions = {},
  ): SingleUser {
    const sizes = memorySizes(settings);
    const shared = os.sharedMemory.create(arenaBytes(sizes));
    const { memory, interrupts } = attachMemory(os, shared, sizes, FIRST_SLOT);
    memory.slots.claim(os.processes.pid, processTypeNumber('backend'));
    const engine = assembleEngine({
      os,
      memory,
      settings,
      interrupts,
      dataDirectory,
      notice,
      serverStart: os.clock.now(),
      reloadConfiguration: () => false,
      isSingleUser: true,
    });
    return new SingleUser(engine, engine.recovery.runStartup(), shared, parser);
  }

  /** A session of `role` on `database`, without a password. `loadParser` must have been awaited. */
  session(database: string, role: string, callbacks: Partial<SessionCallbacks> = {}): Session {
    const { databaseOid, roleOid, superuser } = lookUpLogin(this.engine, database, role);
    const identity: SessionIdentity = { database, databaseOid, role, roleOid, superuser };
    enterDatabase(this.engine, database, identity);
    const { engine, parser } = this;
    return new Session(engine, identity, { notice: () => {}, parameterStatus: () => {}, ...callbacks }, parser);
  }

  /** Shutdown checkpoint; the next start needs no recovery. */
  shutDown(): void {
    this.engine.recovery.performShutdownCheckpoint();
    this.abandon();
  }

  /** Lets go of files and memory and nothing else: to the disk, a crash. */
  abandon(): void {
    this.engine.storage.files.closeAll();
    this.shared.release();
  }
}

export { Parser, loadParser };
