import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { POSTGRES_BIN } from '../harness/adapters/postgres.js';
import { skipWithout } from './support/postgres-programs.js';
import { Server } from './support/server.js';

/** Nothing leaves the log but by our command. */
const SETTINGS = ['autovacuum=off', 'checkpoint_timeout=1d', 'max_wal_size=10GB', 'max_prepared_transactions=10'];

/** One after the other, each by itself. None makes a checkpoint, as dropping a database would: all of the log is kept. */
const LIFE = [
  'create database made',
  'create table t (id int primary key, tag text, value int)',
  "insert into t select n, 'tag ' || n, 0 from generate_series(1, 20000) n",
  'create unique index t_tag on t (tag)',
  // Versions that no index leads to, on pages that are full: pruned when they are read again.
  ...Array.from({ length: 4 }, () => 'update t set value = value + 1 where id % 50 = 0'),
  'delete from t where id > 2000 and id < 18000',
  'vacuum t',
  // Pages of the index that were given up are given out again.
  "insert into t select n, 'tag ' || n, 0 from generate_series(20001, 30000) n",
  // The table's end is empty now, and cut off.
  'delete from t where id > 2000 or id % 50 = 0',
  'vacuum freeze t',
  "insert into t values (1, 'again', 0) on conflict (id) do update set value = 100",
  'insert into t values (30001, null, 0) on conflict do nothing',
  `begin; select * from t where id = 5 for update; ${savepoints(70)} commit`,
  "begin; insert into t values (40001, 'kept', 0); prepare transaction 'kept'",
  "begin; insert into t values (40002, 'given up', 0); prepare transaction 'given up'",
  "commit prepared 'kept'",
  "rollback prepared 'given up'",
  'create table other (id int)',
  'insert into other select generate_series(1, 500)',
  'truncate other',
  'drop table other',
  "begin; insert into t values (40003, 'open', 0); prepare transaction 'open'",
];

function savepoints(count: number): string {
  return Array.from(
    { length: count },
    (_, n) => `savepoint s${n}; update t set value = value + 1 where id = ${n + 1};`,
  ).join(' ');
}

/** Of each resource manager that such a life must have written. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  Transaction: ['COMMIT', 'PREPARE', 'COMMIT_PREPARED', 'ABORT_PREPARED', 'ASSIGNMENT'],
  Storage: ['CREATE', 'TRUNCATE'],
  Database: ['CREATE_WAL_LOG'],
  Heap2: ['PRUNE', 'VACUUM', 'FREEZE_PAGE', 'VISIBLE'],
  Heap: ['INSERT', 'UPDATE', 'HOT_UPDATE', 'DELETE', 'HEAP_CONFIRM', 'LOCK', 'INPLACE'],
  Btree: ['NEWROOT', 'INSERT_LEAF', 'INSERT_UPPER', 'SPLIT_R', 'VACUUM', 'MARK_PAGE_HALFDEAD', 'UNLINK_PAGE'],
};

/** PostgreSQL 15's own programs read what a life of everything that is logged left, and a crash at its end. */
describe("PostgreSQL's tools on a cluster that did everything", function () {
  this.timeout(180_000);
  let server: Server;
  let wal: string;
  let cleanup: () => Promise<void>;

  before(async function () {
    skipWithout(this, 'pg_waldump');
    const made = await dir({ unsafeCleanup: true });
    cleanup = made.cleanup;
    server = new Server(made.path);
    server.init();
    server.start(...SETTINGS);
    for (const sql of LIFE) await server.query(sql);
    server.stop('immediate');
    wal = `${made.path}/wal`;
    fs.cpSync(`${server.data}/pg_wal`, wal, { recursive: true });
    server.start(...SETTINGS);
  });

  after(async () => {
    if (!server) return;
    await server.killAndWait();
    await cleanup();
  });

  function run(tool: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(`${POSTGRES_BIN}/${tool}`, words, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  }

  it('pg_waldump names every record up to where the crash ended the log', () => {
    const segments = fs
      .readdirSync(wal)
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .sort();
    const { stdout, stderr } = run('pg_waldump', '-p', wal, segments[0], segments.at(-1)!);
    const kinds = new Map<string, Set<string>>();
    for (const [, manager, kind] of stdout.matchAll(/^rmgr: (\S+) .* desc: (\w+)/gm)) {
      kinds.set(manager, (kinds.get(manager) ?? new Set()).add(kind));
    }
    const missing = Object.entries(KINDS).flatMap(([manager, expected]) =>
      expected.filter((kind) => !kinds.get(manager)?.has(kind)).map((kind) => `${manager} ${kind}`),
    );
    expect(missing).to.deep.equal([]);
    expect(stdout).to.not.match(/UNKNOWN/);
    const [last] = /lsn: (\S+), prev \S+, desc: [^\n]*\n$/.exec(stdout)!.slice(1);
    expect(stderr).to.match(/invalid record length|record with incorrect prev-link/);
    expect(server.log()).to.contain(`redo done at ${last.replace(/\/0+/, '/')}`);
  });

  it('pg_checksums finds no bad page in tables and indexes, the one of a prepared transaction included', async () => {
    const [{ rows }] = await server.query<{ rows: string }>('select count(*)::int as rows from t');
    await server.query("commit prepared 'open'");
    expect(await server.query('select count(*)::int as rows from t')).to.deep.equal([{ rows: rows + 1 }]);
    server.stop();
    const { status, stdout, stderr } = run('pg_checksums', '--check', '-D', server.data);
    expect(stdout + stderr).to.match(/Bad checksums: +0\n/);
    expect(status).to.equal(0);
    server.start(...SETTINGS);
  });
});
