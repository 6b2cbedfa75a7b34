import * as fs from 'node:fs';
import type pg from 'pg';
import { expect } from 'chai';
import { dir, type DirectoryResult } from 'tmp-promise';
import { Server, eventually } from './support/server.js';

const LAUNCHER = 'autovacuum launcher';
const WORKER = 'autovacuum worker';
const EAGER = ['autovacuum_naptime=1', 'autovacuum_vacuum_cost_delay=0', 'log_autovacuum_min_duration=0'];

describe('autovacuum of a running server', function () {
  this.timeout(90_000);
  let directory: DirectoryResult;
  let server: Server;

  before(async () => {
    directory = await dir({ unsafeCleanup: true });
    server = new Server(directory.path);
    server.init();
  });
  afterEach(() => server.kill());
  after(() => directory.cleanup());

  const has = (title: string): boolean => server.children().some((child) => child.title.includes(title));

  async function connected(): Promise<pg.Client> {
    const client = server.local();
    await client.connect();
    return client;
  }

  /** Makes as many dead rows as there are rows, and lets them be counted. */
  async function makeDead(client: pg.Client, table: string): Promise<void> {
    await client.query(`drop table if exists ${table}`);
    await client.query(`create table ${table}(id int, v int)`);
    await client.query(`insert into ${table} select i, 0 from generate_series(1, 2000) i`);
    await client.query(`update ${table} set v = 1`);
    await client.query('select pg_stat_force_next_flush()');
  }

  const counts = (table: string): Promise<Record<string, string>[]> =>
    server.query(
      `select n_dead_tup, autovacuum_count, autoanalyze_count, last_autovacuum from pg_stat_user_tables where relname = '${table}'`,
    );

  it('removes dead rows once there are enough of them, and counts rows', async () => {
    server.start(...EAGER);
    const client = await connected();
    await makeDead(client, 't');
    const row = (await eventually('the worker has been there', async () => {
      const rows = await counts('t');
      return rows[0].autovacuum_count !== '0' && rows[0].autoanalyze_count !== '0' ? rows : undefined;
    }))![0];
    expect(row.n_dead_tup).to.equal('0');
    expect(row.last_autovacuum).to.be.an.instanceOf(Date);
    const [{ reltuples }] = await server.query("select reltuples from pg_class where relname = 't'");
    expect(reltuples).to.equal(2000);
    const [launcher] = await server.query(
      `select backend_type from pg_stat_activity where backend_type = '${LAUNCHER}'`,
    );
    expect(launcher).to.deep.equal({ backend_type: LAUNCHER });
    expect(server.log()).to.match(/LOG: {2}automatic vacuum of table "postgres\.public\.t": index scans: 0/);
    await client.end();
    server.stop();
  });

  it('is not there when it is off, and comes when it is turned on', async () => {
    server.start();
    await eventually('the launcher is there', () => has(LAUNCHER));
    await eventually('the launcher is gone', async () => {
      fs.appendFileSync(`${server.data}/postgresql.conf`, 'autovacuum = off\n');
      await server.query('select pg_reload_conf()');
      return !has(LAUNCHER);
    });
    fs.appendFileSync(`${server.data}/postgresql.conf`, 'autovacuum = on\n');
    await server.query('select pg_reload_conf()');
    await eventually('the launcher is back', () => has(LAUNCHER));
    server.stop();
  });

  it('vacuums against wraparound even when it is off', async () => {
    server.start(...EAGER, 'autovacuum=off', 'autovacuum_freeze_max_age=200', 'vacuum_freeze_min_age=10');
    const client = await connected();
    await client.query('create table old(id int)');
    for (let i = 0; i < 500; i++) await client.query('insert into old values (1)');
    await eventually('the oldest id has advanced', async () => {
      await client.query('insert into old values (2)');
      const [{ age }] = await server.query("select age(datfrozenxid) from pg_database where datname = 'postgres'");
      return Number(age) < 300;
    });
    expect(server.log()).to.match(/automatic aggressive vacuum to prevent wraparound of table "postgres\.public\.old"/);
    await client.end();
    server.stop();
  });

  for (const title of [LAUNCHER, WORKER]) {
    it(`survives a killed ${title}`, async () => {
      server.start(...EAGER, 'autovacuum_vacuum_cost_delay=20', 'vacuum_cost_limit=1');
      const client = await connected();
      await makeDead(client, 'k');
      const pid = await eventually(`a ${title}`, () => (has(title) ? server.child(title) : 0));
      process.kill(pid, 'SIGKILL');
      await eventually('the server has noticed', () => /terminating any other active/.test(server.log()));
      const rows = await eventually('it serves again', () => server.query('select count(*) from k where v = 1'));
      expect(rows).to.deep.equal([{ count: '2000' }]);
      server.stop();
    });
  }

  it('gives way to who needs the table', async () => {
    server.start(...EAGER, 'autovacuum_vacuum_cost_delay=100', 'vacuum_cost_limit=1', 'deadlock_timeout=100ms');
    const client = await connected();
    await makeDead(client, 'w');
    await eventually('a worker is at the table', async () => {
      const rows = await client.query(
        "select query from pg_stat_activity where query like 'autovacuum: VACUUM%public.w'",
      );
      return rows.rowCount === 1;
    });
    await client.query('drop table w');
    expect(server.log()).to.match(
      /ERROR: {2}canceling autovacuum task\n.*CONTEXT: {2}automatic vacuum of table "postgres\.public\.w"/,
    );
    await client.end();
    server.stop();
  });
});
