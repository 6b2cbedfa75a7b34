import { panic } from '../base/errors.js';
import { formatLsn, readLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import type { FileDescriptor, Files } from '../os/os.js';
import { readUpToEnd } from '../os/read-up-to-end.js';
import { attempting } from './io-errors.js';
import { PageHeader, WAL_PAGE_BYTES } from './page-format.js';
import type { SegmentFiles } from './segment-files.js';
import { segmentBefore, segmentOf } from './segment-names.js';

/**
 * Makes the end of a log that was read fit to be written on.
 *
 * What recovery relied on may stand in the operating system's cache only: it is fsynced. What a crash left behind the end
 * is wiped: pages written out of order may have survived the loss of the page before them, and new records could come to
 * end exactly where such a page's old record starts or goes on, with the same link; after one more crash that would be
 * replayed. A page whose header bears its own address is such a remnant; zeros and recycled pages are not, the reader
 * knows them.
 */
const CHUNK_BYTES = 1024 * 1024;

/** Returns the page that `end` is in the middle of, undefined at a page boundary. */
export function openTail(
  context: EngineContext,
  segments: SegmentFiles,
  timeline: TimelineId,
  end: Lsn,
  segmentBytes: number,
): Buffer | undefined {
  const { files } = context.os;
  const last = segmentBefore(end, segmentBytes);
  const next = segmentOf(end, segmentBytes);
  let page: Buffer | undefined;
  withSegment(context, segments.path(timeline, last), (fd) => {
    page = readPartialPage(files, fd, end, segmentBytes);
    if (next === last) wipeRemnants(files, fd, end, segmentBytes);
  });
  const behind = segments.path(timeline, next);
  if (next !== last && files.stat(behind) !== undefined) {
    withSegment(context, behind, (fd) => wipeRemnants(files, fd, end, segmentBytes));
  }
  return page;
}

/** Runs `work` on a segment's file and fsyncs it. */
function withSegment(context: EngineContext, path: string, work: (fd: FileDescriptor) => void): void {
  const { files } = context.os;
  const fd = attempting(`open file "${path}"`, () => files.open(path, 'read-write'));
  try {
    attempting(`prepare file "${path}" for insertion`, () => work(fd));
    if (context.settings.get('fsync')) attempting(`fsync file "${path}"`, () => files.fsync(fd));
  } finally {
    files.close(fd);
  }
}

function readPartialPage(files: Files, fd: FileDescriptor, end: Lsn, segmentBytes: number): Buffer | undefined {
  const used = end % WAL_PAGE_BYTES;
  if (used === 0) return undefined;
  const page = Buffer.alloc(WAL_PAGE_BYTES);
  const count = readUpToEnd(files, fd, page, WAL_PAGE_BYTES, (end - used) % segmentBytes);
  if (count >= used) return page;
  throw panic(SqlState.dataCorrupted, `the last WAL page ends after ${count} bytes, before ${formatLsn(end)}`);
}

/** Zeroes every remnant in `fd`, the segment that byte `end` belongs to, from there on. */
function wipeRemnants(files: Files, fd: FileDescriptor, end: Lsn, segmentBytes: number): void {
  const firstPage = Math.ceil(end / WAL_PAGE_BYTES) * WAL_PAGE_BYTES;
  const segmentEnd = (Math.floor(end / segmentBytes) + 1) * segmentBytes;
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, segmentEnd - firstPage));
  const zeros = Buffer.alloc(WAL_PAGE_BYTES);
  for (let start = firstPage; start < segmentEnd; start += chunk.length) {
    const length = readUpToEnd(files, fd, chunk, Math.min(chunk.length, segmentEnd - start), start % segmentBytes);
    for (let at = 0; at + WAL_PAGE_BYTES <= length; at += WAL_PAGE_BYTES) {
      if (readLsn(chunk, at + PageHeader.address) !== start + at) continue;
      files.pwrite(fd, zeros, 0, WAL_PAGE_BYTES, (start + at) % segmentBytes);
    }
  }
}
