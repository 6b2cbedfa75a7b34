import type { EngineContext } from '../memory/context.js';
import type { Lsn } from '../base/lsn.js';
import { readLsn } from '../base/lsn.js';
import { errnoOf } from '../base/errors.js';
import { readUpToEnd } from '../os/read-up-to-end.js';
import type { FileDescriptor } from '../os/os.js';
import { fileError } from '../storage/file-errors.js';
import { PageHeader, WAL_PAGE_BYTES } from '../wal/page-format.js';
import { SegmentFiles } from '../wal/segment-files.js';
import { segmentOf } from '../wal/segment-names.js';
import type { ControlFileData } from './control-file-format.js';

/** Most logs are short, and a long one should cost few calls: each read is twice as long as the one before. */
const FIRST_CHUNK_BYTES = 32 * 1024;
const LARGEST_CHUNK_BYTES = 512 * 1024;

/**
 * Writes the log that will be replayed over itself, page for page, so that the sync that follows makes it durable.
 *
 * When an fsync of the log fails, the server PANICs; but the kernel has marked the pages clean and keeps serving them
 * from its cache. A recovery that believed them would replay records that no later fsync can bring to disk, and write
 * data pages that refer to them. A power loss then leaves pages from a future that the log does not know. PostgreSQL
 * leaves this open. Written once more, the pages are dirty again.
 */
export function rewriteLog(ctx: EngineContext, { checkPointCopy, segmentBytes }: ControlFileData): void {
  if (!ctx.settings.get('fsync')) return;
  const { redo, timeline } = checkPointCopy;
  const segments = new SegmentFiles(ctx, segmentBytes);
  let at = redo - (redo % WAL_PAGE_BYTES);
  for (let goesOn = true; goesOn;) {
    const segment = segmentOf(at as Lsn, segmentBytes);
    const path = segments.path(timeline, segment);
    try {
      const fd = ctx.os.files.open(path, 'read-write');
      try {
        const rewritten = rewriteSegment(ctx, fd, at, segmentBytes);
        at += rewritten;
        goesOn = rewritten > 0 && at % segmentBytes === 0;
      } finally {
        ctx.os.files.close(fd);
      }
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return;
      throw fileError('PANIC', `rewrite file "${path}"`, cause);
    }
  }
}

/** From the page at `from` on, while pages bear their own address: returns how many bytes those are. */
function rewriteSegment(
  { os: { files } }: EngineContext,
  fd: FileDescriptor,
  from: number,
  segmentBytes: number,
): number {
  const end = (Math.floor(from / segmentBytes) + 1) * segmentBytes;
  let chunk = Buffer.allocUnsafe(FIRST_CHUNK_BYTES);
  let at = from;
  while (at < end) {
    const wanted = Math.min(chunk.length, end - at);
    const count = readUpToEnd(files, fd, chunk, wanted, at % segmentBytes);
    const valid = ownPages(chunk.subarray(0, count), at);
    if (valid > 0) files.pwrite(fd, chunk, 0, valid, at % segmentBytes);
    at += valid;
    if (valid < wanted) break;
    if (chunk.length < LARGEST_CHUNK_BYTES) chunk = Buffer.allocUnsafe(2 * chunk.length);
  }
  return at - from;
}

/** Bytes of whole pages at the beginning of `bytes` whose headers say that they belong at `address`. */
function ownPages(bytes: Buffer, address: number): number {
  let at = 0;
  while (at + WAL_PAGE_BYTES <= bytes.length && readLsn(bytes, at + PageHeader.address) === address + at) {
    at += WAL_PAGE_BYTES;
  }
  return at;
}
