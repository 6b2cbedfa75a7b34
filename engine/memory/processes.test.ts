import { expect } from 'chai';
import { lwLockIds } from './lwlock-table.js';
import { MEMBERS_URL, Shared } from './testing/members.js';
import { openCluster, type Cluster } from './testing/processes.js';

function waitForReady(cluster: Cluster, count: number): void {
  const { arena } = cluster.memory(19);
  const area = arena.area('statistics');
  for (let now = 0; (now = Atomics.load(area.i32, Shared.ready)) < count;) arena.wait(area, Shared.ready, now, 20_000);
}

const words = (cluster: Cluster) => cluster.memory(19).arena.area('statistics').i32;

describe('shared memory between real processes', () => {
  it('LWLocks exclude: no increment of four processes is lost', async () => {
    using cluster = openCluster();
    const members = [0, 1, 2, 3].map((slot) => cluster.start(slot, MEMBERS_URL, 'incrementUnderLock', '50000'));
    await Promise.all(members.map(({ ended }) => ended));
    expect(words(cluster)[Shared.counter]).to.equal(200_000);
  });

  it('LWLocks let readers in together and keep writers alone', async () => {
    using cluster = openCluster();
    const readers = [0, 1, 2].map((slot) => cluster.start(slot, MEMBERS_URL, 'readUnderLock', '60000'));
    const writer = cluster.start(3, MEMBERS_URL, 'writeUnderLock', '20000');
    await Promise.all([...readers, writer].map(({ ended }) => ended));
    expect(words(cluster)[Shared.torn]).to.equal(0);
    expect(words(cluster)[Shared.counter]).to.equal(40_000);
    expect(words(cluster)[Shared.readers]).to.equal(0);
  });

  it('a lock stays locked when its holder is killed, until the memory is cleared', async () => {
    using cluster = openCluster();
    const holder = cluster.start(0, MEMBERS_URL, 'holdForever');
    waitForReady(cluster, 1);
    const { lwlocks } = cluster.memory(1);
    expect(lwlocks.conditionalAcquire(lwLockIds.OidGen, 'shared')).to.equal(false);
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect(lwlocks.conditionalAcquire(lwLockIds.OidGen, 'shared')).to.equal(false);
    cluster.shared.clear();
    expect(lwlocks.conditionalAcquire(lwLockIds.OidGen, 'exclusive')).to.equal(true);
    lwlocks.releaseAll();
  });

  for (const [first, second] of [
    ['sync', 'sync'],
    ['loop', 'sync'],
    ['loop', 'loop'],
  ]) {
    it(`latches wake a ${first} and a ${second} waiter every time`, async () => {
      using cluster = openCluster();
      const members = [
        cluster.start(0, MEMBERS_URL, 'bounceLatch', '1', '2000', first),
        cluster.start(1, MEMBERS_URL, 'bounceLatch', '0', '2000', second),
      ];
      waitForReady(cluster, 2);
      cluster.memory(19).latches.set(0);
      await Promise.all(members.map(({ ended }) => ended));
      expect(words(cluster)[Shared.woken]).to.equal(4000);
    });
  }

  it('a waiter in the event loop does not poll', async () => {
    using cluster = openCluster();
    const spent = Number(await cluster.start(0, MEMBERS_URL, 'idleOnLatch', '500').ended);
    expect(spent).to.be.lessThan(25);
  });
});
