import { expect } from 'chai';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';
import { Catalog } from '../catalog/catalog.js';
import type { Relation } from '../catalog/relation.js';

/** Lets a session miss, once, a row that is in its way: as if another had inserted it since it looked. */
function lookTooEarly({ engine }: TestSession): void {
  const { btree } = engine.access;
  const conflict = btree.conflict.bind(btree);
  btree.conflict = () => {
    btree.conflict = conflict;
    return null;
  };
}

describe('INSERT ... ON CONFLICT', () => {
  let cluster: TestCluster;
  before(async () => (cluster = await TestCluster.create()));
  after(() => cluster.close());

  it('takes its row back when another came in between, and goes on with that', () => {
    const session = cluster.session();
    session.run('create table t (a int primary key, b int unique, c int)');
    session.run('insert into t values (1, 10, 0)');
    lookTooEarly(session);
    expect(session.run('insert into t values (1, 11, 5) on conflict (a) do update set c = excluded.c')).to.equal(
      'INSERT 0 1',
    );
    lookTooEarly(session);
    expect(session.run('insert into t values (2, 10, 6) on conflict do nothing')).to.equal('INSERT 0 0');
    expect(session.rows('select * from t')).to.deep.equal(['1|10|5']);
    session.run('set enable_seqscan = off');
    expect(session.rows('select a from t where b = 11'), 'a row taken back').to.deep.equal([]);
    expect(session.run('insert into t values (3, 11, 7)')).to.equal('INSERT 0 1');
  });

  it('lets an insertion of its own kind wait for the end of the trial only', () => {
    const [one, other] = [cluster.session(), cluster.session()];
    one.run('create table s (a int primary key)');
    one.run('begin');
    one.run('select 1');
    const { heap, btree, transactions } = one.engine.access;
    const relation = tableOf(one, 's');
    const row = heap.insertSpeculative(relation.file, relation.layout.form([1]));
    btree.insert(relation.indexes[0].shape, [1], row.tid, 'speculative');
    other.run('begin');
    other.run('select 1');
    const met = other.engine.access.btree.conflict(relation.indexes[0].shape, [1]);
    expect(met?.undecided).to.deep.equal({ inProgress: transactions.xid(), speculation: row.speculation });
    heap.takeBack(relation.file, row);
    other.engine.access.heap.await(met!.undecided!);
    expect(other.run('insert into s values (1) on conflict do nothing')).to.equal('INSERT 0 1');
    other.run('commit');
    one.run('commit');
  });
});

function tableOf({ engine }: TestSession, name: string): Relation {
  const catalog = new Catalog(engine, { database: 'postgres', databaseOid: 5, role: 'postgres' }, () => 'public');
  return catalog.find({ relname: name })!;
}
