import { panic } from '../base/errors.js';
import type { Lsn, TimelineId } from '../base/lsn.js';
import type { Os } from '../os/os.js';
import { assembleFirstRecord } from './assemble.js';
import { attempting } from './io-errors.js';
import { initWalPage, LONG_HEADER_BYTES, WAL_PAGE_BYTES, type WalConfig } from './page-format.js';
import { align8 } from './record-format.js';
import type { RecordDraft } from './record.js';
import { writeZeroFile } from './segment-files.js';
import { walFileName } from './segment-names.js';
import { SqlState } from '../base/sqlstate.js';

/** Segment 0 does not exist, so that LSN 0 means none. */
const FIRST_SEGMENT = 1;

/** Where a new log's only record starts: what its checkpoint calls its redo point. */
export function firstRecordLsn(segmentBytes: number, segment = FIRST_SEGMENT): Lsn {
  return (segment * segmentBytes + LONG_HEADER_BYTES) as Lsn;
}

/**
 * Makes a log's first segment in `walDirectory` with one record, durably (BootStrapXLOG). Returns the record's place. A log
 * that begins anew, where there was one, begins in a later segment.
 * The file gets its name when it is complete; the caller fsyncs what is above the directory.
 */
export function createFirstSegment(
  os: Pick<Os, 'files' | 'processes'>,
  walDirectory: string,
  config: WalConfig,
  timeline: TimelineId,
  record: RecordDraft,
  segment = FIRST_SEGMENT,
): { readonly lsn: Lsn; readonly endLsn: Lsn } {
  const lsn = firstRecordLsn(config.segmentBytes, segment);
  const bytes = assembleFirstRecord(record);
  if (bytes.length > WAL_PAGE_BYTES - LONG_HEADER_BYTES)
    throw panic(SqlState.internalError, 'the first WAL record is too long');
  const page = Buffer.alloc(WAL_PAGE_BYTES);
  initWalPage(page, 0, (lsn - LONG_HEADER_BYTES) as Lsn, timeline, config);
  bytes.copy(page, LONG_HEADER_BYTES);
  const temporary = `${walDirectory}/xlogtemp.${os.processes.pid}`;
  const path = `${walDirectory}/${walFileName(timeline, segment, config.segmentBytes)}`;
  writeZeroFile(os.files, temporary, config.segmentBytes);
  attempting(`write bootstrap write-ahead log file "${path}"`, () => {
    const fd = os.files.open(temporary, 'read-write');
    os.files.pwrite(fd, page, 0, page.length, 0);
    os.files.fsync(fd);
    os.files.close(fd);
    os.files.rename(temporary, path);
    os.files.fsyncDirectory(walDirectory);
  });
  return { lsn, endLsn: (lsn + align8(bytes.length)) as Lsn };
}
