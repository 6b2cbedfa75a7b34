import { expect } from 'chai';
import { Fork, type BlockNumber } from '../../base/block.js';
import { setItemId, getItemId } from '../../storage/page/page.js';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';

const FIRST_LEAF = 1 as BlockNumber;
const SECOND_LEAF = 2 as BlockNumber;
const ROWS = 2000;

describe('bt_index_check and bt_index_parent_check', () => {
  let cluster: TestCluster;
  let sql: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    sql = cluster.session();
  });
  after(() => cluster.close());

  beforeEach(() => {
    sql.run('drop table if exists t; create table t(a int primary key, b text, c int)');
    sql.run(
      `insert into t select n, 'row ' || n, 0 from generate_series(1, ${ROWS}) n; update t set c = 1 where a % 5 = 0`,
    );
    sql.run('create index labels on t (b); update t set c = 2 where a % 7 = 0; delete from t where a % 11 = 0');
  });

  /** Changes a page behind everybody's back. */
  function damage(name: string, block: BlockNumber, change: (page: Buffer) => void): void {
    const { buffers } = sql.engine.storage;
    const relation = Number(sql.rows(`select pg_relation_filenode('${name}')`)[0]);
    const database = Number(sql.rows('select oid from pg_database where datname = current_database()')[0]);
    const buffer = buffers.read({ tablespace: 1663, database, relation }, Fork.main, block);
    change(buffers.page(buffer));
    buffers.release(buffer);
  }

  const swapItems = (page: Buffer): void => {
    const [one, other] = [getItemId(page, 3), getItemId(page, 4)];
    setItemId(page, 3, other.offset, other.flags, other.length);
    setItemId(page, 4, one.offset, one.flags, one.length);
  };

  it('find nothing in a sound index', () => {
    for (const call of [
      `bt_index_check('t_pkey')`,
      `bt_index_check('labels', true)`,
      `bt_index_parent_check('t_pkey', true)`,
      `bt_index_parent_check('labels', true, true)`,
    ])
      expect(sql.run(`select ${call} v`)).to.equal('v:void\n\nSELECT 1');
  });

  it('take a sound index only', () => {
    expect(sql.run(`select bt_index_check('t')`)).to.equal('ERROR 42809: "t" is not an index');
    expect(sql.run(`select bt_index_check(99999)`)).to.equal('ERROR XX000: could not open relation with OID 99999');
  });

  it('tell of entries out of order', () => {
    damage('t_pkey', FIRST_LEAF, swapItems);
    const told = `ERROR XX002: item order invariant violated for index "t_pkey" DETAIL block 1: items 3 and 4 are out of order.`;
    expect(sql.run(`select bt_index_check('t_pkey')`)).to.equal(told);
    expect(sql.run(`select bt_index_parent_check('t_pkey')`)).to.equal(told);
  });

  it('tell of a link to the left that is wrong, when writers are kept off', () => {
    damage('labels', SECOND_LEAF, (page) => page.writeUInt32LE(7, page.readUInt16LE(16)));
    expect(sql.run(`select bt_index_check('labels') v`)).to.include('SELECT 1');
    expect(sql.run(`select bt_index_parent_check('labels')`)).to.match(
      /^ERROR XX002: left link\/right link pair in index "labels" not in agreement DETAIL block 2 links back to 7, not 1/,
    );
  });

  it('tell of rows without an entry, when asked', () => {
    damage('t_pkey', FIRST_LEAF, (page) => page.writeUInt16LE(page.readUInt16LE(12) - 4, 12));
    expect(sql.run(`select bt_index_check('t_pkey') v`)).to.include('SELECT 1');
    const told =
      /^ERROR XX001: table "t" has a row that lacks a matching index tuple within index "t_pkey" DETAIL no entry/;
    expect(sql.run(`select bt_index_check('t_pkey', true)`)).to.match(told).and.include('HINT Retrying verification');
    expect(sql.run(`select bt_index_parent_check('t_pkey', true)`)).to.match(told).and.not.include('HINT');
  });
});
