import type { Lsn, TimelineId } from '../base/lsn.js';

/** Names of the log's segments (access/xlog_internal.h): timeline, then the segment's number in two parts. */
export const WAL_DIRECTORY = 'pg_wal';

const SEGMENT_NAME = /^[0-9A-F]{24}$/;

const hex8 = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

function segmentsPerId(segmentBytes: number): number {
  return 0x1_0000_0000 / segmentBytes;
}

/** The segment a byte is in. */
export function segmentOf(position: Lsn, segmentBytes: number): number {
  return Math.floor(position / segmentBytes);
}

/** The segment that the byte before `position` is in: for positions that are ends. */
export function segmentBefore(position: Lsn, segmentBytes: number): number {
  return Math.floor((position - 1) / segmentBytes);
}

export function segmentStart(segment: number, segmentBytes: number): Lsn {
  return (segment * segmentBytes) as Lsn;
}

/** `000000010000000000000001` (XLogFileName). */
export function walFileName(timeline: TimelineId, segment: number, segmentBytes: number): string {
  const perId = segmentsPerId(segmentBytes);
  return hex8(timeline) + hex8(Math.floor(segment / perId)) + hex8(segment % perId);
}

export interface ParsedWalFileName {
  readonly timeline: TimelineId;
  readonly segment: number;
}

/** The inverse of `walFileName`; undefined for any other name. */
export function parseWalFileName(name: string, segmentBytes: number): ParsedWalFileName | undefined {
  if (!SEGMENT_NAME.test(name)) return undefined;
  const [timeline, id, low] = [0, 8, 16].map((at) => parseInt(name.slice(at, at + 8), 16));
  if (low >= segmentsPerId(segmentBytes)) return undefined;
  return { timeline, segment: id * segmentsPerId(segmentBytes) + low };
}
