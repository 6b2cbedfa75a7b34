import * as fs from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { databaseResourceManager } from '../access/databases/database-rmgr.js';
import { POSTGRES_BIN, skipWithout } from '../base/testing/postgres-tools.js';
import { formatLsn, lsn } from '../base/lsn.js';
import { openRealOs } from '../os/real-os.js';
import { WalReader } from '../wal/reader.js';
import { Rmgr } from '../wal/rmgr-ids.js';
import { fileWalSource } from '../wal/wal-source.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { createCluster } from './recovery.js';
import { MachineStopped, TestEngine, TestTable } from './testing/test-cluster.js';

const SEGMENT_BYTES = 1024 ** 2;
const TABLE = 16384;
const SOURCE = 5;
const ROWS = 12;
const os = openRealOs();

/** What is in which database when a step has been done; undefined: there is no such database. */
type Expected = Map<number, Record<number, string> | undefined>;

interface Step {
  readonly title: string;
  /** The database it makes, changes or drops. */
  readonly database: number;
  run(engine: TestEngine): void;
}

function inTransaction(engine: TestEngine, body: () => void): void {
  const { transactions } = engine.access;
  engine.transact(() => {
    transactions.xid();
    body();
    transactions.forceSynchronousCommit();
  });
}

function checkpoint(engine: TestEngine): void {
  engine.recovery.performCheckpoint(CheckpointFlag.force | CheckpointFlag.immediate);
}

function byLog(source: number, database: number): Step {
  const run = (engine: TestEngine): void =>
    inTransaction(engine, () => engine.access.databases.createByLog(source, database, [TABLE]));
  return { title: `${database} from ${source} by log`, database, run };
}

function byCopy(source: number, database: number): Step {
  const run = (engine: TestEngine): void =>
    inTransaction(engine, () => engine.access.databases.createByCopy(source, database, () => checkpoint(engine)));
  return { title: `${database} from ${source} by copy`, database, run };
}

function drop(database: number): Step {
  const run = (engine: TestEngine): void =>
    inTransaction(engine, () => engine.access.databases.drop(database, () => checkpoint(engine)));
  return { title: `drop ${database}`, database, run };
}

function insert(database: number, key: number): Step {
  const run = (engine: TestEngine): void =>
    engine.transact(() => new TestTable(engine, TABLE, database).insert(key, 'committed-before-crash'));
  return { title: `insert into ${database}`, database, run };
}

/** Databases come, go, and come again under a number that was used before, by either way. */
const steps: readonly Step[] = [
  byLog(SOURCE, 20000),
  insert(20000, 100),
  byCopy(20000, 20001),
  drop(20000),
  insert(20001, 101),
  byLog(20001, 20000),
  insert(20000, 102),
  drop(20001),
  byCopy(20000, 20001),
  insert(SOURCE, 103),
  drop(20000),
  byLog(SOURCE, 20002),
  drop(20002),
];

function contentsOf(engine: TestEngine, database: number): Record<number, string> | undefined {
  if (!engine.access.databases.exists(database)) return undefined;
  return new TestTable(engine, TABLE, database).contents();
}

function allContents(engine: TestEngine): Expected {
  return new Map([SOURCE, 20000, 20001, 20002].map((database) => [database, contentsOf(engine, database)]));
}

