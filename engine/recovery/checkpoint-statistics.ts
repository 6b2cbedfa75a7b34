import type { Area } from '../memory/arena.js';
import type { EngineContext } from '../memory/context.js';
import { STATISTICS_DOUBLE } from './shared-state.js';

/** Counters of pg_stat_bgwriter that checkpoints move; times in milliseconds. */
export interface CheckpointCounters {
  readonly timed: number;
  readonly requested: number;
  readonly writeTimeMs: number;
  readonly syncTimeMs: number;
  readonly buffersWritten: number;
}

const FIELDS = ['timed', 'requested', 'writeTimeMs', 'syncTimeMs', 'buffersWritten'] as const;

/** Shared, written by one process at a time: whoever performs the checkpoint. */
export class CheckpointStatistics {
  private readonly area: Area;

  constructor(ctx: EngineContext) {
    this.area = ctx.memory.arena.area('checkpoints');
  }

  add(change: Partial<CheckpointCounters>): void {
    FIELDS.forEach((field, index) => (this.area.f64[STATISTICS_DOUBLE + index] += change[field] ?? 0));
  }

  read(): CheckpointCounters {
    const entries = FIELDS.map((field, index) => [field, this.area.f64[STATISTICS_DOUBLE + index]]);
    return Object.fromEntries(entries) as CheckpointCounters;
  }
}
