import { expect } from 'chai';
import { openCluster } from './testing/processes.js';

describe('Latches', () => {
  it('that were set before the wait end it at once, and are clear afterwards', async () => {
    using cluster = openCluster();
    const { latches } = cluster.memory(0);
    cluster.memory(1).latches.set(0);
    expect(latches.waitSync(10_000)).to.equal(true);
    expect(latches.waitSync(1)).to.equal(false);
    cluster.memory(1).latches.set(0);
    expect(await latches.wait(10_000)).to.equal(true);
    expect(await latches.wait(1)).to.equal(false);
  });

  it('wake their own process out of its event loop', async () => {
    using cluster = openCluster();
    const { latches } = cluster.memory(0);
    setTimeout(() => latches.set(0), 20);
    expect(await latches.wait(10_000)).to.equal(true);
  });

  it('are not lost on a wait of the event loop by a synchronous wait meanwhile', async () => {
    using cluster = openCluster();
    const { latches } = cluster.memory(0);
    const inLoop = latches.wait(10_000);
    const start = performance.now();
    latches.waitSync(30);
    expect(performance.now() - start).to.be.greaterThan(25);
    latches.set(0);
    expect(latches.waitSync(10_000)).to.equal(true);
    await inLoop;
  });

  it('end a wait when its time is over, not before', async () => {
    using cluster = openCluster();
    const { latches } = cluster.memory(0);
    for (const wait of [() => latches.waitSync(60), () => latches.wait(60)]) {
      const start = performance.now();
      expect(await wait()).to.equal(false);
      expect(performance.now() - start).to.be.within(55, 2000);
    }
  });
});
