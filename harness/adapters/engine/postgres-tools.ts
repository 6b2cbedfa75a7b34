import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { printLsn } from '../../oracles/oracle.js';
import type { Inspection, WalRecordFacts } from '../inspection.js';

/** Resource managers by number, as PostgreSQL 15 prints them (rmgrlist.h). */
const RESOURCE_MANAGERS = [
  'XLOG',
  'Transaction',
  'Storage',
  'CLOG',
  'Database',
  'Tablespace',
  'MultiXact',
  'RelMap',
  'Standby',
  'Heap2',
  'Heap',
  'Btree',
];

/** `rmgr: Heap        len (rec/tot):     54/    54, tx:        735, lsn: 0/01500060, prev 0/01500028, desc: ...` */
const RECORD_LINE = /^rmgr: (\S+)\s+len \(rec\/tot\):\s+\d+\/\s*(\d+), tx:\s+(\d+), lsn: (\S+), prev (\S+),/;
/** A segment's first page has the long header. */
const LONG_HEADER_BYTES = 40;

/**
 * What PostgreSQL 15's own pg_controldata, pg_checksums and pg_waldump (in `tools`, its bin directory) find wrong with a
 * stopped cluster, and where pg_waldump and our reader disagree on a record of any segment kept. Empty when all is well.
 */
export function postgresToolsSay(tools: string, dataDirectory: string, inspection: Inspection): string[] {
  return [
    ...controlData(tools, dataDirectory),
    ...checksums(tools, dataDirectory),
    ...disagreements(tools, `${dataDirectory}/pg_wal`, inspection),
  ];
}

function controlData(tools: string, dataDirectory: string): string[] {
  const { status, stdout, stderr } = run(tools, 'pg_controldata', dataDirectory);
  const isGood = status === 0 && stderr === '' && /^Database cluster state:\s+shut down$/m.test(stdout);
  return isGood ? [] : [`pg_controldata: ${stderr}${stdout.split('\n').find((line) => line.includes('state')) ?? ''}`];
}

function checksums(tools: string, dataDirectory: string): string[] {
  const { status, stderr } = run(tools, 'pg_checksums', '--check', '-D', dataDirectory);
  return status === 0 ? [] : [`pg_checksums: ${stderr.trim()}`];
}

function disagreements(tools: string, wal: string, inspection: Inspection): string[] {
  const from = printLsn(inspection.oldestWal() + LONG_HEADER_BYTES);
  const dump = run(tools, 'pg_waldump', '-p', wal, '-s', from, oldestSegment(wal));
  const theirs = dump.stdout.split('\n').flatMap(describeLine);
  if (theirs.length === 0) return [`pg_waldump: ${dump.stderr.trim() || 'no record'}`];
  const first = Number(`0x${theirs[0].split(' ')[0].replace('/', '')}`);
  const ours = inspection.wal(first).records.map(describeRecord);
  const at = Array.from({ length: Math.max(ours.length, theirs.length) }).findIndex((_, i) => ours[i] !== theirs[i]);
  if (at < 0) return [];
  // pg_waldump always ends with an error, where the log ends; when it ends too early, that error is the reason.
  return [`pg_waldump reads "${theirs[at] ?? `end: ${dump.stderr.trim()}`}" where we read "${ours[at] ?? 'the end'}"`];
}

/** Unless it is named, pg_waldump takes the segment size from any file, even a preallocated one full of zeros. */
function oldestSegment(wal: string): string {
  return readdirSync(wal)
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort()[0];
}

/** LSN, previous LSN, total length, transaction id, resource manager. */
function describeLine(line: string): string[] {
  const match = RECORD_LINE.exec(line);
  return match ? [`${match[4]} ${match[5]} ${match[2]} ${match[3]} ${match[1]}`] : [];
}

function describeRecord({ lsn, previous, totalBytes, xid, resourceManager }: WalRecordFacts): string {
  return `${padded(lsn)} ${padded(previous)} ${totalBytes} ${xid} ${RESOURCE_MANAGERS[resourceManager]}`;
}

/** `0/01500060`: pg_waldump fills the lower half with zeros. */
function padded(position: number): string {
  const [high, low] = printLsn(position).split('/');
  return `${high}/${low.padStart(8, '0')}`;
}

function run(
  tools: string,
  tool: string,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  const done = spawnSync(`${tools}/${tool}`, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (done.error) throw done.error;
  return done;
}
