import type { Oid } from '../../base/block.js';
import { epochOf, xidOf } from '../../base/xid.js';
import { walFileName } from '../../wal/segment-names.js';
import { types } from '../types/type-table.js';
import { moment } from './moments.js';
import type { SystemEnvironment } from './system-environment.js';

/** A function without arguments whose result is one row: `SELECT * FROM pg_control_checkpoint()`. */
export interface RowFunction {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: Oid; readonly typmod: number }[];
  readonly row: (env: SystemEnvironment) => unknown[];
}

function rowFunction(name: string, columns: string, row: RowFunction['row']): RowFunction {
  const parsed = columns.split(', ').map((column) => {
    const [columnName, type] = column.split(' ');
    return { name: columnName, type: types.byName(type)!.oid, typmod: -1 };
  });
  return { name, columns: parsed, row };
}

function controlCheckpoint({ engine }: SystemEnvironment): unknown[] {
  const { checkPoint, checkPointCopy: copy, segmentBytes } = engine.controlFile();
  const segment = Math.floor((copy.redo - 1) / segmentBytes);
  return [
    checkPoint,
    copy.redo,
    walFileName(copy.timeline, segment, segmentBytes),
    copy.timeline,
    copy.previousTimeline,
    copy.fullPageWrites,
    `${epochOf(copy.nextXid)}:${xidOf(copy.nextXid)}`,
    copy.nextOid,
    copy.nextMulti,
    copy.nextMultiOffset,
    copy.oldestXid,
    copy.oldestXidDatabase,
    copy.oldestActiveXid,
    copy.oldestMulti,
    copy.oldestMultiDatabase,
    copy.oldestCommitTimestampXid,
    copy.newestCommitTimestampXid,
    moment(copy.time * 1000),
  ];
}

function controlSystem({ engine }: SystemEnvironment): unknown[] {
  const { controlVersion, catalogVersion, systemIdentifier, time } = engine.controlFile();
  return [controlVersion, catalogVersion, BigInt.asIntN(64, systemIdentifier), moment(time * 1000)];
}

const rowFunctions: readonly RowFunction[] = [
  rowFunction(
    'pg_control_checkpoint',
    'checkpoint_lsn pg_lsn, redo_lsn pg_lsn, redo_wal_file text, timeline_id int4, prev_timeline_id int4, ' +
      'full_page_writes bool, next_xid text, next_oid oid, next_multixact_id xid, next_multi_offset xid, oldest_xid xid, ' +
      'oldest_xid_dbid oid, oldest_active_xid xid, oldest_multi_xid xid, oldest_multi_dbid oid, oldest_commit_ts_xid xid, ' +
      'newest_commit_ts_xid xid, checkpoint_time timestamptz',
    controlCheckpoint,
  ),
  rowFunction(
    'pg_control_system',
    'pg_control_version int4, catalog_version_no int4, system_identifier int8, pg_control_last_modified timestamptz',
    controlSystem,
  ),
];

export function findRowFunction(name: string): RowFunction | undefined {
  return rowFunctions.find((candidate) => candidate.name === name);
}
