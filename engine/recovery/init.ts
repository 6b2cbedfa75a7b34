import { FIRST_NORMAL_OID, type Oid } from '../base/block.js';
import { errnoOf, fatal } from '../base/errors.js';
import { INVALID_LSN, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import { FIRST_NORMAL_XID, INVALID_XID, fullXidFrom } from '../base/xid.js';
import type { Files, Os } from '../os/os.js';
import { createFirstSegment, firstRecordLsn } from '../wal/first-segment.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { WAL_DIRECTORY } from '../wal/segment-names.js';
import { encodeCheckPoint, type CheckPoint } from './checkpoint-record.js';
import {
  CATALOG_VERSION,
  FIRST_UNLOGGED_LSN,
  PG_CONTROL_VERSION,
  WalLevel,
  encodeControlFile,
  type ControlFileData,
  type ControlParameters,
} from './control-file-format.js';
import { CONTROL_FILE } from './control-file.js';
import { writeShutdownManifest } from './shutdown-manifest.js';

/** What initdb makes below the data directory, parents first (initdb.c subdirs). */
export const clusterDirectories = [
  'global',
  'pg_wal',
  'pg_wal/archive_status',
  'pg_commit_ts',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_subtrans',
  'pg_twophase',
  'pg_multixact',
  'pg_multixact/members',
  'pg_multixact/offsets',
  'base',
  'base/1',
  'base/4',
  'base/5',
  'pg_replslot',
  'pg_tblspc',
  'pg_stat',
  'pg_stat_tmp',
  'pg_xact',
  'pg_logical',
  'pg_logical/snapshots',
  'pg_logical/mappings',
] as const;

/** Directories that name their version: the cluster's and each database's. */
const VERSIONED = ['', 'base/1/', 'base/4/', 'base/5/'];
const PG_VERSION = '15\n';
/** Logs that begin with one page of zeros: nothing committed, no multixact made. */
const FIRST_LOG_PAGES = ['pg_xact/0000', 'pg_multixact/offsets/0000', 'pg_multixact/members/0000'];
const LOG_PAGE_BYTES = 8192;
const TEMPLATE1_DATABASE: Oid = 1;
const FIRST_TIMELINE = 1;

const DEFAULT_PARAMETERS: ControlParameters = {
  walLevel: WalLevel.replica,
  walLogHints: false,
  maxConnections: 100,
  maxWorkerProcesses: 8,
  maxWalSenders: 10,
  maxPreparedTransactions: 0,
  maxLocksPerTransaction: 64,
  trackCommitTimestamp: false,
};

export interface NewCluster {
  readonly segmentBytes: number;
  readonly systemIdentifier: bigint;
  /** Seconds since 1970. */
  readonly time: number;
  /** 32 random bytes. */
  readonly nonce: Buffer;
  readonly parameters?: ControlParameters;
}

export interface CreateClusterOptions {
  readonly segmentBytes: number;
  readonly parameters?: ControlParameters;
}

/**
 * Makes an empty cluster in `dataDirectory`, which may exist if it is empty: directories, version files, the first WAL
 * segment with a shutdown checkpoint, the logs' first pages and, last, pg_control; all synced. No catalogs yet.
 *
 * Without pg_control a directory is no cluster, so a crash in here leaves nothing that starts.
 */
export function createCluster(os: Os, dataDirectory: string, options: CreateClusterOptions): ControlFileData {
  makeDataDirectory(os.files, dataDirectory);
  const control = newControlFile({
    ...options,
    systemIdentifier: newSystemIdentifier(os),
    time: Math.floor(os.clock.now() / 1000),
    nonce: os.random.bytes(32),
  });
  for (const name of clusterDirectories) os.files.mkdir(`${dataDirectory}/${name}`);
  for (const prefix of VERSIONED) writeNew(os.files, `${dataDirectory}/${prefix}PG_VERSION`, Buffer.from(PG_VERSION));
  for (const name of FIRST_LOG_PAGES) writeNew(os.files, `${dataDirectory}/${name}`, Buffer.alloc(LOG_PAGE_BYTES));
  const body = encodeCheckPoint(control.checkPointCopy);
  const record = { rmgr: Rmgr.xlog, info: XlogInfo.checkpointShutdown, data: [body] };
  createFirstSegment(os, `${dataDirectory}/${WAL_DIRECTORY}`, control, FIRST_TIMELINE, record);
  syncDirectories(os.files, dataDirectory);
  writeShutdownManifest(os, dataDirectory);
  writeNew(os.files, `${dataDirectory}/${CONTROL_FILE}`, encodeControlFile(control));
  os.files.fsyncDirectory(`${dataDirectory}/global`);
  return control;
}

/** pg_control of a cluster that was just made: shut down, its checkpoint the first record of WAL. */
export function newControlFile(cluster: NewCluster): ControlFileData {
  const checkPoint = firstRecordLsn(cluster.segmentBytes);
  return {
    systemIdentifier: cluster.systemIdentifier,
    controlVersion: PG_CONTROL_VERSION,
    catalogVersion: CATALOG_VERSION,
    state: 'shut down',
    time: cluster.time,
    checkPoint,
    checkPointCopy: firstCheckPoint(checkPoint, cluster.time),
    unloggedLsn: FIRST_UNLOGGED_LSN,
    minRecoveryPoint: INVALID_LSN,
    minRecoveryPointTimeline: 0,
    backupStartPoint: INVALID_LSN,
    backupEndPoint: INVALID_LSN,
    backupEndRequired: false,
    parameters: cluster.parameters ?? DEFAULT_PARAMETERS,
    segmentBytes: cluster.segmentBytes,
    checksumVersion: 1,
    mockAuthenticationNonce: cluster.nonce,
  };
}

/** BootStrapXLOG's checkpoint. */
function firstCheckPoint(redo: Lsn, time: number): CheckPoint {
  return {
    redo,
    timeline: FIRST_TIMELINE,
    previousTimeline: FIRST_TIMELINE,
    fullPageWrites: true,
    nextXid: fullXidFrom(0, FIRST_NORMAL_XID),
    nextOid: FIRST_NORMAL_OID,
    nextMulti: 1,
    nextMultiOffset: 0,
    oldestXid: FIRST_NORMAL_XID,
    oldestXidDatabase: TEMPLATE1_DATABASE,
    oldestMulti: 1,
    oldestMultiDatabase: TEMPLATE1_DATABASE,
    time,
    oldestCommitTimestampXid: INVALID_XID,
    newestCommitTimestampXid: INVALID_XID,
    oldestActiveXid: INVALID_XID,
  };
}

/** Time, its microseconds and the process: unique enough to tell clusters apart (BootStrapXLOG). */
function newSystemIdentifier(os: Os): bigint {
  const nowUs = BigInt(Math.floor(os.clock.now() * 1000));
  const seconds = nowUs / 1_000_000n;
  return (seconds << 32n) | ((nowUs % 1_000_000n) << 12n) | BigInt(os.processes.pid & 0xfff);
}

function makeDataDirectory(files: Files, path: string): void {
  const found = files.stat(path);
  if (!found) {
    files.mkdir(path);
    syncParent(files, path);
  } else if (found.kind !== 'directory' || files.readdir(path).length > 0) {
    throw fatal(SqlState.duplicateFile, `directory "${path}" exists but is not empty`, {
      hint: 'If you want to create a new database system, either remove or empty the directory or use another one.',
    });
  }
}

function syncDirectories(files: Files, dataDirectory: string): void {
  for (const name of [...clusterDirectories].reverse()) files.fsyncDirectory(`${dataDirectory}/${name}`);
  files.fsyncDirectory(dataDirectory);
}

/** The directory above may belong to another user; the cluster is then only as durable as its owner makes it. */
function syncParent(files: Files, path: string): void {
  const parent = /^(.*)\/[^/]+\/*$/.exec(path)?.[1] ?? '.';
  try {
    files.fsyncDirectory(parent || '/');
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EACCES' && errnoOf(thrown) !== 'EPERM') throw thrown;
  }
}

function writeNew(files: Files, path: string, bytes: Buffer): void {
  const fd = files.open(path, 'create-exclusive');
  try {
    files.pwrite(fd, bytes, 0, bytes.length, 0);
    files.fsync(fd);
  } finally {
    files.close(fd);
  }
}
