import type { EngineContext } from '../memory/context.js';
import type { WriteAheadLog } from './buffers/buffer-io.js';
import { BufferManager } from './buffers/buffer-manager.js';
import { DatabaseFiles } from './database-files.js';
import { FreeSpaceMap } from './free-space-map/free-space-map.js';
import { LockManager } from './locks/lock-manager.js';
import { RelationFiles } from './relation-files.js';
import { Resources } from './resources.js';
import { SyncRequests } from './sync.js';

/** One process's handle on the cluster's data: relation files, the pages of them in memory, and the locks on them. */
export interface Storage {
  readonly files: RelationFiles;
  readonly databases: DatabaseFiles;
  readonly sync: SyncRequests;
  readonly buffers: BufferManager;
  readonly freeSpace: FreeSpaceMap;
  readonly locks: LockManager;
  /** Who holds the pins and locks to come. */
  readonly resources: Resources;
}

export function openStorage(context: EngineContext, wal: WriteAheadLog): Storage {
  const sync = new SyncRequests(context);
  const files = new RelationFiles(context, sync);
  const resources = new Resources();
  const buffers = new BufferManager(context, wal, files, resources);
  return {
    files,
    databases: new DatabaseFiles(context),
    sync,
    buffers,
    freeSpace: new FreeSpaceMap(files, buffers),
    locks: new LockManager(context, resources),
    resources,
  };
}
