import { parseFault } from '../faults/parse.js';
import type { CycleConfig } from './cycle-config.js';

/** Scheduling on a loaded machine may delay the WAL writer by this much beyond its promise. */
const SLACK_MS = 1500;
const DEFAULT_DELAY_MS = 200;

/**
 * Longest time an asynchronous commit may stay unflushed in a round: PostgreSQL promises three times wal_writer_delay.
 * Where the plan itself holds processes up, as long again.
 */
export function asyncBoundMs({ settings, rounds }: Pick<CycleConfig, 'settings' | 'rounds'>, round: number): number {
  const stalledMs = rounds[round].faults
    .map(parseFault)
    .reduce((sum, fault) => sum + (fault.kind === 'stall' ? fault.milliseconds : 0), 0);
  return 3 * Number(settings.wal_writer_delay ?? DEFAULT_DELAY_MS) + SLACK_MS + stalledMs;
}
