import { expect } from 'chai';
import * as fs from 'node:fs';
import type { Notice } from '../../base/errors.js';
import { fullXid, xid, xidOf, type Xid } from '../../base/xid.js';
import { XACTS_PER_PAGE } from '../../access/transactions/commit-log-format.js';
import { PAGES_PER_SEGMENT } from '../../access/transactions/xid-log-pages.js';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';
import { CatalogStore } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';
import { INVALID_DATABASE } from './databases.js';
import { FrozenXids } from './frozen-xids.js';

const DATABASES = [1, 4, 5];
const POSTGRES = 5;
const XACTS_PER_SEGMENT = XACTS_PER_PAGE * PAGES_PER_SEGMENT;

/** What a vacuum leaves in the catalogs, without a vacuum. */
class Catalogs {
  readonly notices: Notice[] = [];
  constructor(private readonly session: TestSession) {}

  get next(): Xid {
    return xidOf(this.session.engine.access.ids.nextFullXid());
  }

  /** The counter goes ahead by whole segments of the commit log, as if so many transactions had run. */
  advance(segments: number): void {
    const { ids, commitLog } = this.session.engine.access;
    for (let page = 0; page < segments * PAGES_PER_SEGMENT; page++) {
      const first = xid(Math.ceil(ids.nextFullXid() / XACTS_PER_PAGE) * XACTS_PER_PAGE);
      commitLog.extendFor(first);
      ids.advanceTo(fullXid(ids.nextFullXid() + XACTS_PER_PAGE));
    }
    ids.startTransactions();
    commitLog.flush();
  }

  /** Says that every table of a database is frozen up to `frozenXid`, one of them only up to `except`. */
  freezeTables(database: number, frozenXid: Xid, except = frozenXid): void {
    this.transact(() => {
      const store = new CatalogStore(this.session.engine, database);
      for (const row of store.all(CatalogOid.class)) {
        if (row.get('relfrozenxid') === 0) continue;
        const isException = row.get('relname') === 'pg_type';
        store.updateInPlace(CatalogOid.class, row, { relfrozenxid: isException ? except : frozenXid });
      }
    });
  }

  updateDatabase(database: number): void {
    this.transact(() => this.frozenXids(database).updateDatabaseFrozenXid());
  }

  setDatabase(database: number, frozenXid: Xid): void {
    this.changeDatabase(database, { datfrozenxid: frozenXid });
  }

  /** As if a crash had come into its removal. */
  breakDatabase(database: number): void {
    this.changeDatabase(database, { datconnlimit: INVALID_DATABASE });
  }

  private changeDatabase(database: number, columns: Record<string, number>): void {
    this.transact(() => {
      const store = new CatalogStore(this.session.engine, database);
      const [row] = store.byFirst(CatalogOid.database, database);
      store.updateInPlace(CatalogOid.database, row, columns);
    });
  }

  horizons(): string[] {
    return this.session.rows('select datname, datfrozenxid from pg_database order by oid');
  }

  segments(): string[] {
    return fs.readdirSync(`${this.session.engine.dataDirectory}/pg_xact`).sort();
  }

  frozenXids(database: number): FrozenXids {
    const { engine } = this.session;
    return new FrozenXids(engine, new CatalogStore(engine, database), (notice) => this.notices.push(notice));
  }

  transact(body: () => void): void {
    const { transactions } = this.session.engine.access;
    transactions.begin({ isolation: 'read committed', readOnly: false });
    body();
    transactions.commit({ synchronous: true });
  }
}

