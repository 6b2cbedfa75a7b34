import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { Settings } from '../base/settings/settings.js';
import { epochOf, xid, xidOf } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import { privateMemory } from '../os/real-shared-memory.js';
import { createCluster, readControlFile, resetXid } from '../recovery/recovery.js';
import { bootstrapCatalogs, type Session } from '../sql/session.js';
import { SingleUser, loadParser } from './single-user.js';

const DATABASES = ['template0', 'template1', 'postgres'];
/** A third of the way round each: two ids may be half a round apart. */
const WAYPOINTS = [1_400_000_000, 2_800_000_000, 2 ** 32 - 40];
const ROUNDS = 2;
const TRANSACTIONS = 80;

const os = { ...openRealOs(), sharedMemory: privateMemory };

/** A cluster that goes round the circle of transaction ids: by jumps, and over the edge by transactions. */
class Traveller {
  private user: SingleUser | undefined;

  constructor(private readonly directory: string) {}

  static create(directory: string): Traveller {
    createCluster(os, directory, { segmentBytes: 1 << 20 });
    const traveller = new Traveller(directory);
    bootstrapCatalogs(traveller.open().engine, { superuser: 'postgres', passwordVerifier: null });
    return traveller;
  }

  get next(): number {
    return this.open().engine.access.ids.nextFullXid();
  }

  open(): SingleUser {
    const settings = new Settings();
    settings.set('log_checkpoints', false, 'override');
    return (this.user ??= SingleUser.open(os, this.directory, { settings }));
  }

  shutDown(): void {
    this.user?.shutDown();
    this.user = undefined;
  }

  crash(): void {
    const { engine } = this.open();
    engine.wal.flush(engine.wal.insertLsn());
    this.user!.abandon();
    this.user = undefined;
  }

  jump(to: number): void {
    this.shutDown();
    resetXid(os, this.directory, { nextXid: xid(to), isForced: false });
  }

  /** The rows of the last statement. */
  run(sql: string, database = 'postgres'): unknown[][] {
    const session = this.open().session(database, 'postgres');
    try {
      return rowsOf(session, sql);
    } finally {
      session.close();
    }
  }

  /** Freezes everything, so that the whole circle but the last ids lies ahead again. */
  freezeAll(): void {
    for (const database of DATABASES) this.run('vacuum (freeze)', database);
  }

  ages(): number[] {
    return this.run('select age(datfrozenxid) from pg_database').map(([age]) => age as number);
  }
}

function rowsOf(session: Session, sql: string): unknown[][] {
  const rows: unknown[][] = [];
  for (const event of session.simpleQuery(sql)) if (event.kind === 'row') rows.push(event.values);
  return rows;
}

describe('round the circle of transaction ids', function () {
  this.timeout(120_000);
  let traveller: Traveller;
  let cleanup = async (): Promise<void> => {};
  let directory = '';

  before(async () => {
    await loadParser();
    const made = await dir({ unsafeCleanup: true });
    ({ cleanup } = made);
    directory = `${made.path}/data`;
    traveller = Traveller.create(directory);
    traveller.run('create table t(id int primary key, round int); insert into t values (-1, -1)');
  });
  after(() => cleanup());

  it(`every row stays, is changed, and is seen, ${ROUNDS} times over the edge, crashes included`, () => {
    const expected = new Map<unknown, unknown>([[-1, -1]]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const waypoint of WAYPOINTS) {
        traveller.jump(waypoint);
        traveller.freezeAll();
        expect(Math.max(...traveller.ages())).to.be.lessThan(1000);
      }
      for (let number = 0; number < TRANSACTIONS; number++) {
        const id = round * TRANSACTIONS + number;
        traveller.run(`insert into t values (${id}, ${round})`);
        expected.set(id, round);
        if (number % 10 === 0) {
          traveller.run(`begin; update t set round = -2; rollback`);
          traveller.run(`update t set round = ${round + 100} where id = ${id - 5}`);
          if (expected.has(id - 5)) expected.set(id - 5, round + 100);
        }
        if (number % 30 === 0) traveller.crash();
      }
      expect(epochOf(traveller.open().engine.access.ids.nextFullXid())).to.equal(round + 1);
      expect(xidOf(traveller.open().engine.access.ids.nextFullXid())).to.be.lessThan(1000);
      expect(new Map(traveller.run('select * from t') as [unknown, unknown][])).to.deep.equal(expected);
      expect(traveller.run('select id from t where id = -1')).to.deep.equal([[-1]]);
    }
    traveller.shutDown();
    expect(readControlFile(os, directory).checkPointCopy.nextXid).to.be.greaterThan(ROUNDS * 2 ** 32);
  });
});
