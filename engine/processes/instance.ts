import type { Settings } from '../base/settings/settings.js';
import { openAccess } from '../access/access.js';
import type { EngineContext } from '../memory/context.js';
import { Interrupts } from '../memory/interrupts.js';
import { openMemory, type Memory } from '../memory/memory.js';
import type { MemorySizes } from '../memory/area-table.js';
import type { Notice } from '../base/errors.js';
import type { Os, SharedMemory } from '../os/os.js';
import { ControlFile } from '../recovery/control-file.js';
import { CheckpointFlag, openRecovery, type Recovery } from '../recovery/recovery.js';
import type { CheckpointDemand, Engine } from '../sql/engine.js';
import { openStorage } from '../storage/storage.js';
import { Wal } from '../wal/wal.js';
import { backendType } from './process-table.js';

/** One process's engine, with what only server processes and single users need of it. */
export interface Instance extends Engine {
  readonly recovery: Recovery;
}

export interface InstanceParts {
  readonly os: Os;
  readonly memory: Memory;
  readonly settings: Settings;
  readonly interrupts: Interrupts;
  readonly dataDirectory: string;
  readonly serverStart: number;
  readonly notice: (notice: Notice) => void;
  readonly reloadConfiguration: () => boolean;
  /** Without a postmaster: see TransactionIds.isSingleUser. */
  readonly isSingleUser?: boolean;
  /** Called when an asynchronous commit waits for the WAL writer. */
  readonly onAsyncCommit?: () => void;
  /** Called when ids run out: the oldest database must be vacuumed. */
  readonly onVacuumNeeded?: () => void;
}

/** The memory and interrupts an instance is made with. */
export function attachMemory(
  os: Os,
  shared: SharedMemory,
  sizes: MemorySizes,
  slot: number,
): { memory: Memory; interrupts: Interrupts } {
  const memory = openMemory(os, shared, sizes, slot);
  return { memory, interrupts: new Interrupts(memory.slots, () => os.clock.monotonic()) };
}

/** Puts the layers together, bottom up. Reads pg_control when no process has yet. */
export function assembleEngine(parts: InstanceParts): Instance {
  const { os, memory, settings, interrupts, dataDirectory } = parts;
  const ctx: EngineContext = { os, memory, settings, interrupts, dataDirectory };
  const controlFile = new ControlFile(ctx);
  const { segmentBytes, systemIdentifier } = controlFile.read();
  const wal = new Wal(ctx, { segmentBytes, systemIdentifier });
  if (parts.onAsyncCommit) wal.onAsyncCommit = parts.onAsyncCommit;
  const storage = openStorage(ctx, wal);
  storage.buffers.onDamagedPage = parts.notice;
  const access = openAccess(ctx, wal, storage);
  access.ids.isSingleUser = parts.isSingleUser ?? false;
  access.ids.onWarning = parts.notice;
  if (parts.onVacuumNeeded) access.ids.onVacuumNeeded = parts.onVacuumNeeded;
  const recovery = openRecovery(ctx, { wal, storage, access }, parts.notice);
  wal.onSegmentFilled = () => recovery.requests.wakeCheckpointer(); // which looks whether one is due by volume
  return {
    os,
    memory,
    settings,
    interrupts,
    dataDirectory,
    wal,
    storage,
    access,
    recovery,
    serverStart: parts.serverStart,
    backendType,
    reloadConfiguration: parts.reloadConfiguration,
    controlFile: () => controlFile.read(),
    requestCheckpoint: (demand) => recovery.requestCheckpoint(flagsOf(demand)),
  };
}

function flagsOf({ immediate, force, wait }: CheckpointDemand): number {
  return (
    (immediate ? CheckpointFlag.immediate : 0) | (force ? CheckpointFlag.force : 0) | (wait ? CheckpointFlag.wait : 0)
  );
}
