import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { openRealOs } from '../os/real-os.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { createCluster, readControlFile } from './recovery.js';
import { MachineStopped, TestEngine, TestTable } from './testing/test-cluster.js';

const SEGMENT_BYTES = 1024 ** 2;
const ROWS = 40;
const STOPS = 60;
const os = openRealOs();

/**
 * The machine stops at every single file call of some piece of work; what it left must recover to the same contents.
 * These are process crashes: the operating system's cache survives.
 */
describe('crash points', function () {
  this.timeout(120_000);
  let root = '';
  let cleanup = async (): Promise<void> => {};
  let expected: Record<number, string> = {};

  const engineOn = (directory: string): TestEngine =>
    new TestEngine(directory, (settings) => settings.set('shared_buffers', 16, 'override'));

  /** A crashed cluster: rows in more pages than there are buffers, a checkpoint in between, a transaction open. */
  function makeCrashedCluster(directory: string): void {
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    const engine = engineOn(directory);
    engine.recovery.runStartup();
    const table = new TestTable(engine);
    const dropped = new TestTable(engine, 16385);
    engine.transact(() => {
      table.create();
      dropped.create();
    });
    for (let key = 0; key < ROWS; key++) engine.transact(() => table.insert(key, `${key} ${'x'.repeat(3000)}`));
    engine.recovery.performCheckpoint(CheckpointFlag.force | CheckpointFlag.immediate);
    for (let key = 0; key < ROWS; key += 2) engine.transact(() => table.update(key, `updated-before-crash ${key}`));
    engine.transact(() => {
      dropped.insert(1, 'of a table that is dropped');
      engine.access.transactions.dropAtCommit(dropped.file);
    });
    expected = table.contents();
    engine.access.transactions.begin({ isolation: 'read committed', readOnly: false });
    table.insert(1000, 'uncommitted-at-crash');
    engine.wal.flush(engine.wal.insertLsn());
    engine.crash();
  }

  function copyOf(original: string, name: string): string {
    const directory = `${root}/${name}`;
    fs.cpSync(original, directory, { recursive: true });
    return directory;
  }

  /** Runs `work` on a copy, stopping at call `stopAt`; returns whether it stopped. */
  function stopsAt(engine: TestEngine, stopAt: number, work: (engine: TestEngine) => void): boolean {
    engine.counted.stopAt = engine.counted.calls + stopAt;
    try {
      work(engine);
      return false;
    } catch (thrown) {
      if (!isStop(thrown)) throw thrown;
      return true;
    } finally {
      engine.crash();
    }
  }

  function check(directory: string): void {
    const engine = engineOn(directory);
    engine.recovery.runStartup();
    const table = new TestTable(engine);
    expect(table.contents()).to.deep.equal(expected);
    expect(fs.existsSync(`${directory}/base/5/16385`)).to.equal(false);
    engine.transact(() => table.insert(2000, 'after'));
    engine.shutDown();
    expect(readControlFile(os, directory).state).to.equal('shut down');
    fs.rmSync(directory, { recursive: true });
  }

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    root = made.path;
    cleanup = made.cleanup;
    makeCrashedCluster(`${root}/original`);
  });
  afterEach(() => cleanup());

  it(`recovers from a stop at any of ${STOPS} calls of recovery, evenly spread`, () => {
    const whole = engineOn(copyOf(`${root}/original`, 'whole'));
    whole.recovery.runStartup();
    whole.crash();
    const calls = whole.counted.calls;
    expect(calls).to.be.greaterThan(STOPS);
    for (let stop = 0; stop < STOPS; stop++) {
      const directory = copyOf(`${root}/original`, `stop-${stop}`);
      const stopAt = 1 + Math.floor((stop * calls) / STOPS);
      expect(stopsAt(engineOn(directory), stopAt, (engine) => engine.recovery.runStartup())).to.equal(
        true,
        `${stopAt}`,
      );
      check(directory);
    }
  });

  it('recovers from stops in recovery from stops in recovery', () => {
    const directory = copyOf(`${root}/original`, 'nested');
    let isDone = false;
    for (let stopAt = 3; !isDone; stopAt += 5) {
      isDone = !stopsAt(engineOn(directory), stopAt, (engine) => engine.recovery.runStartup());
    }
    check(directory);
  });

  for (const flags of [
    CheckpointFlag.force | CheckpointFlag.immediate,
    CheckpointFlag.isShutdown | CheckpointFlag.immediate,
  ]) {
    it(`recovers from a stop at any call of a checkpoint with flags ${flags}`, () => {
      for (let stopAt = 1; ; stopAt += 1) {
        const directory = copyOf(`${root}/original`, `stop-${stopAt}`);
        const engine = engineOn(directory);
        engine.recovery.runStartup();
        const table = new TestTable(engine);
        engine.transact(() => table.update(1, 'updated-before-checkpoint'));
        expected = table.contents();
        const stopped = stopsAt(engine, stopAt, () => engine.recovery.performCheckpoint(flags));
        check(directory);
        if (!stopped) return expect(stopAt).to.be.greaterThan(10);
      }
    });
  }

  function isStop(thrown: unknown): boolean {
    for (let each = thrown; each instanceof Error; each = each.cause) if (each instanceof MachineStopped) return true;
    return false;
  }
});
