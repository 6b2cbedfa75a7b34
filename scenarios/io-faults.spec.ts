import { expect } from 'chai';
import * as fs from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { dir, type DirectoryResult } from 'tmp-promise';
import { engineFactory, type EngineFactory } from '../harness/adapters/engine/engine-target.js';
import type { PgTarget } from '../harness/adapters/target.js';
import { parseFault } from '../harness/faults/parse.js';
import type { FaultStatus } from '../harness/trace/trace-area.js';
import { eventually, failureOf, quiet } from './support/server.js';

/** What the engine promises when a call fails: the table in engine/storage/README.md, row by row. */
const SETTINGS = { shared_buffers: 16, bgwriter_lru_maxpages: 0, wal_writer_delay: 200, checkpoint_timeout: 300 };
const BOUND_MS = 30_000;

describe('I/O faults', function () {
  this.timeout(60_000);
  let workplace: DirectoryResult;
  let factory: EngineFactory;
  let target: PgTarget;
  let isThere = false;
  let clients: pg.Client[] = [];
  let next = 0;

  before(async () => {
    workplace = await dir({ unsafeCleanup: true });
    factory = engineFactory();
  });
  after(async () => {
    factory.dispose();
    await workplace.cleanup();
  });
  beforeEach(() => begin());
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
    clients = [];
    await end();
  });

  async function end(): Promise<void> {
    if (isThere) await target.dispose();
    isThere = false;
  }

  async function begin(settings: Record<string, string | number> = {}): Promise<void> {
    await end();
    const directory = join(workplace.path, `t${next++}`);
    fs.mkdirSync(directory);
    target = factory.create({
      directory,
      settings: { ...SETTINGS, ...settings },
      walSegmentMegabytes: 1,
      preload: [],
    });
    isThere = true;
    await target.prepare();
    await target.start();
    await query('CREATE TABLE kept (id int, filler text)');
  }

  /** Waits for service; starts the server when it has ended. */
  function query(sql: string): Promise<Record<string, string>[]> {
    return target.whenServing(BOUND_MS, async (client) => (await client.query(sql)).rows as Record<string, string>[]);
  }

  async function connect(): Promise<pg.Client> {
    const client = quiet(new pg.Client({ ...target.connection(), query_timeout: BOUND_MS }));
    await client.connect();
    clients.push(client);
    return client;
  }

  async function ids(): Promise<number[]> {
    return (await query('SELECT id FROM kept ORDER BY id')).map(({ id }) => Number(id));
  }

  const arm = (...lines: string[]): void => target.trace.arm(lines.map(parseFault));
  const statuses = (): FaultStatus[] => target.trace.statuses();
  const postmaster = (): number => target.processes().find(({ type }) => type === 'postmaster')!.pid;
  const killAll = async (): Promise<void> => {
    target.kill(target.processes().map(({ pid }) => pid));
    await eventually('the end', () => target.hasEnded());
  };
  const rows = (from: number, count: number): string =>
    `INSERT INTO kept SELECT n, repeat('x', 500) FROM generate_series(${from}, ${from + count - 1}) n`;

  describe('on WAL: the server stops believing itself and recovers', () => {
    for (const [fault, complaint] of [
      ['EIO any at pwrite(wal) #1', /PANIC: {2}could not write to log file .*: Input\/output error/],
      ['ENOSPC any at pwrite(wal) #1', /PANIC: {2}could not write to log file .*: No space left on device/],
      ['short-write any at pwrite(wal) #1 1000 bytes', /PANIC: {2}could not write to log file .*: No space left/],
      ['EIO any at fdatasync(wal) #1', /PANIC: {2}could not fsync file .*: Input\/output error/],
    ] as const) {
      it(fault, async () => {
        const pid = postmaster();
        await query("INSERT INTO kept VALUES (1, 'acknowledged')");
        const [client, bystander] = [await connect(), await connect()];
        const gone = new Promise((resolve) => bystander.once('error', resolve));
        arm(fault);
        await failureOf(client.query("INSERT INTO kept VALUES (2, 'never acknowledged')"));
        await gone;
        const found = await ids();
        expect(statuses()[0].firings).to.equal(1);
        expect(target.log()).to.match(complaint);
        expect(target.log()).to.include('automatic recovery in progress');
        expect(postmaster()).to.equal(pid);
        expect(found[0]).to.equal(1);
        if (!fault.includes('fdatasync')) expect(found).to.deep.equal([1]);
        await query("INSERT INTO kept VALUES (3, 'afterwards')");
        await killAll();
        expect(await ids()).to.include.members([1, 3]);
      });
    }

    it('a read that stops short in recovery is not the end of the log', async () => {
      await query(rows(1, 100));
      await killAll();
      arm('short-read startup at pread(wal) #1 100 bytes', 'short-read startup at pread(wal) #4 4000 bytes');
      expect(await ids()).to.have.length(100);
      expect(statuses().map(({ firings }) => firings)).to.deep.equal([1, 1]);
      expect(target.log()).to.match(/PANIC: {2}could not read from log segment .* though the file goes on/);
    });
  });

  describe('on data files', () => {
    it('a failed fsync in a checkpoint is never tried again: recovery writes everything anew', async () => {
      const pid = postmaster();
      await query(rows(1, 100));
      arm('EIO checkpointer at fsync(data) #1');
      const client = await connect();
      await failureOf(client.query('CHECKPOINT'));
      expect(await ids()).to.have.length(100);
      expect(target.log()).to.match(/PANIC: {2}could not fsync file "(base|global).*": Input\/output error/);
      expect([statuses()[0].firings, postmaster()]).to.deep.equal([1, pid]);
      await query('CHECKPOINT');
    });

    for (const fault of ['ENOSPC backend at pwrite(data) #1+', 'short-write backend at pwrite(data) #1+ 4096 bytes']) {
      it(`a full disk fails the statement and nothing else: ${fault}`, async () => {
        const pid = postmaster();
        await query(rows(1, 50));
        const [client, bystander] = [await connect(), await connect()];
        const backend = (await bystander.query('SELECT pg_backend_pid() AS pid')).rows[0] as { pid: number };
        await client.query('BEGIN');
        arm(fault);
        const failure = (await failureOf(client.query(rows(1000, 1000)))) as pg.DatabaseError;
        expect(failure.code).to.equal('53100');
        expect(failure.message).to.match(
          /^could not (extend|write block \d+ in) file "base\/5\/\d+": No space left on device$/,
        );
        expect(failure.hint).to.equal('Check free disk space.');
        expect((await failureOf(client.query('SELECT 1'))).code).to.equal('25P02');
        await client.query('ROLLBACK');
        expect(statuses()[0].firings).to.be.greaterThan(0);
        arm();
        expect((await bystander.query('SELECT pg_backend_pid() AS pid')).rows[0]).to.deep.equal(backend);
        await client.query(rows(51, 50));
        expect(await ids()).to.deep.equal(Array.from({ length: 100 }, (_, index) => index + 1));
        expect(postmaster()).to.equal(pid);
        await killAll();
        expect(await ids()).to.have.length(100);
      });
    }

    it('a full disk fails a checkpoint, and the next one succeeds', async () => {
      const pid = postmaster();
      await query(rows(1, 100));
      const client = await connect();
      arm('ENOSPC checkpointer at pwrite(data) #1');
      expect((await failureOf(client.query('CHECKPOINT'))).message).to.equal('checkpoint request failed');
      expect(target.log()).to.match(/ERROR: {2}could not write block \d+ in file ".*": No space left on device/);
      await client.query('CHECKPOINT');
      expect(postmaster()).to.equal(pid);
      await killAll();
      expect(await ids()).to.have.length(100);
    });

    it('a full disk does not stop the background writer', async () => {
      await begin({ bgwriter_lru_maxpages: 100, bgwriter_delay: 10, shared_buffers: 64 });
      const pid = postmaster();
      arm('ENOSPC bgwriter at pwrite(data) #1..2');
      await eventually('the background writer to fail twice', async () => {
        await query(rows(1, 300));
        return statuses()[0].firings === 2;
      });
      expect(target.log()).to.match(/ERROR: {2}could not write block \d+ in file ".*": No space left on device/);
      expect(postmaster()).to.equal(pid);
    });

    for (const [fault, code, message] of [
      ['EIO', '58030', /^could not read block \d+ in file "base\/5\/\d+": Input\/output error$/],
      ['short-read', 'XX001', /^could not read block \d+ in file "base\/5\/\d+": read only 100 of 8192 bytes$/],
    ] as const) {
      it(`${fault}: a page that cannot be read fails the statement and nothing else`, async () => {
        await query(rows(1, 500));
        const client = await connect();
        await client.query('SELECT count(*) FROM kept');
        arm(`${fault} backend at pread(data) #1${fault === 'EIO' ? '' : ' 100 bytes'}`);
        const failure = await failureOf(client.query('SELECT count(*) FROM kept'));
        expect(failure.code).to.equal(code);
        expect(failure.message).to.match(message);
        expect((await client.query('SELECT count(*) AS n FROM kept')).rows).to.deep.equal([{ n: '500' }]);
      });
    }

    it('out of descriptors, files are closed and it is tried again', async () => {
      const client = await connect();
      arm('EMFILE backend at open(data) #1');
      expect((await client.query('SELECT count(*) AS n FROM kept')).rows).to.deep.equal([{ n: '0' }]);
      expect(statuses()[0].firings).to.equal(1);
    });

    it('without any descriptor the statement fails', async () => {
      const client = await connect();
      arm('EMFILE backend at open(data) #1+');
      const failure = await failureOf(client.query('SELECT count(*) AS n FROM kept'));
      expect(failure.code).to.equal('53000');
      expect(failure.message).to.match(/^could not open file "base\/5\/\d+": Too many open files$/);
      arm();
      expect((await client.query('SELECT count(*) AS n FROM kept')).rows).to.deep.equal([{ n: '0' }]);
    });

    it('without a descriptor the checkpoint fails, and the next one succeeds', async () => {
      const pid = postmaster();
      await query(rows(1, 10));
      const client = await connect();
      arm('EMFILE checkpointer at open(data) #1+');
      expect((await failureOf(client.query('CHECKPOINT'))).message).to.equal('checkpoint request failed');
      arm();
      await client.query('CHECKPOINT');
      expect(postmaster()).to.equal(pid);
    });
  });

  describe('bit rot', () => {
    it('in a data file is found when the page is read: a warning, an error, never a wrong answer', async () => {
      await query(rows(1, 10));
      await ids(); // sets the rows' hint bits
      await query('CHECKPOINT');
      const [{ path }] = await query("SELECT pg_relation_filepath('kept') AS path");
      await query("UPDATE kept SET filler = 'changed' WHERE id = 5");
      arm(`rot checkpointer at pwrite(data) #1+ bit ${8 * 5000}`);
      const client = await connect();
      await client.query('CHECKPOINT');
      expect(statuses()[0].fired).to.equal(true);
      await killAll();
      const reader = await eventually('service', async () => {
        if (!target.isRunning()) await target.start();
        return connect();
      });
      const notices: string[] = [];
      reader.on('notice', ({ severity, message }) => notices.push(`${severity}: ${message}`));
      const failure = await failureOf(reader.query('SELECT * FROM kept'));
      expect(failure.code).to.equal('XX001');
      expect(failure.message).to.equal(`invalid page in block 0 of relation ${path}`);
      const warning = /WARNING: {1,2}page verification failed, calculated checksum \d+ but expected \d+/;
      expect(notices.join()).to.match(warning);
      expect(target.log()).to.match(warning);
    });

    /** Commits rows; of the first record of that in WAL a byte rots on its way to the file. */
    async function commitRotten(client: pg.Client, insert: string): Promise<void> {
      await client.query('BEGIN');
      const [{ at }] = (await client.query("SELECT pg_current_wal_insert_lsn() - '0/0' AS at")).rows as {
        at: string;
      }[];
      arm(`rot any at pwrite(wal) #1 bit ${8 * ((Number(at) % 8192) + 40)}`);
      await client.query(insert);
      await client.query('COMMIT');
      expect(statuses()[0].firings).to.equal(1);
    }

    /** Commits until the log's page has room for a small transaction. */
    async function makeRoomOnLogPage(): Promise<void> {
      await query('CREATE TABLE filler (value text)');
      for (;;) {
        const [{ at }] = await query("SELECT (pg_current_wal_insert_lsn() - '0/0') % 8192 AS at");
        if (Number(at) < 6000) return;
        await query("INSERT INTO filler VALUES (repeat('x', 500))");
      }
    }

    it('in the last record of WAL is its end: nothing tells it from a write that was never completed', async () => {
      await query('INSERT INTO kept VALUES (1)');
      await makeRoomOnLogPage();
      await commitRotten(await connect(), "INSERT INTO kept VALUES (2, 'rotten')");
      await killAll();
      expect(await ids()).to.deep.equal([1]);
      expect(target.log()).to.include('incorrect resource manager data checksum in record at');
      expect(target.log()).not.to.include('WAL goes on behind its end');
    });

    it('in the middle of WAL ends recovery there, as in PostgreSQL, and what follows is told to be lost', async () => {
      await begin({ shared_buffers: 128, wal_buffers: 64, wal_writer_delay: 10_000 });
      await query('INSERT INTO kept VALUES (1)');
      const client = await connect();
      await commitRotten(client, rows(2, 40));
      await client.query("INSERT INTO kept VALUES (100, 'acknowledged, and lost')");
      await killAll();
      expect(await ids()).to.deep.equal([1]);
      expect(target.log()).to.match(/WARNING: {2}WAL goes on behind its end at/);
      expect(target.log()).to.include('commits that were acknowledged are lost');
    });

    it('in the control file stops the start', async () => {
      arm('rot checkpointer at pwrite(control) #1+ bit 300');
      const client = await connect();
      await client.query('CHECKPOINT');
      await killAll();
      await target.start();
      await eventually('the end', () => target.hasEnded());
      expect(target.log()).to.include('FATAL:  incorrect checksum in control file');
    });
  });

  describe('jumps of the clock', () => {
    for (const seconds of [3600, -3600]) {
      it(`by ${seconds} s: commits go on, timeouts stay what they are`, async () => {
        const client = await connect();
        const clock = async (): Promise<number> =>
          ((await client.query('SELECT clock_timestamp() AS at')).rows[0] as { at: Date }).at.getTime() / 1000;
        const before = await clock();
        arm(`clock any ${seconds < 0 ? '-' : '+'}${Math.abs(seconds)} s at point commit:after-record #1`);
        await client.query('INSERT INTO kept VALUES (1)');
        expect((await clock()) - before - seconds).to.be.within(0, 20);
        await client.query('INSERT INTO kept VALUES (2)');
        await client.query('SET statement_timeout = 400; SELECT pg_sleep(0.05)');
        const started = performance.now();
        expect((await failureOf(client.query('SELECT pg_sleep(10)'))).code).to.equal('57014');
        expect(performance.now() - started).to.be.within(350, 5000);
        await client.query('SET statement_timeout = 0; CHECKPOINT; INSERT INTO kept VALUES (3)');
        await killAll();
        expect(await ids()).to.deep.equal([1, 2, 3]);
        await query('INSERT INTO kept VALUES (4)');
      });
    }
  });
});
