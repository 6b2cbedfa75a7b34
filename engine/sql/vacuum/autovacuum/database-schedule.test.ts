import { expect } from 'chai';
import { xid } from '../../../base/xid.js';
import { chooseDatabase, DatabaseSchedule, type ScheduledDatabase } from './database-schedule.js';

const NAPTIME = 60_000;
const LIMIT = xid(1000);

function database(oid: number, fields: Partial<ScheduledDatabase> = {}): ScheduledDatabase {
  return { oid, frozenXid: xid(5000), isActive: true, lastVisit: 0, ...fields };
}

function scheduleOf(...databases: ScheduledDatabase[]): DatabaseSchedule {
  const schedule = new DatabaseSchedule(() => NAPTIME);
  schedule.rebuild(databases, 0);
  return schedule;
}

describe('the schedule of autovacuum', () => {
  it('spreads its visits over the naptime', () => {
    const schedule = scheduleOf(database(1), database(5), database(6));
    expect(schedule.sleepMs(0, true)).to.equal(20_000);
    expect(schedule.isDue(19_999)).to.equal(false);
    expect(schedule.isDue(20_000)).to.equal(true);
    schedule.visited(1, 20_000);
    expect(schedule.sleepMs(20_000, true)).to.equal(20_000);
  });

  it('leaves out databases in which nothing was counted', () => {
    expect(scheduleOf(database(1, { isActive: false })).isEmpty).to.equal(true);
  });

  it('sleeps for the naptime when nothing can be started', () => {
    expect(scheduleOf(database(1)).sleepMs(100_000, false)).to.equal(NAPTIME);
  });

  it('keeps its order when databases come', () => {
    const schedule = scheduleOf(database(1), database(5));
    schedule.visited(1, 30_000);
    schedule.rebuild([database(1), database(5), database(6)], 30_000);
    expect(schedule.wasJustVisited(5, 30_000)).to.equal(true);
    expect(schedule.sleepMs(30_000, true)).to.equal(20_000);
    expect(schedule.visited(7, 0)).to.equal(false);
  });

  it('never visits so fast that it does nothing else', () => {
    const databases = Array.from({ length: 1000 }, (_, oid) => database(oid + 1));
    expect(scheduleOf(...databases).sleepMs(0, true)).to.be.closeTo(110, 0.01);
  });
});

describe('autovacuum sends a worker', () => {
  it('to the database whose ids are oldest, once they are too old, though nothing was counted there', () => {
    const databases = [
      database(1),
      database(4, { frozenXid: xid(900), isActive: false }),
      database(5, { frozenXid: xid(999) }),
    ];
    expect(chooseDatabase(databases, scheduleOf(), 0, LIMIT)).to.equal(4);
  });

  it('else to the one that waited longest', () => {
    const databases = [
      database(1, { lastVisit: 300 }),
      database(5, { lastVisit: 200 }),
      database(6, { lastVisit: 400 }),
    ];
    expect(chooseDatabase(databases, scheduleOf(), 1000, LIMIT)).to.equal(5);
  });

  it('to none that was visited a moment ago, or without activity', () => {
    const databases = [database(1), database(6, { isActive: false })];
    const schedule = scheduleOf(database(1));
    schedule.visited(1, 0);
    expect(chooseDatabase(databases, schedule, 1000, LIMIT)).to.equal(undefined);
    expect(chooseDatabase(databases, schedule, NAPTIME + 1, LIMIT)).to.equal(1);
  });
});
