import type { CycleConfig } from '../runner/cycle-config.js';
import { drawPowerConfig } from '../runner/power/draw-power-config.js';
import type { PowerConfig } from '../runner/power/power-config.js';

/** Narrows a drawn cycle: one round, these faults, and whatever else is given. */
export function withFaults(
  config: CycleConfig,
  faults: readonly string[],
  change: Partial<CycleConfig> = {},
): CycleConfig {
  return { ...config, rounds: [{ faults }], recoverTwice: false, ...change };
}

export function clients(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A number from 1 to `most` that the run's seed decides. */
export function pick(config: Pick<CycleConfig, 'seed'>, most: number, salt = 0): number {
  return 1 + ((Math.floor(config.seed / 7) + salt * 7919) % most);
}

/** One client that only inserts, with synchronous commits and no checkpoints: two runs write the same log. */
export function quietLog(config: CycleConfig): Partial<CycleConfig> {
  return {
    workload: 'inserts',
    clients: [1],
    asyncShare: 0,
    rollbackShare: 0,
    readingsEvery: 0,
    checkpointEveryMs: 0,
    statementMode: 'batch',
    settings: { ...config.settings, bgwriter_lru_maxpages: 0 },
  };
}

/** A simulated run in which checkpoints come often, and pages leave the buffers between them. */
export function oftenCheckpointed(config: PowerConfig): PowerConfig {
  return { ...config, turns: { ...config.turns, checkpointer: 20 } };
}

/** A simulated run that writes more than a segment of log, with few checkpoints between. */
export function muchLog(config: PowerConfig): PowerConfig {
  return {
    ...config,
    workload: 'inserts',
    clients: clients(3),
    transactionsPerClient: 150,
    walSegmentMegabytes: 1,
    turns: { ...config.turns, checkpointer: Math.min(config.turns.checkpointer, 2), restart: 0 },
    settings: { ...config.settings, min_wal_size: '2MB', max_wal_size: '2MB' },
  };
}

/**
 * A simulated run whose log goes on in recycled segments, in pages that are written whole and long before they are
 * synced; few other pages change, so that the writes on their way are the log's. Its records are short: many begin where
 * a write is torn.
 */
export function recycledLog(config: PowerConfig): PowerConfig {
  return {
    ...config,
    workload: 'counters',
    clients: clients(2),
    transactionsPerClient: 6000,
    asyncShare: 1,
    statementMode: 'batch',
    walSegmentMegabytes: 1,
    turns: { checkpointer: 2, bgwriter: 0, walwriter: 0, restart: 0 },
    settings: { ...config.settings, shared_buffers: 128, wal_buffers: 8, min_wal_size: '2MB', max_wal_size: '2MB' },
  };
}

/** A simulated run in which databases come and go. */
export function withDatabases(config: PowerConfig): PowerConfig {
  return { ...config, workload: 'databases', clients: clients(2), transactionsPerClient: 12 };
}

/** A simulated run of tables that are vacuumed. */
export function vacuumed(config: PowerConfig): PowerConfig {
  return { ...config, workload: 'vacuum', clients: clients(2), transactionsPerClient: 50 };
}

/** A simulated run whose transaction ids come to their limits and past 2^32. */
export function wrapping(config: PowerConfig): PowerConfig {
  const { settings, firstXid, jumps } = drawPowerConfig(config.seed, ['wraparound']);
  return {
    ...config,
    workload: 'wraparound',
    clients: clients(2),
    transactionsPerClient: 50,
    settings,
    firstXid,
    jumps,
  };
}

/** A simulated run of indexes that grow, shrink, and are made while others write. */
export function indexed(config: PowerConfig): PowerConfig {
  return oftenCheckpointed({ ...config, workload: 'index', clients: clients(2), transactionsPerClient: 50 });
}

/** A simulated run of prepared transactions that outlive checkpoints. */
export function prepared(config: PowerConfig): PowerConfig {
  const focused = { ...config, workload: 'two-phase', clients: clients(2), transactionsPerClient: 50 };
  return oftenCheckpointed({ ...focused, settings: { ...config.settings, max_prepared_transactions: 10 } });
}

/** A simulated run of tables that are filled where nothing of that is logged. */
export function bulkLoaded(config: PowerConfig): PowerConfig {
  const settings = { ...config.settings, wal_level: 'minimal', max_wal_senders: 0, wal_skip_threshold: 0 };
  return { ...config, workload: 'bulk', clients: clients(2), transactionsPerClient: 25, settings };
}
