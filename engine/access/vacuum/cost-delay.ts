import type { EngineContext } from '../../memory/context.js';
import type { BufferCounts } from '../../storage/buffers/statistics.js';

/** The settings vacuum_cost_*, or autovacuum's. */
export interface VacuumCosts {
  /** 0: never sleep. */
  readonly delayMs: number;
  readonly limit: number;
  readonly pageHit: number;
  readonly pageMiss: number;
  readonly pageDirty: number;
}

/** A sleep is at most so many times the delay. */
const LONGEST = 4;

/**
 * Sleeps when enough work has been done, so that others get at the disk (commands/vacuum.c vacuum_delay_point). Called
 * where interrupts may be looked at: with no page locked.
 */
export class CostDelay {
  private paidFor: BufferCounts;
  private isStopped = false;

  constructor(
    private readonly context: EngineContext,
    /** This process's, which go on counting. */
    private readonly counts: BufferCounts,
    /** Asked at each sleep: workers share a limit, and settings change. */
    private readonly costs: () => VacuumCosts,
  ) {
    this.paidFor = { ...counts };
  }

  point(): void {
    const { interrupts, memory } = this.context;
    interrupts.check();
    const sleepMs = this.dueMs();
    if (sleepMs === 0) return;
    this.paidFor = { ...this.counts };
    memory.slots.waiting('Timeout', 'VacuumDelay', () => memory.latches.waitSync(sleepMs));
    interrupts.check();
  }

  /** From now on there is no time to lose. */
  stop(): void {
    this.isStopped = true;
  }

  private dueMs(): number {
    const { delayMs, limit, pageHit, pageMiss, pageDirty } = this.costs();
    if (delayMs <= 0 || this.isStopped) return 0;
    const { counts, paidFor } = this;
    const balance =
      (counts.hits - paidFor.hits) * pageHit +
      (counts.reads - paidFor.reads) * pageMiss +
      (counts.dirtied - paidFor.dirtied) * pageDirty;
    return balance < limit ? 0 : Math.min(LONGEST * delayMs, (delayMs * balance) / limit);
  }
}
