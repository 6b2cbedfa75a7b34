import { expect } from 'chai';
import { PgError } from '../../base/errors.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { Files } from '../../os/os.js';
import { openRealOs } from '../../os/real-os.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';

describe('sessions side by side', () => {
  let cluster: TestCluster;
  let one: TestSession;
  let two: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    [one, two] = [cluster.session(), cluster.session()];
  });
  after(() => cluster.close());

  beforeEach(() => {
    one.run('drop table if exists account; create table account(id int, balance int)');
    one.run('insert into account values (1, 100), (2, 200), (3, 300)');
  });
  afterEach(() => {
    for (const session of [one, two]) if (session.session.status !== 'I') session.run('rollback');
  });

  it('see what is committed, and only that', () => {
    one.run('begin; update account set balance = 0 where id = 1; delete from account where id = 2');
    expect(two.rows('select * from account order by id')).to.deep.equal(['1|100', '2|200', '3|300']);
    expect(one.rows('select * from account order by id')).to.deep.equal(['1|0', '3|300']);
    one.run('commit');
    expect(two.rows('select * from account order by id')).to.deep.equal(['1|0', '3|300']);
  });

  // Cause: the block still had savepoints of which the transaction, on its way to the end, knew nothing any more.
  // Consequence: the error was followed by a failed assertion, which ended the session.
  it('undo the whole when COMMIT fails, savepoints or not', () => {
    const { transactions } = one.engine.access;
    const { pendingSyncs } = transactions as unknown as { pendingSyncs: { run(): void } };
    pendingSyncs.run = () => {
      throw new PgError('ERROR', '58030', 'could not read block');
    };
    try {
      for (const inner of ['', 'savepoint s; update account set balance = 1;']) {
        expect(one.run(`begin; ${inner} delete from account where id = 2; commit`)).to.include('could not read block');
        expect([one.session.status, transactions.isInTransaction]).to.deep.equal(['I', false]);
      }
    } finally {
      delete (pendingSyncs as { run?: unknown }).run;
    }
    expect(one.rows('select * from account order by id')).to.deep.equal(['1|100', '2|200', '3|300']);
  });

  it('keep their snapshot under repeatable read and renew it under read committed', () => {
    two.run('begin isolation level repeatable read; select 1');
    one.run('insert into account values (4, 400)');
    expect(two.rows('select count(*) from account')).to.deep.equal(['3']);
    two.run('commit; begin; select 1');
    one.run('insert into account values (5, 500)');
    expect(two.rows('select count(*) from account')).to.deep.equal(['5']);
  });

  it('fail with 40001 under repeatable read when a row they change has changed', () => {
    for (const [change, what] of [
      ['update account set balance = 1 where id = 1', 'update'],
      ['delete from account where id = 1', 'delete'],
    ]) {
      two.run('begin isolation level repeatable read; select 1 from account');
      one.run(change);
      expect(two.run('update account set balance = balance + 1 where id = 1')).to.equal(
        `ERROR 40001: could not serialize access due to concurrent ${what}`,
      );
      expect(two.run('select 1')).to.contain('25P02');
      expect(two.run('commit')).to.equal('ROLLBACK');
    }
  });

  it('never see their own changes in the statement that makes them', () => {
    expect(one.run('insert into account select id + 10, balance from account')).to.equal('INSERT 0 3');
    expect(one.run('update account set balance = balance + 1')).to.equal('UPDATE 6');
    expect(one.rows('select sum(balance) from account')).to.deep.equal(['1206']);
  });

  /** A session that calls `onRandom` when its statement evaluates random(). */
  function interrupted(onRandom: () => void): TestSession {
    let left = 1;
    const uint32 = (): number => {
      if (left-- === 1) onRandom();
      return 7;
    };
    return cluster.session({ random: { uint32, bytes: (count) => Buffer.alloc(count, 7) } });
  }

  it('look again at a row that changed under a running UPDATE, and change its newest version', () => {
    const slow = interrupted(() => one.run('update account set balance = balance + 1000 where id > 1'));
    expect(slow.run('update account set balance = balance + 1 where random() >= 0')).to.equal('UPDATE 3');
    expect(one.rows('select * from account order by id')).to.deep.equal(['1|101', '2|1201', '3|1301']);
  });

  it('leave a row alone that no longer qualifies, or is gone, when they come to it', () => {
    const slow = interrupted(() =>
      one.run('update account set balance = -1 where id = 2; delete from account where id = 3'),
    );
    expect(slow.run('update account set balance = 0 where random() >= 0 and balance > 0 returning id')).to.equal(
      'id:integer\n1\nUPDATE 1',
    );
    expect(one.rows('select * from account order by id')).to.deep.equal(['1|0', '2|-1']);
  });

  it('delete the newest version, and join it anew with its partners', () => {
    const slow = interrupted(() => one.run('update account set balance = 5 where id = 2'));
    const sql =
      'delete from account using (values (200), (5)) v(b) where random() >= 0 and balance = v.b returning id, balance';
    expect(slow.run(sql)).to.equal('id:integer|balance:integer\nDELETE 0');
    expect(one.rows('select id from account order by id')).to.deep.equal(['1', '2', '3']);
  });

  it('lock rows, and skip or refuse locked ones when told not to wait', () => {
    expect(one.run('begin; select id from account where id = 1 for update')).to.contain('SELECT 1');
    expect(two.run('select id from account where id = 1 for update nowait')).to.equal(
      'ERROR 55P03: could not obtain lock on row in relation "account"',
    );
    expect(two.rows('select id from account order by id for update skip locked')).to.deep.equal(['2', '3']);
  });

  it('take a changed row in its newest version when FOR UPDATE comes to it', () => {
    two.run('begin');
    const portal = two.bind(two.prepare('select id, balance from account for update'));
    expect(two.fetch(portal, 1)).to.deep.equal(['1|100', 'suspended']);
    one.run('update account set balance = 7 where id = 2; delete from account where id = 3');
    expect(two.fetch(portal)).to.deep.equal(['2|7', 'SELECT 1']);
  });
});

