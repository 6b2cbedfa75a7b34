import { panic } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { WalRecord } from '../wal/record.js';
import { btreeResourceManager } from './btree/btree-rmgr.js';
import { databaseResourceManager } from './databases/database-rmgr.js';
import { heap2ResourceManager } from './heap/heap2-rmgr.js';
import { heapResourceManager } from './heap/heap-rmgr.js';
import type { ResourceManager } from './resource-manager.js';
import { commitLogResourceManager } from './transactions/commit-log-rmgr.js';
import { storageResourceManager } from './transactions/storage-rmgr.js';
import { transactionResourceManager } from './transactions/transaction-rmgr.js';

/**
 * Every resource manager: who writes records of its id, replays and describes them (access/rmgrlist.h).
 *
 * Id 0, the log's own records (checkpoints and images), belongs to recovery, which adds its row with `resourceManagers`.
 */
export const accessResourceManagers: readonly ResourceManager[] = [
  transactionResourceManager, // 1   commit, abort
  storageResourceManager, //     2   files made and truncated
  commitLogResourceManager, //   3   commit-log pages
  databaseResourceManager, //    4   databases made and dropped
  heap2ResourceManager, //       9   pruning, many rows at once
  heapResourceManager, //       10   row changes
  btreeResourceManager, //      11   indexes
];

export type { ResourceManager } from './resource-manager.js';
export type ResourceManagers = ReadonlyMap<number, ResourceManager>;

export function resourceManagers(...more: ResourceManager[]): ResourceManagers {
  return new Map([...accessResourceManagers, ...more].map((row) => [row.id, row]));
}

/** The row that replays a record. PANIC when there is none: skipping a record would lose changes. */
export function resourceManagerOf(table: ResourceManagers, record: WalRecord): ResourceManager {
  const row = table.get(record.rmgr);
  if (!row) throw panic(SqlState.internalError, `resource manager with ID ${record.rmgr} not registered`);
  return row;
}
