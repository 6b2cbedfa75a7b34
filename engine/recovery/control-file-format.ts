import { setU32, setU64, u32, u64 } from '../base/bytes.js';
import { crc32c } from '../base/crc32c.js';
import { readLsn, writeLsn, type Lsn, type TimelineId } from '../base/lsn.js';
import { readCheckPoint, writeCheckPoint, type CheckPoint } from './checkpoint-record.js';

/**
 * Layout of pg_control (catalog/pg_control.h ControlFileData, PostgreSQL 15, x86-64): 296 bytes in a file of 8 KiB.
 *
 * The last four bytes are the CRC-32C of all that stands before them. Facts of the build (block sizes, alignment, name
 * length) are constants here: a file that says otherwise is refused.
 */
export const CONTROL_FILE_BYTES = 8192;
export const CONTROL_DATA_BYTES = 296;
export const CONTROL_CRC_AT = 288;
export const PG_CONTROL_VERSION = 1300;
export const CATALOG_VERSION = 202209061;
/** catalog/pg_control.h FirstNormalUnloggedLSN. */
export const FIRST_UNLOGGED_LSN = 1000 as Lsn;

/** DBState, in the order of its numbers; the texts are pg_controldata's. */
export const clusterStates = [
  'starting up',
  'shut down',
  'shut down in recovery',
  'shutting down',
  'in crash recovery',
  'in archive recovery',
  'in production',
] as const;
export type ClusterState = (typeof clusterStates)[number];

export const WalLevel = { minimal: 0, replica: 1, logical: 2 } as const;

/** Settings that a standby must be told when they change (xl_parameter_change). */
export interface ControlParameters {
  readonly walLevel: number;
  readonly walLogHints: boolean;
  readonly maxConnections: number;
  readonly maxWorkerProcesses: number;
  readonly maxWalSenders: number;
  readonly maxPreparedTransactions: number;
  readonly maxLocksPerTransaction: number;
  readonly trackCommitTimestamp: boolean;
}

/** `time` is in whole seconds since 1970. */
export interface ControlFileData {
  readonly systemIdentifier: bigint;
  readonly controlVersion: number;
  readonly catalogVersion: number;
  readonly state: ClusterState;
  readonly time: number;
  readonly checkPoint: Lsn;
  readonly checkPointCopy: CheckPoint;
  readonly unloggedLsn: Lsn;
  readonly minRecoveryPoint: Lsn;
  readonly minRecoveryPointTimeline: TimelineId;
  readonly backupStartPoint: Lsn;
  readonly backupEndPoint: Lsn;
  readonly backupEndRequired: boolean;
  readonly parameters: ControlParameters;
  readonly segmentBytes: number;
  /** 0: pages carry no checksums, 1: they do. */
  readonly checksumVersion: number;
  readonly mockAuthenticationNonce: Buffer;
}

interface BuildFact {
  readonly at: number;
  readonly name: string;
  readonly kind: 'uint32' | 'double' | 'bool';
  readonly value: number;
}

/** What initdb of this build writes and every start compares. */
export const buildFacts: readonly BuildFact[] = [
  { at: 204, name: 'MAXALIGN', kind: 'uint32', value: 8 },
  { at: 208, name: 'FLOATFORMAT', kind: 'double', value: 1234567 },
  { at: 216, name: 'BLCKSZ', kind: 'uint32', value: 8192 },
  { at: 220, name: 'RELSEG_SIZE', kind: 'uint32', value: 131072 },
  { at: 224, name: 'XLOG_BLCKSZ', kind: 'uint32', value: 8192 },
  { at: 232, name: 'NAMEDATALEN', kind: 'uint32', value: 64 },
  { at: 236, name: 'INDEX_MAX_KEYS', kind: 'uint32', value: 32 },
  { at: 240, name: 'TOAST_MAX_CHUNK_SIZE', kind: 'uint32', value: 1996 },
  { at: 244, name: 'LOBLKSIZE', kind: 'uint32', value: 2048 },
  { at: 248, name: 'USE_FLOAT8_BYVAL', kind: 'bool', value: 1 },
];

export function readBuildFact(bytes: Buffer, { at, kind }: BuildFact): number {
  if (kind === 'double') return bytes.readDoubleLE(at);
  return kind === 'bool' ? bytes.readUInt8(at) : u32(bytes, at);
}