describe('changes of tables', () => {
  let cluster: TestCluster;
  let one: TestSession;
  let two: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    [one, two] = [cluster.session(), cluster.session()];
  });
  after(() => cluster.close());

  it('are undone with their transaction, files included', () => {
    one.run('create table kept(a int); insert into kept values (1)');
    const [path] = one.rows("select pg_relation_filepath('kept')");
    one.run('begin; create table gone(a int); insert into gone values (1); drop table kept');
    const [gonePath] = one.rows("select pg_relation_filepath('gone')");
    one.run('rollback');
    expect(one.rows('select * from kept')).to.deep.equal(['1']);
    expect(one.rows("select pg_relation_filepath('kept')")).to.deep.equal([path]);
    expect(one.run('select * from gone')).to.contain('42P01');
    const { files } = one.engine.os;
    expect(files.stat(`${one.engine.dataDirectory}/${gonePath}`)?.bytes ?? 0).to.equal(0);
  });

  it('by TRUNCATE come with a new file, and go with the transaction', () => {
    one.run('create table emptied(a int); insert into emptied values (1), (2)');
    one.run('begin; truncate emptied; insert into emptied values (3)');
    expect(one.rows('select * from emptied')).to.deep.equal(['3']);
    one.run('rollback');
    expect(one.rows('select * from emptied order by a')).to.deep.equal(['1', '2']);
    one.run('truncate emptied');
    expect(two.rows('select * from emptied')).to.deep.equal([]);
  });

  it('reach other sessions, whose prepared statements follow', () => {
    one.run('create table moved(a int); insert into moved values (1)');
    const statement = two.prepare('select * from moved');
    expect(two.fetch(two.bind(statement))).to.deep.equal(['1', 'SELECT 1']);
    two.session.finishImplicit();
    one.run('drop table moved; create table moved(a int); insert into moved values (2)');
    expect(two.fetch(two.bind(statement))).to.deep.equal(['2', 'SELECT 1']);
    two.session.finishImplicit();
    one.run('drop table moved; create table moved(a text)');
    expect(() => two.fetch(two.bind(statement))).to.throw(PgError, 'cached plan must not change result type');
    one.run('drop table moved');
    expect(() => two.fetch(two.bind(statement))).to.throw(PgError, 'relation "moved" does not exist');
  });

  // Cause: each catalog was read as of its own moment, before the table is locked.
  // Consequence: an index dropped in between had its row in pg_index and none in pg_class, an internal error.
  it('are seen whole or not at all while a table is looked up', () => {
    const [one, other] = [cluster.session(), cluster.session()];
    one.run('create table t(a int); create index i on t(a); insert into t values (1)');
    other.rows('select a from t');
    const { where } = CatalogStore.prototype;
    CatalogStore.prototype.where = function (catalog, wanted) {
      const found = where.call(this, catalog, wanted);
      if (catalog !== CatalogOid.index) return found;
      CatalogStore.prototype.where = where;
      expect(other.run('drop index i')).to.equal('DROP INDEX');
      return found;
    };
    try {
      expect(one.rows('select a from t')).to.deep.equal(['1']);
    } finally {
      CatalogStore.prototype.where = where;
    }
  });

  it('survive a restart of the sessions', () => {
    one.run("create table lasting(a int default 41 + 1, b text default 'x''y' check (b <> ''), check (a > 0))");
    const fresh = cluster.session();
    expect(fresh.run('insert into lasting default values returning *')).to.equal(
      "a:integer|b:text\n42|x'y\nINSERT 0 1",
    );
    expect(fresh.run('insert into lasting values (0)')).to.contain('23514').and.to.contain('lasting_a_check');
  });
});

