import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { POSTGRES_BIN, skipWithout } from '../base/testing/postgres-tools.js';
import { epochOf, fullXidFrom, xid, xidOf, type Xid } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import { createCluster, readControlFile, resetXid } from './recovery.js';
import { CountedFiles, MachineStopped, TestEngine, TestTable } from './testing/test-cluster.js';

const SEGMENT_BYTES = 1024 ** 2;
const os = openRealOs();
const unforced = { isForced: false };

describe('the next transaction id of a stopped cluster', () => {
  let root = '';
  let directory = '';
  let cleanup = async (): Promise<void> => {};

  function start(): TestEngine {
    const engine = new TestEngine(directory);
    engine.recovery.runStartup();
    return engine;
  }

  function nextXid(): number {
    return readControlFile(os, directory).checkPointCopy.nextXid;
  }

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    root = made.path;
    directory = `${root}/data`;
    cleanup = made.cleanup;
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    const engine = start();
    const table = new TestTable(engine);
    engine.transact(() => table.create());
    engine.transact(() => table.insert(1, 'before'));
    engine.shutDown();
  });
  afterEach(() => cleanup());

  it('is set, with room in the commit log, and what was there is still there', () => {
    resetXid(os, directory, { nextXid: xid(1_000_000_123), ...unforced });
    const engine = start();
    const table = new TestTable(engine);
    let given = 0;
    engine.transact(() => {
      given = engine.access.transactions.xid();
      table.insert(2, 'after');
    });
    expect(given).to.equal(1_000_000_123);
    expect(table.contents()).to.deep.equal({ 1: 'before', 2: 'after' });
    expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000', '03B9']);
    engine.crash();
    const again = start();
    expect(new TestTable(again).contents()).to.deep.equal({ 1: 'before', 2: 'after' });
    expect(again.access.ids.nextFullXid()).to.equal(1_000_000_124);
    again.crash();
  });

  it('comes after the last one used, in the next epoch if need be, unless the epoch is given', () => {
    const last = xidOf(readControlFile(os, directory).checkPointCopy.nextXid);
    resetXid(os, directory, { nextXid: xid(last + 5), ...unforced });
    expect(nextXid()).to.equal(last + 5);
    resetXid(os, directory, { nextXid: xid(last + 1), ...unforced });
    expect(nextXid()).to.equal(2 ** 32 + last + 1);
    resetXid(os, directory, { nextXid: xid(last + 2), epoch: 7, ...unforced });
    expect(nextXid()).to.equal(7 * 2 ** 32 + last + 2);
    expect(() => resetXid(os, directory, { nextXid: xid(9), epoch: 6, ...unforced })).to.throw('may be in use already');
    resetXid(os, directory, { nextXid: xid(last), epoch: 6, isForced: true });
    expect(nextXid()).to.equal(6 * 2 ** 32 + last);
  });

  it('is refused where rows would come from the future, for special ids, and after a crash', () => {
    const reset = (nextXid: number, oldestXid?: number): unknown =>
      resetXid(os, directory, { nextXid: xid(nextXid), oldestXid: oldestXid as Xid | undefined, ...unforced });
    expect(() => reset(2)).to.throw('must be greater than or equal to 3');
    expect(() => reset(100, 1)).to.throw('must be greater than or equal to 3');
    expect(() => reset(2 ** 31 + 100)).to.throw('seen from 2147483748, the oldest unfrozen transaction ID, 3, lies in');
    reset(2 ** 31 + 100, 2000);
    expect(readControlFile(os, directory).checkPointCopy).to.include({ oldestXid: 2000, oldestXidDatabase: 0 });
    start().crash();
    expect(() => reset(2 ** 31 + 200))
      .to.throw('was not shut down cleanly')
      .with.nested.property('details.hint');
  });

  it('crosses 2^32, and the log of it crashes and recovers there', () => {
    for (let round = 0; round < 3; round++) {
      const edge = fullXidFrom(round, xid(2 ** 32 - 10));
      const oldestXid = xid(2 ** 32 - 20);
      resetXid(os, directory, { nextXid: xidOf(edge), epoch: epochOf(edge), oldestXid, ...unforced });
      const engine = start();
      const table = new TestTable(engine, 17000 + round);
      engine.transact(() => table.create());
      for (let key = 0; key < 20; key++) engine.transact(() => table.insert(key, 'across'), key % 2 === 0);
      engine.wal.flush(engine.wal.insertLsn());
      engine.crash();
      const again = start();
      expect(Object.keys(new TestTable(again, 17000 + round).contents())).to.have.length(20);
      // Ten ids before the edge, the special ones stepped over, ten behind it.
      expect(again.access.ids.nextFullXid()).to.equal(fullXidFrom(round + 1, xid(13)));
      again.shutDown();
    }
  });

  it('is what it was, or what it is to be, wherever the machine stops', () => {
    fs.cpSync(directory, `${root}/original`, { recursive: true });
    const outcomes = new Set<string>();
    for (let stopAt = 1; ; stopAt += 2) {
      fs.rmSync(directory, { recursive: true });
      fs.cpSync(`${root}/original`, directory, { recursive: true });
      const counted = new CountedFiles(os.files);
      counted.stopAt = stopAt;
      const wanted = { nextXid: xid(5_000_000), ...unforced };
      const stopped = stops(() => resetXid({ ...os, files: counted.files }, directory, wanted));
      counted.closeAll();
      outcomes.add(outcome(wanted));
      if (!stopped) break;
    }
    expect([...outcomes]).to.deep.equal(['unchanged', 'changed']);
  });

  function stops(body: () => unknown): boolean {
    try {
      body();
      return false;
    } catch (thrown) {
      for (let each = thrown; each instanceof Error; each = each.cause) if (each instanceof MachineStopped) return true;
      throw thrown;
    }
  }

  /** Every one of them must be a cluster with its row. */
  function outcome(wanted: Parameters<typeof resetXid>[2]): string {
    const isChanged = nextXid() === wanted.nextXid;
    const title = isChanged ? 'changed' : 'unchanged';
    const engine = start();
    expect(new TestTable(engine).contents()).to.deep.equal({ 1: 'before' });
    engine.shutDown();
    return title;
  }

  it("is what PostgreSQL's tools say", function () {
    skipWithout(this, 'pg_controldata');
    resetXid(os, directory, { nextXid: xid(4_000_000_000), epoch: 3, oldestXid: xid(3_999_000_000), ...unforced });
    const env = { LC_ALL: 'C' };
    const control = execFileSync(`${POSTGRES_BIN}/pg_controldata`, [directory], { encoding: 'utf8', env });
    expect(control).to.match(/NextXID: +3:4000000000\n/);
    expect(control).to.match(/oldestXID: +3999000000\n/);
    expect(control).to.match(/oldestXID's DB: +0\n/);
    expect(control).to.match(/cluster state: +shut down\n/);
    const segment = fs.readdirSync(`${directory}/pg_wal`).find((name) => /^[0-9A-F]{24}$/.test(name));
    const dump = spawnSync(`${POSTGRES_BIN}/pg_waldump`, [`${directory}/pg_wal/${segment}`], { encoding: 'utf8', env });
    expect(dump.stdout).to.match(/CHECKPOINT_SHUTDOWN .* xid 3:4000000000; .* oldest xid 3999000000 in DB 0/);
  });
});
