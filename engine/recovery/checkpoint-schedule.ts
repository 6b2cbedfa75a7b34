import type { Lsn } from '../base/lsn.js';

/**
 * When a checkpoint begins and how fast it goes (checkpointer.c, xlog.c): pure functions of what was measured.
 *
 * A spread checkpoint may sleep between buffers only while the part it has done, divided by
 * checkpoint_completion_target, is ahead of both clocks that call for the next one: time and WAL volume.
 */
export interface ScheduleSettings {
  readonly checkpointTimeoutSeconds: number;
  readonly completionTarget: number;
  readonly maxWalMegabytes: number;
  readonly segmentBytes: number;
}

/** Sleep between two looks at the schedule, as in CheckpointWriteDelay. */
export const WRITE_DELAY_MS = 100;

/**
 * WAL segments after which a checkpoint is due, so that two cycles' worth stays within max_wal_size
 * (CalculateCheckpointSegments).
 */
export function checkpointSegments(settings: ScheduleSettings): number {
  const segments = Math.floor((settings.maxWalMegabytes * 1024 ** 2) / settings.segmentBytes);
  return Math.max(1, Math.floor(segments / (1 + settings.completionTarget)));
}

/** Is it time for a checkpoint by WAL volume? `redo`: of the last checkpoint; `position`: where WAL is now. */
export function isCheckpointDueByVolume(settings: ScheduleSettings, redo: Lsn, position: Lsn): boolean {
  const segment = (at: Lsn): number => Math.floor(at / settings.segmentBytes);
  return segment(position) >= segment(redo) + checkpointSegments(settings) - 1;
}

export function isCheckpointDueByTime(settings: ScheduleSettings, elapsedMs: number): boolean {
  return elapsedMs >= settings.checkpointTimeoutSeconds * 1000;
}

export interface CheckpointProgress {
  /** Part of the dirty buffers written, 0 to 1. */
  readonly done: number;
  readonly elapsedMs: number;
  /** Where WAL insertion stood when the checkpoint began, and where it stands. */
  readonly startLsn: Lsn;
  readonly insertLsn: Lsn;
}

/** May the checkpoint rest? True while it is ahead of both time and WAL volume (IsCheckpointOnSchedule). */
export function isCheckpointOnSchedule(settings: ScheduleSettings, progress: CheckpointProgress): boolean {
  const scaled = progress.done * settings.completionTarget;
  const volume = (progress.insertLsn - progress.startLsn) / settings.segmentBytes / checkpointSegments(settings);
  const time = progress.elapsedMs / (settings.checkpointTimeoutSeconds * 1000);
  return scaled >= volume && scaled >= time;
}
