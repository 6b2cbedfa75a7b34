import { fatal, panic } from '../base/errors.js';
import { formatLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import { isNormalXid, xidOf } from '../base/xid.js';
import { SHORT_HEADER_BYTES, WAL_PAGE_BYTES } from '../wal/page-format.js';
import type { WalReader } from '../wal/reader.js';
import type { WalRecord } from '../wal/record.js';
import { RMGR_INFO_MASK, Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { CHECKPOINT_BYTES, readCheckPoint, type CheckPoint } from './checkpoint-record.js';
import type { ControlFileData } from './control-file-format.js';
import type { RecoveryLog } from './log.js';

/** The checkpoint that pg_control names, as it stands in WAL. */
export interface LocatedCheckpoint {
  readonly lsn: Lsn;
  readonly endLsn: Lsn;
  readonly isShutdown: boolean;
  readonly checkPoint: CheckPoint;
}

/** Reads and checks the checkpoint record (InitWalRecovery). PANIC when WAL has none there. */
export function locateCheckpoint(reader: WalReader, control: ControlFileData, log: RecoveryLog): LocatedCheckpoint {
  if (control.checkPoint % WAL_PAGE_BYTES < SHORT_HEADER_BYTES) {
    throw fatal(SqlState.dataCorrupted, 'control file contains invalid checkpoint location');
  }
  const record = readCheckpointRecord(reader, control.checkPoint, log);
  if (!record) throw panic(SqlState.dataCorrupted, 'could not locate a valid checkpoint record');
  log.debug(`checkpoint record is at ${formatLsn(control.checkPoint)}`);
  const checkPoint = readCheckPoint(record.data);
  const isShutdown = (record.info & RMGR_INFO_MASK) === XlogInfo.checkpointShutdown;
  checkCheckPoint(checkPoint, control.checkPoint, isShutdown);
  return { lsn: record.lsn, endLsn: record.endLsn, isShutdown, checkPoint };
}

/** ReadCheckpointRecord: logs why it is none. */
function readCheckpointRecord(reader: WalReader, at: Lsn, log: RecoveryLog): WalRecord | undefined {
  const result = reader.read(at);
  if (!('record' in result)) {
    log.log(result.endOfLog);
    log.log('invalid primary checkpoint record');
    return undefined;
  }
  const wrong = defectOf(result.record);
  if (wrong !== undefined) log.log(`invalid ${wrong} primary checkpoint record`);
  return wrong === undefined ? result.record : undefined;
}

function defectOf(record: WalRecord): string | undefined {
  const kind = record.info & RMGR_INFO_MASK;
  if (record.rmgr !== Rmgr.xlog) return 'resource manager ID in';
  if (kind !== XlogInfo.checkpointShutdown && kind !== XlogInfo.checkpointOnline) return 'xl_info in';
  return record.data.length === CHECKPOINT_BYTES ? undefined : 'length of';
}

function checkCheckPoint(checkPoint: CheckPoint, at: Lsn, isShutdown: boolean): void {
  if (checkPoint.redo > at) throw panic(SqlState.dataCorrupted, 'invalid redo in checkpoint record');
  if (isShutdown && checkPoint.redo !== at) {
    throw panic(SqlState.dataCorrupted, 'invalid redo record in shutdown checkpoint');
  }
  if (!isNormalXid(xidOf(checkPoint.nextXid))) throw panic(SqlState.dataCorrupted, 'invalid next transaction ID');
}
