import { expect } from 'chai';
import type pg from 'pg';
import { dir } from 'tmp-promise';
import { Server, eventually, failureOf, quiet } from './support/server.js';

const SETTINGS = ['max_prepared_transactions=10', 'lock_timeout=300ms'];

/** Servers are killed around PREPARE and COMMIT PREPARED: what was promised holds, with its locks. */
describe('two-phase commit under kill -9', function () {
  this.timeout(120_000);
  let server: Server;
  let cleanup: () => Promise<void>;

  before(async () => {
    const made = await dir({ unsafeCleanup: true });
    cleanup = made.cleanup;
    server = new Server(made.path);
    server.init();
    server.start(...SETTINGS);
    await server.query('create table account(id int, balance int)');
    await server.query('insert into account values (1, 100), (2, 100), (3, 100)');
  });

  after(async () => {
    await server.killAndWait();
    await cleanup();
  });

  /** The whole server at once, then another start. */
  async function killAndStart(): Promise<void> {
    await server.killAndWait();
    server.start(...SETTINGS);
  }

  async function connected(): Promise<pg.Client> {
    const client = quiet(server.local());
    await client.connect();
    return client;
  }

  async function prepare(gid: string, id: number): Promise<void> {
    const client = await connected();
    await client.query('begin');
    await client.query(`update account set balance = balance - 10 where id = ${id}`);
    await client.query('savepoint undone');
    await client.query('update account set balance = 0');
    await client.query('rollback to undone');
    await client.query(`prepare transaction '${gid}'`);
    await client.end();
  }

  const balances = async (): Promise<number[]> =>
    (await server.query<{ balance: number }>('select balance from account order by id')).map((row) => row.balance);
  const prepared = async (): Promise<string[]> =>
    (await server.query<{ gid: string }>('select gid from pg_prepared_xacts order by gid')).map((row) => row.gid);

  /** Nobody else may change the row, nor drop the table. */
  async function expectLocked(id: number): Promise<void> {
    const change = server.query(`update account set balance = 1 where id = ${id}`);
    expect((await failureOf(change)).code).to.equal('55P03');
    expect((await failureOf(server.query('drop table account'))).code).to.equal('55P03');
  }

  it('keeps what was prepared, with its locks, from WAL and from its file', async () => {
    await prepare('from-wal', 1);
    await killAndStart();
    expect(await prepared()).to.deep.equal(['from-wal']);
    await expectLocked(1);
    await server.query('checkpoint');
    await killAndStart();
    expect([await prepared(), await balances()]).to.deep.equal([['from-wal'], [100, 100, 100]]);
    await expectLocked(1);
    await server.query(`commit prepared 'from-wal'`);
    await killAndStart();
    expect([await prepared(), await balances()]).to.deep.equal([[], [90, 100, 100]]);
  });

  it('keeps it when the checkpointer alone is killed, and the cluster resets itself', async () => {
    await prepare('through-reset', 2);
    process.kill(server.child('postgres: crashwright: checkpointer'), 'SIGKILL');
    const found = await eventually('the server to be back', prepared);
    expect(found).to.deep.equal(['through-reset']);
    await expectLocked(2);
    await server.query(`rollback prepared 'through-reset'`);
    await killAndStart();
    expect([await prepared(), await balances()]).to.deep.equal([[], [90, 100, 100]]);
  });

  it('has prepared all or nothing, and committed or not, when it dies in the middle', async () => {
    const before = (await balances())[2];
    let committed = 0;
    for (let round = 0; round < 4; round++) {
      const gid = `round-${round}`;
      const told = { prepare: 'unknown', commit: 'not asked' };
      const work = prepare(gid, 3)
        .then(async () => {
          told.prepare = 'ok';
          told.commit = 'unknown';
          await server.query(`commit prepared '${gid}'`);
          told.commit = 'ok';
        })
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 15 * round));
      await killAndStart();
      await work;
      const left = await prepared();
      const balance = (await balances())[2];
      if (left.includes(gid)) {
        expect(told.commit).to.not.equal('ok');
        await expectLocked(3);
        await server.query(`commit prepared '${gid}'`);
        committed++;
      } else if (balance === before - 10 * (committed + 1)) committed++;
      else expect(told.prepare, 'a promise that was broken').to.equal('unknown');
      expect((await balances())[2]).to.equal(before - 10 * committed);
    }
  });
});
