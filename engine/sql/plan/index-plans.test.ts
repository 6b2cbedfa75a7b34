import { expect } from 'chai';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';

const SEQUENTIAL = /^Seq Scan/;
const BY_INDEX = /^(Index|Index Only|Bitmap Heap) Scan/;

function planOf(session: TestSession, query: string): string {
  return session.rows(`explain (costs off) ${query}`)[0];
}

describe('Plans through indexes', () => {
  let cluster: TestCluster;
  let session: TestSession;
  before(async () => (cluster = await TestCluster.create()));
  after(() => cluster.close());
  beforeEach(() => {
    session = cluster.session();
    session.run('create table t (a int, b int, c text) with (fillfactor = 50)');
    session.run("insert into t select g, g % 50, 'text ' || g from generate_series(1, 3000) g");
  });
  afterEach(() => expect(session.run('drop table t')).to.equal('DROP TABLE'));

  it('come and go with the index, for sessions that had a plan too', () => {
    const other = cluster.session();
    const query = 'select c from t where a = 77';
    expect(other.rows(query)).to.deep.equal(['text 77']);
    expect(planOf(other, query)).to.match(SEQUENTIAL);
    session.run('create index on t (a)');
    expect(planOf(other, query)).to.match(BY_INDEX);
    expect(other.rows(query)).to.deep.equal(['text 77']);
    session.run('drop index t_a_idx');
    expect(planOf(other, query)).to.match(SEQUENTIAL);
    expect(other.rows(query)).to.deep.equal(['text 77']);
  });

  it('of a statement prepared while its table was small are made anew when it has grown', () => {
    session.run('truncate t; create unique index on t (a); insert into t values (0, 0, null)');
    session.run('vacuum t');
    session.run('prepare p(int) as select c from t where a = $1');
    const { statistics } = session.engine.access;
    const countScan = statistics.countScan.bind(statistics);
    const scanned = new Set<number>();
    statistics.countScan = (file) => {
      scanned.add(file.relation);
      countScan(file);
    };
    const filesRead = (): number[] => {
      scanned.clear();
      session.run('execute p(77)');
      return [...scanned];
    };
    const [before] = filesRead();
    session.run("insert into t select g, g, 'text ' || g from generate_series(1, 20000) g");
    for (let i = 0; i < 40; i++) session.run('execute p(77)');
    expect(filesRead()).not.to.include(before);
    statistics.countScan = countScan;
  });

  it('are not made for snapshots that see row versions the index does not have', () => {
    const old = cluster.session();
    old.run('begin isolation level repeatable read');
    expect(old.rows('select b from t where a = 5')).to.deep.equal(['5']);
    session.run('update t set b = 1000 where a = 5');
    session.run('create index on t (b)');
    expect(session.rows('select indcheckxmin from pg_index'), 'a HOT chain with two keys').to.include('t');
    expect(planOf(old, 'select a from t where b = 5')).to.match(SEQUENTIAL);
    expect(old.rows('select count(*) from t where b = 5')).to.deep.equal(['60']);
    old.run('commit');
    expect(old.rows('select count(*) from t where b = 5')).to.deep.equal(['59']);
    expect(session.rows('select a from t where b = 1000')).to.deep.equal(['5']);
  });

  it('lead to the right rows after updates that kept, and that changed, what is indexed', () => {
    session.run('create unique index on t (a); create index on t (b, c); set enable_seqscan = off');
    session.run(
      "update t set c = 'hot?' where a = 10; update t set a = a where a = 10; update t set b = 7777 where a = 10",
    );
    expect(session.rows('select a, b, c from t where b = 7777')).to.deep.equal(['10|7777|hot?']);
    expect(session.rows("select count(*) from t where b = 10 and c = 'text 10'")).to.deep.equal(['0']);
    session.run('begin; update t set a = 100000 where a = 11; rollback');
    expect(session.rows('select b from t where a = 11')).to.deep.equal(['11']);
    expect(session.rows('select b from t where a = 100000')).to.deep.equal([]);
    session.run('reindex table t');
    expect(session.rows('select a, b, c from t where b = 7777')).to.deep.equal(['10|7777|hot?']);
  });
});
