import { expect } from 'chai';
import type { RecoveredCluster, SimulatedTarget } from '../../adapters/simulated-target.js';
import { Volume } from '../../disks/volume.js';
import type { Workload } from '../../workloads/workload.js';
import type { RecoveryTools } from './judge-state.js';
import { KnownDisks } from './known-disks.js';

const ROWS_EACH = 10;

/** Tools whose recoveries are counted, and give as many rows each. */
function countingTools(): { tools: RecoveryTools; recoveries: () => number } {
  let recoveries = 0;
  const rows = Array.from({ length: ROWS_EACH }, (_, id) => ({ id }));
  const cluster = { endOfLog: 1, query: () => rows, abandon: () => {} } as unknown as RecoveredCluster;
  const recover = (): RecoveredCluster => {
    recoveries++;
    return cluster;
  };
  const workload = { read: async (query: (sql: string) => Promise<unknown>) => ({ t: await query('SELECT') }) };
  const tools = {
    target: { recover } as unknown as SimulatedTarget,
    settings: {},
    workload: workload as unknown as Workload,
  };
  return { tools, recoveries: () => recoveries };
}

describe('the disks of a run', () => {
  it('are recovered when they are new, and known from then on', async () => {
    const { tools, recoveries } = countingTools();
    const disks = new KnownDisks(tools);
    const first = await disks.visit('a', () => Volume.empty());
    expect(first.isNew).to.equal(true);
    const again = await disks.visit('a', () => {
      throw new Error('made though it is known');
    });
    expect(again).to.deep.equal({ recovered: first.recovered, isNew: false });
    expect((await disks.visit('b', () => Volume.empty())).isNew).to.equal(true);
    expect(recoveries()).to.equal(2);
  });

  it('are recovered again, but are not new, where their rows had to be given up', async () => {
    const { tools, recoveries } = countingTools();
    const disks = new KnownDisks(tools, 3 * ROWS_EACH);
    const visit = async (identity: string): Promise<boolean> =>
      (await disks.visit(identity, () => Volume.empty())).isNew;
    expect(await visit('a')).to.equal(true);
    expect(await visit('b')).to.equal(true);
    expect(await visit('a')).to.equal(false);
    expect(recoveries()).to.equal(2);
    expect(await visit('c')).to.equal(true); // b is the one asked for longest ago
    expect(await visit('a')).to.equal(false);
    expect(recoveries()).to.equal(3);
    expect(await visit('b')).to.equal(false);
    expect(recoveries()).to.equal(4);
  });
});
