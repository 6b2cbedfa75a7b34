import { BLOCK_BYTES } from '../base/block.js';
import { fatal, type PgError } from '../base/errors.js';
import { INVALID_LSN } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import {
  FIRST_NORMAL_XID,
  INVALID_XID,
  epochOf,
  fullXidFrom,
  xidOf,
  xidPrecedes,
  type FullXid,
  type Xid,
} from '../base/xid.js';
import { COMMIT_LOG_DIRECTORY, pageOf } from '../access/transactions/commit-log-format.js';
import { PAGES_PER_SEGMENT, segmentName } from '../access/transactions/xid-log-pages.js';
import type { Os } from '../os/os.js';
import { createFirstSegment, firstRecordLsn } from '../wal/first-segment.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { WAL_DIRECTORY, parseWalFileName, segmentOf } from '../wal/segment-names.js';
import { encodeCheckPoint } from './checkpoint-record.js';
import { readControlFile, writeControlFile, type ControlFileData } from './control-file.js';
import { writeShutdownManifest } from './shutdown-manifest.js';

export interface XidReset {
  readonly nextXid: Xid;
  /** Without it the id comes after the last one used, be it in the next epoch. */
  readonly epoch?: number;
  /** Without it, it stays. */
  readonly oldestXid?: Xid;
  /** Even when the cluster was not shut down, ids come again, or rows would seem to come from the future. */
  readonly isForced: boolean;
}

/**
 * Makes a cluster that is shut down go on at another transaction id (bin/pg_resetwal): for repairs, and to come near the
 * limits of ids without running billions of transactions.
 *
 *   new WAL segment behind all others, with one checkpoint ─► room in the commit log ─► manifest ─► pg_control ─► old WAL goes
 *
 * pg_control comes before anything is lost: until then the cluster is what it was. While the commit log grows and the manifest
 * tells of other files than there are, pg_control says that the cluster runs: after a crash it recovers from its last checkpoint.
 * Unlike pg_resetwal this leaves nothing to be done by hand.
 */
export function resetXid(os: Os, dataDirectory: string, wanted: XidReset): ControlFileData {
  const control = readControlFile(os, dataDirectory);
  const nextXid = nextFullXidOf(control, wanted);
  refuseUnlessSafe(control, nextXid, wanted);
  const oldSegments = segmentsIn(os, dataDirectory, control);
  const changed = changedControl(os, control, nextXid, wanted, nextSegment(oldSegments, control));
  writeLog(os, dataDirectory, changed);
  if (control.state === 'shut down') writeControlFile(os, dataDirectory, { ...control, state: 'in production' });
  makeCommitLogRoom(os, dataDirectory, wanted.nextXid);
  writeShutdownManifest(os, dataDirectory);
  writeControlFile(os, dataDirectory, changed);
  for (const { name } of oldSegments) os.files.unlink(`${dataDirectory}/${WAL_DIRECTORY}/${name}`);
  os.files.fsyncDirectory(`${dataDirectory}/${WAL_DIRECTORY}`);
  return changed;
}

function nextFullXidOf({ checkPointCopy: { nextXid: last } }: ControlFileData, { nextXid, epoch }: XidReset): FullXid {
  return fullXidFrom(epoch ?? epochOf(last) + (nextXid < xidOf(last) ? 1 : 0), nextXid);
}

function refuseUnlessSafe(control: ControlFileData, nextXid: FullXid, wanted: XidReset): void {
  const { nextXid: low, oldestXid = control.checkPointCopy.oldestXid, isForced } = wanted;
  for (const given of [low, oldestXid]) {
    if (given < FIRST_NORMAL_XID) throw refusal('transaction ID must be greater than or equal to 3');
  }
  if (isForced) return;
  if (control.state !== 'shut down') throw refusal('the database server was not shut down cleanly');
  if (nextXid < control.checkPointCopy.nextXid)
    throw refusal(`transaction IDs from ${nextXid} on may be in use already`);
  if (xidPrecedes(low, oldestXid))
    throw refusal(`seen from ${low}, the oldest unfrozen transaction ID, ${oldestXid}, lies in the future`);
}

function refusal(message: string): PgError {
  return fatal(SqlState.objectNotInPrerequisiteState, message, {
    hint: 'If you want to proceed anyway, use --force. Data might be lost.',
  });
}

interface OldSegment {
  readonly name: string;
  readonly segment: number;
}

function segmentsIn(os: Os, dataDirectory: string, { segmentBytes }: ControlFileData): OldSegment[] {
  return os.files.readdir(`${dataDirectory}/${WAL_DIRECTORY}`).flatMap((name) => {
    const parsed = parseWalFileName(name, segmentBytes);
    return parsed ? [{ name, segment: parsed.segment }] : [];
  });
}

/** Behind everything that was ever written, even where segments are missing. */
function nextSegment(segments: readonly OldSegment[], { checkPoint, segmentBytes }: ControlFileData): number {
  return 1 + Math.max(segmentOf(checkPoint, segmentBytes), ...segments.map(({ segment }) => segment));
}

function changedControl(
  os: Os,
  control: ControlFileData,
  nextXid: FullXid,
  { oldestXid }: XidReset,
  segment: number,
): ControlFileData {
  const redo = firstRecordLsn(control.segmentBytes, segment);
  const time = Math.floor(os.clock.now() / 1000);
  const oldest = oldestXid === undefined ? {} : { oldestXid, oldestXidDatabase: 0 };
  return {
    ...control,
    state: 'shut down',
    time,
    checkPoint: redo,
    checkPointCopy: { ...control.checkPointCopy, ...oldest, redo, nextXid, time, oldestActiveXid: INVALID_XID },
    minRecoveryPoint: INVALID_LSN,
    minRecoveryPointTimeline: 0,
    backupStartPoint: INVALID_LSN,
    backupEndPoint: INVALID_LSN,
    backupEndRequired: false,
  };
}

function writeLog(os: Os, dataDirectory: string, control: ControlFileData): void {
  const { checkPoint, checkPointCopy, segmentBytes } = control;
  const data = [encodeCheckPoint(checkPointCopy)];
  const record = { rmgr: Rmgr.xlog, info: XlogInfo.checkpointShutdown, data };
  const directory = `${dataDirectory}/${WAL_DIRECTORY}`;
  createFirstSegment(os, directory, control, checkPointCopy.timeline, record, segmentOf(checkPoint, segmentBytes));
}

/** The page that the next id is on must exist; those after it are made when ids come to them. */
function makeCommitLogRoom(os: Os, dataDirectory: string, nextXid: Xid): void {
  const page = pageOf(nextXid);
  const path = `${dataDirectory}/${COMMIT_LOG_DIRECTORY}/${segmentName(page)}`;
  const wanted = ((page % PAGES_PER_SEGMENT) + 1) * BLOCK_BYTES;
  const fd = os.files.open(path, 'create');
  try {
    const { bytes } = os.files.fstat(fd);
    if (bytes < wanted) os.files.pwrite(fd, Buffer.alloc(wanted - bytes), 0, wanted - bytes, bytes);
    os.files.fsync(fd);
  } finally {
    os.files.close(fd);
  }
  os.files.fsyncDirectory(`${dataDirectory}/${COMMIT_LOG_DIRECTORY}`);
}
