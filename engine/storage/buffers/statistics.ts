import type { RelFile } from '../../base/block.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { LwLocks } from '../../memory/lwlock.js';
import { STATISTICS_AT, type Descriptors } from './descriptors.js';

const COUNTERS = ['hits', 'reads', 'written', 'extended', 'dirtied'] as const;
export type BufferCounts = Record<(typeof COUNTERS)[number], number>;

/** Of one relation's pages, all forks. */
export interface FileCounts {
  readonly file: RelFile;
  hits: number;
  reads: number;
}

const DATABASE_SPAN = 0x1_0000_0000;

function zeroCounts(): BufferCounts {
  return { hits: 0, reads: 0, written: 0, extended: 0, dirtied: 0 };
}

/**
 * Pages found, read, written and added. Counted privately, for a shared counter would cost a hit as much as the hit
 * itself; added to the cluster's counts by `publish`.
 */
export class BufferStatistics {
  /** Of this process, since it began. */
  readonly own = zeroCounts();
  private published = zeroCounts();
  private byFile = new Map<number, FileCounts>();
  private last: FileCounts = { file: { tablespace: 0, database: 0, relation: 0 }, hits: 0, reads: 0 };
  private previous = this.last;

  constructor(
    private readonly descriptors: Descriptors,
    private readonly lwlocks: LwLocks,
  ) {}

  countHit(file: RelFile): void {
    this.own.hits++;
    this.of(file).hits++;
  }

  countRead(file: RelFile): void {
    this.own.reads++;
    this.of(file).reads++;
  }

  /** What was counted of each file since the last time. */
  takeByFile(): FileCounts[] {
    const taken: FileCounts[] = [];
    for (const counts of this.byFile.values()) {
      if (counts.hits + counts.reads === 0) continue;
      taken.push({ ...counts });
      counts.hits = counts.reads = 0;
    }
    return taken;
  }

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

  /** Mostly the pages of one file are read, or those of two in turn: an index's and its table's. */
  private of(file: RelFile): FileCounts {
    const { last, previous } = this;
    if (last.file.relation === file.relation && last.file.database === file.database) return last;
    this.previous = last;
    if (previous.file.relation === file.relation && previous.file.database === file.database) {
      return (this.last = previous);
    }
    const key = file.database * DATABASE_SPAN + file.relation;
    let counts = this.byFile.get(key);
    if (!counts) this.byFile.set(key, (counts = { file, hits: 0, reads: 0 }));
    return (this.last = counts);
  }
}
