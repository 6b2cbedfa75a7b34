import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../base/testing/postgres-tools.js';
import { dir } from 'tmp-promise';
import { formatLsn, lsn, type Lsn } from '../base/lsn.js';
import { openRealOs } from '../os/real-os.js';
import { WalReader } from '../wal/reader.js';
import type { WalRecord } from '../wal/record.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { fileWalSource } from '../wal/wal-source.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { createCluster, readControlFile } from './recovery.js';
import { TestEngine, TestTable } from './testing/test-cluster.js';
import { describeXlogRecord } from './xlog-describe.js';
import { encodeEndOfRecovery } from './xlog-records.js';

const SEGMENT_BYTES = 1024 ** 2;
const FIRST_RECORD = lsn(SEGMENT_BYTES + 40);
const os = openRealOs();
const env = { LC_ALL: 'C', TZ: 'UTC' };

/** PostgreSQL 15's own programs as judges of what a life with crashes leaves on disk. */
describe("PostgreSQL's tools", function () {
  let directory = '';
  /** All segments there ever were. */
  let wal = '';
  let cleanup = async (): Promise<void> => {};
  let end: Lsn;

  before(async function () {
    // Debian's postgresql-15 has them; without them nothing here can be judged.
    skipWithout(this, 'pg_waldump');
    const made = await dir({ unsafeCleanup: true });
    directory = `${made.path}/data`;
    cleanup = made.cleanup;
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    wal = `${made.path}/wal`;
    end = liveAndCrash(directory, wal);
  });
  after(() => cleanup());

  it('pg_controldata: shut down', () => {
    const text = execFileSync(`${POSTGRES_BIN}/pg_controldata`, [directory], { encoding: 'utf8', env });
    expect(text).to.match(/^Database cluster state: +shut down$/m);
    expect(text).to.contain(
      `Latest checkpoint location:           ${formatLsn(readControlFile(os, directory).checkPoint)}\n`,
    );
    expect(text).to.match(/^max_connections setting: +5$/m);
    expect(text).to.not.contain('WARNING');
  });

  it('pg_checksums: no bad page', () => {
    const check = spawnSync(`${POSTGRES_BIN}/pg_checksums`, ['--check', '-D', directory], { encoding: 'utf8', env });
    expect(check.stdout + check.stderr).to.match(/Bad checksums: +0\n/);
    expect(check.status).to.equal(0);
  });

  it('pg_waldump: every record, to the very end, described as we do', () => {
    const text = execFileSync(
      `${POSTGRES_BIN}/pg_waldump`,
      ['-p', wal, '-s', formatLsn(FIRST_RECORD), '-e', formatLsn(end)],
      {
        encoding: 'utf8',
        env,
      },
    );
    const dumped = text.trim().split('\n').map(parseDumpLine);
    const records = readAll(wal, end);
    expect(dumped.map((line) => line.lsn)).to.deep.equal(records.map((record) => formatLsn(record.lsn)));
    expect(dumped.map((line) => line.bytes)).to.deep.equal(records.map((record) => record.totalBytes));
    const xlog = (_: unknown, index: number): boolean => records[index].rmgr === Rmgr.xlog;
    const described = records.filter(xlog).map((record) => describeXlogRecord(record));
    expect(described).to.deep.equal(dumped.filter(xlog).map((line) => line.description));
    const kinds = new Set(described.map((text) => text.split(' ')[0]));
    expect(kinds).to.include.keys(
      'CHECKPOINT_SHUTDOWN',
      'CHECKPOINT_ONLINE',
      'NEXTOID',
      'PARAMETER_CHANGE',
      'SWITCH',
      'END_OF_RECOVERY',
    );
    expect(kinds).to.include.keys('NOOP', 'FPW_CHANGE', 'FPI', 'FPI_FOR_HINT');
  });
});

/** Leaves a cleanly stopped cluster and its whole WAL, with records of many kinds, in `wal`; returns WAL's end. */
function liveAndCrash(directory: string, wal: string): Lsn {
  const first = new TestEngine(directory);
  first.recovery.runStartup();
  const table = new TestTable(first);
  first.transact(() => table.create());
  for (let key = 0; key < 100; key++) first.transact(() => table.insert(key, 'x'.repeat(500)));
  first.access.ids.newOid();
  first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(10)] });
  first.wal.insert({
    rmgr: Rmgr.xlog,
    info: XlogInfo.endOfRecovery,
    data: [encodeEndOfRecovery({ time: 0n, timeline: 1, previousTimeline: 1 })],
  });
  first.recovery.performCheckpoint(CheckpointFlag.immediate);
  table.contents();
  logImage(first, table);
  first.wal.switchSegment();
  first.ctx.settings.set('full_page_writes', false, 'override');
  first.recovery.updateFullPageWrites();
  first.transact(() => table.update(1, 'committed-before-crash'));
  first.crash();
  fs.cpSync(`${directory}/pg_wal`, wal, { recursive: true });
  const second = new TestEngine(directory);
  second.recovery.runStartup();
  second.transact(() => new TestTable(second).insert(1000, 'after'));
  const contents = new TestTable(second).contents();
  expect(contents[1]).to.equal('committed-before-crash');
  second.shutDown();
  fs.cpSync(`${directory}/pg_wal`, wal, { recursive: true });
  return second.wal.insertLsn();
}

function logImage(engine: TestEngine, { file }: TestTable): void {
  const { buffers } = engine.storage;
  const buffer = buffers.read(file, 0, 0 as never);
  buffers.lock(buffer, 'exclusive');
  const block = {
    id: 0,
    file,
    fork: 0 as const,
    block: 0 as never,
    page: buffers.page(buffer),
    forceImage: true,
    standard: true,
  };
  engine.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageImage, data: [], blocks: [block] });
  buffers.unlockRelease(buffer);
}

function readAll(wal: string, end: Lsn): WalRecord[] {
  const source = fileWalSource(os, wal, 1, SEGMENT_BYTES);
  const reader = new WalReader(source, SEGMENT_BYTES, { keepRecords: true });
  const records: WalRecord[] = [];
  for (let result = reader.read(FIRST_RECORD); 'record' in result && result.record.lsn < end; result = reader.next()) {
    records.push(result.record);
  }
  source.close();
  return records;
}

function parseDumpLine(line: string): { lsn: string; bytes: number; description: string } {
  const match =
    /len \(rec\/tot\): +\d+\/ *(\d+), tx: +\d+, lsn: ([0-9A-F]+)\/([0-9A-F]+), prev [^,]+, desc: (.*)$/.exec(line);
  if (!match) throw new Error(`not a line of pg_waldump: ${line}`);
  const [, bytes, high, low, rest] = match;
  const description = rest.replace(/(, |; )?blkref #0.*$/, '').trim();
  return { lsn: `${high}/${parseInt(low, 16).toString(16).toUpperCase()}`, bytes: Number(bytes), description };
}
