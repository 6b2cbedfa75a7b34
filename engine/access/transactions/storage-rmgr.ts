import { setU32, u32 } from '../../base/bytes.js';
import { Fork, readRelFile, writeRelFile, type RelFile } from '../../base/block.js';
import { Rmgr, RMGR_INFO_MASK } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import type { Wal } from '../../wal/wal.js';
import { relationPath } from '../../storage/relation-paths.js';
import type { Storage } from '../../storage/storage.js';
import type { RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { SPECIAL_RELATION_UPDATE } from './commit-record.js';

/**
 * Records about whole files (catalog/storage_xlog.h).
 *
 *   create     file:(tablespace, database, relation) fork:i32
 *   truncate   blocks:u32 file flags:u32 (1 main, 2 visibility map, 4 free-space map)
 */
const StorageInfo = { create: 0x10, truncate: 0x20 } as const;
const TruncateFlag = { main: 1, visibilityMap: 2, freeSpaceMap: 4, all: 7 } as const;

export function logCreate(wal: Pick<Wal, 'insert'>, file: RelFile, fork: Fork): void {
  const data = Buffer.alloc(16);
  writeRelFile(data, 0, file);
  data.writeInt32LE(fork, 12);
  wal.insert({ rmgr: Rmgr.storage, info: StorageInfo.create | SPECIAL_RELATION_UPDATE, data: [data] });
}

/** Returns the record's end: the file may be cut only when that is flushed. */
export function logTruncate(wal: Pick<Wal, 'insert'>, file: RelFile, blocks: number): ReturnType<Wal['insert']> {
  const data = Buffer.alloc(20);
  setU32(data, 0, blocks);
  writeRelFile(data, 4, file);
  setU32(data, 16, TruncateFlag.all);
  return wal.insert({ rmgr: Rmgr.storage, info: StorageInfo.truncate | SPECIAL_RELATION_UPDATE, data: [data] });
}

export const storageResourceManager: ResourceManager = {
  id: Rmgr.storage,
  name: 'Storage',

  redo(record, redo) {
    switch (record.info & RMGR_INFO_MASK) {
      case StorageInfo.create:
        redo.storage.files.create(readRelFile(record.data, 0), record.data.readInt32LE(12) as Fork, { redo: true });
        break;
      case StorageInfo.truncate:
        redoTruncate(record, redo);
        break;
      default:
        throw unknownOperation('storage', record);
    }
  },

  describe({ info, data }) {
    if ((info & RMGR_INFO_MASK) === StorageInfo.create) {
      return `CREATE ${relationPath(readRelFile(data, 0), data.readInt32LE(12) as Fork)}`;
    }
    const path = relationPath(readRelFile(data, 4), Fork.main);
    return `TRUNCATE ${path} to ${u32(data, 0)} blocks flags ${u32(data, 16)}`;
  },
};

/** The pages behind the end first, so that none of them is written afterwards. */
function cutFork({ buffers, files }: Storage, file: RelFile, fork: Fork, blocks: number): void {
  buffers.dropRelationFrom(file, fork, blocks);
  files.truncate(file, fork, blocks);
}

/** The file may not exist: dropped later, and the drop already done. */
function redoTruncate({ data }: WalRecord, { storage, invalidPages, knownSizes, visibilityMap }: RedoContext): void {
  const blocks = u32(data, 0);
  const file = readRelFile(data, 4);
  const flags = u32(data, 16);
  storage.files.create(file, Fork.main, { redo: true });
  if (flags & TruncateFlag.main) cutFork(storage, file, Fork.main, blocks);
  if (flags & TruncateFlag.visibilityMap) {
    const mapBlocks = visibilityMap.prepareTruncation(file, blocks);
    if (mapBlocks !== undefined) cutFork(storage, file, Fork.visibilityMap, mapBlocks);
  }
  if (flags & TruncateFlag.freeSpaceMap) {
    const mapBlocks = storage.freeSpace.prepareTruncate(file, blocks);
    if (mapBlocks !== undefined) cutFork(storage, file, Fork.freeSpaceMap, mapBlocks);
    storage.freeSpace.vacuum(file, blocks);
  }
  knownSizes.forget();
  invalidPages.forget(file, Fork.main, blocks);
}
