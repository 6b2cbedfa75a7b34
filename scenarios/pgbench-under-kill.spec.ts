import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { PGBENCH, whereIs } from './support/pgbench.js';
import { skipWithout } from './support/postgres-programs.js';
import { Server, eventually } from './support/server.js';

const CLIENTS = 4;
const COMMITS_BEFORE_THE_KILL = 40;
const LONGEST_RUN_S = 30;

/** What the tables hold: rows inserted, and the sum of the counters. */
interface Found {
  readonly inserts: string;
  readonly updates: string;
}

describe('pgbench under kill -9', function () {
  this.timeout(120_000);
  let server: Server;
  let home: string;
  let cleanup: () => Promise<void>;

  before(async function () {
    skipWithout(this, 'pgbench');
    const made = await dir({ unsafeCleanup: true });
    ({ cleanup, path: home } = made);
    server = new Server(home);
    server.init();
    server.start();
    fs.writeFileSync(`${home}/insert.sql`, 'INSERT INTO inserts VALUES (:client_id);\n');
    fs.writeFileSync(`${home}/update.sql`, 'UPDATE counters SET n = n + 1 WHERE id = :client_id;\n');
  });

  after(async () => {
    if (!server) return;
    server.stop();
    await cleanup();
  });

  /** Runs until the server drops its clients; resolves to the transactions that pgbench saw committed, by script. */
  async function load(): Promise<[inserts: number, updates: number]> {
    const scripts = ['-f', `${home}/insert.sql`, '-f', `${home}/update.sql`];
    const log = ['-l', `--log-prefix=${home}/acknowledged`];
    const options = ['-n', '-c', String(CLIENTS), '-T', String(LONGEST_RUN_S), ...scripts, ...log, ...whereIs(server)];
    const pgbench = spawn(PGBENCH, options, { stdio: 'ignore' });
    await new Promise((resolve) => pgbench.on('exit', resolve));
    const files = fs.readdirSync(home).filter((name) => name.startsWith('acknowledged'));
    const lines = files.flatMap((name) =>
      fs.readFileSync(`${home}/${name}`, 'utf8').trim().split('\n').filter(Boolean),
    );
    for (const name of files) fs.unlinkSync(`${home}/${name}`);
    const script = lines.map((line) => line.split(' ')[3]); // client, transaction, time, script, ...
    return [script.filter((number) => number === '0').length, script.filter((number) => number === '1').length];
  }

  async function found(): Promise<Found> {
    const sql = 'SELECT (SELECT count(*) FROM inserts) AS inserts, (SELECT sum(n) FROM counters) AS updates';
    return (await server.query<Found & Record<string, unknown>>(sql))[0];
  }

  const kills: Record<string, () => Promise<void>> = {
    async startup() {
      const before = server.child('walwriter');
      process.kill(before, 'SIGKILL');
      process.kill(await eventually('a startup process', () => server.child(' startup')), 'SIGKILL');
    },
    async postmaster() {
      server.kill();
      await eventually('the end', () => server.run('status').status === 3);
      server.start();
    },
  };
  for (const title of ['checkpointer', 'background writer', 'walwriter', '[local]']) {
    kills[title] = async () => void process.kill(server.child(title), 'SIGKILL');
  }

  for (const [victim, kill] of Object.entries(kills)) {
    it(`loses no acknowledged commit when ${victim === '[local]' ? 'a backend' : `the ${victim}`} is killed`, async () => {
      await server.query('CREATE TABLE inserts (client int); CREATE TABLE counters (id int, n int)');
      await server.query('INSERT INTO counters SELECT id, 0 FROM generate_series(0, 3) id');
      const run = load();
      await eventually('commits', async () => Number((await found()).inserts) >= COMMITS_BEFORE_THE_KILL);
      await kill();
      const [inserts, updates] = await run;
      const kept = await eventually('service', found);
      expect(inserts + updates).to.be.at.least(COMMITS_BEFORE_THE_KILL);
      // A commit whose answer was under way when the server went may be there.
      expect(Number(kept.inserts)).to.be.within(inserts, inserts + CLIENTS);
      expect(Number(kept.updates)).to.be.within(updates, updates + CLIENTS);
      await server.query('DROP TABLE inserts; DROP TABLE counters');
    });
  }
});
