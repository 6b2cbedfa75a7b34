import type { ServerProcess } from './server-process.js';

/**
 * Every process of a server. No process exists outside this table.
 *
 *   postmaster ─┬─ startup              once at each start and after each crash
 *               ├─ checkpointer         ┐
 *               ├─ background writer    ├ one of each, while the cluster is up
 *               ├─ walwriter            ┘
 *               ├─ autovacuum launcher  while autovacuum is on, or when ids run out
 *               ├─ autovacuum worker... at the launcher's request
 *               └─ backend ...          a few waiting in the pool, and one per client
 *
 * `crash` is what an end other than exit code 0 (backends and autovacuum workers: 0 or 1) means. `reset`: shared memory is suspect; the
 * postmaster ends every process, zeroes the memory and recovers from WAL.
 */
export interface ProcessDefinition {
  /** As in pg_stat_activity.backend_type, and in the process title after `postgres: <cluster_name>: `. */
  readonly title: string;
  readonly startedBy: 'user' | 'postmaster';
  readonly starts: string;
  readonly crash: 'server down' | 'reset';
  /** Its slot among the auxiliary ones at the end of the process array; backends have the slots before. */
  readonly auxiliarySlot?: number;
  /** How many slots from there on, when there may be several. */
  readonly places?: number;
  /** Whether the postmaster hands it connections. */
  readonly takesConnections?: boolean;
  /** Loads the code and returns the loop. The postmaster's is started by main.ts itself. */
  readonly load: () => Promise<(process: ServerProcess) => Promise<void>>;
}

export const processTable = {
  postmaster: {
    title: 'postmaster',
    startedBy: 'user',
    starts: 'from the command line',
    crash: 'server down',
    load: () => Promise.reject(new Error('the postmaster is nobody’s child')),
  },
  startup: {
    title: 'startup',
    startedBy: 'postmaster',
    starts: 'first; ends when the cluster is consistent',
    crash: 'reset',
    auxiliarySlot: 0,
    load: async () => (await import('./startup.js')).runStartup,
  },
  checkpointer: {
    title: 'checkpointer',
    startedBy: 'postmaster',
    starts: 'when the cluster is up',
    crash: 'reset',
    auxiliarySlot: 1,
    load: async () => (await import('./checkpointer.js')).runCheckpointer,
  },
  bgwriter: {
    title: 'background writer',
    startedBy: 'postmaster',
    starts: 'when the cluster is up',
    crash: 'reset',
    auxiliarySlot: 2,
    load: async () => (await import('./background-writer.js')).runBackgroundWriter,
  },
  walwriter: {
    title: 'walwriter',
    startedBy: 'postmaster',
    starts: 'when the cluster is up',
    crash: 'reset',
    auxiliarySlot: 3,
    load: async () => (await import('./wal-writer.js')).runWalWriter,
  },
  autovaclauncher: {
    title: 'autovacuum launcher',
    startedBy: 'postmaster',
    starts: 'after all others, when autovacuum is on; or when ids run out',
    crash: 'reset',
    auxiliarySlot: 4,
    load: async () => (await import('./autovacuum-launcher.js')).runAutovacuumLauncher,
  },
  autovacworker: {
    title: 'autovacuum worker',
    startedBy: 'postmaster',
    starts: 'when the launcher asks for it',
    crash: 'reset',
    auxiliarySlot: 5,
    places: 10,
    load: async () => (await import('./autovacuum-worker.js')).runAutovacuumWorker,
  },
  backend: {
    title: 'client backend',
    startedBy: 'postmaster',
    starts: 'ahead of need, into the pool',
    crash: 'reset',
    takesConnections: true,
    load: async () => (await import('./backend.js')).runBackend,
  },
} as const satisfies Record<string, ProcessDefinition>;

export type ProcessType = keyof typeof processTable;

export const processTypes = Object.keys(processTable) as ProcessType[];

export function processDefinition(type: ProcessType): ProcessDefinition {
  return processTable[type];
}

/** The number that stands for a type in the process array; 0 is an empty slot. */
export function processTypeNumber(type: ProcessType): number {
  return processTypes.indexOf(type) + 1;
}

/** pg_stat_activity.backend_type of a slot's process. */
export function backendType(processType: number): string {
  const type = processTypes[processType - 1];
  return type ? processTable[type].title : 'unknown';
}

/** `postgres: crashwright: checkpointer`. */
export function processTitle(clusterName: string, what: string): string {
  return clusterName === '' ? `postgres: ${what}` : `postgres: ${clusterName}: ${what}`;
}
