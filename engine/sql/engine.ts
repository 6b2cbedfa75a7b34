import type { Access } from '../access/access.js';
import type { EngineContext } from '../memory/context.js';
import type { ControlFileData } from '../recovery/control-file.js';
import type { Storage } from '../storage/storage.js';
import type { Wal } from '../wal/wal.js';

/** How a checkpoint is asked for (access/xlog.h CHECKPOINT_*). */
export interface CheckpointDemand {
  /** At full speed, not spread over time. */
  readonly immediate: boolean;
  /** Even when nothing was written since the last one. */
  readonly force: boolean;
  /** Return only when it is done. */
  readonly wait: boolean;
}

/** One process's whole engine: what SQL runs on. `processes/` assembles it. */
export interface Engine extends EngineContext {
  readonly wal: Wal;
  readonly storage: Storage;
  readonly access: Access;
  requestCheckpoint(demand: CheckpointDemand): void;
  /** The control file as it is on disk now, for pg_control_checkpoint() and pg_control_system(). */
  controlFile(): ControlFileData;
  /** When the server started, milliseconds since 1970. */
  readonly serverStart: number;
  /** Asks the postmaster to read its configuration again; false when there is none (single user). */
  reloadConfiguration(): boolean;
  /** How to name a process in pg_stat_activity.backend_type (`client backend`, `checkpointer`). */
  backendType(processType: number): string;
}
