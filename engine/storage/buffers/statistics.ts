import { lwLockIds } from '../../memory/lwlock-table.js';
import type { LwLocks } from '../../memory/lwlock.js';
import { STATISTICS_AT, type Descriptors } from './descriptors.js';

const COUNTERS = ['hits', 'reads', 'written', 'extended'] as const;
export type BufferCounts = Record<(typeof COUNTERS)[number], number>;

function zeroCounts(): BufferCounts {
  return { hits: 0, reads: 0, written: 0, extended: 0 };
}

/**
 * Pages found, read, written and added. Counted privately, for a shared counter would cost a hit as much as the hit
 * itself; added to the cluster's counts by `publish`.
 */
export class BufferStatistics {
  /** Of this process, since it began. */
  readonly own = zeroCounts();
  private published = zeroCounts();

  constructor(
    private readonly descriptors: Descriptors,
    private readonly lwlocks: LwLocks,
  ) {}

  /** Adds what happened since the last time to the shared counters; to be called at the end of a transaction. */
  publish(): void {
    const { f64 } = this.descriptors.area;
    this.lwlocks.with(lwLockIds.Statistics, 'exclusive', () => {
      COUNTERS.forEach((name, index) => (f64[STATISTICS_AT + index] += this.own[name] - this.published[name]));
    });
    this.published = { ...this.own };
  }

  /** Of all processes, as far as published. */
  shared(): BufferCounts {
    const { f64 } = this.descriptors.area;
    return this.lwlocks.with(lwLockIds.Statistics, 'shared', () => {
      const counts = zeroCounts();
      COUNTERS.forEach((name, index) => (counts[name] = f64[STATISTICS_AT + index]));
      return counts;
    });
  }
}
