import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { PgError } from '../base/errors.js';
import { formatLsn, lsn, type Lsn } from '../base/lsn.js';
import { openRealOs } from '../os/real-os.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { encodeControlFile } from './control-file-format.js';
import { CheckpointFlag, createCluster, readControlFile } from './recovery.js';
import { TestEngine, TestTable } from './testing/test-cluster.js';

const SEGMENT_BYTES = 1024 ** 2;
const PAGE_BYTES = 8192;
const os = openRealOs();

function failureOf(body: () => unknown): PgError {
  try {
    body();
  } catch (thrown) {
    if (thrown instanceof PgError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('startup', () => {
  let directory = '';
  let cleanup = async (): Promise<void> => {};

  const start = (): TestEngine => {
    const engine = new TestEngine(directory);
    engine.recovery.runStartup();
    return engine;
  };
  const stateOf = (): string => readControlFile(os, directory).state;
  const segmentPath = (position: Lsn): string => {
    const hex = Math.floor(position / SEGMENT_BYTES)
      .toString(16)
      .toUpperCase()
      .padStart(8, '0');
    return `${directory}/pg_wal/0000000100000000${hex}`;
  };
  const overwrite = (position: Lsn, bytes: Buffer): void => {
    const fd = fs.openSync(segmentPath(position), 'r+');
    fs.writeSync(fd, bytes, 0, bytes.length, position % SEGMENT_BYTES);
    fs.closeSync(fd);
  };

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    directory = `${made.path}/data`;
    cleanup = made.cleanup;
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
  });
  afterEach(() => cleanup());

  it('opens a cleanly stopped cluster without replay', () => {
    const first = start();
    expect(stateOf()).to.equal('in production');
    const table = new TestTable(first);
    first.transact(() => {
      table.create();
      table.insert(1, 'committed-before-shutdown');
    });
    first.shutDown();
    expect(stateOf()).to.equal('shut down');

    const second = new TestEngine(directory);
    const result = second.recovery.runStartup();
    expect([result.clean, result.replayedRecords]).to.deep.equal([true, 0]);
    expect(second.log[0]).to.match(/^LOG: database system was shut down at \d{4}-.* UTC$/);
    expect(new TestTable(second).contents()).to.deep.equal({ 1: 'committed-before-shutdown' });
    second.crash();
  });

  it('replays what was committed before a crash and nothing that was not', () => {
    const first = start();
    const table = new TestTable(first);
    first.transact(() => table.create());
    for (let key = 0; key < 500; key++) first.transact(() => table.insert(key, `value ${key} ${'x'.repeat(key)}`));
    first.transact(() => table.update(3, 'updated-before-crash'));
    first.transact(() => table.delete(4));
    const expected = table.contents();
    first.access.transactions.begin({ isolation: 'read committed', readOnly: false });
    table.insert(1000, 'uncommitted-at-crash');
    const lostXid = first.access.transactions.xid();
    first.wal.flush(first.wal.insertLsn());
    first.crash();
    expect(stateOf()).to.equal('in production');

    const second = new TestEngine(directory);
    const result = second.recovery.runStartup();
    expect(result.clean).to.equal(false);
    expect(result.replayedBytes).to.be.greaterThan(100_000);
    expect(new TestTable(second).contents()).to.deep.equal(expected);
    second.transact(() => {
      new TestTable(second).insert(1001, 'after');
      expect(second.access.transactions.xid()).to.be.greaterThan(lostXid);
    });
    second.crash();
  });

  // Cause: a backend was killed between the two halves of the write that extended a new relation.
  // Consequence: the transaction was lost with it, the file of half a page stayed, and pg_checksums could not read it.
  // Fix: after a crash, files that end inside a page are cut off before anything is replayed.
  it('cuts half-written blocks off the ends of relation files, lost ones and living ones', () => {
    const first = start();
    const table = new TestTable(first);
    first.transact(() => {
      table.create();
      for (let key = 0; key < 300; key++) table.insert(key, `committed-before-crash ${'x'.repeat(60)}`);
    });
    const expected = table.contents();
    first.crash();
    const half = PAGE_BYTES / 2;
    const living = `${directory}/base/5/16384`;
    const blocks = Math.floor(fs.statSync(living).size / PAGE_BYTES);
    fs.truncateSync(living, blocks * PAGE_BYTES - half);
    const lost = `${directory}/base/5/24577`;
    fs.writeFileSync(lost, Buffer.alloc(half, 1));

    const second = start();
    expect(second.log).to.include(`LOG: file "${lost}" ended ${half} bytes into block 0, which is cut off`);
    expect(fs.statSync(lost).size).to.equal(0);
    expect(new TestTable(second).contents()).to.deep.equal(expected);
    second.shutDown();
    expect(fs.statSync(living).size % PAGE_BYTES).to.equal(0);
  });

  it('tells the story of a recovery as PostgreSQL does', () => {
    const first = start();
    const { redo } = readControlFile(os, directory).checkPointCopy;
    const table = new TestTable(first);
    first.transact(() => {
      table.create();
      table.insert(1, 'committed-before-crash');
    });
    const end = first.wal.insertLsn();
    first.crash();
    const second = start();
    const lines = second.log.map((line) =>
      line.replace(/\d{4}-\d\d-\d\d [\d:.]+ UTC/, 'TIME').replace(/elapsed: [\d.]+/, 'elapsed: N'),
    );
    expect(lines.slice(0, 2)).to.deep.equal([
      'LOG: database system was interrupted; last known up at TIME',
      `DEBUG: checkpoint record is at ${formatLsn(redo)}`,
    ]);
    expect(lines).to.include('LOG: database system was not properly shut down; automatic recovery in progress');
    expect(lines).to.include(`LOG: invalid record length at ${formatLsn(end)}: wanted 24, got 0`);
    expect(lines.some((line) => /^LOG: redo starts at 0\/[0-9A-F]+$/.test(line))).to.equal(true);
    expect(lines.some((line) => /^LOG: redo done at 0\/[0-9A-F]+ system usage: elapsed: N s$/.test(line))).to.equal(
      true,
    );
    expect(lines).to.include('LOG: last completed transaction was at log time TIME');
    expect(lines).to.include('LOG: checkpoint starting: end-of-recovery immediate');
    second.crash();
  });

  it('gives out object ids and transaction ids that no record mentions', () => {
    const first = start();
    first.transact(() => void first.access.transactions.xid());
    first.recovery.performCheckpoint(0);
    const oids = Array.from({ length: 5 }, () => first.access.ids.newOid());
    first.access.transactions.begin({ isolation: 'read committed', readOnly: false });
    const table = new TestTable(first);
    table.create();
    table.insert(1, 'uncommitted-at-crash');
    const xid = first.access.transactions.xid();
    first.wal.flush(first.wal.insertLsn());
    first.crash();
    const second = start();
    expect(second.access.ids.newOid()).to.be.greaterThan(Math.max(...oids));
    second.transact(() => expect(second.access.transactions.xid()).to.be.greaterThan(xid));
    second.crash();
  });

  it('removes half-made WAL segments', () => {
    start().crash();
    fs.writeFileSync(`${directory}/pg_wal/xlogtemp.4711`, 'x');
    start().crash();
    expect(fs.readdirSync(`${directory}/pg_wal`)).to.not.include('xlogtemp.4711');
  });

  it('syncs every file before it replays anything', () => {
    const first = start();
    first.transact(() => new TestTable(first).create());
    first.crash();
    const second = new TestEngine(directory);
    const events: string[] = [];
    second.counted.watch = (name, [fd]) => {
      if (name === 'fsync') events.push(second.counted.paths.get(fd as number)!);
    };
    second.reach = (point) => events.push(point);
    second.recovery.runStartup();
    const synced = events.slice(0, events.indexOf('recovery:started'));
    expect(synced).to.include(`${directory}/base/5/16384`);
    expect(synced).to.include(segmentPath(lsn(SEGMENT_BYTES)));
    expect(synced[synced.length - 1]).to.equal(`${directory}/global/pg_control`);
    second.crash();
  });

  // Cause: after a failed fsync the kernel keeps the log's pages, marked clean, and no later fsync writes them.
  // Consequence: recovery replayed a log that was not on disk; a power loss left pages it could not bring back.
  // Fix: what will be replayed is written once more before it is synced.
  it('writes the log it will replay over itself before it syncs and replays', () => {
    const first = start();
    first.transact(() => new TestTable(first).create());
    first.crash();
    const second = new TestEngine(directory);
    const segment = segmentPath(lsn(SEGMENT_BYTES));
    const events: string[] = [];
    second.counted.watch = (name, [fd]) => {
      if (second.counted.paths.get(fd as number) === segment) events.push(name);
    };
    second.reach = (point) => events.push(point);
    second.recovery.runStartup();
    const before = events.slice(0, events.indexOf('recovery:started'));
    expect(before).to.include('pwrite');
    expect(before.lastIndexOf('fsync')).to.be.greaterThan(before.lastIndexOf('pwrite'));
    second.crash();
  });

  it('does not take a read error for the end of WAL', () => {
    const first = start();
    first.transact(() => new TestTable(first).create());
    first.crash();
    const second = new TestEngine(directory);
    let isReplaying = false;
    second.reach = (point) => (isReplaying ||= point === 'recovery:started');
    const before = stateOf();
    second.counted.watch = (name) => {
      if (name === 'pread') throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    };
    expect(failureOf(() => second.recovery.runStartup()).severity).to.equal('PANIC');
    expect([isReplaying, stateOf()]).to.deep.equal([false, before]);
    second.crash();
  });

  it('refuses to start without its checkpoint record', () => {
    start().crash();
    const { checkPoint } = readControlFile(os, directory);
    overwrite(checkPoint, Buffer.alloc(24));
    const engine = new TestEngine(directory);
    const failure = failureOf(() => engine.recovery.runStartup());
    expect([failure.severity, failure.message]).to.deep.equal(['PANIC', 'could not locate a valid checkpoint record']);
    expect(engine.log).to.include('LOG: invalid primary checkpoint record');
    engine.crash();
  });

  it('refuses to start when its WAL is gone, and changes nothing', () => {
    const first = start();
    first.transact(() => new TestTable(first).create());
    first.crash();
    for (const name of fs.readdirSync(`${directory}/pg_wal`))
      if (name.length === 24) fs.unlinkSync(`${directory}/pg_wal/${name}`);
    const engine = new TestEngine(directory);
    expect(failureOf(() => engine.recovery.runStartup()).message).to.equal(
      'could not locate a valid checkpoint record',
    );
    expect(stateOf()).to.equal('in production');
    engine.crash();
  });

  it('refuses to start when the redo point of an online checkpoint cannot be read', () => {
    const first = start();
    first.reach = (point) => {
      if (point === 'checkpoint:redo-fixed')
        first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(100)] });
    };
    first.recovery.performCheckpoint(CheckpointFlag.force);
    first.crash();
    const { checkPointCopy } = readControlFile(os, directory);
    overwrite(checkPointCopy.redo, Buffer.alloc(24));
    const engine = new TestEngine(directory);
    const failure = failureOf(() => engine.recovery.runStartup());
    expect([failure.severity, failure.message]).to.deep.equal([
      'FATAL',
      'could not find redo location referenced by checkpoint record',
    ]);
    engine.crash();
  });

  it('refuses to start when WAL is broken before its checkpoint record', () => {
    const first = start();
    let broken = lsn(0);
    first.reach = (point) => {
      if (point !== 'checkpoint:redo-fixed') return;
      first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(100)] });
      broken = first.wal.insertLsn();
      first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(100)] });
    };
    first.recovery.performCheckpoint(CheckpointFlag.force);
    first.crash();
    overwrite(lsn(broken + 50), Buffer.from('!'));
    const engine = new TestEngine(directory);
    const failure = failureOf(() => engine.recovery.runStartup());
    expect([failure.severity, failure.message]).to.deep.equal(['FATAL', 'WAL ends before consistent recovery point']);
    engine.crash();
  });

  it('ends at a record whose checksum does not fit', () => {
    const first = start();
    const table = new TestTable(first);
    first.transact(() => {
      table.create();
      table.insert(1, 'committed-and-whole');
    });
    const at = first.wal.insertLsn();
    first.transact(() => table.insert(2, 'committed-and-torn'));
    first.crash();
    overwrite(lsn(at + 30), Buffer.from('!'));
    const second = new TestEngine(directory);
    const result = second.recovery.runStartup();
    expect(result.stopReason).to.equal(`incorrect resource manager data checksum in record at ${formatLsn(at)}`);
    expect(new TestTable(second).contents()).to.deep.equal({ 1: 'committed-and-whole' });
    second.crash();
  });

  it('says so when WAL goes on behind the record at which it had to end', () => {
    const first = start();
    const commitThreePages = (): Lsn => {
      const at = first.wal.insertLsn();
      first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(20_000, 1)] });
      first.wal.flush(first.wal.insertLsn());
      return at;
    };
    commitThreePages();
    const damaged = commitThreePages();
    first.crash();
    fs.cpSync(directory, `${directory}-sound`, { recursive: true });
    const sound = new TestEngine(`${directory}-sound`);
    sound.recovery.runStartup();
    expect(sound.log.join('\n')).not.to.include('WAL goes on');
    sound.crash();
    overwrite(lsn(damaged + 100), Buffer.from('!'));
    const second = start();
    expect(second.log.join('\n')).to.include(`WARNING: WAL goes on behind its end at ${formatLsn(damaged)}`);
    second.crash();
    const third = start();
    expect(third.log.join('\n')).not.to.include('WAL goes on');
    third.crash();
  });

  it('goes on behind a record that was cut off, and says so in WAL', () => {
    const first = start();
    const broken = first.wal.insertLsn();
    first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(20_000, 1)] });
    first.wal.flush(first.wal.insertLsn());
    first.crash();
    const lostPage = lsn(broken - (broken % PAGE_BYTES) + 2 * PAGE_BYTES);
    overwrite(lostPage, Buffer.alloc(PAGE_BYTES));

    const second = start();
    expect(readControlFile(os, directory).checkPoint).to.be.greaterThan(lostPage);
    const table = new TestTable(second);
    second.transact(() => {
      table.create();
      table.insert(1, 'committed-behind-the-broken-record');
    });
    second.crash();
    const control = readControlFile(os, directory);
    const initial = lsn(SEGMENT_BYTES + 40);
    fs.writeFileSync(`${directory}/global/pg_control`, encodeControlFile({ ...control, checkPoint: initial }));

    const third = start();
    expect(third.log.join('\n')).to.contain(
      `successfully skipped missing contrecord at ${formatLsn(broken)}, overwritten at`,
    );
    expect(new TestTable(third).contents()).to.deep.equal({ 1: 'committed-behind-the-broken-record' });
    third.crash();
  });

  it('never replays what stood behind the end of the log', () => {
    const first = start();
    const lost = first.wal.insertLsn();
    first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(88)] });
    const ghost = Buffer.alloc(4);
    ghost.writeUInt32LE(777_777);
    first.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.nextOid, data: [ghost] });
    first.wal.flush(first.wal.insertLsn());
    first.crash();
    overwrite(lost, Buffer.alloc(24));

    const second = new TestEngine(directory);
    expect(second.recovery.runStartup().endOfLog).to.equal(lost);
    expect(readControlFile(os, directory).checkPoint).to.equal(lost);
    second.crash();
    const third = start();
    expect(third.access.ids.nextOid()).to.be.lessThan(777_777);
    third.crash();
  });

  it('removes segments behind the end of the log', () => {
    const first = start();
    const end = first.wal.insertLsn();
    first.crash();
    const later = segmentPath(lsn(end + 2 * SEGMENT_BYTES));
    fs.copyFileSync(segmentPath(end), later);
    start().crash();
    expect(fs.existsSync(later)).to.equal(false);
  });

  it('logs settings that a standby must know when they change', () => {
    start().shutDown();
    const engine = new TestEngine(directory, (settings) => settings.set('max_connections', 7, 'override'));
    engine.recovery.runStartup();
    expect(readControlFile(os, directory).parameters.maxConnections).to.equal(7);
    engine.crash();
    const again = new TestEngine(directory, (settings) => settings.set('max_connections', 7, 'override'));
    again.recovery.runStartup();
    expect(readControlFile(os, directory).parameters.maxConnections).to.equal(7);
    again.crash();
  });
});
