import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { lsn, type Lsn } from '../base/lsn.js';
import type { Xid } from '../base/xid.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import { openRealOs } from '../os/real-os.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { createCluster, readControlFile } from './recovery.js';
import { TestEngine, TestTable } from './testing/test-cluster.js';

const SEGMENT_BYTES = 1024 ** 2;
const os = openRealOs();

describe('checkpoint', () => {
  let directory = '';
  let cleanup = async (): Promise<void> => {};
  let engine: TestEngine;
  let table: TestTable;

  const control = () => readControlFile(os, directory);
  const restart = (): void => {
    engine.crash();
    engine = new TestEngine(directory);
    engine.recovery.runStartup();
    table = new TestTable(engine);
  };
  /** Fills about `segments` segments of WAL. */
  const writeWal = (segments: number): void => {
    const body = Buffer.alloc(60_000);
    for (let at = 0; at < segments * SEGMENT_BYTES; at += body.length) {
      engine.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [body] });
    }
    engine.wal.flush(engine.wal.insertLsn());
  };
  const segmentNames = (): string[] =>
    fs
      .readdirSync(`${directory}/pg_wal`)
      .filter((name) => name.length === 24)
      .sort();
  const segmentName = (position: Lsn): string =>
    `0000000100000000${Math.floor(position / SEGMENT_BYTES)
      .toString(16)
      .toUpperCase()
      .padStart(8, '0')}`;

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    directory = `${made.path}/data`;
    cleanup = made.cleanup;
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    engine = new TestEngine(directory);
    engine.recovery.runStartup();
    table = new TestTable(engine);
    engine.transact(() => table.create());
  });
  afterEach(async () => {
    engine.crash();
    await cleanup();
  });

  it('lets replay begin behind it', () => {
    engine.transact(() => table.insert(1, 'committed-before-checkpoint'));
    const report = engine.recovery.performCheckpoint(CheckpointFlag.immediate)!;
    expect(report.buffersWritten).to.be.greaterThan(0);
    expect(report.sync.files).to.be.greaterThan(0);
    expect(control().checkPointCopy.redo).to.equal(report.redo);
    engine.transact(() => table.insert(2, 'committed-after-checkpoint'));
    engine.crash();
    engine = new TestEngine(directory);
    expect(engine.recovery.runStartup().redo).to.equal(report.redo);
    table = new TestTable(engine);
    expect(table.contents()).to.deep.equal({ 1: 'committed-before-checkpoint', 2: 'committed-after-checkpoint' });
  });

  it('is skipped when nothing happened, unless forced', () => {
    expect(engine.recovery.performCheckpoint(CheckpointFlag.immediate)).to.not.equal(undefined);
    const before = control().checkPoint;
    expect(engine.recovery.performCheckpoint(CheckpointFlag.causeTime)).to.equal(undefined);
    expect(control().checkPoint).to.equal(before);
    expect(engine.recovery.performCheckpoint(CheckpointFlag.force)).to.not.equal(undefined);
    expect(control().checkPoint).to.be.greaterThan(before);
  });

  it('says what it did as log_checkpoints does', () => {
    engine.transact(() => table.insert(1, 'x'));
    engine.log.length = 0;
    engine.recovery.performCheckpoint(CheckpointFlag.immediate | CheckpointFlag.force | CheckpointFlag.wait);
    expect(engine.log[0]).to.equal('LOG: checkpoint starting: immediate force wait');
    expect(engine.log[1]).to.match(
      /^LOG: checkpoint complete: wrote \d+ buffers \(\d+\.\d%\); \d+ WAL file\(s\) added, \d+ removed, \d+ recycled; write=\d+\.\d{3} s, sync=\d+\.\d{3} s, total=\d+\.\d{3} s; sync files=\d+, longest=\d+\.\d{3} s, average=\d+\.\d{3} s; distance=\d+ kB, estimate=\d+ kB$/,
    );
  });

  it('keeps WAL from its redo point on, not only from its record on', () => {
    engine.transact(() => table.insert(1, 'committed-before-checkpoint'));
    let redo = lsn(0);
    engine.reach = (point) => {
      if (point === 'checkpoint:redo-fixed') {
        redo = engine.wal.redoLsn();
        engine.transact(() => table.insert(2, 'committed-during-checkpoint'));
        writeWal(3);
      }
    };
    writeWal(3);
    engine.recovery.performCheckpoint(CheckpointFlag.force);
    engine.reach = () => {};
    expect(Math.floor(control().checkPoint / SEGMENT_BYTES)).to.be.greaterThan(Math.floor(redo / SEGMENT_BYTES) + 1);
    expect(segmentNames()).to.include(segmentName(redo));
    expect(segmentNames()).to.not.include(segmentName(lsn(SEGMENT_BYTES)));
    restart();
    expect(table.contents()).to.deep.equal({ 1: 'committed-before-checkpoint', 2: 'committed-during-checkpoint' });
  });

  it('bounds WAL by max_wal_size over many cycles', () => {
    for (let cycle = 0; cycle < 6; cycle++) {
      writeWal(1.5);
      engine.recovery.performCheckpoint(CheckpointFlag.causeWal);
    }
    expect(segmentNames().length).to.be.lessThan(6);
    restart();
  });

  it('waits for a commit whose record is logged but not in the commit log', () => {
    const { slots, latches } = engine.ctx.memory;
    const other = 3;
    const words = slots.area.i32;
    const delayWord = other * 32 + 8;
    engine.reach = (point) => {
      if (point === 'checkpoint:redo-fixed') {
        Atomics.store(words, delayWord, 1);
        Atomics.store(slots.area.u32, other * 32 + 6, 77);
      }
    };
    let waits = 0;
    latches.waitSync = (): boolean => {
      expect(points).to.deep.equal(['checkpoint:redo-fixed']);
      if (++waits === 3) Atomics.store(words, delayWord, 0);
      return false;
    };
    const points: string[] = [];
    const arm = engine.reach;
    engine.reach = (point) => {
      if (point.startsWith('checkpoint:')) points.push(point);
      arm(point);
    };
    expect(slots.delayCheckpoint(other)).to.equal(0);
    engine.recovery.performCheckpoint(CheckpointFlag.force);
    expect(waits).to.equal(3);
    slots.free(other);
  });

  it('does not wait again for a process that went on to another transaction', () => {
    const { slots, latches } = engine.ctx.memory;
    const setXid = (xid: Xid): void => void Atomics.store(slots.area.u32, 3 * 32 + 6, xid);
    engine.reach = (point) => {
      if (point !== 'checkpoint:redo-fixed') return;
      Atomics.store(slots.area.i32, 3 * 32 + 8, 1);
      setXid(77 as Xid);
    };
    let waits = 0;
    latches.waitSync = (): boolean => {
      if (++waits === 2) setXid(78 as Xid);
      return false;
    };
    engine.recovery.performCheckpoint(CheckpointFlag.force);
    expect(waits).to.equal(2);
    slots.free(3);
  });

  it('does everything in the order that makes it safe', () => {
    engine.transact(() => table.insert(1, 'x'));
    const events: string[] = [];
    engine.reach = (point) => {
      if (/^checkpoint:|^sync:|^wal:after-flush|^buffer:after/.test(point)) events.push(point);
    };
    engine.counted.watch = (name, [fd]) => {
      const path = engine.counted.paths.get(fd as number) ?? '';
      if (name === 'fsync' && path.endsWith('pg_control')) events.push('pg_control synced');
      if (name === 'fsync' && path.includes('pg_xact')) events.push('commit log synced');
    };
    engine.recovery.performCheckpoint(CheckpointFlag.force);
    const distinct = events.filter((event, index) => event !== events[index - 1]);
    expect(distinct).to.deep.equal([
      'checkpoint:redo-fixed',
      'commit log synced',
      'buffer:after-write',
      'checkpoint:buffers-written',
      'sync:before-fsync',
      'checkpoint:files-synced',
      'checkpoint:prepared-written',
      'checkpoint:before-record',
      'wal:after-flush',
      'checkpoint:before-control-file',
      'pg_control synced',
      'checkpoint:after-control-file',
      'checkpoint:done',
    ]);
  });

  it('rests between its writes while it is ahead of its schedule, until somebody is in a hurry', () => {
    for (let key = 0; key < 200; key++) engine.transact(() => table.insert(key, 'x'.repeat(500)));
    const { memory, os: machine } = engine.ctx;
    Object.assign(memory.arena.memory, { fd: 99 });
    let nowMs = 0;
    Object.assign(machine, { clock: { now: () => nowMs, monotonic: () => nowMs } });
    let rests = 0;
    memory.latches.waitSync = (timeoutMs): boolean => {
      nowMs += timeoutMs;
      if (++rests === 5) engine.recovery.requests.request(CheckpointFlag.immediate);
      return false;
    };
    const report = engine.recovery.performCheckpoint(CheckpointFlag.causeTime)!;
    expect(report.buffersWritten).to.be.greaterThan(10);
    expect([rests, nowMs]).to.deep.equal([5, 500]);
  });

  it('at shutdown panics when somebody still writes WAL', () => {
    engine.reach = (point) => {
      if (point === 'checkpoint:redo-fixed') engine.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [] });
    };
    expect(() => engine.recovery.performShutdownCheckpoint()).to.throw('concurrent write-ahead log activity');
    engine.reach = () => {};
    expect(control().state).to.equal('shutting down');
    restart();
  });

  it('is not performed during recovery', () => {
    engine.crash();
    engine = new TestEngine(directory);
    expect(() => engine.recovery.performCheckpoint(0)).to.throw("can't create a checkpoint during recovery");
    engine.recovery.performShutdownCheckpoint();
    expect(control().state).to.equal('in production');
  });

  it('that fails is counted as failed and leaves no lock or pin behind', () => {
    engine.transact(() => table.insert(1, 'x'));
    const before = control().checkPoint;
    engine.counted.watch = (name, [fd]) => {
      const path = engine.counted.paths.get(fd as number) ?? '';
      if (name === 'pwrite' && path.includes('/base/'))
        throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    };
    engine.recovery.requests.request(CheckpointFlag.force);
    const { requests } = engine.recovery;
    const order: string[] = [];
    const end = requests.end.bind(requests);
    requests.end = (outcome) => (order.push(outcome), end(outcome));
    const serve = (): unknown => engine.recovery.serveRequests(0, () => order.push('logged'));
    expect(serve).to.throw('No space left on device');
    // Its waiters are told to consult the log.
    expect(order).to.deep.equal(['logged', 'failed']);
    expect(engine.ctx.memory.lwlocks.heldCount).to.equal(0);
    expect(control().checkPoint).to.equal(before);
    engine.counted.watch = () => {};
    engine.recovery.requests.request(CheckpointFlag.force);
    engine.recovery.serveRequests();
    expect(control().checkPoint).to.be.greaterThan(before);
    expect(engine.recovery.statistics.read()).to.include({ requested: 2, timed: 0 });
  });

  // Cause: a checkpoint that met a PANIC let go of its locks before the process ended.
  // Consequence: another process flushed WAL over the failed write, and acknowledged commits on the strength of it.
  // Fix: after a PANIC locks stay held until the process is gone.
  it('that meets a PANIC holds on to its locks and tells nobody', () => {
    engine.transact(() => table.insert(1, 'x'));
    engine.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [Buffer.alloc(10)] });
    engine.counted.watch = (name) => {
      if (name === 'fdatasync') throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    };
    engine.recovery.requests.request(CheckpointFlag.force);
    expect(() => engine.recovery.serveRequests())
      .to.throw(/could not fsync file .*: Input/)
      .with.property('severity', 'PANIC');
    expect(engine.ctx.memory.lwlocks.holds(lwLockIds.WalWrite)).to.equal(true);
    expect(engine.recovery.requests.isPending()).to.equal(false);
    restart();
  });

  it('logs when full_page_writes changes', () => {
    engine.ctx.settings.set('full_page_writes', false, 'override');
    const before = engine.wal.insertLsn();
    engine.recovery.updateFullPageWrites();
    expect(engine.wal.insertLsn()).to.be.greaterThan(before);
    engine.recovery.performCheckpoint(CheckpointFlag.force);
    expect(control().checkPointCopy.fullPageWrites).to.equal(false);
  });
});
