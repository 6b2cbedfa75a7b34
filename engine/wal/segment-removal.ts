import { PgError } from '../base/errors.js';
import type { Lsn, TimelineId } from '../base/lsn.js';
import type { EngineContext } from '../memory/context.js';
import type { SegmentFiles } from './segment-files.js';
import { parseWalFileName, segmentBefore, segmentOf } from './segment-names.js';

/** What `removeOldSegments` did. */
export interface SegmentRemoval {
  readonly removed: number;
  readonly recycled: number;
  readonly added: number;
  /** What could not be removed or recycled; to be logged, the segments are tried again next time. */
  readonly problems: readonly PgError[];
}

const MEGABYTE = 1024 * 1024;
/** A new segment is made ahead when this part of the current one is full. */
const PREALLOCATE_FROM = 0.75;
const DISTANCE_DECAY = 0.9;

/** Which segments a finished checkpoint makes superfluous, and what becomes of them (RemoveOldXlogFiles). */
export class SegmentRemover {
  /** Moving average of the WAL between two checkpoints' redo points, in bytes; quick to rise, slow to fall. */
  private distanceEstimate = 0;

  constructor(
    private readonly context: EngineContext,
    private readonly segments: SegmentFiles,
    private readonly segmentBytes: number,
  ) {}

  /**
   * Removes or recycles the segments before the one `redo` is in. `lastRedo`: the redo point of the checkpoint before;
   * `end`: where the log ends now.
   */
  remove(timeline: TimelineId, redo: Lsn, lastRedo: Lsn, end: Lsn): SegmentRemoval {
    this.learnDistance(redo - lastRedo);
    const lastToKeep = this.recycleUpTo(redo);
    const problems: PgError[] = [];
    let removed = 0;
    let recycled = 0;
    let nextFree = segmentOf(end, this.segmentBytes);
    for (const name of this.segments.list().sort()) {
      const parsed = parseWalFileName(name, this.segmentBytes);
      if (parsed === undefined || parsed.segment >= segmentOf(redo, this.segmentBytes)) continue;
      this.collecting(problems, () => {
        const path = `${this.segments.directory}/${name}`;
        const taken = this.recycle(path, timeline, nextFree, lastToKeep);
        if (taken !== undefined) {
          nextFree = taken + 1;
          recycled++;
        } else {
          this.segments.remove(path);
          removed++;
        }
      });
    }
    let added = 0;
    this.collecting(problems, () => (added = this.preallocate(timeline, end)));
    return { removed, recycled, added, problems };
  }

  private recycle(path: string, timeline: TimelineId, first: number, last: number): number | undefined {
    if (!this.context.settings.get('wal_recycle')) return undefined;
    return this.segments.install(path, timeline, first, last);
  }

  /** Makes the segment behind the current one when that is nearly full, so that no committing process has to. */
  private preallocate(timeline: TimelineId, end: Lsn): number {
    const filled = (end - 1) % this.segmentBytes;
    if (filled < PREALLOCATE_FROM * this.segmentBytes) return 0;
    return this.segments.prepare(timeline, segmentBefore(end, this.segmentBytes) + 1) ? 1 : 0;
  }

  private learnDistance(bytes: number): void {
    this.distanceEstimate =
      this.distanceEstimate < bytes ? bytes : DISTANCE_DECAY * this.distanceEstimate + (1 - DISTANCE_DECAY) * bytes;
  }

  /** The last segment worth having ready for the next checkpoint cycle (XLOGfileslop). */
  private recycleUpTo(redo: Lsn): number {
    const { settings } = this.context;
    const first = Math.floor(redo / this.segmentBytes);
    const least = first + Math.floor((settings.get('min_wal_size') * MEGABYTE) / this.segmentBytes) - 1;
    const most = first + Math.floor((settings.get('max_wal_size') * MEGABYTE) / this.segmentBytes) - 1;
    const distance = (1 + settings.get('checkpoint_completion_target')) * this.distanceEstimate * 1.1;
    return Math.min(Math.max(Math.ceil((redo + distance) / this.segmentBytes), least), most);
  }

  private collecting(problems: PgError[], work: () => void): void {
    try {
      work();
    } catch (thrown) {
      if (!(thrown instanceof PgError)) throw thrown;
      problems.push(thrown);
    }
  }
}
