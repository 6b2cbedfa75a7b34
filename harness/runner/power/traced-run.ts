import type { Volume } from '../../disks/volume.js';
import type { History } from '../../history/history.js';
import type { StorageEvent } from '../../trace/storage-event.js';
import type { FaultStatus } from '../../trace/trace-area.js';
import type { Shape, Workload } from '../../workloads/workload.js';

/**
 * A run of a cluster: all that happened to its disk, and all that its clients were told, in one order. It was simulated
 * in one thread, where every call ends before the next begins, or recorded from real processes, whose calls overlap.
 */
export interface TracedRun {
  /** The disk before the first process started; everything on it is safe. */
  readonly base: Volume;
  /** In the order in which they began. */
  readonly events: readonly StorageEvent[];
  readonly history: History;
  readonly workload: Workload;
  readonly shape: Shape;
  /** The workload's tables are there, acknowledged: crashes before would only show that they are not. */
  readonly readyAt: number;
  readonly endedAt: number;
  readonly faults: readonly FaultStatus[];
  /** The last transaction id that a jump led to, counted through all rounds; undefined without jumps. */
  readonly jumpedTo?: number;
  /** Pages that replaying the run's log makes otherwise than the run did; undefined when that was not tried. */
  readonly replayDifferences?: readonly string[];
  /** What the server said, line by line. */
  readonly log: readonly string[];
}