describe('databases made and dropped', function () {
  this.timeout(120_000);
  let root = '';
  let cleanup = async (): Promise<void> => {};
  /** After each step, and before the first. */
  const expected: Expected[] = [];

  const engineOn = (directory: string): TestEngine =>
    new TestEngine(directory, (settings) => settings.set('shared_buffers', 16, 'override'));

  function start(directory: string): TestEngine {
    const engine = engineOn(directory);
    engine.recovery.runStartup();
    return engine;
  }

  function makeSource(directory: string): void {
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    const engine = start(directory);
    const table = new TestTable(engine);
    engine.transact(() => table.create());
    engine.transact(() => {
      for (let key = 0; key < ROWS; key++) table.insert(key, `${key} ${'x'.repeat(3000)}`);
    });
    engine.shutDown();
  }

  function copyOf(original: string, name: string): string {
    const directory = `${root}/${name}`;
    fs.cpSync(`${root}/${original}`, directory, { recursive: true });
    return directory;
  }

  before(async () => {
    const made = await dir({ unsafeCleanup: true });
    root = made.path;
    cleanup = made.cleanup;
    makeSource(`${root}/original`);
    const engine = start(copyOf('original', 'whole'));
    expected.push(allContents(engine));
    for (const step of steps) {
      step.run(engine);
      expected.push(allContents(engine));
    }
    engine.crash();
  });
  after(() => cleanup());

  it('have what their template had, and are gone when dropped', () => {
    expect(Object.keys(expected[1].get(20000)!)).to.have.length(ROWS);
    expect(expected[2].get(20000)).to.have.property('100');
    expect(expected[3].get(20001)).to.have.property('100');
    expect(expected[4].get(20000)).to.equal(undefined);
    expect(expected[6].get(20000)).to.include.keys('100', '101');
    expect(expected.at(-1)!.get(20001)).to.include.keys('100', '101', '102');
    expect(fs.readFileSync(`${root}/whole/base/20001/PG_VERSION`, 'utf8')).to.equal('15\n');
  });

  /** Only the database that a step was about when the machine stopped may be anything; it can still be dropped. */
  function check(directory: string, done: number): void {
    const engine = start(directory);
    const inHand = steps[done]?.database;
    for (const [database, contents] of expected[done]) {
      if (database !== inHand) expect(contentsOf(engine, database), `${database}`).to.deep.equal(contents);
    }
    if (inHand === SOURCE) expect(contentsOf(engine, SOURCE)).to.include(expected[done].get(SOURCE));
    else if (inHand !== undefined && engine.access.databases.exists(inHand)) drop(inHand).run(engine);
    engine.shutDown();
    fs.rmSync(directory, { recursive: true });
  }

  /** Runs the steps up to call `stopAt`; returns how many were done, and whether the machine stopped. */
  function live(directory: string, stopAt: number): { done: number; stopped: boolean } {
    const engine = start(directory);
    engine.counted.stopAt = engine.counted.calls + stopAt;
    let done = 0;
    try {
      for (; done < steps.length; done++) steps[done].run(engine);
      return { done, stopped: false };
    } catch (thrown) {
      if (!isStop(thrown)) throw thrown;
      return { done, stopped: true };
    } finally {
      engine.crash();
    }
  }

  it('survive a stop at any call', () => {
    for (let stopAt = 1; ; stopAt += 13) {
      const directory = copyOf('original', 'stopped');
      const { done, stopped } = live(directory, stopAt);
      check(directory, done);
      if (!stopped) return expect(stopAt).to.be.greaterThan(400);
    }
  });

  it('survive stops in every recovery from a stop', () => {
    for (const [from, title] of steps.map(({ title }, index) => [index, title] as const)) {
      const directory = copyOf('original', 'nested');
      const engine = start(directory);
      for (const step of steps.slice(0, from + 1)) step.run(engine);
      engine.crash();
      for (let stopAt = 5; ; stopAt += 11) {
        const again = engineOn(directory);
        again.counted.stopAt = stopAt;
        let stopped = false;
        try {
          again.recovery.runStartup();
        } catch (thrown) {
          if (!isStop(thrown)) throw new Error(`${title}: ${(thrown as Error).message}`, { cause: thrown });
          stopped = true;
        }
        again.crash();
        if (!stopped) break;
      }
      const last = start(directory);
      expect(allContents(last), title).to.deep.equal(expected[from + 1]);
      last.shutDown();
      fs.rmSync(directory, { recursive: true });
    }
  });

  it('make a new directory and its marker durable before they are logged', () => {
    const engine = start(copyOf('original', 'watched'));
    const calls: string[] = [];
    engine.counted.watch = (name, [target]) => {
      const path = typeof target === 'number' ? engine.counted.paths.get(target) : (target as string);
      if (/sync|mkdir/.test(name)) calls.push(`${name} ${path!.replace(/^.*watched\//, '')}`);
    };
    inTransaction(engine, () => engine.access.databases.createByLog(SOURCE, 20000, []));
    engine.counted.watch = () => {};
    expect(calls.slice(0, 4)).to.deep.equal([
      'mkdir base/20000',
      'fsyncDirectory base',
      'fsync base/20000/PG_VERSION',
      'fsyncDirectory base/20000',
    ]);
    engine.crash();
  });

  it('forget what was asked of the next checkpoint', () => {
    const engine = start(copyOf('original', 'forgetful'));
    byLog(SOURCE, 20000).run(engine);
    insert(20000, 1).run(engine);
    const gone = new TestTable(engine, TABLE, 20000);
    inTransaction(engine, () => engine.access.transactions.dropAtCommit(gone.file));
    engine.storage.buffers.dropDatabase(20000);
    engine.storage.sync.forgetDatabase(20000);
    engine.storage.databases.remove(20000);
    checkpoint(engine);
    engine.crash();
  });

  it("are described as PostgreSQL's tools describe them", function () {
    skipWithout(this, 'pg_waldump');
    const directory = copyOf('original', 'described');
    const engine = start(directory);
    const from = engine.wal.insertLsn();
    const wal = `${root}/wal`;
    for (const step of [byLog(SOURCE, 20000), byCopy(20000, 20001), drop(20000)]) step.run(engine);
    const end = engine.wal.insertLsn();
    fs.cpSync(`${directory}/pg_wal`, wal, { recursive: true });
    engine.shutDown();
    const args = ['-p', wal, '-s', formatLsn(from), '-e', formatLsn(end), '-r', 'Database'];
    const told = execFileSync(`${POSTGRES_BIN}/pg_waldump`, args, { encoding: 'utf8' }).trim().split('\n');
    const source = fileWalSource(os, wal, 1, SEGMENT_BYTES);
    const reader = new WalReader(source, SEGMENT_BYTES, { keepRecords: true });
    const ours: string[] = [];
    for (let result = reader.read(lsn(from)); 'record' in result && result.record.lsn < end; result = reader.next()) {
      if (result.record.rmgr === Rmgr.database) ours.push(databaseResourceManager.describe(result.record));
    }
    source.close();
    expect(told.map((line) => line.replace(/^.*desc: /, '').trim())).to.deep.equal(ours);
    expect(ours).to.deep.equal([
      'CREATE_WAL_LOG create dir 1663/20000',
      'CREATE_FILE_COPY copy dir 1663/20000 to 1663/20001',
      'DROP dir 1663/20000',
    ]);
    const checksums = spawnSync(`${POSTGRES_BIN}/pg_checksums`, ['--check', '-D', directory], { encoding: 'utf8' });
    expect(checksums.stdout + checksums.stderr).to.match(/Bad checksums: +0\n/);
  });
});

function isStop(thrown: unknown): boolean {
  for (let each = thrown; each instanceof Error; each = each.cause) if (each instanceof MachineStopped) return true;
  return false;
}
