import { expect } from 'chai';
import * as fs from 'node:fs';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';

/** The session's process has gone. */
function leave({ session, engine }: TestSession): void {
  session.close();
  engine.memory.slots.free(engine.memory.slots.mine);
}

describe('databases', () => {
  let cluster: TestCluster;
  let session: TestSession;
  const directories = (): string[] => fs.readdirSync(`${session.engine.dataDirectory}/base`).sort();
  const oidOf = (name: string): string => session.rows(`select oid from pg_database where datname = '${name}'`)[0];
  beforeEach(async () => {
    cluster = await TestCluster.create();
    session = cluster.session();
  });
  afterEach(() => cluster.close());

  for (const strategy of ['wal_log', 'file_copy']) {
    it(`have what their template had, and go their own way: ${strategy}`, () => {
      const one = cluster.session({}, 'template1');
      one.run(`create table notes(id int, body text); insert into notes values (1, 'of the template')`);
      leave(one);
      expect(session.run(`create database shop strategy ${strategy}`)).to.equal('CREATE DATABASE');
      const shop = cluster.session({}, 'shop');
      expect(shop.rows('select * from notes')).to.deep.equal(['1|of the template']);
      shop.run(`insert into notes values (2, 'of the shop'); create table more(a int)`);
      expect(shop.rows('select current_database(), count(*) from notes')).to.deep.equal(['shop|2']);
      leave(shop);
      const again = cluster.session({}, 'template1');
      expect(again.rows('select * from notes')).to.deep.equal(['1|of the template']);
      leave(again);
      const oid = oidOf('shop');
      expect(directories()).to.include(oid);
      expect(session.run('drop database shop')).to.equal('DROP DATABASE');
      expect(directories()).to.not.include(oid);
      expect(() => cluster.session({}, 'shop')).to.throw('database "shop" does not exist');
    });
  }

  it('are neither copied nor dropped nor renamed while others are connected', () => {
    session.run('create database shop');
    const [one, two] = [cluster.session({}, 'shop'), cluster.session({}, 'shop')];
    expect(session.run('drop database shop')).to.equal(
      'ERROR 55006: database "shop" is being accessed by other users DETAIL There are 2 other sessions using the database.',
    );
    leave(one);
    expect(session.run('create database copy template shop')).to.equal(
      'ERROR 55006: source database "shop" is being accessed by other users DETAIL There is 1 other session using the database.',
    );
    expect(session.run('alter database shop rename to store')).to.contain('is being accessed by other users');
    leave(two);
    expect(session.run('create database copy template shop')).to.equal('CREATE DATABASE');
  });

  it('leave nothing behind when their creation fails', () => {
    const before = directories();
    const { files } = session.engine.os;
    const broken = cluster.session({
      files: Object.assign(Object.create(files) as typeof files, {
        pwrite: (...all: Parameters<typeof files.pwrite>) => {
          if (all[3] === 8192) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
          files.pwrite(...all);
        },
      }),
    });
    expect(broken.run('create database shop')).to.match(/^ERROR 53100/);
    expect(directories()).to.deep.equal(before);
    expect(session.rows(`select 1 from pg_database where datname = 'shop'`)).to.deep.equal([]);
    expect(session.run('create database shop')).to.equal('CREATE DATABASE');
  });

  it('whose removal was begun can only be dropped', () => {
    session.run('create database shop');
    const broken = cluster.session({
      files: Object.assign(Object.create(session.engine.os.files) as typeof session.engine.os.files, {
        rmdir: () => {
          throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
        },
      }),
    });
    expect(broken.run('drop database shop')).to.match(/^ERROR 58030: could not remove directory/);
    expect(() => cluster.session({}, 'shop'))
      .to.throw('cannot connect to invalid database "shop"')
      .with.property('sqlState', '55000');
    expect(session.run('create database copy template shop')).to.contain('cannot use invalid database "shop"');
    expect(session.run('alter database shop is_template true')).to.contain('cannot alter invalid database "shop"');
    expect(session.run('drop database shop')).to.equal('DROP DATABASE');
  });

  it('refuse more sessions than they allow, and whoever comes when they have just gone', () => {
    session.run('create database shop allow_connections false');
    expect(() => cluster.session({}, 'shop')).to.throw('database "shop" is not currently accepting connections');
    expect(cluster.session({}, 'template1').run('alter database postgres allow_connections true')).to.equal(
      'ALTER DATABASE',
    );
  });
});