describe('a simple query said again', () => {
  let cluster: TestCluster;
  let one: TestSession;
  let two: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    [one, two] = [cluster.session(), cluster.session()];
  });
  after(() => cluster.close());

  it('means what the time and the zone of the session say now', () => {
    const noon = "select extract(epoch from '2020-07-01 12:00'::timestamptz)::int";
    expect(one.rows(noon)).to.deep.equal(['1593604800']);
    one.run("set timezone = 'Europe/Berlin'");
    expect(one.rows(noon)).to.deep.equal(['1593597600']);
    one.run('reset timezone');
    const now = "select 'now'::timestamptz = transaction_timestamp()";
    expect(one.rows(now)).to.deep.equal(['t']);
    expect(one.rows(now)).to.deep.equal(['t']);
  });

  it('reads the table that the name means now', () => {
    const read = 'select * from said';
    two.run('create table said(a int); insert into said values (1)');
    expect(one.run(read)).to.equal('a:integer\n1\nSELECT 1');
    two.run("drop table said; create table said(b text); insert into said values ('two')");
    expect(one.run(read)).to.equal('b:text\ntwo\nSELECT 1');
    one.run('set search_path = pg_catalog');
    expect(one.run(read)).to.contain('42P01');
    one.run('reset search_path');
    expect(one.run(read)).to.equal('b:text\ntwo\nSELECT 1');
  });

  it('locks its table every time', () => {
    one.run('create table held(a int)');
    const held = "select mode from pg_locks where relation = 'held'::regclass and granted";
    for (const _time of [1, 2]) {
      one.run('begin');
      one.run('insert into held values (1)');
      expect(two.rows(held)).to.deep.equal(['RowExclusiveLock']);
      one.run('commit');
    }
  });
});