function writeBuildFact(bytes: Buffer, { at, kind, value }: BuildFact): void {
  if (kind === 'double') bytes.writeDoubleLE(value, at);
  else if (kind === 'bool') bytes.writeUInt8(value, at);
  else setU32(bytes, at, value);
}

/** The whole file: 8 KiB, zero-filled behind the data. `bytes` may be what an earlier call returned. */
export function encodeControlFile(control: ControlFileData, bytes: Buffer = Buffer.alloc(CONTROL_FILE_BYTES)): Buffer {
  bytes.writeBigUInt64LE(control.systemIdentifier, 0);
  setU32(bytes, 8, control.controlVersion);
  setU32(bytes, 12, control.catalogVersion);
  setU32(bytes, 16, clusterStates.indexOf(control.state));
  setU64(bytes, 24, control.time);
  writeLsn(bytes, 32, control.checkPoint);
  writeCheckPoint(bytes, 40, control.checkPointCopy);
  writeLsn(bytes, 128, control.unloggedLsn);
  writeLsn(bytes, 136, control.minRecoveryPoint);
  setU32(bytes, 144, control.minRecoveryPointTimeline);
  writeLsn(bytes, 152, control.backupStartPoint);
  writeLsn(bytes, 160, control.backupEndPoint);
  bytes.writeUInt8(control.backupEndRequired ? 1 : 0, 168);
  writeParameters(bytes, control.parameters);
  setU32(bytes, 228, control.segmentBytes);
  for (const fact of buildFacts) writeBuildFact(bytes, fact);
  setU32(bytes, 252, control.checksumVersion);
  control.mockAuthenticationNonce.copy(bytes, 256, 0, 32);
  setU32(bytes, CONTROL_CRC_AT, crc32c(bytes, 0, CONTROL_CRC_AT));
  return bytes;
}

/** Reads the 296 bytes; the caller has checked version, checksum and build. */
export function decodeControlFile(bytes: Buffer): ControlFileData {
  return {
    systemIdentifier: bytes.readBigUInt64LE(0),
    controlVersion: u32(bytes, 8),
    catalogVersion: u32(bytes, 12),
    state: clusterStates[u32(bytes, 16)],
    time: u64(bytes, 24),
    checkPoint: readLsn(bytes, 32),
    checkPointCopy: readCheckPoint(bytes, 40),
    unloggedLsn: readLsn(bytes, 128),
    minRecoveryPoint: readLsn(bytes, 136),
    minRecoveryPointTimeline: u32(bytes, 144),
    backupStartPoint: readLsn(bytes, 152),
    backupEndPoint: readLsn(bytes, 160),
    backupEndRequired: bytes.readUInt8(168) !== 0,
    parameters: readParameters(bytes),
    segmentBytes: u32(bytes, 228),
    checksumVersion: u32(bytes, 252),
    mockAuthenticationNonce: Buffer.from(bytes.subarray(256, CONTROL_CRC_AT)),
  };
}

function writeParameters(bytes: Buffer, parameters: ControlParameters): void {
  setU32(bytes, 172, parameters.walLevel);
  bytes.writeUInt8(parameters.walLogHints ? 1 : 0, 176);
  setU32(bytes, 180, parameters.maxConnections);
  setU32(bytes, 184, parameters.maxWorkerProcesses);
  setU32(bytes, 188, parameters.maxWalSenders);
  setU32(bytes, 192, parameters.maxPreparedTransactions);
  setU32(bytes, 196, parameters.maxLocksPerTransaction);
  bytes.writeUInt8(parameters.trackCommitTimestamp ? 1 : 0, 200);
}

function readParameters(bytes: Buffer): ControlParameters {
  return {
    walLevel: u32(bytes, 172),
    walLogHints: bytes.readUInt8(176) !== 0,
    maxConnections: u32(bytes, 180),
    maxWorkerProcesses: u32(bytes, 184),
    maxWalSenders: u32(bytes, 188),
    maxPreparedTransactions: u32(bytes, 192),
    maxLocksPerTransaction: u32(bytes, 196),
    trackCommitTimestamp: bytes.readUInt8(200) !== 0,
  };
}
