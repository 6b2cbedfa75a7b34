import { panic } from '../base/errors.js';
import { formatLsn, readLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import type { FileDescriptor, Files } from '../os/os.js';
import { readUpToEnd } from '../os/read-up-to-end.js';
import { attempting } from './io-errors.js';
import { PageHeader, SHORT_HEADER_BYTES, WAL_PAGE_BYTES, ZERO_WAL_PAGE } from './page-format.js';
import type { SegmentFiles } from './segment-files.js';
import { segmentBefore, segmentOf } from './segment-names.js';
import type { WalSource } from './wal-source.js';

/**
 * Makes the end of a log that was read fit to be written on.
 *
 * What recovery relied on may stand in the operating system's cache only: it is fsynced. What a crash left behind the end
 * is wiped: pages written out of order may have survived the loss of the page before them, and new records could come to
 * end exactly where such a page's old record starts or goes on, with the same link; after one more crash that would be
 * replayed. A page whose header bears its own address is such a remnant; zeros and recycled pages are not, the reader
 * knows them.
 */
const CHUNK_BYTES = 16 * 1024;

export interface LogTail {
  readonly timeline: TimelineId;
  readonly end: Lsn;
  /** As `findRemnants` found them. */
  readonly remnants: readonly Lsn[];
  readonly segmentBytes: number;
}

/** The remnants behind `end` in the segment that it is in, in order. */
export function findRemnants(source: WalSource, end: Lsn, segmentBytes: number): Lsn[] {
  const firstPage = Math.ceil(end / WAL_PAGE_BYTES) * WAL_PAGE_BYTES;
  const segmentEnd = (Math.floor(end / segmentBytes) + 1) * segmentBytes;
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, segmentEnd - firstPage));
  const found: Lsn[] = [];
  for (let start = firstPage; start < segmentEnd; start += chunk.length) {
    const rest = segmentEnd - start;
    const count = source.read(start as Lsn, rest < chunk.length ? chunk.subarray(0, rest) : chunk);
    for (let at = 0; at + SHORT_HEADER_BYTES <= count; at += WAL_PAGE_BYTES) {
      if (readLsn(chunk, at + PageHeader.address) === start + at) found.push((start + at) as Lsn);
    }
  }
  return found;
}

/** Returns the page that `end` is in the middle of, undefined at a page boundary. */
export function openTail(context: EngineContext, segments: SegmentFiles, tail: LogTail): Buffer | undefined {
  const { timeline, end, segmentBytes } = tail;
  const { files } = context.os;
  const last = segmentBefore(end, segmentBytes);
  const next = segmentOf(end, segmentBytes);
  let page: Buffer | undefined;
  withSegment(context, segments.path(timeline, last), (fd) => {
    page = readPartialPage(files, fd, end, segmentBytes);
    if (next === last) wipe(files, fd, tail);
  });
  const behind = segments.path(timeline, next);
  if (next !== last && files.stat(behind) !== undefined) withSegment(context, behind, (fd) => wipe(files, fd, tail));
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

function wipe(files: Files, fd: FileDescriptor, { remnants, segmentBytes }: LogTail): void {
  for (const page of remnants) files.pwrite(fd, ZERO_WAL_PAGE, 0, WAL_PAGE_BYTES, page % segmentBytes);
}
