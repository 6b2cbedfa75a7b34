import type { CycleConfig } from '../runner/cycle-config.js';

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

/** A number from 1 to `most` that the cycle's seed decides. */
export function pick(config: CycleConfig, most: number, salt = 0): number {
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
