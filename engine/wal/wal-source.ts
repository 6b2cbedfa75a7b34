import { errnoOf, panic } from '../base/errors.js';
import type { Lsn, TimelineId } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { FileDescriptor, Os } from '../os/os.js';
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
    return panic(SqlState.ioError, `could not ${attempt} "${name}": ${(cause as Error).message}`, { cause });
  };

  return {
    read(lsn, target) {
      const segment = segmentOf(lsn, segmentBytes);
      if (segment !== openSegment && !open(segment)) return -1;
      try {
        return os.files.pread(fd, target, 0, target.length, lsn % segmentBytes);
      } catch (cause) {
        throw readFailure('read from log segment', segment, cause);
      }
    },
    close,
  };
}
