import { expect } from 'chai';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';

describe('statistics of tables', () => {
  let cluster: TestCluster;
  let one: TestSession;
  let two: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    [one, two] = [cluster.session(), cluster.session()];
  });
  after(() => cluster.close());

  beforeEach(() => void one.run('drop table if exists t; create table t(id int); select pg_stat_force_next_flush()'));

  /** What everyone sees of the table, this session's counts included. */
  function shown(columns: string): string {
    for (const session of [one, two]) session.run('select pg_stat_force_next_flush()');
    return two.rows(`select ${columns} from pg_stat_user_tables where relname = 't'`)[0];
  }

  const CHANGES = 'n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup, n_mod_since_analyze, n_ins_since_vacuum';

  it('count what a committed transaction changed', () => {
    one.run('insert into t select generate_series(1, 10)');
    one.run('update t set id = 0 where id <= 3; delete from t where id = 10');
    expect(shown(CHANGES)).to.equal('10|3|1|9|4|14|10');
  });

  it('count the rows of an aborted one as dead, and its attempts', () => {
    one.run('insert into t select generate_series(1, 10)');
    one.run(
      'begin; insert into t select generate_series(1, 5); update t set id = 0 where id = 1; delete from t; rollback',
    );
    expect(shown(CHANGES)).to.equal('15|2|15|10|7|10|15');
  });

  it('begin anew when the table is emptied, unless that is undone', () => {
    one.run('insert into t select generate_series(1, 10)');
    one.run('begin; insert into t values (1); truncate t; insert into t values (2); rollback');
    expect(shown('n_live_tup, n_dead_tup')).to.equal('10|1');
    one.run('begin; insert into t values (1); truncate t; insert into t values (2), (3); commit');
    one.run('delete from t where id = 3');
    expect(shown('n_live_tup, n_dead_tup, n_ins_since_vacuum')).to.equal('1|1|2');
  });

  it('count rows of a savepoint that is rolled back as dead', () => {
    one.run('begin; insert into t values (1), (2); savepoint a; insert into t values (3); savepoint b; delete from t');
    one.run('rollback to a; insert into t values (4); release a; commit');
    expect(shown('n_tup_ins, n_tup_del, n_live_tup, n_dead_tup')).to.equal('4|3|3|1');
  });

  it('count scans and the rows they gave', () => {
    one.run('insert into t select generate_series(1, 10)');
    one.run('select count(*) from t; select * from t limit 3');
    expect(shown('seq_scan, seq_tup_read, idx_scan')).to.equal('2|13|∅');
  });

  it('count what is read through an index', () => {
    one.run('create index on t(id); insert into t select generate_series(1, 1000)');
    one.run('set enable_seqscan = off; set enable_bitmapscan = off; select * from t where id between 11 and 20');
    expect(shown('idx_scan, idx_tup_fetch')).to.equal('1|10');
    expect(
      two.rows("select idx_scan, idx_tup_read, idx_tup_fetch from pg_stat_user_indexes where relname = 't'"),
    ).to.deep.equal(['1|10|10']);
    one.run('set enable_indexscan = off; set enable_bitmapscan = on; select * from t where id between 11 and 20');
    expect(shown('idx_scan, idx_tup_fetch')).to.equal('2|20');
    expect(two.rows("select idx_blks_hit > 0 from pg_statio_user_indexes where relname = 't'")).to.deep.equal(['t']);
    one.run('reset all');
  });

  it('go with their table, and are no more when its creation is undone', () => {
    one.run('insert into t values (1)');
    const [oid] = one.rows("select 't'::regclass::oid");
    shown('1');
    expect(one.engine.access.statistics.relation(5, Number(oid))).to.include({ inserted: 1 });
    two.run('select * from t');
    one.run('drop table t');
    shown('1');
    expect(one.engine.access.statistics.relation(5, Number(oid))).to.equal(undefined);
  });

  it('are put off within a second of the last time', () => {
    const before = shown('n_tup_ins');
    one.run('insert into t values (1)');
    one.run('insert into t values (1)');
    expect(two.rows("select n_tup_ins from pg_stat_user_tables where relname = 't'")[0]).to.equal(before);
    expect(one.engine.access.statistics.isBehind).to.equal(true);
  });

  it('are told for the database too, and can be set to zero', () => {
    shown('1');
    const count = (): number[] =>
      one
        .rows("select xact_rollback, tup_inserted from pg_stat_database where datname = 'postgres'")[0]
        .split('|')
        .map(Number);
    const [rollbacks, inserted] = count();
    one.run('begin; insert into t values (1); rollback');
    shown('1');
    expect(count()).to.deep.equal([rollbacks + 1, inserted + 1]);
    one.run('select pg_stat_reset()');
    expect(two.rows('select pg_stat_get_db_tuples_inserted(5)')).to.deep.equal(['0']);
  });
});