describe('the extended protocol', () => {
  let cluster: TestCluster;
  let session: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    session = cluster.session();
    session.run('create table item(id int, name text, at timestamptz)');
  });
  after(() => cluster.close());
  afterEach(() => session.session.finishImplicit());

  it('infers the types of parameters', () => {
    const types = (sql: string): readonly number[] => session.prepare(sql).parameterTypes;
    expect(types('select * from item where id = $1 and name like $2')).to.deep.equal([23, 25]);
    expect(types('insert into item values ($1, $2, $3)')).to.deep.equal([23, 25, 1184]);
    expect(types('update item set name = $2 where id = $1 + 1')).to.deep.equal([23, 25]);
    expect(types('select $1::int8, $2')).to.deep.equal([20, 25]);
    expect(types('select * from item limit $1 offset $2')).to.deep.equal([20, 20]);
  });

  it('refuses what leaves a parameter open or contradicts itself', () => {
    expect(() => session.prepare('select $2::int')).to.throw('could not determine data type of parameter $1');
    expect(() => session.prepare('select $1::int, $1::text || $1')).to.not.throw();
    expect(() => session.prepare('select 1; select 2')).to.throw(
      'cannot insert multiple commands into a prepared statement',
    );
  });

  it('freezes no rows under a portal that may go on', () => {
    session.run('begin; create table frozen (a int)');
    const portal = session.bind(session.prepare('select n from generate_series(1, 3) n'));
    session.fetch(portal, 1);
    session.run('savepoint s');
    expect(session.run('copy frozen from stdin (freeze)', '1\n')).to.equal(
      'ERROR 25000: cannot perform COPY FREEZE because of prior transaction activity',
    );
    session.run('rollback to s');
    session.fetch(portal);
    expect(session.run('truncate frozen; copy frozen from stdin (freeze)', '1\n')).to.contain('COPY 1');
    session.run('rollback');
  });

  it('suspends a portal and goes on, and commits at Sync only', () => {
    const insert = session.prepare('insert into item select n from generate_series(1, 5) n');
    expect(session.fetch(session.bind(insert))).to.deep.equal(['INSERT 0 5']);
    const other = cluster.session();
    expect(other.rows('select count(*) from item')).to.deep.equal(['0']);
    const portal = session.bind(session.prepare('select id from item where id >= $1'), 2);
    expect(session.fetch(portal, 2)).to.deep.equal(['2', '3', 'suspended']);
    expect(session.fetch(portal, 0)).to.deep.equal(['4', '5', 'SELECT 2']);
    session.session.finishImplicit();
    expect(other.rows('select count(*) from item')).to.deep.equal(['5']);
  });

  it('tells positions in characters', () => {
    expect(session.run("select 'äöü€', nope from item")).to.contain('@16');
  });
});

describe('a session that meets a PANIC', () => {
  // Cause: a backend whose commit could not be flushed rolled back at its end, as after any error.
  // Consequence: an abort record stood behind the commit record, and its locks were free: another process wrote both
  // over the failed write, and acknowledged its own commit on the strength of an fsync that had failed before.
  // Fix: after a PANIC the session changes nothing more and lets nothing go.
  it('logs nothing more and lets no lock go', async () => {
    const cluster = await TestCluster.create();
    const real = openRealOs();
    const failing = Object.create(real.files) as Files;
    failing.fdatasync = () => {
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    };
    const session = cluster.session({ files: failing });
    const { wal, memory } = session.engine;
    expect(session.run('create table never_committed(id int)')).to.match(/^PANIC 58030: could not fsync file/);
    const end = wal.insertLsn();
    session.session.close();
    expect(wal.insertLsn()).to.equal(end);
    expect(memory.lwlocks.holds(lwLockIds.WalWrite)).to.equal(true);
    await cluster.close();
  });
});

describe('settings of a session', () => {
  let cluster: TestCluster;
  let session: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    session = cluster.session();
  });
  after(() => cluster.close());

  const shown = (name: string): string => session.rows(`show ${name}`)[0];

  it('go back with their transaction; SET LOCAL ends with it either way', () => {
    session.run("begin; set work_mem = '5MB'; set local work_mem = '6MB'");
    expect(shown('work_mem')).to.equal('6MB');
    session.run('commit');
    expect(shown('work_mem')).to.equal('5MB');
    session.run("begin; set work_mem = '7MB'; select 1/0");
    session.run('rollback');
    expect(shown('work_mem')).to.equal('5MB');
    session.run('reset work_mem');
    expect(shown('work_mem')).to.equal('4MB');
  });

  it('are reported when the client should know', () => {
    session.statuses.length = 0;
    session.run("set application_name = 'tests'; set work_mem = '5MB'; set timezone = 'Europe/Berlin'");
    expect(session.statuses).to.deep.equal(['application_name=tests', 'TimeZone=Europe/Berlin']);
    expect(session.rows("select '2020-07-01 12:00+00'::timestamptz")).to.deep.equal(['2020-07-01 14:00:00+02']);
  });

  it('stop a statement that takes too long', () => {
    expect(session.run("set statement_timeout = '30ms'; select count(*) from generate_series(1, 20000000)")).to.contain(
      '57014',
    );
    expect(session.run('reset statement_timeout')).to.equal('RESET');
  });
});
