import { type Lsn, type TimelineId } from '../base/lsn.js';
import type { EngineContext } from '../memory/context.js';
import { readUpToEnd } from '../os/read-up-to-end.js';
import { fileError } from '../storage/file-errors.js';
import { WAL_PAGE_BYTES, ZERO_WAL_PAGE } from '../wal/page-format.js';
import { SegmentFiles } from '../wal/segment-files.js';
import { parseWalFileName, segmentOf, walFileName } from '../wal/segment-names.js';

/**
 * What lies behind the end of the log after a crash, and why it must go before anything new is logged.
 *
 * WAL ends where the first record is not whole. Disks do not keep the order of writes, so whole records may stand behind
 * it, of a stream that never was. When the new record put at the end is just as long as the lost one, the old record
 * behind it links to it and would be replayed after the next crash. PostgreSQL leaves that to chance; here the rest of the
 * page is zeroed and later segments are removed. Later pages of the same segment are wiped when the log is opened.
 */
export interface WalEnd {
  readonly timeline: TimelineId;
  readonly endOfLog: Lsn;
  readonly segmentBytes: number;
}

/** Makes the log end at `endOfLog`, durably. May be interrupted and repeated at any point. */
export function discardTail(ctx: EngineContext, end: WalEnd): void {
  if (end.endOfLog % WAL_PAGE_BYTES !== 0) zeroRestOfPage(ctx, end);
  removeLaterSegments(ctx, end);
}

function zeroRestOfPage(ctx: EngineContext, end: WalEnd): void {
  const { files } = ctx.os;
  const name = walFileName(end.timeline, segmentOf(end.endOfLog, end.segmentBytes), end.segmentBytes);
  const path = new SegmentFiles(ctx, end.segmentBytes).path(end.timeline, segmentOf(end.endOfLog, end.segmentBytes));
  const rest = Buffer.allocUnsafe(WAL_PAGE_BYTES - (end.endOfLog % WAL_PAGE_BYTES));
  const position = end.endOfLog % end.segmentBytes;
  try {
    const fd = files.open(path, 'read-write');
    try {
      const count = readUpToEnd(files, fd, rest, rest.length, position);
      const zeros = ZERO_WAL_PAGE.subarray(0, rest.length);
      if (ZERO_WAL_PAGE.compare(rest, 0, count, 0, count) === 0) return;
      files.pwrite(fd, zeros, 0, zeros.length, position);
      if (ctx.settings.get('fsync')) files.fsync(fd);
    } finally {
      files.close(fd);
    }
  } catch (cause) {
    throw fileError('PANIC', `clear the end of file "${name}"`, cause);
  }
}

/** A segment made ahead goes too: nothing tells it from one that bears lost records. */
function removeLaterSegments(ctx: EngineContext, end: WalEnd): void {
  const segments = new SegmentFiles(ctx, end.segmentBytes);
  const first = Math.ceil(end.endOfLog / end.segmentBytes);
  for (const name of segments.list()) {
    const parsed = parseWalFileName(name, end.segmentBytes);
    const isLater = parsed !== undefined && parsed.timeline === end.timeline && parsed.segment >= first;
    if (isLater) segments.remove(`${segments.directory}/${name}`);
  }
}
