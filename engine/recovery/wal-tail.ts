import { readLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import type { EngineContext } from '../memory/context.js';
import type { FileDescriptor } from '../os/os.js';
import { fileError } from '../storage/file-errors.js';
import { PageHeader, WAL_PAGE_BYTES, WAL_PAGE_MAGIC } from '../wal/page-format.js';
import { WAL_DIRECTORY, parseWalFileName, segmentOf, segmentStart, walFileName } from '../wal/segment-names.js';
import { readWalDirectory, removeFile } from './leftover-files.js';

/**
 * What lies behind the end of the log after a crash, and why it must go before anything new is logged.
 *
 * Where WAL ends is where the first record is not whole. Disks do not keep the order of writes, so whole records may
 * stand behind it, of a stream that never was. When the new record put at the end is just as long as the lost one, the
 * old record behind it links to it and would be replayed after the next crash. PostgreSQL leaves that to chance; here
 * the rest of the page is zeroed, later pages that bear their own address are too, and later segments are removed.
 */
export interface WalEnd {
  readonly timeline: TimelineId;
  readonly endOfLog: Lsn;
  readonly segmentBytes: number;
}

const CHUNK_PAGES = 32;

/** Makes the log end at `endOfLog`, durably. May be interrupted and repeated at any point. */
export function discardTail(ctx: EngineContext, end: WalEnd): void {
  const segment = segmentOf(end.endOfLog, end.segmentBytes);
  const isPartial = end.endOfLog % end.segmentBytes !== 0;
  if (isPartial) zeroRestOfSegment(ctx, end, segment);
  removeSegmentsFrom(ctx, end, isPartial ? segment + 1 : segment);
}

function removeSegmentsFrom(ctx: EngineContext, end: WalEnd, first: number): void {
  const directory = `${ctx.dataDirectory}/${WAL_DIRECTORY}`;
  const stale = readWalDirectory(ctx).filter((name) => {
    const parsed = parseWalFileName(name, end.segmentBytes);
    return parsed !== undefined && parsed.timeline === end.timeline && parsed.segment >= first;
  });
  for (const name of stale) removeFile(ctx, `${directory}/${name}`);
  if (stale.length > 0) ctx.os.files.fsyncDirectory(directory);
}

function zeroRestOfSegment(ctx: EngineContext, end: WalEnd, segment: number): void {
  const { files } = ctx.os;
  const path = `${WAL_DIRECTORY}/${walFileName(end.timeline, segment, end.segmentBytes)}`;
  try {
    const fd = files.open(`${ctx.dataDirectory}/${path}`, 'read-write');
    try {
      if (zeroTail(ctx, fd, end, segment)) files.fsync(fd);
    } finally {
      files.close(fd);
    }
  } catch (cause) {
    throw fileError('PANIC', `clear end of file "${path}"`, cause);
  }
}

/** Returns whether it wrote anything. */
function zeroTail(ctx: EngineContext, fd: FileDescriptor, end: WalEnd, segment: number): boolean {
  const { files } = ctx.os;
  const start = segmentStart(segment, end.segmentBytes);
  const zeros = Buffer.alloc(WAL_PAGE_BYTES);
  const chunk = Buffer.alloc(WAL_PAGE_BYTES * CHUNK_PAGES);
  let wrote = false;
  for (let at = pageStart(end.endOfLog); at < start + end.segmentBytes; at += chunk.length) {
    const count = files.pread(fd, chunk, 0, Math.min(chunk.length, start + end.segmentBytes - at), at - start);
    for (let offset = 0; offset + WAL_PAGE_BYTES <= count; offset += WAL_PAGE_BYTES) {
      const page = chunk.subarray(offset, offset + WAL_PAGE_BYTES);
      const keep = Math.max(0, end.endOfLog - (at + offset));
      if (!isStale(page, at + offset, keep)) continue;
      files.pwrite(fd, zeros, 0, WAL_PAGE_BYTES - keep, at + offset + keep - start);
      wrote = true;
    }
  }
  return wrote;
}

/** Could records behind the page's first `keep` bytes be taken for part of this log? */
function isStale(page: Buffer, address: number, keep: number): boolean {
  if (keep > 0) return page.subarray(keep).some((byte) => byte !== 0);
  return page.readUInt16LE(PageHeader.magic) === WAL_PAGE_MAGIC && readLsn(page, PageHeader.address) === address;
}

function pageStart(position: Lsn): number {
  return position - (position % WAL_PAGE_BYTES);
}
