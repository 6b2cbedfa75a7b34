import type { EngineContext } from '../memory/context.js';
import type { WriteAheadLog } from './buffers/buffer-io.js';
import { BufferManager } from './buffers/buffer-manager.js';
import { FreeSpaceMap } from './free-space-map/free-space-map.js';
import { LockManager } from './locks/lock-manager.js';
import { RelationFiles } from './relation-files.js';
import { SyncRequests } from './sync.js';

/** One process's handle on the cluster's data: relation files, the pages of them in memory, and the locks on them. */
export interface Storage {
  readonly files: RelationFiles;
  readonly sync: SyncRequests;
  readonly buffers: BufferManager;
  readonly freeSpace: FreeSpaceMap;
  readonly locks: LockManager;
}

export function openStorage(context: EngineContext, wal: WriteAheadLog): Storage {
  const sync = new SyncRequests(context);
  const files = new RelationFiles(context, sync);
  const buffers = new BufferManager(context, wal, files);
  return { files, sync, buffers, freeSpace: new FreeSpaceMap(files, buffers), locks: new LockManager(context) };
}
