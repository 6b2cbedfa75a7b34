import { readLsn, type Lsn } from '../base/lsn.js';
import type { FileDescriptor, Files } from '../os/os.js';
import { PageHeader, WAL_PAGE_BYTES } from './page-format.js';

/**
 * Wipes what a crash left behind the end of the log, in the segment where it ends.
 *
 * Pages written out of order may have survived the loss of the page before them. New records could come to end exactly
 * where such a page's old record goes on or starts, with the same link, and after one more crash it would be replayed.
 * A page whose header bears its own address is such a remnant; zeros and recycled pages are not, the reader knows them.
 */
const CHUNK_BYTES = 1024 * 1024;

/** Zeroes every remnant from `end` to its segment's end; true when there was any. The caller fsyncs. */
export function wipeRemnants(files: Files, fd: FileDescriptor, end: Lsn, segmentBytes: number): boolean {
  const firstPage = Math.ceil(end / WAL_PAGE_BYTES) * WAL_PAGE_BYTES;
  const segmentEnd = Math.ceil(end / segmentBytes) * segmentBytes;
  const chunk = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK_BYTES, segmentEnd - firstPage)));
  const zeros = Buffer.alloc(WAL_PAGE_BYTES);
  let isChanged = false;
  for (let start = firstPage; start < segmentEnd; start += chunk.length) {
    const length = files.pread(fd, chunk, 0, Math.min(chunk.length, segmentEnd - start), start % segmentBytes);
    for (let at = 0; at + WAL_PAGE_BYTES <= length; at += WAL_PAGE_BYTES) {
      if (readLsn(chunk, at + PageHeader.address) !== start + at) continue;
      files.pwrite(fd, zeros, 0, WAL_PAGE_BYTES, (start + at) % segmentBytes);
      isChanged = true;
    }
  }
  return isChanged;
}
