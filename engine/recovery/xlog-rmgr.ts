import { fatal, panic } from '../base/errors.js';
import { formatLsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { RedoContext } from '../access/redo-buffers.js';
import type { ResourceManager } from '../access/resource-manager.js';
import type { WalRecord } from '../wal/record.js';
import { RMGR_INFO_MASK, Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { readCheckPoint } from './checkpoint-record.js';
import { formatTimestamp } from '../base/civil-time.js';
import type { ControlFile } from './control-file.js';
import type { RecoveryLog } from './log.js';
import { describeXlogRecord } from './xlog-describe.js';
import { decodeEndOfRecovery, decodeOverwriteContrecord, decodeParameterChange } from './xlog-records.js';

export interface XlogRmgrTools {
  readonly controlFile: ControlFile;
  readonly log: RecoveryLog;
}

/** The resource manager of the log itself (xlog.c xlog_redo). */
export function xlogRmgr(tools: XlogRmgrTools): ResourceManager {
  return {
    id: Rmgr.xlog,
    name: 'XLOG',
    redo: (record, context) => redoXlogRecord(tools, record, context),
    describe: describeXlogRecord,
  };
}

function redoXlogRecord(tools: XlogRmgrTools, record: WalRecord, context: RedoContext): void {
  switch (record.info & RMGR_INFO_MASK) {
    case XlogInfo.nextOid:
      return context.ids.setNextOid(record.data.readUInt32LE(0));
    case XlogInfo.checkpointShutdown:
      return redoShutdownCheckpoint(tools, record, context);
    case XlogInfo.checkpointOnline:
      return redoOnlineCheckpoint(tools, record, context);
    case XlogInfo.endOfRecovery:
      return checkTimeline(tools, decodeEndOfRecovery(record.data).timeline, 'end-of-recovery');
    case XlogInfo.fullPageImage:
    case XlogInfo.fullPageImageForHint:
      return redoImages(record, context);
    case XlogInfo.parameterChange:
      tools.controlFile.update({ parameters: decodeParameterChange(record.data) });
      return;
    case XlogInfo.overwriteContrecord:
      return redoOverwriteContrecord(tools, record);
    default:
  }
}

/** Nothing ran when it was written: its counters are exact, also where they are behind what was reserved before. */
function redoShutdownCheckpoint(tools: XlogRmgrTools, record: WalRecord, { ids }: RedoContext): void {
  const checkPoint = readCheckPoint(record.data);
  ids.initialise({
    nextFullXid: checkPoint.nextXid,
    nextOid: checkPoint.nextOid,
    oldestXid: checkPoint.oldestXid,
    oldestXidDatabase: checkPoint.oldestXidDatabase,
  });
  checkTimeline(tools, checkPoint.timeline, 'shutdown checkpoint');
}

/** Object ids come from XLOG_NEXTOID records; transaction ids may already be further than this record knew. */
function redoOnlineCheckpoint(tools: XlogRmgrTools, record: WalRecord, { ids }: RedoContext): void {
  const checkPoint = readCheckPoint(record.data);
  ids.advanceTo(checkPoint.nextXid);
  ids.advanceLimits(checkPoint.oldestXid, checkPoint.oldestXidDatabase);
  checkTimeline(tools, checkPoint.timeline, 'online checkpoint');
}

function checkTimeline(tools: XlogRmgrTools, found: number, what: string): void {
  const expected = tools.controlFile.read().checkPointCopy.timeline;
  if (found === expected) return;
  throw panic(SqlState.internalError, `unexpected timeline ID ${found} (should be ${expected}) in ${what} record`);
}

/** The images are all there is to redo. */
function redoImages(record: WalRecord, context: RedoContext): void {
  for (const block of record.blocks) {
    if (!block.hasImage && (record.info & RMGR_INFO_MASK) === XlogInfo.fullPageImageForHint) continue;
    const { action, buffer } = context.readBuffer(record, block.id);
    if (action !== 'restored') throw panic(SqlState.dataCorrupted, 'full-page image record without an image');
    context.release(buffer);
  }
}

/** VerifyOverwriteContrecord: the log may skip exactly the record that this one names. */
function redoOverwriteContrecord({ log }: XlogRmgrTools, record: WalRecord): void {
  const { overwritten, time } = decodeOverwriteContrecord(record.data);
  if (overwritten !== record.overwritten) {
    const text = `mismatching overwritten LSN ${formatLsn(overwritten)} -> ${formatLsn(record.overwritten)}`;
    throw fatal(SqlState.dataCorrupted, text);
  }
  const when = formatTimestamp(time);
  log.log(`successfully skipped missing contrecord at ${formatLsn(overwritten)}, overwritten at ${when}`);
}
