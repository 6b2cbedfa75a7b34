import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { dir } from 'tmp-promise';
import { INVALID_XID, xid } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { createCluster, readControlFile, resetXid } from './recovery.js';
import { MachineStopped, TestEngine, TestTable } from './testing/test-cluster.js';

const SEGMENT_BYTES = 1024 ** 2;
const os = openRealOs();
const ME = { role: 10, isSuperuser: true, database: 5 };
const CHECKPOINT = CheckpointFlag.force | CheckpointFlag.immediate;

/** Prepared transactions across crashes: those of the process, at any of its file calls. */
describe('prepared transactions', function () {
  this.timeout(120_000);
  this.slow(3000);
  let root = '';
  let cleanup = async (): Promise<void> => {};
  beforeEach(async () => {
    ({ path: root, cleanup } = await dir({ unsafeCleanup: true }));
  });
  afterEach(() => cleanup());

  function engineOn(directory: string): TestEngine {
    return new TestEngine(directory, (settings) => settings.set('max_prepared_transactions', 20, 'override'));
  }

  function start(directory: string): { engine: TestEngine; table: TestTable } {
    const engine = engineOn(directory);
    engine.recovery.runStartup();
    return { engine, table: new TestTable(engine) };
  }

  /** A running cluster with a table of one row. */
  function makeCluster(name: string): { directory: string; engine: TestEngine; table: TestTable } {
    const directory = `${root}/${name}`;
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    const { engine, table } = start(directory);
    engine.transact(() => {
      table.create();
      table.insert(1, 'committed-before');
    });
    return { directory, engine, table };
  }

  function prepare(engine: TestEngine, gid: string, body: () => void): void {
    engine.access.transactions.begin({ isolation: 'read committed', readOnly: false });
    body();
    engine.access.twoPhase.prepare(gid, ME);
  }

  function finish(engine: TestEngine, gid: string, isCommit: boolean): void {
    engine.access.transactions.begin({ isolation: 'read committed', readOnly: false });
    engine.access.twoPhase.finish(gid, isCommit, ME, () => {});
    engine.access.transactions.commit({ synchronous: true });
  }

  const gids = ({ access }: TestEngine): string[] => access.twoPhase.list().map(({ gid }) => gid);
  const stateFiles = (directory: string): string[] => fs.readdirSync(`${directory}/pg_twophase`);

  /** With a subtransaction, a made and a dropped table, more than all would fit into one record of locks. */
  function prepareWork(engine: TestEngine, table: TestTable, gid: string, meanwhile = () => {}): void {
    const dropped = new TestTable(engine, 16390);
    engine.transact(() => dropped.create());
    engine.transact(() => dropped.insert(1, 'of a table to be dropped'));
    prepare(engine, gid, () => {
      const { transactions } = engine.access;
      table.update(1, 'changed');
      for (let key = 100; key < 180; key++) {
        transactions.beginSub();
        table.insert(key, 'inside');
        if (key % 4 === 0) transactions.rollbackSub();
        else transactions.releaseSub();
      }
      new TestTable(engine, 16391).create();
      transactions.dropAtCommit(dropped.file);
      meanwhile();
    });
  }

  function expectPrepared(engine: TestEngine, table: TestTable): void {
    const { access, storage, ctx } = engine;
    expect(gids(engine)).to.deep.equal(['work']);
    expect(table.contents()).to.deep.equal({ 1: 'committed-before' });
    const [{ xid }] = access.twoPhase.list();
    const held = storage.locks.list().find(({ tag }) => tag.kind === 'transaction' && tag.xid === xid);
    expect(held).to.deep.include({ mode: 'Exclusive', granted: true, pid: 0, slot: ctx.memory.slots.count });
    expect(access.transactions.isInProgress(xid)).to.equal(true);
    expect(access.transactions.oldestXmin()).to.equal(xid);
    engine.transact(() => {
      const scan = access.heap.scan(table.file, access.transactions.snapshot());
      const { tid } = scan.next()!;
      scan.close();
      expect(access.heap.delete(table.file, tid, { wait: false })).to.deep.equal({ kind: 'being-modified', xmax: xid });
    });
  }

  function expectFinished(engine: TestEngine, table: TestTable, isCommit: boolean, directory: string): void {
    const rows = Object.entries(table.contents());
    expect(rows.length).to.equal(isCommit ? 61 : 1);
    expect(rows[0]).to.deep.equal(['1', isCommit ? 'changed' : 'committed-before']);
    expect(gids(engine)).to.deep.equal([]);
    expect(engine.storage.locks.list()).to.deep.equal([]);
    const bytes = (relation: number): number => {
      const path = `${directory}/base/5/${relation}`;
      return fs.existsSync(path) ? fs.statSync(path).size : -1;
    };
    engine.recovery.performCheckpoint(CHECKPOINT);
    expect(bytes(16390)).to.equal(isCommit ? -1 : 8192);
    expect(bytes(16391)).to.equal(isCommit ? 0 : -1);
    expect(stateFiles(directory)).to.deep.equal([]);
  }

  type Happening = (engine: TestEngine) => void;
  const crash: Happening = (engine) => engine.crash();
  const leap: Happening = ({ ctx: { os, dataDirectory } }) =>
    void resetXid(os, dataDirectory, { nextXid: xid(1_000_000_000), isForced: false });
  const ways: Record<string, readonly Happening[]> = {
    'a crash, from WAL': [crash],
    'a crash after a checkpoint, from their file': [(engine) => engine.recovery.performCheckpoint(CHECKPOINT), crash],
    'an orderly end': [(engine) => engine.shutDown()],
    'a leap of a billion ids': [(engine) => engine.shutDown(), leap],
  };
  for (const [title, happenings] of Object.entries(ways)) {
    for (const isCommit of [true, false]) {
      it(`survive ${title}, with their locks, and can be ${isCommit ? 'committed' : 'rolled back'}`, () => {
        const { directory, engine, table } = makeCluster('cluster');
        prepareWork(engine, table, 'work');
        expectPrepared(engine, table);
        for (const happens of happenings) happens(engine);
        const next = start(directory);
        expectPrepared(next.engine, next.table);
        finish(next.engine, 'work', isCommit);
        expectFinished(next.engine, next.table, isCommit, directory);
        next.engine.crash();
        const last = start(directory);
        expectFinished(last.engine, last.table, isCommit, directory);
        last.engine.shutDown();
        expect(start(directory).engine.log.join('\n')).to.not.match(/stale/);
      });
    }
  }

  it('hold back what a checkpoint calls the oldest active transaction', () => {
    const { directory, engine, table } = makeCluster('cluster');
    prepareWork(engine, table, 'work');
    const [{ xid }] = engine.access.twoPhase.list();
    engine.recovery.performCheckpoint(CHECKPOINT);
    expect(readControlFile(os, directory).checkPointCopy.oldestActiveXid).to.equal(xid);
    finish(engine, 'work', true);
    engine.recovery.performCheckpoint(CHECKPOINT);
    expect(readControlFile(os, directory).checkPointCopy.oldestActiveXid).to.be.greaterThan(xid);
    engine.shutDown();
    expect(readControlFile(os, directory).checkPointCopy.oldestActiveXid).to.equal(INVALID_XID);
  });

  it('have a durable file before pg_control names the checkpoint that lets their WAL go, and only then', () => {
    const { directory, engine, table } = makeCluster('cluster');
    prepareWork(engine, table, 'work');
    expect(stateFiles(directory)).to.deep.equal([]);
    const events: string[] = [];
    engine.counted.watch = (name, [first]) => {
      const path = typeof first === 'number' ? (engine.counted.paths.get(first) ?? '') : String(first);
      const what = /pg_twophase\/|pg_twophase$|pg_control/.exec(path)?.[0];
      if (what && ['pwrite', 'fsync', 'fsyncDirectory'].includes(name)) events.push(`${name} ${what}`);
    };
    engine.recovery.performCheckpoint(CHECKPOINT);
    const own = ['pwrite pg_twophase/', 'fsync pg_twophase/', 'fsyncDirectory pg_twophase'];
    expect(events.slice(0, 4)).to.deep.equal([...own, 'pwrite pg_control']);
    expect(stateFiles(directory)).to.have.length(1);
    events.length = 0;
    engine.recovery.performCheckpoint(CHECKPOINT);
    expect(events[0]).to.equal('fsyncDirectory pg_twophase');
  });

  it('that are damaged on disk keep the cluster from starting', () => {
    const { directory, engine, table } = makeCluster('cluster');
    prepareWork(engine, table, 'work');
    engine.recovery.performCheckpoint(CHECKPOINT);
    engine.crash();
    const path = `${directory}/pg_twophase/${stateFiles(directory)[0]}`;
    const whole = fs.readFileSync(path);
    const damages: [RegExp, Buffer][] = [
      [/incorrect size/, whole.subarray(0, 50)],
      [/incorrect alignment/, whole.subarray(0, -1)],
      [/invalid size/, whole.subarray(0, -8)],
      [/invalid magic number/, Buffer.from(whole.map((byte, at) => (at === 0 ? byte ^ 1 : byte)))],
      [/checksum does not match/, Buffer.from(whole.map((byte, at) => (at === 90 ? byte ^ 1 : byte)))],
    ];
    for (const [message, bytes] of damages) {
      fs.writeFileSync(path, bytes);
      expect(() => engineOn(directory).recovery.runStartup())
        .to.throw(message)
        .with.property('severity', 'FATAL');
    }
    fs.writeFileSync(path, whole);
    expect(gids(start(directory).engine)).to.deep.equal(['work']);
  });

  it('whose file came back after they ended, or is of a future that is lost, are given up', () => {
    const { directory, engine, table } = makeCluster('cluster');
    prepareWork(engine, table, 'work');
    engine.recovery.performCheckpoint(CHECKPOINT);
    const [name] = stateFiles(directory);
    const content = fs.readFileSync(`${directory}/pg_twophase/${name}`);
    finish(engine, 'work', true);
    engine.crash();
    fs.writeFileSync(`${directory}/pg_twophase/${name}`, content);
    fs.writeFileSync(`${directory}/pg_twophase/00FFFFFF`, content);
    const next = start(directory);
    expect(next.engine.log.filter((line) => line.includes('stale'))).to.have.length.greaterThanOrEqual(1);
    expectFinished(next.engine, next.table, true, directory);
  });

  it('are refused where there is no room for them, in recovery too', () => {
    const { directory, engine, table } = makeCluster('cluster');
    for (let i = 0; i < 20; i++) prepare(engine, `${i}`, () => table.insert(10 + i, 'prepared'));
    const one = (): void => prepare(engine, 'too many', () => table.insert(99, 'lost'));
    expect(one).to.throw('maximum number of prepared transactions reached').with.property('sqlState', '53200');
    engine.access.transactions.abort();
    expect(gids(engine)).to.have.length(20);
    engine.crash();
    const small = new TestEngine(directory, (settings) => settings.set('max_prepared_transactions', 19, 'override'));
    expect(() => small.recovery.runStartup()).to.throw('maximum number of prepared transactions reached');
  });

  // Cause: those with a file took their places before replay, which had not freed the places that they took over yet.
  // Consequence: the cluster did not come up, for want of room. PostgreSQL's restoreTwoPhaseData does the same.
  it('have room in recovery when a file is of one that was prepared in the place of another', () => {
    const { directory, engine, table } = makeCluster('cluster');
    for (let i = 0; i < 20; i++) prepare(engine, `${i}`, () => table.insert(10 + i, 'prepared'));
    const crashed = `${root}/crashed`;
    prepare(engine, 'next', () => {
      table.insert(99, 'prepared');
      engine.recovery.performCheckpoint(CHECKPOINT);
      fs.cpSync(directory, crashed, { recursive: true });
      engine.access.twoPhase.finish('0', true, ME, () => {});
    });
    engine.recovery.performCheckpoint(CHECKPOINT);
    engine.crash();
    // The second checkpoint came as far as its files of prepared transactions, whose directory was not synced.
    for (const kept of ['pg_wal', 'pg_twophase']) {
      fs.cpSync(`${directory}/${kept}`, `${crashed}/${kept}`, { recursive: true });
    }
    expect(stateFiles(crashed)).to.have.length(21);
    const left = [...Array.from({ length: 19 }, (_, at) => `${at + 1}`), 'next'];
    expect(gids(start(crashed).engine)).to.have.members(left);
    expect(stateFiles(crashed)).to.have.length(20);
  });

  type Step =
    | { readonly kind: 'prepare' | 'commit' | 'rollback'; readonly pick: number }
    | { readonly kind: 'other' | 'checkpoint' | 'crash' | 'stop' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('prepare' as const), pick: fc.nat(4) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('commit' as const, 'rollback' as const), pick: fc.nat() }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('other' as const, 'checkpoint' as const, 'crash' as const, 'stop' as const),
      }),
    },
  );

  it('become what is said of them, whatever comes between (model)', () => {
    let run = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const { directory, ...first } = makeCluster(`run-${run++}`);
        let { engine, table } = first;
        const committed: Record<number, string> = { 1: 'committed-before' };
        const prepared = new Map<string, number[]>();
        let key = 10;
        for (const each of steps) {
          if (each.kind === 'prepare' && prepared.size < 20) {
            const keys = Array.from({ length: each.pick }, () => key++);
            prepare(engine, `g${key++}`, () => keys.forEach((k) => table.insert(k, 'prepared')));
            prepared.set(`g${key - 1}`, keys);
          } else if ((each.kind === 'commit' || each.kind === 'rollback') && prepared.size > 0) {
            const gid = [...prepared.keys()][each.pick % prepared.size];
            finish(engine, gid, each.kind === 'commit');
            if (each.kind === 'commit') for (const k of prepared.get(gid)!) committed[k] = 'prepared';
            prepared.delete(gid);
          } else if (each.kind === 'other') {
            engine.transact(() => table.insert(key, 'other'), key % 2 === 0);
            engine.wal.flush(engine.wal.insertLsn());
            committed[key++] = 'other';
          } else if (each.kind === 'checkpoint') engine.recovery.performCheckpoint(CHECKPOINT);
          else if (each.kind === 'crash' || each.kind === 'stop') {
            if (each.kind === 'crash') engine.crash();
            else engine.shutDown();
            ({ engine, table } = start(directory));
          }
          expect(gids(engine).sort()).to.deep.equal([...prepared.keys()].sort());
          expect(table.contents()).to.deep.equal(committed);
        }
        engine.crash();
        fs.rmSync(directory, { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  /** Runs `work`, stopping at call `stopAt`; returns whether it stopped. */
  function stopsAt(engine: TestEngine, stopAt: number, work: () => void): boolean {
    engine.counted.stopAt = engine.counted.calls + stopAt;
    try {
      work();
      return false;
    } catch (thrown) {
      for (let each = thrown; ; each = (each as Error).cause) {
        if (each instanceof MachineStopped) return true;
        if (!(each instanceof Error)) throw thrown;
      }
    } finally {
      engine.crash();
    }
  }

  const works: Record<string, { readonly may: readonly string[]; readonly work: (engine: TestEngine) => void }> = {
    'being committed': { may: ['prepared', 'committed'], work: (engine) => finish(engine, 'work', true) },
    'being rolled back': { may: ['prepared', 'aborted'], work: (engine) => finish(engine, 'work', false) },
    'a checkpoint': { may: ['prepared'], work: (engine) => engine.recovery.performCheckpoint(CHECKPOINT) },
    'the shutdown': { may: ['prepared'], work: (engine) => engine.shutDown() },
  };
  for (const [title, { may, work }] of Object.entries(works)) {
    for (const isOnDisk of [false, true]) {
      it(`are whole after a stop at any call of ${title}, ${isOnDisk ? 'on disk' : 'in WAL only'}`, () => {
        const { directory, engine, table } = makeCluster('original');
        prepareWork(engine, table, 'work');
        if (isOnDisk) engine.recovery.performCheckpoint(CHECKPOINT);
        engine.crash();
        const seen = new Set<string>();
        for (let stopAt = 1, stopped = true; stopped; stopAt++) {
          const copy = `${root}/stop-${stopAt}`;
          fs.cpSync(directory, copy, { recursive: true });
          const { engine: victim } = start(copy);
          stopped = stopsAt(victim, stopAt, () => work(victim));
          const after = start(copy);
          const fate = fateOf(after.engine, after.table);
          seen.add(fate);
          if (fate === 'prepared') expectPrepared(after.engine, after.table);
          else expectFinished(after.engine, after.table, fate === 'committed', copy);
          after.engine.shutDown();
          fs.rmSync(copy, { recursive: true });
        }
        expect([...seen].sort()).to.deep.equal([...may].sort());
      });
    }
  }

  it('are whole though a stop of the machine left their first file without what was not synced', () => {
    for (let stopAt = 1, stopped = true; stopped; stopAt++) {
      const { directory, engine, table } = makeCluster(`stop-${stopAt}`);
      // So that its id is older than what the last checkpoint knows.
      prepareWork(engine, table, 'work', () => engine.recovery.performCheckpoint(CHECKPOINT));
      let isSynced = false;
      engine.counted.watch = (name, [fd]) => {
        if (name === 'fsync' && engine.counted.paths.get(fd as number)?.includes('pg_twophase')) isSynced = true;
      };
      stopped = stopsAt(engine, stopAt, () => engine.recovery.performCheckpoint(CHECKPOINT));
      if (!isSynced) for (const name of stateFiles(directory)) fs.truncateSync(`${directory}/pg_twophase/${name}`);
      const after = start(directory);
      expectPrepared(after.engine, after.table);
      after.engine.shutDown();
      fs.rmSync(directory, { recursive: true });
    }
  });

  it('are whole after stops in recovery from stops in recovery', () => {
    const { directory, engine, table } = makeCluster('original');
    prepareWork(engine, table, 'work');
    engine.crash();
    for (let stopAt = 3, stopped = true; stopped; stopAt += 4) {
      const victim = engineOn(directory);
      stopped = stopsAt(victim, stopAt, () => victim.recovery.runStartup());
    }
    const after = start(directory);
    expectPrepared(after.engine, after.table);
    finish(after.engine, 'work', true);
    expectFinished(after.engine, after.table, true, directory);
  });

  function fateOf(engine: TestEngine, table: TestTable): 'prepared' | 'committed' | 'aborted' {
    if (gids(engine).length > 0) return 'prepared';
    return table.contents()[1] === 'changed' ? 'committed' : 'aborted';
  }
});
