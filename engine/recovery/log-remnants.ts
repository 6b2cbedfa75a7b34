import { readLsn, type Lsn } from '../base/lsn.js';
import { PageHeader, SHORT_HEADER_BYTES, WAL_PAGE_BYTES } from '../wal/page-format.js';
import type { WalSource } from '../wal/wal-source.js';

/**
 * Pages of the log behind its end: what a loss of power leaves that let later writes through and an earlier one not, or
 * what damage in the middle of the log has cut off. Nothing tells the two apart, and in the second case acknowledged
 * commits are lost: so they are told of before they are wiped. A process that is killed leaves none.
 *
 * Looks at every page of the end's segment, and at the first page of those behind it.
 */
const CHUNK_BYTES = 32 * WAL_PAGE_BYTES;

/** The last of them, undefined when there are none. */
export function lastRemnant(source: WalSource, endOfLog: Lsn, segmentBytes: number): Lsn | undefined {
  const firstPage = Math.ceil(endOfLog / WAL_PAGE_BYTES) * WAL_PAGE_BYTES;
  const nextSegment = Math.ceil(endOfLog / segmentBytes) * segmentBytes;
  let last = lastPageWithin(source, firstPage, nextSegment);
  for (let segment = nextSegment; isOwnPage(source, segment); segment += segmentBytes) last = segment;
  return last as Lsn | undefined;
}

function lastPageWithin(source: WalSource, from: number, end: number): number | undefined {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let last: number | undefined;
  for (let start = from; start < end; start += CHUNK_BYTES) {
    const count = source.read(start as Lsn, chunk.subarray(0, Math.min(CHUNK_BYTES, end - start)));
    for (let at = 0; at + SHORT_HEADER_BYTES <= count; at += WAL_PAGE_BYTES) {
      if (readLsn(chunk, at + PageHeader.address) === start + at) last = start + at;
    }
  }
  return last;
}

/** Does the page bear its own address? Recycled segments bear older ones. */
function isOwnPage(source: WalSource, page: number): boolean {
  const header = Buffer.alloc(SHORT_HEADER_BYTES);
  return source.read(page as Lsn, header) === header.length && readLsn(header, PageHeader.address) === page;
}
