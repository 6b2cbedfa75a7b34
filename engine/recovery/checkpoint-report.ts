import type { Lsn } from '../base/lsn.js';
import { describeFlags } from './checkpoint-flags.js';

/** What one checkpoint did; times in milliseconds. */
export interface CheckpointReport {
  readonly flags: number;
  readonly redo: Lsn;
  /** End of the checkpoint record. */
  readonly endLsn: Lsn;
  readonly buffersWritten: number;
  readonly buffers: number;
  readonly segments: SegmentChanges;
  readonly writeMs: number;
  readonly syncMs: number;
  readonly totalMs: number;
  readonly sync: SyncReport;
  /** WAL bytes between this redo point and the one before, and what is expected for the next. */
  readonly distanceBytes: number;
  readonly estimateBytes: number;
}

export interface SegmentChanges {
  readonly added: number;
  readonly removed: number;
  readonly recycled: number;
}

export interface SyncReport {
  readonly files: number;
  readonly longestMs: number;
  readonly totalMs: number;
}

/** LogCheckpointStart. */
export function startLine(flags: number): string {
  return `checkpoint starting: ${describeFlags(flags)}`;
}

/** LogCheckpointEnd. */
export function endLine(report: CheckpointReport): string {
  const { segments, sync } = report;
  const share = ((report.buffersWritten * 100) / report.buffers).toFixed(1);
  const average = sync.files > 0 ? sync.totalMs / sync.files : 0;
  return (
    `checkpoint complete: wrote ${report.buffersWritten} buffers (${share}%); ` +
    `${segments.added} WAL file(s) added, ${segments.removed} removed, ${segments.recycled} recycled; ` +
    `write=${seconds(report.writeMs)}, sync=${seconds(report.syncMs)}, total=${seconds(report.totalMs)}; ` +
    `sync files=${sync.files}, longest=${seconds(sync.longestMs)}, average=${seconds(average)}; ` +
    `distance=${kilobytes(report.distanceBytes)}, estimate=${kilobytes(report.estimateBytes)}`
  );
}

/** Expected WAL volume of the next cycle: follows a rise at once and a fall slowly (UpdateCheckPointDistanceEstimate). */
export function estimateDistance(estimateBytes: number, distanceBytes: number): number {
  return distanceBytes > estimateBytes ? distanceBytes : 0.9 * estimateBytes + 0.1 * distanceBytes;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

function kilobytes(bytes: number): string {
  return `${Math.trunc(bytes / 1024)} kB`;
}
