import { BLOCK_BYTES } from '../base/block.js';
import type { Settings } from '../base/settings/settings.js';

/**
 * Every area of shared memory: who owns it and how large it is. No shared byte exists outside this table.
 *
 * An owner lays out its own area (word offsets live in the owner's file) and is the only one to touch it.
 */
export interface MemorySizes {
  /** Shared buffers, pages. */
  readonly buffers: number;
  /** WAL buffers, pages. */
  readonly walPages: number;
  /** Process slots: backends (connected or pooled) first, then AUXILIARY_SLOTS fixed ones. */
  readonly processSlots: number;
  /** Entries of the heavyweight lock table. */
  readonly locks: number;
  /** Pages of the commit log in memory. */
  readonly commitLogPages: number;
  /** Tables, indexes and databases that statistics are kept of. */
  readonly statisticsEntries: number;
  /** Pages in memory of the log that names each subtransaction's parent. */
  readonly subtransactionLogPages: number;
  /** Transactions that may be prepared for a two-phase commit at a time: each has an entry behind the process slots. */
  readonly preparedTransactions: number;
}

/** Slots behind the backends' for all other processes. */
export const AUXILIARY_SLOTS = 20;
export const SYNC_QUEUE_ENTRIES = 4096;
export const STATISTICS_ENTRY_BYTES = 256;
export const PREPARED_ENTRY_BYTES = 512;
/** How many of its subtransactions a process shows the others; with more, it says so (PGPROC_MAX_CACHED_SUBXIDS). */
export const CACHED_SUBTRANSACTIONS = 64;

export function memorySizes(settings: Settings): MemorySizes {
  const backends = settings.get('max_connections') + settings.get('backend_pool_size');
  const buffers = settings.get('shared_buffers');
  const preparedTransactions = settings.get('max_prepared_transactions');
  return {
    buffers,
    walPages: settings.get('wal_buffers'),
    processSlots: backends + AUXILIARY_SLOTS,
    locks: settings.get('max_locks_per_transaction') * (backends + AUXILIARY_SLOTS + preparedTransactions),
    commitLogPages: Math.min(128, Math.max(4, Math.floor(buffers / 512))),
    statisticsEntries: Math.min(16384, Math.max(512, buffers)),
    subtransactionLogPages: 32,
    preparedTransactions,
  };
}

interface AreaDefinition {
  readonly owner: string;
  readonly bytes: (sizes: MemorySizes) => number;
}

/** Entries of the process array: the processes', then those of prepared transactions. */
function processEntries({ processSlots, preparedTransactions }: MemorySizes): number {
  return processSlots + preparedTransactions;
}

/** The smallest power of two that is at least twice `entries`: a hash table half full at most. */
export function hashSlots(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, entries * 2)));
}

export const areaTable = {
  lwlocks: { owner: 'memory/lwlock', bytes: (s) => 4 * (256 + 2 * s.buffers) },
  processes: { owner: 'memory/process-slots', bytes: (s) => 128 * processEntries(s) },
  'running-subtransactions': {
    owner: 'memory/process-slots',
    bytes: (s) => 4 * CACHED_SUBTRANSACTIONS * processEntries(s),
  },
  activity: { owner: 'memory/activity', bytes: (s) => 2048 * s.processSlots },
  settings: { owner: 'processes', bytes: () => 65536 },
  'cluster-state': { owner: 'processes', bytes: () => 4096 },
  'wal-control': { owner: 'wal', bytes: (s) => 4096 + 16 * s.walPages },
  'wal-pages': { owner: 'wal', bytes: (s) => BLOCK_BYTES * s.walPages },
  'buffer-descriptors': { owner: 'storage/buffers', bytes: (s) => 4096 + 64 * s.buffers },
  'buffer-table': { owner: 'storage/buffers', bytes: (s) => 8 * hashSlots(s.buffers) },
  'buffer-pages': { owner: 'storage/buffers', bytes: (s) => BLOCK_BYTES * s.buffers },
  'sync-queue': { owner: 'storage/sync', bytes: () => 4096 + 32 * SYNC_QUEUE_ENTRIES },
  'relation-sizes': { owner: 'storage/relation-files', bytes: () => 65536 },
  locks: {
    owner: 'storage/locks',
    bytes: (s) => 4096 + 64 * hashSlots(s.locks) + 64 * 4 * s.locks + 256 * processEntries(s),
  },
  'transaction-ids': { owner: 'access/transactions', bytes: () => 4096 },
  'commit-log': { owner: 'access/transactions', bytes: (s) => 4096 + (64 + 2 * BLOCK_BYTES) * s.commitLogPages },
  'btree-vacuums': { owner: 'access/btree', bytes: (s) => 64 + 16 * s.processSlots },
  'prepared-transactions': {
    owner: 'access/two-phase',
    bytes: (s) => PREPARED_ENTRY_BYTES * s.preparedTransactions,
  },
  'subtransaction-log': {
    owner: 'access/transactions',
    bytes: (s) => 4096 + (64 + BLOCK_BYTES) * s.subtransactionLogPages,
  },
  autovacuum: { owner: 'processes', bytes: () => 4096 },
  'catalog-changes': { owner: 'sql/catalog', bytes: () => 4096 },
  checkpoints: { owner: 'recovery', bytes: () => 4096 },
  statistics: { owner: 'memory', bytes: () => 65536 },
  'object-statistics': {
    owner: 'access/statistics',
    bytes: (s) => 4096 + 4 * hashSlots(s.statisticsEntries) + STATISTICS_ENTRY_BYTES * s.statisticsEntries,
  },
} as const satisfies Record<string, AreaDefinition>;

export type AreaName = keyof typeof areaTable;
