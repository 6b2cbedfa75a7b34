/**
 * Every LWLock: the individual ones by name, then the arrays. PostgreSQL's storage/lwlocknames.txt and its tranches.
 *
 * Lock order, outermost first: WrapLimitsVacuum, TwoPhaseState, LockManager partitions, BufferContent, XactTruncation, ProcArray, XidGen,
 * OidGen, CommitLog, SubtransactionLog, WalInsert, WalWrite, WalSegments, BufferMapping. A process never waits for a lock that
 * stands before one it holds, save where a conditional acquire is used.
 */
const individual = [
  'XidGen',
  'OidGen',
  'ProcArray',
  'WalWrite',
  'WalBufMapping',
  'ControlFile',
  'Checkpoint',
  'CommitLog',
  'SyncQueue',
  'RelationExtension',
  'RelationSizes',
  'CatalogChanges',
  'Statistics',
  'BufferStrategy',
  'LockTableGrowth',
  'WalInsertPosition',
  'WalSegments',
  'XactTruncation',
  'WrapLimitsVacuum',
  'BtreeVacuum',
  'SubtransactionLog',
  'Autovacuum',
  'TwoPhaseState',
] as const;
export type LwLockName = (typeof individual)[number];

export const BUFFER_MAPPING_PARTITIONS = 32;
export const WAL_INSERT_LOCKS = 8;

export type LwLockId = number & { readonly lwLock?: true };

export const lwLockIds = Object.fromEntries(individual.map((name, id) => [name, id])) as Record<LwLockName, LwLockId>;

const WAL_INSERT_FIRST = 32;
const LOCK_MANAGER_FIRST = 64;
const BUFFER_MAPPING_FIRST = 128;
const BUFFER_CONTENT_FIRST = 256;

export const lwLockArrays = {
  walInsert: (n: number): LwLockId => WAL_INSERT_FIRST + n,
  /** One for the whole table of heavyweight locks. */
  lockManager: (): LwLockId => LOCK_MANAGER_FIRST,
  bufferMapping: (partition: number): LwLockId => BUFFER_MAPPING_FIRST + partition,
  bufferContent: (buffer: number): LwLockId => BUFFER_CONTENT_FIRST + 2 * buffer,
  bufferIo: (buffer: number): LwLockId => BUFFER_CONTENT_FIRST + 2 * buffer + 1,
};

/** The lock's name as a wait event. */
export function lwLockName(id: LwLockId): string {
  if (id >= BUFFER_CONTENT_FIRST) return (id - BUFFER_CONTENT_FIRST) % 2 === 0 ? 'BufferContent' : 'BufferIO';
  if (id >= BUFFER_MAPPING_FIRST) return 'BufferMapping';
  if (id >= LOCK_MANAGER_FIRST) return 'LockManager';
  if (id >= WAL_INSERT_FIRST) return 'WALInsert';
  return individual[id];
}
