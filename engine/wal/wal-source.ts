import { errnoOf, panic } from '../base/errors.js';
import type { Lsn, TimelineId } from '../base/lsn.js';
import { systemFailure } from '../base/system-errors.js';
import type { FileDescriptor, Os } from '../os/os.js';
import { readUpToEnd } from '../os/read-up-to-end.js';
import { segmentOf, walFileName } from './segment-names.js';

/** Where a reader gets the log's bytes from. */
export interface WalSource {
  /**
   * Reads from `lsn`, a page boundary, into `target`, which does not reach beyond the segment's end. Returns how many
   * bytes there are, -1 when the segment does not exist. Throws when they cannot be read: that is not the log's end.
   */
  read(lsn: Lsn, target: Buffer): number;
  close(): void;
}

/** The segment files of one timeline in `directory`. */
export function fileWalSource(
  os: Pick<Os, 'files'>,
  directory: string,
  timeline: TimelineId,
  segmentBytes: number,
): WalSource {
  let openSegment = -1;
  let fd: FileDescriptor = -1;

  const close = (): void => {
    if (fd >= 0) os.files.close(fd);
    fd = -1;
    openSegment = -1;
  };

  const open = (segment: number): boolean => {
    close();
    try {
      fd = os.files.open(`${directory}/${walFileName(timeline, segment, segmentBytes)}`, 'read');
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return false;
      throw readFailure('open file', segment, cause);
    }
    openSegment = segment;
    return true;
  };

  const readFailure = (attempt: string, segment: number, cause: unknown): Error => {
    const name = walFileName(timeline, segment, segmentBytes);
    const { sqlState } = systemFailure(cause);
    return panic(sqlState, `could not ${attempt} "${name}": ${(cause as Error).message}`, { cause });
  };

  return {
    read(lsn, target) {
      const segment = segmentOf(lsn, segmentBytes);
      if (segment !== openSegment && !open(segment)) return -1;
      try {
        return readUpToEnd(os.files, fd, target, target.length, lsn % segmentBytes);
      } catch (cause) {
        throw readFailure('read from log segment', segment, cause);
      }
    },
    close,
  };
}
