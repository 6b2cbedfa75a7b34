import { execFileSync, spawn } from 'node:child_process';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { SeededRandom } from '../harness/schedulers/seeded-random.js';
import { PGBENCH, whereIs } from './support/pgbench.js';
import { skipWithout } from './support/postgres-programs.js';
import { Server, eventually } from './support/server.js';

const PROTOCOLS = ['simple', 'extended', 'prepared'];
const CLIENTS = 8;
const KILLS = 3;
const TRANSACTIONS_BEFORE_A_KILL = 40;
const SEED = Number(process.env.CRASHWRIGHT_SEED ?? Date.now() % 1_000_000);

/** What TPC-B keeps equal: every transaction adds one amount to an account, a teller and a branch, and notes it. */
const BALANCES = `SELECT (SELECT sum(abalance) FROM pgbench_accounts) AS accounts, (SELECT sum(tbalance) FROM pgbench_tellers) AS tellers,
  (SELECT sum(bbalance) FROM pgbench_branches) AS branches, (SELECT coalesce(sum(delta), 0) FROM pgbench_history) AS history,
  (SELECT count(*) FROM pgbench_history) AS transactions, pg_backend_pid() AS asked`;

describe(`TPC-B under kill -9 of random processes (CRASHWRIGHT_SEED=${SEED})`, function () {
  this.timeout(180_000);
  const random = new SeededRandom(SEED);
  let server: Server;
  let cleanup: () => Promise<void>;

  before(async function () {
    skipWithout(this, 'pgbench');
    const made = await dir({ unsafeCleanup: true });
    ({ cleanup } = made);
    server = new Server(made.path);
    server.init();
    server.start();
    execFileSync(PGBENCH, ['-i', '-q', ...whereIs(server)], { stdio: 'pipe' });
  });

  after(async () => {
    if (!server) return;
    server.stop();
    await cleanup();
  });

  async function balances(): Promise<Record<string, number>> {
    const [{ asked, ...row }] = await server.query(BALANCES);
    // Its backend ends by itself: one picked as a victim in that moment would be dead already, and nothing would happen.
    await eventually('its end', () => server.children().every(({ pid }) => pid !== asked));
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
  }

  /** Starts pgbench; resolves when it has ended, because its server dropped it. */
  function load(protocol: string): Promise<void> {
    const options = ['-n', '-M', protocol, '-c', String(CLIENTS), '-j', '2', '-T', '120'];
    const pgbench = spawn(PGBENCH, [...options, ...whereIs(server)], { stdio: 'ignore' });
    return new Promise((resolve) => pgbench.on('exit', () => resolve()));
  }

  async function killOne(): Promise<string> {
    const processes = [...server.children(), { pid: server.postmaster, title: 'postmaster' }];
    const { pid, title } = random.pick(processes);
    process.kill(pid, 'SIGKILL');
    if (title === 'postmaster') {
      await eventually('the end', () => server.run('status').status === 3);
      server.start();
    }
    return title;
  }

  for (const protocol of PROTOCOLS) {
    it(`keeps the balances equal, ${protocol} protocol`, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        const { transactions: before } = await balances();
        const run = load(protocol);
        await eventually('work', async () => (await balances()).transactions >= before + TRANSACTIONS_BEFORE_A_KILL);
        const victim = await killOne();
        await run;
        const { accounts, tellers, branches, history, transactions } = await eventually('service', balances);
        const all = { accounts, tellers, branches };
        expect(all, `after kill of ${victim}`).to.deep.equal({
          accounts: history,
          tellers: history,
          branches: history,
        });
        expect(transactions).to.be.at.least(before + TRANSACTIONS_BEFORE_A_KILL);
      }
    });
  }
});
