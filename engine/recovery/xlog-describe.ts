import { formatLsn } from '../base/lsn.js';
import { epochOf, xidOf } from '../base/xid.js';
import type { WalRecord } from '../wal/record.js';
import { RMGR_INFO_MASK, XlogInfo } from '../wal/rmgr-ids.js';
import { readCheckPoint } from './checkpoint-record.js';
import { formatTimestamp } from '../base/civil-time.js';
import { decodeEndOfRecovery, decodeOverwriteContrecord, decodeParameterChange } from './xlog-records.js';

const NAMES = new Map<number, string>([
  [XlogInfo.checkpointShutdown, 'CHECKPOINT_SHUTDOWN'],
  [XlogInfo.checkpointOnline, 'CHECKPOINT_ONLINE'],
  [XlogInfo.noop, 'NOOP'],
  [XlogInfo.nextOid, 'NEXTOID'],
  [XlogInfo.switch, 'SWITCH'],
  [XlogInfo.backupEnd, 'BACKUP_END'],
  [XlogInfo.parameterChange, 'PARAMETER_CHANGE'],
  [XlogInfo.restorePoint, 'RESTORE_POINT'],
  [XlogInfo.fullPageWritesChange, 'FPW_CHANGE'],
  [XlogInfo.endOfRecovery, 'END_OF_RECOVERY'],
  [XlogInfo.fullPageImageForHint, 'FPI_FOR_HINT'],
  [XlogInfo.fullPageImage, 'FPI'],
  [XlogInfo.overwriteContrecord, 'OVERWRITE_CONTRECORD'],
]);
const WAL_LEVELS = ['minimal', 'replica', 'logical'];

/** The record's kind and contents, as pg_waldump shows them (rmgrdesc/xlogdesc.c). */
export function describeXlogRecord(record: WalRecord): string {
  const info = record.info & RMGR_INFO_MASK;
  const name = NAMES.get(info) ?? `UNKNOWN (${info.toString(16)})`;
  const contents = describeContents(info, record.data);
  return contents === '' ? name : `${name} ${contents}`;
}

function describeContents(info: number, data: Buffer): string {
  switch (info) {
    case XlogInfo.checkpointShutdown:
    case XlogInfo.checkpointOnline:
      return describeCheckPoint(data, info === XlogInfo.checkpointShutdown ? 'shutdown' : 'online');
    case XlogInfo.nextOid:
      return String(data.readUInt32LE(0));
    case XlogInfo.restorePoint:
      return data.toString('utf8', 8, data.indexOf(0, 8));
    case XlogInfo.parameterChange:
      return describeParameters(data);
    case XlogInfo.fullPageWritesChange:
      return data.readUInt8(0) !== 0 ? 'true' : 'false';
    case XlogInfo.endOfRecovery:
      return describeEndOfRecovery(data);
    case XlogInfo.overwriteContrecord:
      return describeOverwrite(data);
    default:
      return '';
  }
}

function describeCheckPoint(data: Buffer, kind: string): string {
  const c = readCheckPoint(data);
  return (
    `redo ${formatLsn(c.redo)}; tli ${c.timeline}; prev tli ${c.previousTimeline}; ` +
    `fpw ${c.fullPageWrites ? 'true' : 'false'}; xid ${epochOf(c.nextXid)}:${xidOf(c.nextXid)}; oid ${c.nextOid}; ` +
    `multi ${c.nextMulti}; offset ${c.nextMultiOffset}; oldest xid ${c.oldestXid} in DB ${c.oldestXidDatabase}; ` +
    `oldest multi ${c.oldestMulti} in DB ${c.oldestMultiDatabase}; oldest/newest commit timestamp xid: ` +
    `${c.oldestCommitTimestampXid}/${c.newestCommitTimestampXid}; oldest running xid ${c.oldestActiveXid}; ${kind}`
  );
}

function describeParameters(data: Buffer): string {
  const p = decodeParameterChange(data);
  const onOff = (value: boolean): string => (value ? 'on' : 'off');
  return (
    `max_connections=${p.maxConnections} max_worker_processes=${p.maxWorkerProcesses} ` +
    `max_wal_senders=${p.maxWalSenders} max_prepared_xacts=${p.maxPreparedTransactions} ` +
    `max_locks_per_xact=${p.maxLocksPerTransaction} wal_level=${WAL_LEVELS[p.walLevel]} ` +
    `wal_log_hints=${onOff(p.walLogHints)} track_commit_timestamp=${onOff(p.trackCommitTimestamp)}`
  );
}

function describeEndOfRecovery(data: Buffer): string {
  const { timeline, previousTimeline, time } = decodeEndOfRecovery(data);
  return `tli ${timeline}; prev tli ${previousTimeline}; time ${formatTimestamp(time)}`;
}

function describeOverwrite(data: Buffer): string {
  const { overwritten, time } = decodeOverwriteContrecord(data);
  return `lsn ${formatLsn(overwritten)}; time ${formatTimestamp(time)}`;
}
