import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { PgError } from '../base/errors.js';
import { lwLockArrays, lwLockIds, lwLockName } from './lwlock-table.js';
import { MEMBERS_URL, Shared } from './testing/members.js';
import { openCluster } from './testing/processes.js';

describe('LWLocks', () => {
  it('are exclusive or shared, and say whether they are held', () => {
    using cluster = openCluster();
    const [a, b] = [cluster.memory(0).lwlocks, cluster.memory(1).lwlocks];
    a.acquire(lwLockIds.OidGen, 'shared');
    expect(b.conditionalAcquire(lwLockIds.OidGen, 'shared')).to.equal(true);
    expect(b.conditionalAcquire(lwLockIds.OidGen, 'exclusive')).to.equal(false);
    a.release(lwLockIds.OidGen);
    expect(a.conditionalAcquire(lwLockIds.OidGen, 'exclusive')).to.equal(false);
    b.release(lwLockIds.OidGen);
    expect(a.conditionalAcquire(lwLockIds.OidGen, 'exclusive')).to.equal(true);
    expect(b.conditionalAcquire(lwLockIds.OidGen, 'shared')).to.equal(false);
    expect([a.holds(lwLockIds.OidGen), a.holds(lwLockIds.OidGen, 'shared'), b.holds(lwLockIds.OidGen)]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('are released in any order, all at once after an error, and never twice', () => {
    using cluster = openCluster();
    const { lwlocks } = cluster.memory(0);
    for (let n = 0; n < 8; n++) lwlocks.acquire(lwLockArrays.walInsert(n), 'exclusive');
    for (const n of [3, 0, 7]) lwlocks.release(lwLockArrays.walInsert(n));
    expect(lwlocks.heldCount).to.equal(5);
    expect(() => lwlocks.release(lwLockArrays.walInsert(3))).to.throw(PgError, 'WALInsert is not held');
    expect(() =>
      lwlocks.with(lwLockIds.WalWrite, 'shared', () => {
        throw new Error('inside');
      }),
    ).to.throw('inside');
    expect(lwlocks.holds(lwLockIds.WalWrite)).to.equal(false);
    lwlocks.releaseAll();
    for (let n = 0; n < 8; n++) {
      expect(cluster.memory(1).lwlocks.conditionalAcquire(lwLockArrays.walInsert(n), 'exclusive')).to.equal(true);
    }
  });

  it('let a process wait for the holder to finish without taking the lock, and show what it waits for', async () => {
    using cluster = openCluster();
    const { lwlocks, arena, slots } = cluster.memory(19);
    lwlocks.acquire(lwLockIds.OidGen, 'exclusive');
    const member = cluster.start(0, MEMBERS_URL, 'waitForHolder');
    const area = arena.area('statistics');
    while (Atomics.load(area.i32, Shared.ready) === 0) arena.wait(area, Shared.ready, 0, 20_000);
    await sleep(150);
    expect(slots.waitEvent(0)).to.deep.equal({ waitClass: 'LWLock', event: 'OidGen' });
    lwlocks.release(lwLockIds.OidGen);
    const [waitedMs, isTaken, held] = (await member.ended).split(' ');
    expect(Number(waitedMs)).to.be.greaterThan(100);
    expect([isTaken, held]).to.deep.equal(['false', '0']);
  });

  it('have names that pg_stat_activity can show', () => {
    using cluster = openCluster();
    const { slots } = cluster.memory(0);
    for (const name of [...Object.keys(lwLockIds), lwLockName(lwLockArrays.bufferContent(3))]) {
      slots.waiting('LWLock', name, () => expect(slots.waitEvent(0)?.event).to.equal(name));
    }
  });
});
