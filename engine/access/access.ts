import type { EngineContext } from '../memory/context.js';
import type { Storage } from '../storage/storage.js';
import type { Wal } from '../wal/wal.js';
import { BTree } from './btree/btree.js';
import { Databases } from './databases/databases.js';
import { Heap } from './heap/heap.js';
import { hintLogger } from './hint-images.js';
import { RedoContext } from './redo-buffers.js';
import { accessResourceManagers, type ResourceManager } from './rmgr-table.js';
import { Statistics } from './statistics/statistics.js';
import { CommitLog } from './transactions/commit-log.js';
import { ProcessArray } from './transactions/process-array.js';
import { SubtransactionLog } from './transactions/subtransaction-log.js';
import { TransactionIds } from './transactions/transaction-ids.js';
import { Transactions } from './transactions/transactions.js';
import { TwoPhase } from './two-phase/two-phase.js';
import { TwoPhaseRecovery } from './two-phase/two-phase-recovery.js';
import type { VacuumOutcome, VacuumRequest } from './vacuum/vacuum-request.js';
import { vacuumTable } from './vacuum/vacuum-table.js';
import { VisibilityMap } from './visibility-map/visibility-map.js';

/** One process's handle on transactions, tables and indexes. */
export interface Access {
  readonly commitLog: CommitLog;
  readonly subtransactions: SubtransactionLog;
  readonly ids: TransactionIds;
  readonly processes: ProcessArray;
  readonly transactions: Transactions;
  readonly twoPhase: TwoPhase;
  readonly twoPhaseRecovery: TwoPhaseRecovery;
  readonly heap: Heap;
  readonly databases: Databases;
  readonly statistics: Statistics;
  readonly btree: BTree;
  readonly visibilityMap: VisibilityMap;
  /** Vacuums one table, in a transaction of the caller's; see VacuumRequest. */
  readonly vacuum: (request: VacuumRequest) => VacuumOutcome;
  /** All resource managers but the log's own, which recovery adds. */
  readonly rmgrs: readonly ResourceManager[];
  /** What redo works with. */
  readonly redo: RedoContext;
}

export function openAccess(context: EngineContext, wal: Wal, storage: Storage): Access {
  const subtransactions = new SubtransactionLog(context, wal);
  const commitLog = new CommitLog(context, wal, subtransactions);
  const ids = new TransactionIds(context, wal, commitLog, subtransactions);
  const processes = new ProcessArray(context, ids, commitLog, subtransactions);
  const transactions = new Transactions(context, wal, storage, commitLog, ids, processes, subtransactions);
  const statistics = new Statistics(context, storage);
  transactions.observer = statistics;
  const parts = { context, wal, storage, commitLog, processes, transactions };
  const twoPhase = new TwoPhase(parts);
  const twoPhaseRecovery = new TwoPhaseRecovery({ ...parts, twoPhase, ids, subtransactions });
  const visibilityMap = new VisibilityMap(storage);
  const heapParts = { context, wal, storage, transactions, statistics, visibilityMap };
  const heap = new Heap(heapParts);
  storage.buffers.setHintLogger(hintLogger(wal));
  return {
    commitLog,
    subtransactions,
    ids,
    processes,
    transactions,
    twoPhase,
    twoPhaseRecovery,
    heap,
    btree: new BTree({ context, wal, storage, transactions, ids, heap }),
    databases: new Databases({ context, wal, storage, transactions }),
    statistics,
    visibilityMap,
    vacuum: (request) => vacuumTable({ ...heapParts, heap }, request),
    rmgrs: accessResourceManagers,
    redo: new RedoContext(context, storage, commitLog, ids, twoPhaseRecovery),
  };
}