describe('the oldest unfrozen id', () => {
  let cluster: TestCluster;
  let session: TestSession;
  let catalogs: Catalogs;
  beforeEach(async () => {
    cluster = await TestCluster.create();
    session = cluster.session();
    catalogs = new Catalogs(session);
  });
  afterEach(() => cluster.close());

  it('of a database is that of its table that is furthest behind', () => {
    catalogs.advance(1);
    catalogs.freezeTables(POSTGRES, xid(9000), xid(5000));
    catalogs.updateDatabase(POSTGRES);
    expect(catalogs.horizons()).to.deep.equal(['template1|3', 'template0|3', 'postgres|5000']);
    catalogs.freezeTables(POSTGRES, xid(4000));
    catalogs.updateDatabase(POSTGRES);
    expect(catalogs.horizons()[2]).to.equal('postgres|5000');
  });

  it('of the cluster is that of its last database: until then no id is forgotten, and no limit moves', () => {
    catalogs.advance(3);
    const { access } = session.engine;
    const before = access.ids.limits();
    const frozen = xid(2 * XACTS_PER_SEGMENT + 10);
    for (const database of [5, 1]) {
      catalogs.freezeTables(database, frozen);
      catalogs.updateDatabase(database);
      expect(catalogs.segments()).to.deep.equal(['0000', '0001', '0002', '0003']);
      expect(access.ids.limits()).to.deep.equal(before);
      expect(access.ids.oldestXid()).to.deep.equal({ xid: 3, database: database === 5 ? 1 : 4 });
    }
    catalogs.freezeTables(4, frozen, xid(frozen - 5));
    catalogs.updateDatabase(4);
    expect(catalogs.segments()).to.deep.equal(['0002', '0003']);
    expect(access.ids.oldestXid()).to.deep.equal({ xid: frozen - 5, database: 4 });
    expect(access.ids.limits().wrap).to.equal(frozen - 5 + 2 ** 31 - 1);
    expect(session.rows('select txid_status(1000), txid_status(2000000)')).to.deep.equal(['∅|∅']);
  });

  it('is not derived from numbers that lie in the future', () => {
    catalogs.advance(3);
    const frozen = xid(2 * XACTS_PER_SEGMENT + 10);
    const future = xid(catalogs.next + 1000);
    catalogs.freezeTables(POSTGRES, frozen, future);
    catalogs.updateDatabase(POSTGRES);
    expect(catalogs.horizons()[2]).to.equal('postgres|3');
    for (const database of DATABASES) catalogs.freezeTables(database, frozen);
    catalogs.setDatabase(4, future);
    for (const database of [5, 1]) catalogs.updateDatabase(database);
    expect(catalogs.segments()).to.have.length(4);
    expect(catalogs.notices.map(({ message }) => message)).to.deep.equal([
      'some databases have not been vacuumed in over 2 billion transactions',
      'some databases have not been vacuumed in over 2 billion transactions',
    ]);
    catalogs.updateDatabase(4);
    expect(catalogs.horizons()[1]).to.equal(`template0|${frozen}`);
    expect(catalogs.segments()).to.deep.equal(['0002', '0003']);
  });

  it('is not held back by a database that is half dropped, which nobody can vacuum', () => {
    catalogs.advance(3);
    const frozen = xid(2 * XACTS_PER_SEGMENT + 10);
    catalogs.breakDatabase(4);
    for (const database of [1, 5]) {
      catalogs.freezeTables(database, frozen);
      catalogs.updateDatabase(database);
    }
    expect(catalogs.segments()).to.deep.equal(['0002', '0003']);
    expect(session.engine.access.ids.oldestXid().xid).to.equal(frozen);
  });

  it('is held back by tables made meanwhile, and by snapshots', () => {
    const other = cluster.session();
    other.run('begin isolation level repeatable read; select 1');
    const oldest = catalogs.next;
    for (let made = 0; made < 5; made++) session.run(`create table made${made}(a int)`);
    for (const database of DATABASES) catalogs.freezeTables(database, catalogs.next);
    catalogs.updateDatabase(POSTGRES);
    expect(catalogs.horizons()[2]).to.equal(`postgres|${oldest}`);
    other.run('rollback');
    session.run('create table late(a int)');
    const late = session.rows(`select relfrozenxid from pg_class where relname = 'late'`);
    catalogs.updateDatabase(POSTGRES);
    expect(catalogs.horizons()[2]).to.equal(`postgres|${late[0]}`);
  });
});
