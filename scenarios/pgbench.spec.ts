import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { PGBENCH, whereIs } from './support/pgbench.js';
import { skipWithout } from './support/postgres-programs.js';
import { Server } from './support/server.js';

const ACCOUNTS = 100_000;

/** PostgreSQL's own pgbench, which neither knows nor is told what it talks to. */
describe('pgbench', function () {
  this.timeout(180_000);
  for (const [walLevel, settings] of Object.entries({
    replica: [],
    minimal: ['wal_level=minimal', 'max_wal_senders=0'],
  })) {
    describe(`with wal_level = ${walLevel}`, () => {
      let server: Server;
      let cleanup: () => Promise<void>;

      before(async function () {
        skipWithout(this, 'pgbench');
        const made = await dir({ unsafeCleanup: true });
        cleanup = made.cleanup;
        server = new Server(made.path);
        server.init();
        server.start(...settings);
      });

      after(async () => {
        if (!server) return;
        await server.killAndWait();
        await cleanup();
      });

      function pgbench(...words: string[]): string {
        const done = spawnSync(PGBENCH, [...words, ...whereIs(server)], { encoding: 'utf8' });
        expect(done.status, done.stdout + done.stderr).to.equal(0);
        return done.stdout;
      }

      async function one(sql: string): Promise<number> {
        return Number(Object.values((await server.query<Record<string, string>>(sql))[0])[0]);
      }

      it('makes its tables, from the client and in the server, with keys and after a vacuum', async () => {
        pgbench('-i', '-I', 'dtGvp');
        expect(await one('select count(*) from pgbench_accounts')).to.equal(ACCOUNTS);
        pgbench('-i');
        expect(await one('select count(*) from pgbench_accounts')).to.equal(ACCOUNTS);
        expect(await one('select count(*) from pgbench_accounts where aid = 12345')).to.equal(1);
      });

      it('runs its scripts in every protocol, and no amount is lost, nor by a crash afterwards', async () => {
        for (const script of ['tpcb-like', 'simple-update', 'select-only']) {
          for (const protocol of ['simple', 'extended', 'prepared']) {
            const said = pgbench('-n', '-b', script, '-M', protocol, '-c', '2', '-t', '20');
            expect(said).to.contain('number of transactions actually processed: 40/40');
          }
        }
        const moved = await one('select sum(delta) from pgbench_history');
        expect(await one('select sum(abalance) from pgbench_accounts')).to.equal(moved);
        server.stop('immediate');
        server.start(...settings);
        expect(await one('select sum(abalance) from pgbench_accounts')).to.equal(moved);
        expect(await one('select count(*) from pgbench_accounts')).to.equal(ACCOUNTS);
        expect(await one('select count(*) from pgbench_history')).to.equal(240);
      });

      it('hears no error, not even from queries that it can do without', () => {
        expect(server.log().match(/^.*\b(ERROR|FATAL|PANIC)\b.*$/gm) ?? []).to.deep.equal([]);
      });
    });
  }
});
