import { resourceManagers } from '../access/rmgr-table.js';
import { PgError, errnoOf, type Notice } from '../base/errors.js';
import type { EngineContext } from '../memory/context.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import type { CheckpointReport } from './checkpoint-report.js';
import { CheckpointRequests } from './checkpoint-requests.js';
import type { ScheduleSettings } from './checkpoint-schedule.js';
import { CheckpointStatistics } from './checkpoint-statistics.js';
import { Checkpointing } from './checkpoint.js';
import { ControlFile } from './control-file.js';
import type { EngineParts } from './engine-parts.js';
import { updateFullPageWrites } from './full-page-writes.js';
import { RecoveryLog } from './log.js';
import { Startup, type StartupResult } from './startup.js';
import { xlogRmgr } from './xlog-rmgr.js';

export { createCluster } from './init.js';
export { readControlFile } from './control-file.js';
export { resetXid, type XidReset } from './reset-xid.js';
export { CheckpointFlag } from './checkpoint-flags.js';
export type { StartupResult } from './startup.js';

/**
 * Recovery and checkpoints of one process. Works in a startup process or checkpointer with shared memory, in a
 * single-user process, and on an `Os` that lives in memory: all state is in `ctx` and the layers below.
 */
export class Recovery {
  readonly controlFile: ControlFile;
  readonly requests: CheckpointRequests;
  readonly statistics: CheckpointStatistics;
  private readonly log: RecoveryLog;
  private readonly checkpointing: Checkpointing;

  constructor(
    private readonly ctx: EngineContext,
    private readonly parts: EngineParts,
    notice: (notice: Notice) => void,
  ) {
    this.log = new RecoveryLog(notice);
    this.controlFile = new ControlFile(ctx);
    this.requests = new CheckpointRequests(ctx);
    this.statistics = new CheckpointStatistics(ctx);
    this.checkpointing = new Checkpointing(this.checkpointTools());
  }

  /** Replays what must be and opens the log: the cluster is in production when it returns. */
  runStartup(): StartupResult {
    const managers = resourceManagers(xlogRmgr({ controlFile: this.controlFile, log: this.log }));
    const redo = { ctx: this.ctx, managers, redo: this.parts.access.redo, log: this.log };
    const result = new Startup({ ...this.checkpointTools(), redo, checkpointing: this.checkpointing }).run();
    this.restoreStatistics(result);
    return result;
  }

  /** One checkpoint now, by this process; undefined when nothing happened since the last one. */
  performCheckpoint(flags: number): CheckpointReport | undefined {
    return this.checkpointing.perform(flags);
  }

  /** The last thing a server does. Nothing when recovery did not finish: the next start begins it again. */
  performShutdownCheckpoint(): void {
    if (!this.parts.wal.isOpen()) return;
    this.log.log('shutting down');
    this.checkpointing.perform(CheckpointFlag.isShutdown | CheckpointFlag.immediate);
    this.goingOnWithout('could not write statistics file', () => this.parts.access.statistics.save());
  }

  /** Any process's: by the checkpointer, or here and now when this process is alone. */
  requestCheckpoint(flags: number): void {
    if (this.isAlone()) this.checkpointing.perform(flags | CheckpointFlag.immediate);
    else this.requests.request(flags);
  }

  /**
   * The checkpointer's: performs one checkpoint for all requests there are, `flags` added, and tells the waiters.
   * Throws what went wrong, with this process's locks and pins let go; after an ERROR try again a second later.
   * `report` is given that first: the waiters are told to consult the log.
   */
  serveRequests(flags = 0, report: (thrown: unknown) => void = () => {}): CheckpointReport | undefined {
    const all = this.requests.begin() | flags;
    this.statistics.add(all & (CheckpointFlag.requested | CheckpointFlag.causeWal) ? { requested: 1 } : { timed: 1 });
    try {
      const done = this.checkpointing.perform(all);
      this.requests.end('done');
      return done;
    } catch (thrown) {
      // After a PANIC nobody may go on with what this process holds.
      if (!(thrown instanceof PgError && thrown.severity === 'PANIC')) {
        this.letGo();
        report(thrown);
        this.requests.end('failed');
      }
      throw thrown;
    }
  }

  /** After full_page_writes changed: the checkpointer's, so that the change falls between two checkpoints. */
  updateFullPageWrites(): void {
    updateFullPageWrites(this.ctx, this.parts.wal);
  }

  /** What the schedule of checkpoints follows, for the checkpointer's loop; see checkpoint-schedule.ts. */
  scheduleSettings(): ScheduleSettings {
    const { settings } = this.ctx;
    return {
      checkpointTimeoutSeconds: settings.get('checkpoint_timeout'),
      completionTarget: settings.get('checkpoint_completion_target'),
      maxWalMegabytes: settings.get('max_wal_size'),
      segmentBytes: this.controlFile.read().segmentBytes,
    };
  }

  private restoreStatistics({ clean }: StartupResult): void {
    this.goingOnWithout('could not read statistics file', () => {
      if (!this.parts.access.statistics.restore(!clean)) this.log.log('corrupted statistics file');
    });
  }

  /** Nothing depends on statistics: an error of the file system is told, and that is all. */
  private goingOnWithout(what: string, body: () => void): void {
    try {
      body();
    } catch (thrown) {
      if (errnoOf(thrown) === undefined) throw thrown;
      this.log.log(`${what}: ${(thrown as Error).message}`);
    }
  }

  private letGo(): void {
    this.ctx.memory.lwlocks.releaseAll();
    this.parts.storage.buffers.releaseAll();
  }

  private isAlone(): boolean {
    return this.ctx.memory.arena.memory.fd < 0;
  }

  private checkpointTools() {
    return {
      ctx: this.ctx,
      parts: this.parts,
      controlFile: this.controlFile,
      requests: this.requests,
      statistics: this.statistics,
      schedule: () => this.scheduleSettings(),
      log: this.log,
    };
  }
}

export function openRecovery(ctx: EngineContext, parts: EngineParts, notice: (notice: Notice) => void): Recovery {
  return new Recovery(ctx, parts, notice);
}
